import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SmsError } from '../errors.js';
import { isWellFormed, measureText, splitText } from './segments.js';

const emoji = '😀';

function measured(text: string): string {
  const { encoding, units, segments } = measureText(text);
  return `${encoding} ${units} ${segments}`;
}

describe('measureText', () => {
  const vectors: [name: string, text: string, expected: string][] = [
    ['nothing', '', 'gsm7 0 1'],
    ['160 septets', 'a'.repeat(160), 'gsm7 160 1'],
    ['161 septets', 'a'.repeat(161), 'gsm7 161 2'],
    ['2 × 153 septets', 'a'.repeat(306), 'gsm7 306 2'],
    ['2 × 153 septets and one', 'a'.repeat(307), 'gsm7 307 3'],
    ['80 euro signs', '€'.repeat(80), 'gsm7 160 1'],
    ['81 euro signs: 76 fit in a part of 153', '€'.repeat(81), 'gsm7 162 2'],
    ['153 euro signs: 76 + 76 + 1', '€'.repeat(153), 'gsm7 306 3'],
    ['an escape pair astride the first boundary', 'a'.repeat(152) + '€' + 'a'.repeat(152), 'gsm7 306 3'],
    ['an escape pair just before the boundary', 'a'.repeat(151) + '€' + 'a'.repeat(153), 'gsm7 306 2'],
    ['form feed', '\f', 'gsm7 2 1'],
    ['all the extension', '^{}\\[~]|€\f', 'gsm7 20 1'],
    ['French that GSM-7 has', 'à è é ù ò Ç', 'gsm7 11 1'],
    ['French that it has not', 'ç', 'ucs2 1 1'],
    ['70 units', 'ç'.repeat(70), 'ucs2 70 1'],
    ['71 units', 'ç'.repeat(71), 'ucs2 71 2'],
    ['2 × 67 units', 'ç'.repeat(134), 'ucs2 134 2'],
    ['2 × 67 units and one', 'ç'.repeat(135), 'ucs2 135 3'],
    ['35 emoji', emoji.repeat(35), 'ucs2 70 1'],
    ['67 emoji: 33 fit in a part of 67', emoji.repeat(67), 'ucs2 134 3'],
    ['a surrogate pair astride the first boundary', 'ç'.repeat(66) + emoji + 'ç'.repeat(66), 'ucs2 134 3'],
    ['a surrogate pair just before the boundary', 'ç'.repeat(65) + emoji + 'ç'.repeat(67), 'ucs2 134 2'],
    ['lone surrogates count as units', '\ud800'.repeat(71), 'ucs2 71 2'],
    ['a tab', '\t', 'ucs2 1 1'],
    ['the escape itself', '\x1b', 'ucs2 1 1'],
  ];
  for (const [name, text, expected] of vectors) {
    it(`counts ${name}`, () => assert.equal(measured(text), expected));
  }

  it('takes an encoding and other sizes', () => {
    const sizes = { singleSeptets: 160, partSeptets: 152, singleUnits: 70, partUnits: 66 };
    assert.equal(measureText('a'.repeat(306), { sizes }).segments, 3);
    assert.equal(measureText('ç'.repeat(133), { sizes }).segments, 3);
    assert.deepEqual(measureText('a'.repeat(71), { encoding: 'ucs2' }), { encoding: 'ucs2', units: 71, segments: 2 });
    assert.throws(
      () => measureText('ç', { encoding: 'gsm7' }),
      (error) => error instanceof SmsError && error.code === 'invalid_request',
    );
  });
});

describe('splitText', () => {
  it('cuts at 153 septets and 67 units', () => {
    assert.deepEqual(
      splitText('a'.repeat(161)).map((piece) => piece.length),
      [153, 8],
    );
    assert.deepEqual(
      splitText('ç'.repeat(71)).map((piece) => piece.length),
      [67, 4],
    );
    assert.deepEqual(splitText(''), ['']);
  });

  it('keeps an escape pair and a surrogate pair in one piece', () => {
    assert.deepEqual(splitText('a'.repeat(152) + '€' + 'b'.repeat(7)), ['a'.repeat(152), '€' + 'b'.repeat(7)]);
    assert.deepEqual(splitText('ç'.repeat(66) + emoji + 'ç'.repeat(3)), ['ç'.repeat(66), emoji + 'ç'.repeat(3)]);
  });

  it('cuts between what a reader sees as characters when asked to', () => {
    const flag = '🇹🇿';
    assert.deepEqual(splitText('ç'.repeat(65) + flag + 'ç'), ['ç'.repeat(65) + flag + 'ç']);
    const long = 'ç'.repeat(65) + flag + 'ç'.repeat(9);
    assert.deepEqual(splitText(long), ['ç'.repeat(65) + '🇹', '🇿' + 'ç'.repeat(9)]);
    assert.deepEqual(splitText(long, { wholeCharacters: true }), ['ç'.repeat(65), flag + 'ç'.repeat(9)]);
    // One character of more marks than a part holds is cut all the same.
    const endless = 'ç' + '\u0301'.repeat(100);
    assert.deepEqual(
      splitText(endless, { wholeCharacters: true }).map((piece) => piece.length),
      [67, 34],
    );
  });

  it('counts with another table', () => {
    const costs = new Uint8Array(0x10000);
    for (const [letter, cost] of [
      ['Ж', 1],
      ['Я', 2],
    ] as const)
      costs[letter.charCodeAt(0)] = cost;
    assert.deepEqual(measureText('ЖЯ', { costs }), { encoding: 'gsm7', units: 3, segments: 1 });
    assert.deepEqual(measureText('a', { costs }), { encoding: 'ucs2', units: 1, segments: 1 });
    assert.deepEqual(splitText('Ж'.repeat(152) + 'ЯЖЖЖЖЖЖЖ', { costs }), ['Ж'.repeat(152), 'ЯЖЖЖЖЖЖЖ']);
  });

  // Few different characters, so that pairs meet the boundaries often.
  const texts = fc.oneof(
    fc.array(fc.constantFrom('a', 'é', '€', '{'), { maxLength: 700 }),
    fc.array(fc.constantFrom('a', 'ç', emoji, '€', '\ud83d', '\ude00'), { maxLength: 400 }),
  );
  const sizes = fc.record({
    singleSeptets: fc.integer({ min: 4, max: 160 }),
    partSeptets: fc.integer({ min: 2, max: 153 }),
    singleUnits: fc.integer({ min: 4, max: 70 }),
    partUnits: fc.integer({ min: 2, max: 67 }),
  });

  it('gives as many pieces as measureText counts, each within its size, and joined they are the text', () => {
    fc.assert(
      fc.property(texts, fc.option(sizes, { nil: undefined }), fc.boolean(), (characters, chosen, wholeCharacters) => {
        const text = characters.join('');
        const options = chosen === undefined ? { wholeCharacters } : { sizes: chosen, wholeCharacters };
        const { encoding, segments } = measureText(text, options);
        const pieces = splitText(text, options);
        assert.equal(pieces.length, segments);
        assert.equal(pieces.join(''), text);
        if (pieces.length === 1) return;
        const size = encoding === 'gsm7' ? (chosen?.partSeptets ?? 153) : (chosen?.partUnits ?? 67);
        for (const piece of pieces) {
          assert.ok(piece.length > 0 && measureText(piece, { encoding }).units <= size);
        }
        // A pair that was cut would leave a lone surrogate at the seam of an otherwise well-formed text.
        if (isWellFormed(text)) assert.ok(pieces.every(isWellFormed));
      }),
      { numRuns: 1000 },
    );
  });

  it('leaves no more room than a pair needs: the next character never fitted', () => {
    fc.assert(
      fc.property(texts, (characters) => {
        const text = characters.join('');
        const { encoding } = measureText(text);
        const pieces = splitText(text);
        for (const [index, piece] of pieces.slice(0, -1).entries()) {
          const room = (encoding === 'gsm7' ? 153 : 67) - measureText(piece, { encoding }).units;
          const next = String.fromCodePoint(pieces[index + 1]!.codePointAt(0)!);
          assert.ok(measureText(next, { encoding }).units > room);
        }
      }),
    );
  });
});

describe('isWellFormed', () => {
  it('wants every surrogate to have its partner', () => {
    assert.ok(isWellFormed(''));
    assert.ok(isWellFormed(`a${emoji}ç${emoji}`));
    for (const text of ['\ud83d', '\ude00', '\ude00\ud83d', `${emoji}\ud83d`, '\ud83da', '\ud83d\ud83d\ude00']) {
      assert.ok(!isWellFormed(text), JSON.stringify(text));
    }
  });

  it('agrees with Unicode', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', emoji, '\ud83d', '\ude00') }), (text) => {
        assert.equal(isWellFormed(text), !/\p{Surrogate}/u.test(text));
      }),
    );
  });
});
