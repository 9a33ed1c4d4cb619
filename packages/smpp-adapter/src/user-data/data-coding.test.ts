import assert from 'node:assert/strict';
import type { Alphabet } from './alphabets.js';
import { dataCodingOf, readDataCoding, type DataCoding } from './data-coding.js';

const general = { generalDataCoding: true };

describe('data_coding', () => {
  const vectors: [dataCoding: number, expected: DataCoding | undefined, general?: DataCoding | undefined][] = [
    [0x00, { alphabet: 'gsm7' }],
    [0x01, { alphabet: 'ascii' }],
    [0x02, { alphabet: 'binary' }],
    [0x03, { alphabet: 'latin1' }],
    [0x04, { alphabet: 'binary' }],
    [0x08, { alphabet: 'ucs2' }],
    [0x05, undefined, { alphabet: 'binary' }],
    [0x0c, undefined, undefined],
    [0x10, undefined, { alphabet: 'gsm7', messageClass: 0 }],
    [0x18, undefined, { alphabet: 'ucs2', messageClass: 0 }],
    [0x15, undefined, { alphabet: 'binary', messageClass: 1 }],
    [0x20, undefined, undefined],
    [0x40, undefined],
    [0x80, undefined],
    [0xbf, undefined],
    [0xc8, { alphabet: 'gsm7', waiting: { kind: 'voicemail', active: true, store: false } }],
    [0xd2, { alphabet: 'gsm7', waiting: { kind: 'email', active: false, store: true } }],
    [0xe9, { alphabet: 'ucs2', waiting: { kind: 'fax', active: true, store: true } }],
    [0xf0, { alphabet: 'gsm7', messageClass: 0 }],
    [0xf6, { alphabet: 'binary', messageClass: 2 }],
    [0xff, { alphabet: 'binary', messageClass: 3 }],
  ];
  for (const [dataCoding, expected, ...inGeneral] of vectors) {
    it(`reads 0x${dataCoding.toString(16).padStart(2, '0')}`, () => {
      assert.deepEqual(readDataCoding(dataCoding), expected);
      assert.deepEqual(readDataCoding(dataCoding, general), inGeneral.length > 0 ? inGeneral[0] : expected);
    });
  }

  it('takes 0 for what was agreed, and 0xF0 for GSM 7-bit all the same', () => {
    assert.deepEqual(readDataCoding(0, { defaultAlphabet: 'latin1' }), { alphabet: 'latin1' });
    assert.deepEqual(readDataCoding(0xf1, { defaultAlphabet: 'latin1' })?.alphabet, 'gsm7');
  });

  it('writes what it reads', () => {
    const plain: [Alphabet | 'binary', number | undefined][] = [
      ['gsm7', 0],
      ['ascii', 1],
      ['latin1', 3],
      ['binary', 4],
      ['ucs2', 8],
      ['utf8', undefined],
    ];
    for (const [alphabet, dataCoding] of plain) {
      assert.equal(dataCodingOf(alphabet), dataCoding);
      if (dataCoding !== undefined) assert.equal(readDataCoding(dataCoding)?.alphabet, alphabet);
    }
    assert.equal(dataCodingOf('utf8', { defaultAlphabet: 'utf8' }), 0);
    assert.equal(dataCodingOf('gsm7', { defaultAlphabet: 'latin1' }), undefined);
    for (const alphabet of ['gsm7', 'ucs2', 'binary'] as const) {
      const dataCoding = dataCodingOf(alphabet, { messageClass: 2 });
      assert.deepEqual(readDataCoding(dataCoding!, general), { alphabet, messageClass: 2 });
    }
    assert.equal(dataCodingOf('latin1', { messageClass: 0 }), undefined);
  });
});
