import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bufferOf, decodeText, encodeText, type Alphabet } from './alphabets.js';

describe('Alphabets', () => {
  const vectors: [alphabet: Alphabet, text: string, octets: string | null][] = [
    ['gsm7', 'aé€', '61051b65'],
    ['gsm7', 'ç', null],
    ['latin1', 'çÿ', 'e7ff'],
    ['latin1', '€', null],
    ['ascii', 'a~', '617e'],
    ['ascii', 'é', null],
    ['utf8', 'é€😀', 'c3a9e282acf09f9880'],
    ['utf8', '\ud83d', null],
    ['ucs2', 'aЖ😀', '00610416d83dde00'],
    ['ucs2', '', ''],
  ];
  for (const [alphabet, text, octets] of vectors) {
    it(`${octets === null ? 'does not have' : 'writes'} ${JSON.stringify(text)} in ${alphabet}`, () => {
      const written = encodeText(text, alphabet);
      assert.equal(written?.toString('hex') ?? null, octets);
      if (written) assert.equal(decodeText(written, alphabet), text);
    });
  }

  it('shows what cannot be read', () => {
    assert.equal(decodeText(Buffer.from('006100', 'hex'), 'ucs2'), 'a\ufffd');
    assert.equal(decodeText(Buffer.from('61ff', 'hex'), 'utf8'), 'a\ufffd');
    assert.equal(decodeText(Buffer.from('61e9', 'hex'), 'ascii'), 'aé');
  });

  it('leaves the octets it reads as they are', () => {
    const octets = Buffer.from('00610062', 'hex');
    decodeText(octets, 'ucs2');
    assert.equal(octets.toString('hex'), '00610062');
    const inside = octets.subarray(1, 3);
    assert.equal(decodeText(bufferOf(new Uint8Array(inside)), 'ucs2'), '愀');
  });

  it('reads back any text it took', () => {
    const alphabets = fc.constantFrom<Alphabet>('gsm7', 'latin1', 'ascii', 'utf8', 'ucs2');
    const texts = fc.string({ unit: fc.constantFrom('a', '@', 'é', 'Ж', '€', '😀', '\n', '{') });
    fc.assert(
      fc.property(texts, alphabets, (text, alphabet) => {
        const octets = encodeText(text, alphabet);
        if (octets) assert.equal(decodeText(octets, alphabet), text);
      }),
      { seed: 1 },
    );
  });
});
