import assert from 'node:assert/strict';
import fc from 'fast-check';
import { measureText } from './segments.js';
import { gsm7Replacement, transliterate } from './transliterate.js';

describe('transliterate', () => {
  const vectors: [written: string, expected: string][] = [
    ['Ça coûte 5 €, garçon', 'Ça coute 5 €, garcon'],
    ['çêëîïôûœ ÇÊËÎÏÔÛŒ', 'ceeiiouoe ÇEEIIOUOE'],
    ['àèéùò ÀÈÙ', 'àèéùò AEU'],
    ['ãõ São João ÃÕ', 'ao Sao Joao AO'],
    ['“Habari” ‘yako’ «leo»', '"Habari" \'yako\' "leo"'],
    ['l’eau – oui — non…', "l'eau - oui - non..."],
    ['10\u00a0000\u202fFCFA\u2009!', '10 000 FCFA !'],
    ['\u202a+255\u202c\u200b zero\ufeff\u00adwidth', '+255 zerowidth'],
    ['a\tb\u2028c\u0000d', 'a b\ncd'],
    ['n°5, 25 ℃', 'no5, 25 oC'],
    ['1½ kg, 10² m', '1 1/2 kg, 10^2 m'],
    ['ﬁ ™ Ａ１ ①', 'fi TM A1 1'],
    ['Ɓamendà ŋwɔ̀ɛ', 'Bamendà ngwoe'],
    ['cafe\u0301 n\u0303', 'café ñ'],
    ['e\u0302', 'e'],
    ['`x`', "'x'"],
    ['1\ufe0f\u20e3', '1'],
  ];
  for (const [written, expected] of vectors) {
    it(`writes ${JSON.stringify(written)} as ${JSON.stringify(expected)}`, () => {
      assert.equal(transliterate(written), expected);
      assert.equal(measureText(expected).encoding, 'gsm7');
    });
  }

  it('leaves untouched what it cannot map, joined characters and all', () => {
    for (const text of ['مرحبا', '你好', 'Привет', '👨‍👩‍👧', '👍🏽', '🇹🇿', 'می‌خواهم', '\ud83d', 'हिन्दी']) {
      assert.equal(transliterate(text), text);
    }
    assert.equal(transliterate('“مرحبا” ça 🇰🇪'), '"مرحبا" ca 🇰🇪');
  });

  it('leaves GSM-7 alone, and does nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const once = transliterate(text);
        assert.equal(transliterate(once), once);
        if (measureText(text).encoding === 'gsm7') assert.equal(once, text);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('gsm7Replacement', () => {
  it('answers with GSM-7 or not at all', () => {
    for (let codePoint = 0; codePoint < 0x30000; codePoint++) {
      const replacement = gsm7Replacement(String.fromCodePoint(codePoint));
      if (replacement !== null && measureText(replacement).encoding !== 'gsm7') assert.fail(codePoint.toString(16));
    }
  });

  it('has an answer for every letter of Latin-1 and Latin Extended-A', () => {
    for (let codePoint = 0xc0; codePoint < 0x180; codePoint++) {
      assert.notEqual(gsm7Replacement(String.fromCodePoint(codePoint)), null, codePoint.toString(16));
    }
  });
});
