import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PduError } from '../pdu/errors.js';
import { tlvValue } from '../pdu/tlvs.js';
import { nationalLanguages, type NationalLanguage } from './national-languages.js';
import { readUserData, type UserData } from './read-user-data.js';
import { roomBeside } from './segment-room.js';
import { writeUserData, type UserDataPart, type WriteUserDataOptions } from './write-user-data.js';

const gsm7: WriteUserDataOptions = { alphabet: 'gsm7', concat: 'udh8', reference: 0xabcd };
const write = (text: string, options: Partial<WriteUserDataOptions> = {}): UserDataPart[] =>
  writeUserData(text, { ...gsm7, ...options });

/** A part as its receiver reads it. */
function received(part: UserDataPart, { alphabet, packed }: Partial<WriteUserDataOptions> = {}): UserData {
  const tlvs = part.tlvs ?? [];
  const ref = tlvValue(tlvs, 'sar_msg_ref_num');
  const total = tlvValue(tlvs, 'sar_total_segments') ?? 0;
  const seq = tlvValue(tlvs, 'sar_segment_seqnum') ?? 0;
  return readUserData(
    {
      ...part,
      message_payload: tlvValue(tlvs, 'message_payload'),
      ...(ref !== undefined && { sar: { ref, total, seq } }),
    },
    { allowEmpty: true, defaultAlphabet: alphabet ?? 'gsm7', packed: packed ?? false },
  );
}

const lengths = (text: string, options: Partial<WriteUserDataOptions> = {}): number[] =>
  write(text, options).map((part) => received(part, options).text?.length ?? -1);

const refusedWith =
  (status: number) =>
  (error: unknown): boolean =>
    error instanceof PduError && error.status === status;

describe('Room of a part', () => {
  it('is what the contract counts', () => {
    const septets = [0, 6, 7, 4, 7, 9, 12].map((octets) => roomBeside(octets).septets);
    assert.deepEqual(septets, [160, 153, 152, 155, 152, 149, 146]);
    assert.deepEqual(
      [0, 6, 7].map((octets) => roomBeside(octets).units),
      [70, 67, 66],
    );
    assert.deepEqual(
      [0, 6, 7].map((octets) => roomBeside(octets).octets),
      [140, 134, 133],
    );
  });
});

describe('writeUserData', () => {
  it('writes one part without a header', () => {
    const [part, ...others] = write('Habari €');
    assert.deepEqual(others, []);
    assert.deepEqual(part, { esm_class: 0, data_coding: 0, short_message: Buffer.from('Habari \x1be', 'latin1') });
    assert.deepEqual(write('Жar')[0]?.data_coding, 8);
    assert.equal(write('')[0]?.short_message.length, 0);
    assert.equal(write('flash', { messageClass: 0 })[0]?.data_coding, 0xf0);
    assert.equal(write('Ж', { messageClass: 0 })[0]?.data_coding, 0x18);
  });

  it('cuts at the budgets of the header', () => {
    assert.deepEqual(lengths('a'.repeat(160)), [160]);
    assert.deepEqual(lengths('a'.repeat(161)), [153, 8]);
    assert.deepEqual(lengths('a'.repeat(161), { concat: 'udh16' }), [152, 9]);
    assert.deepEqual(lengths('Ж'.repeat(71)), [67, 4]);
    assert.deepEqual(lengths('Ж'.repeat(71), { concat: 'udh16' }), [66, 5]);
    assert.deepEqual(lengths('a'.repeat(161), { packed: true }), [153, 8]);
    assert.deepEqual(lengths('a'.repeat(152) + '€€€€€'), [152, 5]);
    assert.deepEqual(lengths('Ж'.repeat(66) + '😀😀😀'), [66, 6]);
  });

  it('writes each form of concatenation', () => {
    const text = 'a'.repeat(161);
    const [first, second] = write(text);
    assert.equal(first?.esm_class, 0x40);
    assert.equal(first.short_message.subarray(0, 6).toString('hex'), '050003cd0201');
    assert.equal(second?.short_message.subarray(0, 6).toString('hex'), '050003cd0202');
    assert.equal(write(text, { concat: 'udh16' })[1]?.short_message.subarray(0, 7).toString('hex'), '060804abcd0202');

    const sar = write(text, { concat: 'sar' });
    assert.deepEqual(
      sar.map((part) => part.esm_class),
      [0, 0],
    );
    assert.deepEqual(received(sar[1]!).concat, { ref: 0xabcd, total: 2, part: 2, bits: 'sar' });

    const [payload, ...others] = write(text, { concat: 'payload' });
    assert.deepEqual(others, []);
    assert.equal(payload?.short_message.length, 0);
    assert.equal(received(payload).text, text);
    assert.equal(write('short', { concat: 'payload' })[0]?.tlvs, undefined);
  });

  it('refuses what does not fit, instead of replacing it', () => {
    assert.throws(() => write('Ж', { encoding: 'gsm7' }), refusedWith(0x104));
    assert.throws(() => write('€', { alphabet: 'latin1', encoding: 'latin1' }), refusedWith(0x104));
    assert.throws(() => write('a', { alphabet: 'latin1', encoding: 'gsm7' }), refusedWith(0x104));
    assert.throws(() => write('a'.repeat(1_531), { maxParts: 10 }), refusedWith(0x01));
    assert.throws(() => write('a'.repeat(153 * 255 + 1)), refusedWith(0x01));
    assert.equal(write('a'.repeat(153 * 255)).length, 255);
    assert.throws(() => write('a'.repeat(70_000), { concat: 'payload' }), refusedWith(0x01));
    assert.equal(write('a', { encoding: 'ucs2' })[0]?.data_coding, 8);
  });

  it('writes the alphabet the peer takes 0 for, as long as that has the text', () => {
    for (const alphabet of ['latin1', 'ascii', 'utf8'] as const) {
      const [part] = write('Habari @', { alphabet });
      assert.deepEqual([part?.data_coding, part?.short_message.toString('latin1')], [0, 'Habari @']);
    }
    assert.equal(write('€', { alphabet: 'latin1' })[0]?.data_coding, 8);
    assert.deepEqual(lengths('ç'.repeat(71), { alphabet: 'latin1' }), [67, 4]);
    assert.deepEqual(lengths('é'.repeat(161), { alphabet: 'latin1' }), [153, 8]);
    // 160 letters of two octets: too many for short_message.
    const [long] = write('é'.repeat(160), { alphabet: 'utf8' });
    assert.equal(long?.short_message.length, 0);
    assert.equal(received(long, { alphabet: 'utf8' }).text, 'é'.repeat(160));
    assert.throws(() => write('é'.repeat(161), { alphabet: 'utf8', concat: 'sar' }), refusedWith(0x01));
  });

  describe('with national languages', () => {
    const headers = (text: string, languages: NationalLanguage[]): (string | undefined)[] =>
      write(text, { languages }).map(({ esm_class, short_message }) =>
        esm_class === 0 ? undefined : short_message.subarray(0, 1 + short_message[0]!).toString('hex'),
      );

    it('uses them only where the default alphabet lacks something', () => {
      assert.deepEqual(headers('Habari €', ['turkish', 'hindi']), [undefined]);
      assert.equal(write('çok')[0]?.data_coding, 8);
      assert.deepEqual(headers('çok', ['turkish']), ['03240101']);
    });

    it('takes the cheapest', () => {
      assert.deepEqual(headers('çğışöü'.repeat(12), ['turkish', 'portuguese']), ['03240101']);
      assert.deepEqual(headers('çğışöü'.repeat(20), ['turkish', 'portuguese']), ['03250101']);
      assert.deepEqual(headers('\u0928\u092e\u0938\u094d\u0924\u0947', ['hindi', 'urdu']), ['03250106']);
      assert.deepEqual(headers('\u0928\u092e\u0938\u094d\u0924\u0947 SMS \u0967', ['hindi']), ['06250106240106']);
      assert.deepEqual(headers('\u0928\u0b85', ['hindi', 'tamil']), [undefined]);
    });

    it('cuts at the budgets of their headers', () => {
      const locked = 'ğ'.repeat(156);
      assert.deepEqual(lengths(locked, { languages: ['turkish'] }), [149, 7]);
      assert.deepEqual(headers(locked, ['turkish']), ['08' + '0003cd0201' + '250101', '08' + '0003cd0202' + '250101']);
      assert.deepEqual(lengths('ğ'.repeat(155), { languages: ['turkish'] }), [155]);
      const hindi = '\u0928'.repeat(151) + 'A';
      assert.deepEqual(lengths(hindi, { languages: ['hindi'] }), [146, 6]);
      assert.deepEqual(lengths('\u0928'.repeat(150) + 'A', { languages: ['hindi'] }), [151]);
    });

    it('never costs more segments than UCS-2', () => {
      const languages = Object.keys(nationalLanguages) as NationalLanguage[];
      const texts = fc.array(fc.constantFrom('ğ', 'A', '\u0928', '\u0967', '€', 'á', 'ç', '\u0627'), {
        maxLength: 250,
      });
      fc.assert(
        fc.property(texts, (letters) => {
          const text = letters.join('');
          assert.ok(write(text, { languages }).length <= write(text, { encoding: 'ucs2' }).length);
        }),
        { numRuns: 50, seed: 4 },
      );
    });

    it('leaves them out of a payload that the peer will cut', () => {
      assert.equal(write('ğ'.repeat(155), { languages: ['turkish'], concat: 'payload' })[0]?.esm_class, 0x40);
      assert.equal(write('ğ'.repeat(156), { languages: ['turkish'], concat: 'payload' })[0]?.data_coding, 8);
    });
  });

  it('is what readUserData reads', () => {
    const letters = fc.constantFrom('a', '@', 'é', '€', '{', 'Ж', 'ğ', '😀', '\u0928', '\u0301');
    const few = fc.uniqueArray(letters, { minLength: 1, maxLength: 3 });
    const texts = few.chain((some) => fc.array(fc.constantFrom(...some), { maxLength: 500 }));
    const options = fc.record({
      alphabet: fc.constantFrom('gsm7', 'latin1', 'utf8'),
      concat: fc.constantFrom('udh8', 'udh16', 'sar', 'payload'),
      languages: fc.subarray<NationalLanguage>(['turkish', 'hindi', 'portuguese']),
      packed: fc.boolean(),
      wholeCharacters: fc.boolean(),
      reference: fc.nat(0xffff),
    });
    fc.assert(
      fc.property(texts, options, (characters, chosen) => {
        const text = characters.join('');
        if (chosen.alphabet === 'utf8' && chosen.concat === 'sar') return;
        const parts = writeUserData(text, chosen);
        const read = parts.map((part) => received(part, chosen));
        const whole = read.map((part) => part.text).join('');
        // A packed text that fills its last octet loses an @ at the end of a part: SMPP does not say its length.
        if (!chosen.packed || !text.includes('@')) assert.equal(whole, text);
        for (const [index, { concat }] of read.entries()) {
          assert.deepEqual(
            [concat?.part, concat?.total],
            parts.length === 1 ? [undefined, undefined] : [index + 1, parts.length],
          );
        }
      }),
      { numRuns: 500, seed: 5 },
    );
  });
});
