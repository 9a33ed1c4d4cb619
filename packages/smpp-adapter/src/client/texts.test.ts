import assert from 'node:assert/strict';
import type { SimulatedSubmit } from '../simulator/simulator-options.js';
import { tlvValue } from '../pdu/tlvs.js';
import type { DefaultAlphabet } from '../user-data/alphabets.js';
import { readUserData, type UserData } from '../user-data/read-user-data.js';
import type { ConcatenationForm } from '../user-data/write-user-data.js';
import { ClientWorld, never, outbound, until } from './client-world.test.support.js';

const swahili = 'Ndugu mteja, salio lako ni TSh 12,500. '.repeat(10);
const euro = '[{€}] bei mpya ~ '.repeat(25);
const russian = 'Здравствуйте, это длинное сообщение. '.repeat(6);
const emoji = 'Asante sana 😀🎉 '.repeat(14);
const turkish = 'Şeker ve çığ için güzel bir gün, ğ ş ı İ. '.repeat(9);

describe('texts through an SMPP transport', () => {
  const world = new ClientWorld();
  afterEach(() => world.closeAll());

  /** What an operator makes of the parts it has got. */
  function read(submits: readonly SimulatedSubmit[], options: Parameters<typeof readUserData>[1]): UserData[] {
    return submits.map(({ body, tlvs }) => {
      const [ref, total, seq] = [
        tlvValue(tlvs, 'sar_msg_ref_num'),
        tlvValue(tlvs, 'sar_total_segments'),
        tlvValue(tlvs, 'sar_segment_seqnum'),
      ];
      const sar = ref !== undefined && total !== undefined && seq !== undefined ? { ref, total, seq } : undefined;
      return readUserData({ ...body, sar, message_payload: tlvValue(tlvs, 'message_payload') }, options);
    });
  }

  interface Case {
    name: string;
    text: string;
    encoding: string;
    alphabet?: DefaultAlphabet;
    packed?: boolean;
    languages?: 'turkish'[];
  }
  const cases: Case[] = [
    { name: 'GSM 7-bit', text: swahili, encoding: 'gsm7' },
    { name: 'GSM 7-bit with extension characters', text: euro, encoding: 'gsm7' },
    { name: 'packed GSM 7-bit', text: swahili, encoding: 'gsm7', packed: true },
    { name: 'UCS-2', text: russian, encoding: 'ucs2' },
    { name: 'UCS-2 with surrogates', text: emoji, encoding: 'ucs2' },
    { name: 'Turkish tables', text: turkish, encoding: 'gsm7', languages: ['turkish'] },
    { name: 'Turkish without its tables', text: turkish, encoding: 'ucs2' },
    { name: 'latin1', text: swahili, encoding: 'latin1', alphabet: 'latin1' },
  ];
  for (const concat of ['udh8', 'udh16', 'sar', 'payload'] as ConcatenationForm[]) {
    for (const { name, text, encoding, alphabet = 'gsm7', packed = false, languages = [] } of cases) {
      it(`${name} by ${concat} arrives as it was sent`, async () => {
        const submits: SimulatedSubmit[] = [];
        const smsc = await world.simulator({
          onSubmit: (submit) => {
            const { body } = submit;
            submits.push({ ...submit, body: { ...body, short_message: Buffer.from(body.short_message) } });
          },
        });
        const transport = await world.transport(smsc.port!, { concat, alphabet, packed, languages });
        const [outcome] = await Promise.all(transport.submit([outbound({ text, segments: 4 })], never));
        assert.equal(outcome?.kind, 'accepted');
        assert.equal(outcome.upstreamIds.length, submits.length);
        const parts = read(submits, { defaultAlphabet: alphabet, packed });
        assert.equal(parts.map((part) => part.text).join(''), text);
        // Who cuts a payload cannot be asked to repeat the header that names the tables.
        const expected = concat === 'payload' && languages.length > 0 ? 'ucs2' : encoding;
        assert.deepEqual(new Set(parts.map((part) => part.encoding)), new Set([expected]));
        if (concat === 'payload') {
          assert.equal(parts.length, 1);
          return;
        }
        assert.ok(parts.length > 1);
        assert.deepEqual(
          parts.map((part) => part.concat?.part),
          parts.map((_, index) => index + 1),
        );
        assert.equal(new Set(parts.map((part) => `${part.concat?.ref} ${part.concat?.total}`)).size, 1);
        await until('a receipt for each part', () => world.reports.length === parts.length);
      });
    }
  }

  it('that cannot be sent are rejected and leave nothing behind', async () => {
    const smsc = await world.simulator();
    const transport = await world.transport(smsc.port!);
    const [outcome] = await Promise.all(
      transport.submit([outbound({ text: 'x'.repeat(153 * 256), segments: 256 })], never),
    );
    assert.deepEqual([outcome?.kind, outcome?.kind === 'rejected' && outcome.code], ['rejected', 'message_too_long']);
    assert.equal(smsc.counts().submits, 0);
  });
});
