import assert from 'node:assert/strict';
import { baseCharacters, extensionCharacters } from '@ujumbe/core';
import fc from 'fast-check';
import { nationalLanguages, noShift, type NationalLanguage, type Shift } from './national-languages.js';
import { decodeSeptets, encodeSeptets, septetCostsOf } from './septet-codec.js';
import { lockingShiftTable, singleShiftTable } from './shift-tables.js';

const decoded = (octets: number[], shift?: Shift): string => decodeSeptets(Buffer.from(octets), shift);
const hex = (text: string, shift?: Shift): string | undefined => encodeSeptets(text, shift)?.toString('hex');

describe('GSM 7-bit, an octet a septet', () => {
  it('writes what the specification says', () => {
    assert.equal(hex('Habari @ £5 {€}'), '4861626172692000200135201b281b651b29');
  });

  it('reads an escape that announces nothing', () => {
    assert.equal(decoded([0x1b, 0x41]), 'A');
    assert.equal(decoded([0x1b, 0x00]), '@');
    assert.equal(decoded([0x1b]), ' ');
    assert.equal(decoded([0x41, 0x1b]), 'A ');
    assert.equal(decoded([0x1b, 0x1b, 0x65]), ' e');
    assert.equal(decoded([0x1b, 0x1b]), ' ');
    assert.equal(decoded([0x1b, 0x65, 0x1b, 0x0a]), '€\f');
  });

  it('never says @ for a character it does not have', () => {
    for (const text of ['aЖb', 'ç', '`', '\x1b', '\t', '😀']) assert.equal(encodeSeptets(text), null);
  });

  it('reads octets above 0x7F as latin1', () => {
    assert.equal(decoded([0x63, 0x61, 0x66, 0xe9]), 'café');
    assert.equal(decoded([0x1b, 0xe9]), 'é');
    assert.equal(decoded([0x80]), '\ufffd');
  });

  it('keeps single and locking shift apart', () => {
    assert.equal(decoded([0x04, 0x1b, 0x63], { single: 'turkish' }), 'èç');
    assert.equal(decoded([0x04, 0x1b, 0x63], { locking: 'turkish' }), '€c');
    assert.equal(decoded([0x12, 0x1b, 0x12], { single: 'portuguese' }), 'ΦΦ');
    assert.equal(decoded([0x12, 0x1b, 0x12], { locking: 'portuguese' }), 'ªª');
    assert.equal(decoded([0x12, 0x1b, 0x12], { locking: 'portuguese', single: 'portuguese' }), 'ªΦ');
    assert.equal(decoded([0x00, 0x1b, 0x1c], { locking: 'hindi', single: 'urdu' }), '\u0901\u06f0');
    // A place that nothing stands at.
    assert.equal(decoded([0x0c], { locking: 'bengali' }), ' ');
  });

  const languages = Object.keys(nationalLanguages) as NationalLanguage[];
  const shifts: Shift[] = languages.flatMap((language) => [
    { single: language },
    { locking: language },
    { locking: language, single: language },
  ]);
  for (const shift of [noShift, ...shifts]) {
    it(`reads what it wrote: ${JSON.stringify(shift)}`, () => {
      const base = shift.locking === undefined ? baseCharacters : lockingShiftTable(shift.locking);
      const extension = shift.single === undefined ? extensionCharacters : singleShiftTable(shift.single);
      const characters = [...new Set([...base, ...extension.values()])].filter((character) => character !== '');
      const costs = septetCostsOf(shift);
      for (const character of characters) {
        const octets = encodeSeptets(character, shift);
        assert.equal(octets?.length, costs[character.charCodeAt(0)]);
        assert.equal(decodeSeptets(octets!, shift), character);
      }
      const texts = fc.array(fc.constantFrom(...characters), { maxLength: 200 });
      fc.assert(
        fc.property(texts, (letters) => {
          const text = letters.join('');
          const octets = encodeSeptets(text, shift);
          assert.ok(octets);
          assert.equal(decodeSeptets(octets, shift), text);
        }),
        { numRuns: 50, seed: 23_038 },
      );
    });
  }
});
