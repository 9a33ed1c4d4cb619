import assert from 'node:assert/strict';
import { parseReceipt, type MessageState } from '@ujumbe/core';
import {
  isReceipt,
  networkErrorCode,
  readReceipt,
  receiptStats,
  writeReceiptText,
  type ReceiptFields,
} from './receipt-text.js';
import { packSeptets } from './user-data/packed-septets.js';

const submittedAt = Date.UTC(2026, 4, 11, 9, 0, 7);
const doneAt = Date.UTC(2026, 4, 11, 9, 1, 30);
const facts = { id: '1234567890123', state: 'delivered' as MessageState, submittedAt, doneAt };
const states = Object.keys(receiptStats) as MessageState[];

describe('writeReceiptText', () => {
  it('writes the form of the contract', () => {
    assert.equal(
      writeReceiptText({ ...facts, text: 'Habari ya asubuhi, karibu tena' }),
      'id:1234567890123 sub:001 dlvrd:001 submit date:2605110900 done date:2605110901 stat:DELIVRD err:000 text:Habari ya asubuhi, k',
    );
    assert.equal(
      writeReceiptText(
        { ...facts, state: 'undelivered', errorCode: 'absent_subscriber' },
        { withSeconds: true, offsetMinutes: 180 },
      ),
      'id:1234567890123 sub:001 dlvrd:000 submit date:260511120007 done date:260511120130 stat:UNDELIV err:027 text:',
    );
  });

  it('has a word and a number for every state, which core reads as it should', () => {
    const readAs: Partial<Record<MessageState, MessageState>> = {
      scheduled: 'enroute', queued: 'enroute', submitted: 'enroute', failed: 'undelivered', blocked: 'rejected',
    }; // prettier-ignore
    for (const state of states) {
      const text = writeReceiptText({ ...facts, state });
      assert.equal(parseReceipt({ text }, doneAt)?.state, readAs[state] ?? state);
      const { number, word } = receiptStats[state];
      assert.equal(parseReceipt({ text: 'id:1', messageState: number }, doneAt)?.state, readAs[state] ?? state);
      assert.match(word, /^[A-Z]{7}$/);
    }
  });

  it('tells why, in three digits and in the TLV', () => {
    const error = (
      upstreamError: string | null,
      errorCode: string | null = null,
      state: MessageState = 'undelivered',
    ): [string | undefined, string] => [
      /err:(\S+)/.exec(writeReceiptText({ ...facts, state, errorCode, upstreamError }))?.[1],
      Buffer.from(networkErrorCode({ state, errorCode, upstreamError }) ?? []).toString('hex'),
    ];
    assert.deepEqual(error('6', 'memory_full'), ['006', '030006']);
    assert.deepEqual(error('0x4F'), ['079', '03004f']);
    assert.deepEqual(error('1045'), ['255', '030415']);
    for (const none of [null, '', '000', 'ABC', '99999', '-6']) {
      assert.deepEqual(error(none, 'memory_full'), ['032', '030020'], `operator's ${none}`);
    }
    assert.deepEqual(error('99999'), ['255', '0300ff']);
    assert.deepEqual(error(null), ['255', '0300ff']);
    assert.deepEqual(error(null, 'toString'), ['255', '0300ff']);
    assert.deepEqual(error('6', null, 'delivered'), ['000', '']);
  });

  it('is ASCII that GSM 7-bit has at the same places, and short', () => {
    for (const text of ['@$_[]{}~^|\\€ Ж😀\n\r', 'ça coûte 5 €…', '😀'.repeat(30), '½½½½½½½½½½½½']) {
      const written = writeReceiptText({ ...facts, id: '9'.repeat(64), text }, { withSeconds: true });
      assert.match(written, /^[ !"#%&'()*+,\-./0-9:;<=>?A-Za-z]*$/);
      assert.ok(written.length <= 254);
      assert.ok(written.split('text:')[1]!.length <= 20);
    }
  });

  it('refuses an id that would not be found again', () => {
    for (const id of ['', 'a b', 'é', '1'.repeat(65), 'a:b']) {
      assert.throws(() => writeReceiptText({ ...facts, id }), RangeError);
    }
  });

  describe('is parsed by', () => {
    const text = writeReceiptText({ ...facts, text: 'Habari' });

    it('Kannel, with sscanf', () => {
      const kannel =
        /^id:(\S{1,64}) sub:(\S{1,3}) dlvrd:(\S{1,3}) submit date:(\d{1,14}) done date:(\d{1,14}) stat:(\S{1,15}) err:(\S{1,3}) text:(.*)$/;
      assert.deepEqual(kannel.exec(text)?.slice(1), [
        '1234567890123', '001', '001', '2605110900', '2605110901', 'DELIVRD', '000', 'Habari',
      ]); // prettier-ignore
    });

    it('Jasmin, by field', () => {
      const fields = [/id:([\dA-Za-z-_]+)/, /sub:(\d{3})/, /dlvrd:(\d{3})/, /stat:(\w{7})/, /err:(\w{3})/, /text:(.*)/];
      for (const field of fields) assert.match(text, field);
    });

    it('jSMPP, which wants numbers, ten digits of date and a text', () => {
      const between = (from: string, to: string): string =>
        text.slice(text.indexOf(from) + from.length, text.indexOf(to));
      assert.equal(parseInt(between('sub:', ' dlvrd:'), 10), 1);
      assert.match(between('submit date:', ' done date:'), /^\d{10}$/);
      assert.match(between('done date:', ' stat:'), /^\d{10}$/);
      assert.ok(text.includes(' text:'));
    });
  });
});

describe('Receipts that arrive', () => {
  const usual =
    'id:0123ABCD sub:001 dlvrd:001 submit date:2605110900 done date:2605110901 stat:UNDELIV err:006 text:Habari';
  const fields = (text: string | Buffer, others: Partial<ReceiptFields> = {}): ReceiptFields => ({
    esm_class: 0x04,
    short_message: typeof text === 'string' ? Buffer.from(text, 'latin1') : text,
    ...others,
  });

  it('are known by esm_class, by TLV or by their text', () => {
    for (const esm_class of [0x04, 0x08, 0x10, 0x20, 0x44]) assert.ok(isReceipt(fields('', { esm_class })));
    assert.ok(isReceipt(fields('', { esm_class: 0, receipted_message_id: '7' })));
    assert.ok(isReceipt(fields(usual, { esm_class: 0 })));
    assert.ok(isReceipt(fields('', { esm_class: 0, message_payload: Buffer.from(usual) })));
    for (const text of ['Habari', 'id: 7 please', 'what is stat:DELIVRD and id:4?', '']) {
      assert.ok(!isReceipt(fields(text, { esm_class: 0, receipted_message_id: '' })), text);
    }
  });

  it('are read wherever and however the text is written', () => {
    const ucs2 = Buffer.from(usual, 'utf16le').swap16();
    const packed = packSeptets(Buffer.from(usual, 'latin1'));
    const withHeader = Buffer.concat([Buffer.from('050003cc0201', 'hex'), Buffer.from(usual)]);
    const forms = [
      fields(usual),
      fields('', { message_payload: Buffer.from(usual) }),
      fields(ucs2),
      fields(packed),
      fields(withHeader, { esm_class: 0x44 }),
      fields(usual, { esm_class: 0x44 }),
    ];
    for (const form of forms) {
      const receipt = readReceipt(form, doneAt);
      assert.equal(receipt?.upstreamId, '0123ABCD');
      assert.deepEqual(
        [receipt.state, receipt.errorCode, receipt.at],
        ['undelivered', '006', Date.UTC(2026, 4, 11, 9, 1)],
      );
    }
  });

  it('are read with TLVs winning over the text', () => {
    const receipt = readReceipt(
      fields(usual, { receipted_message_id: 'right', message_state: 2, network_error_code: Uint8Array.of(3, 0, 27) }),
      doneAt,
    );
    assert.deepEqual([receipt?.upstreamId, receipt?.state, receipt?.errorCode], ['right', 'delivered', '027']);
    const alone = readReceipt(fields('', { receipted_message_id: '7', message_state: 3 }), doneAt);
    assert.deepEqual([alone?.upstreamId, alone?.state, alone?.at], ['7', 'expired', doneAt]);
  });

  it('keep the text’s error when the TLV says nothing', () => {
    for (const network_error_code of [Uint8Array.of(3, 0, 0), Uint8Array.of(), undefined]) {
      assert.equal(readReceipt(fields(usual, { network_error_code }), doneAt)?.errorCode, '006');
    }
  });

  it('are none when nothing tells the message', () => {
    assert.equal(readReceipt(fields('stat:DELIVRD'), doneAt), undefined);
    assert.equal(readReceipt(fields(''), doneAt), undefined);
  });

  it('are what was written', () => {
    for (const state of states) {
      const text = writeReceiptText({ ...facts, state, upstreamError: '9' });
      assert.ok(isReceipt(fields(text, { esm_class: 0 })));
      const receipt = readReceipt(fields(text, { message_state: receiptStats[state].number }), doneAt);
      assert.equal(receipt?.upstreamId, facts.id);
    }
  });
});
