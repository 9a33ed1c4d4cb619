import assert from 'node:assert/strict';
import fc from 'fast-check';
import { explainText } from './culprits.js';
import { measureText } from './segments.js';
import { transliterate } from './transliterate.js';

describe('explainText', () => {
  it('has nothing to say about GSM-7', () => {
    assert.deepEqual(explainText('Karibu, 5 €'), {
      encoding: 'gsm7',
      units: 12,
      segments: 1,
      culprits: [],
      gsm7: null,
      segmentsSaved: 0,
    });
  });

  it('shows what one ç costs a long French text', () => {
    const text = `Reçu ${'a'.repeat(155)}`;
    assert.deepEqual(explainText(text), {
      encoding: 'ucs2',
      units: 160,
      segments: 3,
      culprits: [{ character: 'ç', positions: [2], replacement: 'c' }],
      gsm7: { text: `Recu ${'a'.repeat(155)}`, segments: 1 },
      segmentsSaved: 2,
    });
  });

  it('gives each culprit once, with all its places in UTF-16 units', () => {
    assert.deepEqual(explainText('😀 ê – ê\u200b').culprits, [
      { character: '😀', positions: [0], replacement: null },
      { character: 'ê', positions: [3, 7], replacement: 'e' },
      { character: '–', positions: [5], replacement: '-' },
      { character: '\u200b', positions: [8], replacement: '' },
    ]);
  });

  it('offers no GSM-7 text when a culprit has no replacement', () => {
    const { gsm7, segmentsSaved } = explainText('ça va 😀');
    assert.equal(gsm7, null);
    assert.equal(segmentsSaved, 0);
  });

  it('says so when GSM-7 would be longer', () => {
    assert.equal(explainText('…'.repeat(70)).segmentsSaved, -1);
  });

  it('lists a hundred places and a hundred culprits at most, and still judges the rest', () => {
    const { culprits, gsm7 } = explainText('ç'.repeat(500));
    assert.equal(culprits[0]?.positions.length, 100);
    assert.equal(gsm7?.text.length, 500);
    const many = Array.from({ length: 300 }, (_, index) => String.fromCharCode(0x4e00 + index)).join('');
    assert.equal(explainText(many).culprits.length, 100);
  });

  it('agrees with transliterate and with its own positions', () => {
    const unit = fc.constantFrom('a', 'ç', 'e\u0302', '…', '😀', '\u200d', '“', '€', 'ب', '\ud83d', '🇹');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
        const { culprits, gsm7, encoding } = explainText(text);
        for (const { character, positions } of culprits) {
          for (const position of positions) assert.ok(text.startsWith(character, position));
        }
        const written = transliterate(text);
        if (encoding === 'ucs2')
          assert.equal(gsm7?.text, measureText(written).encoding === 'gsm7' ? written : undefined);
        assert.equal(culprits.length > 0, encoding === 'ucs2');
      }),
      { numRuns: 1000 },
    );
  });
});
