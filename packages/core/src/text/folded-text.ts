const marks = /\p{M}/gu;
const spaces = /\s+/gu;
const ascii = /^[\x20-\x7e]*$/;
const asciiSpaces = / {2,}/g;

/**
 * Text without case and accents, for comparing: `Désirée` → `desiree`. It is folded here and stored, because SQLite
 * knows the case of ASCII alone and PostgreSQL that of its locale.
 */
export function foldedText(text: string): string {
  if (ascii.test(text)) return text.toLowerCase().replace(asciiSpaces, ' ').trim();
  const folded = text.normalize('NFKD').replace(marks, '').toLowerCase().replace(spaces, ' ').trim();
  // Normalising widens a text to two bytes a letter for good, and with it the whole batch it is stored in.
  return ascii.test(folded) ? Buffer.from(folded, 'latin1').toString('latin1') : folded;
}
