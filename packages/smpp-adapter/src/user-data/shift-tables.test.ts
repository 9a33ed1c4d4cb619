import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { baseCharacters, extensionCharacters } from '@ujumbe/core';
import { languageOf, nationalLanguages, type NationalLanguage } from './national-languages.js';
import { lockingShiftTable, singleShiftTable } from './shift-tables.js';

const languages = Object.keys(nationalLanguages) as NationalLanguage[];

/**
 * The first digits of the SHA-256 of each table, taken when all of them were compared, character by character, with
 * three independent copies of the specification. A table that changes has to be compared again.
 */
const digests: Record<NationalLanguage, [locking: string, single: string]> = {
  turkish: ['a2a30caae12f', '923caf9c2bc5'],
  spanish: ['5541cc5a9e9d', 'e526f1f052c1'],
  portuguese: ['c39a369f43a9', 'b0ed2fad1d45'],
  bengali: ['ede481b0fd8e', 'd09da74bbedf'],
  gujarati: ['26e2d9a0e270', '4848f4a7f686'],
  hindi: ['b1c615dd1df2', '0b85ef66bfc4'],
  kannada: ['db17fe5d577d', '9bc78618a87b'],
  malayalam: ['196363c4947d', '87d8727cfdda'],
  oriya: ['62027aafaed4', '6b3fbf6841b5'],
  punjabi: ['e87dcede05f6', '5369d0b438fd'],
  tamil: ['6ca5892ec72b', 'a197c478026a'],
  telugu: ['32b9477ef209', '8dc69774d510'],
  urdu: ['b0e9ee8bd240', 'a8a48b746d13'],
};

const digestOf = (table: unknown): string =>
  createHash('sha256').update(JSON.stringify(table)).digest('hex').slice(0, 12);

describe('National language tables', () => {
  it('have the identifiers of the specification', () => {
    assert.equal(nationalLanguages.turkish, 1);
    assert.equal(nationalLanguages.urdu, 13);
    for (const language of languages) assert.equal(languageOf(nationalLanguages[language]), language);
    for (const identifier of [0, 14, 255]) assert.equal(languageOf(identifier), undefined);
  });

  for (const language of languages) {
    it(`are as they were verified: ${language}`, () => {
      const single = [...singleShiftTable(language)].sort(([one], [other]) => one - other);
      assert.deepEqual([digestOf(lockingShiftTable(language)), digestOf(single)], digests[language]);
    });

    it(`have one character or none at each place: ${language}`, () => {
      const table = lockingShiftTable(language);
      assert.equal(table.length, 128);
      for (const character of table) assert.ok(character.length <= 1);
      assert.deepEqual([table[0x0a], table[0x0d], table[0x20], table[0x1b]], ['\n', '\r', ' ', ' ']);
      const extension = singleShiftTable(language);
      for (const [septet, character] of extension) {
        assert.ok(septet >= 0 && septet < 128 && septet !== 0x1b && septet !== 0x0d && character.length === 1);
      }
      for (const [septet, character] of extensionCharacters) assert.equal(extension.get(septet), character);
    });
  }

  it('put letters where the specification has them', () => {
    const locking: [NationalLanguage, number, string][] = [
      ['turkish', 0x04, '€'], ['turkish', 0x1d, 'ş'], ['turkish', 0x60, 'ç'], ['portuguese', 0x12, 'ª'],
      ['portuguese', 0x18, '€'], ['portuguese', 0x7d, '`'], ['hindi', 0x00, '\u0901'], ['hindi', 0x5f, '\u094d'],
      ['hindi', 0x7f, '\u097f'], ['bengali', 0x60, '\u09ce'], ['kannada', 0x24, '\u0ca1'], ['kannada', 0x3d, '\u0caa'],
      ['tamil', 0x3c, '\u0ba9'], ['urdu', 0x00, '\u0627'], ['urdu', 0x28, ')'], ['urdu', 0x7f, '\u0670'],
    ]; // prettier-ignore
    for (const [language, septet, character] of locking) {
      assert.equal(lockingShiftTable(language)[septet], character, `${language} ${septet}`);
    }
    const single: [NationalLanguage, number, string | undefined][] = [
      ['turkish', 0x63, 'ç'], ['turkish', 0x04, undefined], ['spanish', 0x6f, 'ó'], ['portuguese', 0x12, 'Φ'],
      ['portuguese', 0x05, 'ê'], ['bengali', 0x19, '\u09e6'], ['gujarati', 0x19, '\u0964'], ['hindi', 0x1c, '\u0966'],
      ['tamil', 0x24, '\u0bee'], ['telugu', 0x22, '\u0c6c'], ['telugu', 0x19, undefined], ['telugu', 0x65, '€'],
      ['urdu', 0x3f, '\u06d4'], ['urdu', 0x41, 'A'],
    ]; // prettier-ignore
    for (const [language, septet, character] of single) {
      assert.equal(singleShiftTable(language).get(septet), character, `${language} ${septet}`);
    }
  });

  it('leave Spanish the default alphabet, which has no locking shift', () => {
    assert.deepEqual(lockingShiftTable('spanish'), baseCharacters);
  });
});
