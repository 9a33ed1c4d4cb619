/** Why a cell cannot be read as a number without guessing. */
export type HealRefusal = 'empty' | 'digits_lost' | 'not_a_number';

// A sheet writes a mantissa, with the decimal sign of its language, and an exponent: 2.55712345678E+11.
const scientific = /^(\d)(?:[.,](\d*))?[eE]\+?(\d{1,2})$/;
const trailingZeros = /(?<=^[+\d,]+)\.0+$|(?<=^\+?\d+),0+$/;
const thousands = /^\d{1,3}(?:,\d{3})+$/;
const phoneCharacters = /^[+\d()./\-\u2010-\u2015\u2212]+$/;
const invisible = /[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const maxCellCharacters = 64;

/**
 * Undoes what a spreadsheet did to a phone number, so that `parseMsisdn` can read it: spaces of any kind, the
 * apostrophe or `="…"` that keeps a cell text, a trailing `.0`, thousands separators, and scientific notation with every
 * digit still there. A lost leading zero needs nothing here: `parseMsisdn` reads a local number without its zero.
 *
 * @returns the number as it was, or why it is refused. `digits_lost`: `2.55712E+11` may have been any of a hundred
 * thousand numbers, and even `2.557123456E+11`, which could be exact, could be rounded just as well.
 */
export function healSpreadsheetNumber(cell: string): string | { refused: HealRefusal } {
  if (cell.length > maxCellCharacters) return { refused: 'not_a_number' };
  const written = unquote(cell.replace(invisible, ''));
  if (written === '') return { refused: 'empty' };
  const [, units, fraction = '', exponent] = scientific.exec(written) ?? [];
  if (units !== undefined) return expand(units, fraction, Number(exponent));
  const whole = written.replace(trailingZeros, '');
  const healed = thousands.test(whole) ? whole.replaceAll(',', '') : whole;
  return phoneCharacters.test(healed) && /\d/.test(healed) ? healed : { refused: 'not_a_number' };
}

/** Writes the digits out when all of them are there: as many decimals as the exponent asks for, and zeros after them. */
function expand(units: string, fraction: string, exponent: number): string | { refused: HealRefusal } {
  const dropped = fraction.slice(exponent);
  if (fraction.length < exponent) return { refused: 'digits_lost' };
  return /^0*$/.test(dropped) ? units + fraction.slice(0, exponent) : { refused: 'not_a_number' };
}

function unquote(written: string): string {
  return written.replace(/^=?"(.*)"$/, '$1').replace(/^'/, '');
}
