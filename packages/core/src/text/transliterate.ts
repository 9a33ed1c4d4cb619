import { characterPattern } from './characters.js';
import { measureText } from './segments.js';

/**
 * What people write → what GSM-7 can say, where Unicode's own decomposition does not give it or changes the meaning:
 * `1½` would become `11/2` and `10²` would become `102`, which is another amount.
 */
const replacements = new Map<string, string>([
  ...each('‘’‚‛′‹›ʹʻʼʽˈ`´＇', "'"),
  ...each('“”„‟″«»〝〞＂', '"'),
  ...each('‐‑‒–—―−﹣－¯¬', '-'),
  ...each('•‣∙●▪', '*'),
  ...each('·․', '.'),
  ...each('\t\u1680', ' '),
  ...each('\v\u0085\u2028\u2029', '\n'),
  ...each('⁄∕', '/'),
  ['…', '...'],
  ['¸', ','],
  ['¨', '"'],
  ['¦', '|'],
  ['×', 'x'],
  ['÷', '/'],
  ['±', '+/-'],
  ['≤', '<='],
  ['≥', '>='],
  ['≈', '~'],
  ['→', '->'],
  ['←', '<-'],
  ['⇒', '=>'],
  ['°', 'o'],
  ['©', '(C)'],
  ['®', '(R)'],
  ['¢', 'c'],
  ['₦', 'NGN'],
  ['₵', 'GHS'],
  ...superscripts('⁰¹²³⁴⁵⁶⁷⁸⁹'),
  ...fractions('¼ 1/4 ½ 1/2 ¾ 3/4 ⅓ 1/3 ⅔ 2/3 ⅕ 1/5 ⅖ 2/5 ⅗ 3/5 ⅘ 4/5 ⅙ 1/6 ⅚ 5/6 ⅛ 1/8 ⅜ 3/8 ⅝ 5/8 ⅞ 7/8'),
  // Letters that Unicode does not decompose, among them the ones African languages write with.
  ['œ', 'oe'],
  ['Œ', 'OE'],
  ['ẞ', 'SS'],
  ['þ', 'th'],
  ['Þ', 'Th'],
  ['ŋ', 'ng'],
  ['Ŋ', 'Ng'],
  ...pairs('ĸkłlŁLđdĐDðdÐDıiħhĦHŧtŦTɓbƁBɗdƊDƙkƘKƴyƳYɛeƐEəeƏEǝeƎEɔoƆOɩiƖIɨiƗIʋvƲVʉuɄUɣgƔGɖdƉDƒfƑF'),
]);

// Invisible on the handset: control characters, the soft hyphen, and the zero-width spaces, joiners and marks of
// direction that come along with a copied text.
const invisible = /(?![\t\n\v\f\r\x85])\p{Cc}|[\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;
const marks = /\p{M}/gu;

/**
 * Writes a text with GSM-7 characters as far as that is possible: `ça coûte 5 €…` → `ca coute 5 €...`. What has no
 * equivalent (emoji, Arabic, Chinese) stays as it is, and so does a text that already is GSM-7.
 */
export function transliterate(text: string): string {
  if (measureText(text).encoding === 'gsm7') return text;
  return text.replace(characterPattern, (character) => gsm7Replacement(character) ?? character);
}

/**
 * What to write instead of one character of `charactersOf` so that it fits in GSM-7: itself when it does
 * already, an empty string for what nobody sees, `null` when there is nothing.
 */
export function gsm7Replacement(character: string): string | null {
  if (isGsm7(character)) return character;
  const composed = character.normalize('NFC').replace(invisible, '');
  if (isGsm7(composed)) return composed;
  const written = rewrite(composed.replace(marks, ''));
  return isGsm7(written) ? written : null;
}

/** Each letter from the table, or in Unicode's own words without its accents: `ê` → `e`, `ﬁ` → `fi`, `℃` → `°C` → `oC`. */
function rewrite(letters: string): string {
  let written = '';
  for (const letter of letters) {
    if (isGsm7(letter)) {
      written += letter;
      continue;
    }
    const decomposed = letter.normalize('NFKD').replace(marks, '');
    written += replacements.get(letter) ?? (decomposed === letter ? letter : rewrite(decomposed));
  }
  return written;
}

function isGsm7(text: string): boolean {
  return measureText(text).encoding === 'gsm7';
}

function each(characters: string, replacement: string): [string, string][] {
  return Array.from(characters, (character): [string, string] => [character, replacement]);
}

/** Reads `ab` `cd` … out of one string: write b for a, d for c. */
function pairs(letters: string): [string, string][] {
  return letters.match(/../gsu)?.map((pair): [string, string] => [pair.charAt(0), pair.charAt(1)]) ?? [];
}

function superscripts(digits: string): [string, string][] {
  return Array.from(digits, (digit, value): [string, string] => [digit, `^${value}`]);
}

/** The space keeps `1½` from becoming `11/2`. */
function fractions(written: string): [string, string][] {
  return written.match(/\S+ \S+/g)?.map((pair): [string, string] => [pair.charAt(0), pair.slice(1)]) ?? [];
}
