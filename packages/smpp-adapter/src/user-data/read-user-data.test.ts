import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PduError } from '../pdu/errors.js';
import { readUserData, type ReadUserDataOptions, type UserData, type UserDataFields } from './read-user-data.js';

const fields = (short_message: string | Buffer, others: Partial<UserDataFields> = {}): UserDataFields => ({
  esm_class: 0,
  data_coding: 0,
  short_message: typeof short_message === 'string' ? Buffer.from(short_message, 'latin1') : short_message,
  ...others,
});
const read = (of: UserDataFields, options?: ReadUserDataOptions): UserData => readUserData(of, options);
const hex = (octets: string): Buffer => Buffer.from(octets, 'hex');

describe('readUserData', () => {
  it('reads a text in the alphabet that data_coding names', () => {
    assert.deepEqual(read(fields('Habari')), { encoding: 'gsm7', elements: [], text: 'Habari' });
    assert.equal(read(fields(hex('001b65'))).text, '@€');
    assert.equal(read(fields(hex('40e9'), { data_coding: 3 })).text, '@é');
    assert.equal(read(fields(hex('d83dde00'), { data_coding: 8 })).text, '😀');
    assert.equal(read(fields(hex('40e9')), { defaultAlphabet: 'latin1' }).text, '@é');
    assert.equal(read(fields(hex('40c3a9')), { defaultAlphabet: 'utf8' }).text, '@é');
    assert.equal(read(fields(hex('40')), { defaultAlphabet: 'ascii' }).text, '@');
    assert.equal(read(fields(hex('40'), { data_coding: 0xf0 }), { defaultAlphabet: 'ascii' }).messageClass, 0);
    assert.equal(read(fields(hex('e8329bfd4697d9ec37')), { packed: true }).text, 'hellohello');
  });

  it('hands binary out without its header', () => {
    const of = fields(hex('0605041581000001ff'), { esm_class: 0x40, data_coding: 4 });
    const { binary, text, elements } = read(of);
    assert.deepEqual([binary?.toString('hex'), text], ['01ff', undefined]);
    assert.deepEqual(
      elements.map(({ identifier }) => identifier),
      [5],
    );
  });

  it('reads parts by header, 8-bit and 16-bit, in each mode of esm_class', () => {
    for (const esm_class of [0x40, 0x43]) {
      const part = read(fields(hex('050003cc0201' + '6162'), { esm_class }));
      assert.deepEqual(part.concat, { ref: 0xcc, total: 2, part: 1, bits: 8 });
      assert.equal(part.text, 'ab');
    }
    const part = read(fields(hex('060804abcd0302' + '0416'), { esm_class: 0x40, data_coding: 8 }));
    assert.deepEqual(part.concat, { ref: 0xabcd, total: 3, part: 2, bits: 16 });
    assert.equal(part.text, 'Ж');
  });

  it('reads packed text behind a header, from the septet boundary', () => {
    // 'a' after six octets of header: one fill bit.
    const of = fields(hex('050003cc0201' + 'c2'), { esm_class: 0x40 });
    assert.equal(read(of, { packed: true }).text, 'a');
  });

  it('reads national tables, each shift by itself, and unknown ones as none', () => {
    const text = (header: string): string | undefined => read(fields(hex(`${header}041b63`), { esm_class: 0x40 })).text;
    assert.equal(text('03240101'), 'èç');
    assert.equal(text('03250101'), '€c');
    assert.equal(text('06250101240101'), '€ç');
    assert.equal(text('0324010e'), 'èc');
  });

  describe('with SAR TLVs', () => {
    const sar = { ref: 0x1234, total: 2, seq: 1 };
    const concat = { ref: 0x1234, total: 2, part: 1, bits: 'sar' };

    it('reads the part', () => assert.deepEqual(read(fields('Habari', { sar })).concat, concat));

    it('reads the example of the guide, which claims a header and has none', () => {
      for (const text of ['Habari ya asubuhi. Karibu.', 'Hi', 'A', '\n\n\n']) {
        const part = read(fields(text, { esm_class: 0x40, sar }));
        assert.deepEqual([part.text, part.concat, part.elements], [text, concat, []]);
      }
      const ucs2 = read(fields(hex('00480069'), { esm_class: 0x40, data_coding: 8, sar }));
      assert.equal(ucs2.text, 'Hi');
    });

    it('believes a header that is one', () => {
      const part = read(fields(hex('050003cc0302' + '61'), { esm_class: 0x40, sar }));
      assert.deepEqual(part.concat, { ref: 0xcc, total: 3, part: 2, bits: 8 });
      assert.equal(part.text, 'a');
    });

    it('takes a message of one part for whole', () => {
      assert.equal(read(fields('a', { sar: { ref: 1, total: 1, seq: 1 } })).concat, undefined);
    });
  });

  it('reads message_payload', () => {
    assert.equal(read(fields('', { message_payload: Buffer.from('x'.repeat(2_000)) })).text?.length, 2_000);
    assert.equal(read(fields('', { message_payload: hex('050003cc020161'), esm_class: 0x40 })).concat?.ref, 0xcc);
  });

  const refusals: [name: string, status: number, of: UserDataFields][] = [
    ['no text', 0x01, fields('')],
    ['two texts', 0x01, fields('a', { message_payload: Buffer.from('b') })],
    ['255 octets', 0x01, fields('a'.repeat(255))],
    ['an empty payload', 0x01, fields('', { message_payload: Buffer.alloc(0) })],
    ['a header beyond the text', 0x43, fields('Habari', { esm_class: 0x40 })],
    ['elements beyond the header', 0x43, fields(hex('050004cc020161'), { esm_class: 0x40 })],
    ['a data_coding nobody reads', 0x104, fields('a', { data_coding: 0x06 })],
    ['SAR beside payload', 0xc1, fields('', { message_payload: Buffer.from('a'), sar: { ref: 1, total: 2, seq: 1 } })],
    ['segment 0', 0xc4, fields('a', { sar: { ref: 1, total: 2, seq: 0 } })],
    ['segment 3 of 2', 0xc4, fields('a', { sar: { ref: 1, total: 2, seq: 3 } })],
  ];
  for (const [name, status, of] of refusals) {
    it(`refuses ${name}`, () => {
      assert.throws(
        () => read(of),
        (error) => error instanceof PduError && error.status === status,
      );
    });
  }

  it('takes no text for one where that is allowed', () => {
    assert.equal(read(fields(''), { allowEmpty: true }).text, '');
    assert.equal(read(fields('', { esm_class: 0x40 }), { allowEmpty: true }).text, '');
  });

  it('reads or refuses any octets, and throws nothing else', () => {
    const anything = fc.record({
      esm_class: fc.nat(255),
      data_coding: fc.nat(255),
      short_message: fc.uint8Array({ maxLength: 254 }),
      sar: fc.option(fc.record({ ref: fc.nat(65_535), total: fc.nat(255), seq: fc.nat(255) }), { nil: undefined }),
    });
    fc.assert(
      fc.property(anything, fc.boolean(), (of, packed) => {
        try {
          const { text, binary } = readUserData(of, { packed, generalDataCoding: true });
          assert.ok((text === undefined) !== (binary === undefined));
        } catch (error) {
          assert.ok(error instanceof PduError);
        }
      }),
      { numRuns: 2_000, seed: 3 },
    );
  });
});
