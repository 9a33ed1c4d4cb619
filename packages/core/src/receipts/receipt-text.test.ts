import assert from 'node:assert/strict';
import { parseReceipt, parseReceiptDate, type RawReceipt } from './receipt-text.js';

const receivedAt = Date.UTC(2026, 6, 17, 12, 0, 0);
const parsed = (raw: RawReceipt | string): ReturnType<typeof parseReceipt> =>
  parseReceipt(typeof raw === 'string' ? { text: raw } : raw, receivedAt);

const usual =
  'id:0123ABCD sub:001 dlvrd:001 submit date:2607171159 done date:2607171200 stat:DELIVRD err:000 text:Habari';

describe('parseReceipt', () => {
  it('reads the usual form', () => {
    assert.deepEqual(parsed(usual), {
      kind: 'receipt',
      upstreamId: '0123ABCD',
      state: 'delivered',
      at: receivedAt,
      errorCode: '000',
      raw: 'id:0123ABCD sub:001 dlvrd:001 submit date:2607171159 done date:2607171200 stat:DELIVRD err:000 ',
    });
  });

  const sameReceipt = [
    'ID:0123ABCD SUB:001 DLVRD:001 SUBMIT DATE:2607171159 DONE DATE:2607171200 STAT:delivrd ERR:000 TEXT:Habari',
    'stat:DELIVRD err:000 done date:260717120000 id:0123ABCD text:',
    'err: 000 stat: DELIVRD id: 0123ABCD',
    'id:"0123ABCD" stat:"DELIVRD" err:000',
    'id:" 0123ABCD " stat: " DELIVRD" err:000',
    'id:0123ABCD  stat:DELIVERED\terr:000',
    'id:0123ABCD stat:ACKED err:000 done date:20260717120000',
  ];
  for (const text of sameReceipt) {
    it(`reads ${text}`, () => {
      const receipt = parsed(text);
      assert.equal(receipt?.upstreamId, '0123ABCD');
      assert.equal(receipt.state, 'delivered');
      assert.equal(receipt.errorCode, '000');
    });
  }

  const stats: [word: string, state: string][] = [
    ['DELIVRD', 'delivered'],
    ['UNDELIV', 'undelivered'],
    ['FAILED', 'undelivered'],
    ['UNDELIVERED', 'undelivered'],
    ['EXPIRED', 'expired'],
    ['DELETED', 'cancelled'],
    ['REJECTD', 'rejected'],
    ['BLOCKED', 'rejected'],
    ['ACCEPTD', 'enroute'],
    ['ENROUTE', 'enroute'],
    ['BUFFERD', 'enroute'],
    ['UNKNOWN', 'unknown'],
    ['FAKED', 'unknown'],
    ['toString', 'unknown'],
  ];
  for (const [word, state] of stats) {
    it(`takes stat:${word} for ${state}`, () => assert.equal(parsed(`id:1 stat:${word}`)?.state, state));
  }

  it('takes a word it does not know, or none, for no news and not for a failure', () => {
    assert.equal(parsed('id:1 stat:WHATEVER')?.state, 'unknown');
    assert.equal(parsed('id:1')?.state, 'unknown');
  });

  it('lets the TLVs win over the text', () => {
    const text = 'id:wrong stat:UNDELIV err:004';
    const receipt = parsed({ text, receiptedMessageId: 'right', messageState: 2 });
    assert.equal(receipt?.upstreamId, 'right');
    assert.equal(receipt.state, 'delivered');
    assert.equal(receipt.errorCode, '004');
  });

  it('reads a receipt of TLVs alone, with each number of message_state', () => {
    const states = Array.from({ length: 11 }, (_, messageState) => {
      const receipt = parsed({ text: '', receiptedMessageId: 'AB', messageState });
      assert.equal(receipt?.upstreamId, 'AB');
      assert.equal(receipt.at, receivedAt);
      return receipt.state;
    });
    assert.deepEqual(states, [
      ...['enroute', 'enroute', 'delivered', 'expired', 'cancelled', 'undelivered', 'enroute', 'unknown', 'rejected'],
      ...['unknown', 'unknown'],
    ]);
  });

  it('goes by the text where a TLV is empty', () => {
    assert.equal(parsed({ text: 'id:7 stat:EXPIRED', receiptedMessageId: ' ' })?.upstreamId, '7');
  });

  it('does not look for fields in the text of the message', () => {
    const receipt = parsed('id:1 stat:EXPIRED err:1 text:id:2 stat:DELIVRD err:9 done date:2607171130');
    assert.equal(receipt?.upstreamId, '1');
    assert.equal(receipt.state, 'expired');
    assert.equal(receipt.errorCode, '1');
    assert.equal(receipt.at, receivedAt);
    assert.equal(parsed('stat:DELIVRD text:id:2'), undefined);
  });

  it('does not take another word that ends in a label for the field', () => {
    assert.equal(parsed('smsid:5 stat:DELIVRD'), undefined);
    assert.equal(parsed('smsid:5 id:6 substat:EXPIRED stat:DELIVRD')?.upstreamId, '6');
    assert.equal(parsed('id:6 substat:EXPIRED stat:DELIVRD')?.state, 'delivered');
  });

  it('is none without an id', () => {
    for (const text of ['', 'Habari', 'stat:DELIVRD', 'id:', 'id: ']) assert.equal(parsed(text), undefined, text);
  });

  it('keeps an err of any form, cut to what can be stored', () => {
    assert.equal(parsed('id:1 err:0x4F')?.errorCode, '0x4F');
    assert.equal(parsed('id:1 err:1045')?.errorCode, '1045');
    assert.equal(parsed(`id:1 err:${'9'.repeat(50)}`)?.errorCode?.length, 16);
    assert.equal(parsed('id:1')?.errorCode, undefined);
  });

  it('goes by the time it came where the operator’s date is none or a day off', () => {
    const doneAt = (date: string): number | undefined => parsed(`id:1 done date:${date} stat:DELIVRD`)?.at;
    assert.equal(doneAt('2607171158'), receivedAt - 120_000);
    assert.equal(doneAt('0000000000'), receivedAt);
    assert.equal(doneAt('2507171158'), receivedAt);
    assert.equal(doneAt('yesterday'), receivedAt);
  });

  it('is quick with a text made to be slow', () => {
    const startedAt = performance.now();
    parsed('done date:'.repeat(100_000));
    parsed(`done${' '.repeat(1_000_000)}`);
    assert.ok(performance.now() - startedAt < 200);
  });
});

describe('parseReceiptDate', () => {
  const dates: [string | undefined, number | undefined][] = [
    ['2607171159', Date.UTC(2026, 6, 17, 11, 59)],
    ['260717115930', Date.UTC(2026, 6, 17, 11, 59, 30)],
    ['20260717115930', Date.UTC(2026, 6, 17, 11, 59, 30)],
    ['260717115930012+', Date.UTC(2026, 6, 17, 8, 59, 30)],
    ['260717115930004-', Date.UTC(2026, 6, 17, 12, 59, 30)],
    ['260717115930012R', undefined],
    ['26071711', undefined],
    ['260717115', undefined],
    ['26-07-17 11:59', undefined],
    ['', undefined],
    [undefined, undefined],
  ];
  for (const [date, time] of dates) {
    it(`reads ${date ?? 'none'}`, () => assert.equal(parseReceiptDate(date), time));
  }
});
