import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PduError } from '../pdu/errors.js';
import { concatenationElement, concatenationIn } from './concatenation.js';
import { readUserDataHeader, writeUserDataHeader } from './user-data-header.js';

const read = (hex: string): ReturnType<typeof readUserDataHeader> => readUserDataHeader(Buffer.from(hex, 'hex'));
const isRefused = (error: unknown): boolean => error instanceof PduError && error.status === 0x43;

describe('User data header', () => {
  it('is read with all its elements, known or not', () => {
    const { elements, octets } = read('0b0003cc0201' + '0504158a0000' + '616263');
    assert.equal(octets, 12);
    assert.deepEqual(
      elements.map(({ identifier, data }) => [identifier, Buffer.from(data).toString('hex')]),
      [
        [0, 'cc0201'],
        [5, '158a0000'],
      ],
    );
    assert.deepEqual(read('0061'), { elements: [], octets: 1 });
    assert.deepEqual(read('0270' + '00').elements.length, 1);
  });

  for (const hostile of [
    '',
    '05',
    'ff00',
    '050003cc02',
    '01',
    '0100',
    '0200ff',
    '050004cc0201',
    '0400',
    '060003010201ff',
  ]) {
    it(`refuses ${hostile === '' ? 'nothing' : hostile}`, () => assert.throws(() => read(hostile), isRefused));
  }

  it('is what was written, and any octets are either a header or refused', () => {
    const element = fc.record({ identifier: fc.nat(255), data: fc.uint8Array({ maxLength: 20 }) });
    fc.assert(
      fc.property(fc.array(element, { minLength: 1, maxLength: 5 }), fc.uint8Array(), (elements, text) => {
        const header = writeUserDataHeader(elements);
        const found = readUserDataHeader(Buffer.concat([header, text]));
        assert.equal(found.octets, header.length);
        assert.deepEqual(
          found.elements.map(({ identifier, data }) => [identifier, ...data]),
          elements.map(({ identifier, data }) => [identifier, ...data]),
        );
      }),
      { seed: 1 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (octets) => {
        try {
          assert.ok(readUserDataHeader(octets).octets <= octets.length);
        } catch (error) {
          assert.ok(isRefused(error));
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('is nothing without elements, and no longer than a part', () => {
    assert.equal(writeUserDataHeader([]).length, 0);
    assert.throws(() => writeUserDataHeader([{ identifier: 5, data: new Uint8Array(138) }]), RangeError);
    assert.equal(writeUserDataHeader([{ identifier: 5, data: new Uint8Array(137) }]).length, 140);
  });
});

describe('Concatenation', () => {
  const found = (hex: string): ReturnType<typeof concatenationIn> => concatenationIn(read(hex).elements);

  it('is read from either element', () => {
    assert.deepEqual(found('050003cc0302'), { ref: 0xcc, total: 3, part: 2, bits: 8 });
    assert.deepEqual(found('0608041234ff01'), { ref: 0x1234, total: 255, part: 1, bits: 16 });
  });

  it('passes over numbers that cannot be, and messages of one part', () => {
    for (const hex of ['050003cc0300', '050003cc0304', '050003cc0000', '050003cc0101', '040002cc02', '050803cc0302']) {
      assert.equal(found(hex), undefined, hex);
    }
    assert.equal(found('0a0003010201' + '0003020202')?.ref, 2);
    assert.equal(found('0a0003010201' + '0003020203')?.ref, 1);
  });

  it('is written back', () => {
    for (const bits of [8, 16] as const) {
      const concat = { ref: bits === 8 ? 0xab : 0xabcd, total: 4, part: 3, bits };
      assert.deepEqual(concatenationIn([concatenationElement(concat)]), concat);
    }
  });
});
