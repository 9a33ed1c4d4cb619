/**
 * The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038, formerly GSM 03.38), in both directions.
 * This is the only copy: counting, splitting, transliterating and the SMPP codec all read these tables.
 */

/** How a text travels on the air. `gsm7` counts in septets, `ucs2` in UTF-16 units. */
export type Encoding = 'gsm7' | 'ucs2';

/** The septet that announces that the next one is to be read in the extension table. */
export const escapeSeptet = 0x1b;

/**
 * Septet (0–127) → character of the default alphabet, in the order of the specification. The escape at 0x1B holds
 * a space, which is what TS 23.038 shows for an escape that announces nothing.
 */
export const baseCharacters: readonly string[] = [
  '@£$¥èéùìòÇ\nØø\rÅå',
  'Δ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ',
  ' !"#¤%&\'()*+,-./',
  '0123456789:;<=>?',
  '¡ABCDEFGHIJKLMNO',
  'PQRSTUVWXYZÄÖÑÜ§',
  '¿abcdefghijklmno',
  'pqrstuvwxyzäöñüà',
].flatMap((row) => Array.from(row));

/** Septet after an escape → character. A code that is not here is shown as the character {@link baseCharacters} has for it. */
export const extensionCharacters: ReadonlyMap<number, string> = new Map([
  [0x0a, '\f'],
  [0x14, '^'],
  [0x28, '{'],
  [0x29, '}'],
  [0x2f, '\\'],
  [0x3c, '['],
  [0x3d, '~'],
  [0x3e, ']'],
  [0x40, '|'],
  [0x65, '€'],
]);

// One slot for every UTF-16 unit: 64 KiB each buys a look-up without a branch, a hash or a regular expression, and
// texts touch only the few cache lines their script lives in.
const utf16Units = 0x10000;

/** UTF-16 unit → how many septets it costs: 1 in the default alphabet, 2 in the extension, 0 where GSM-7 cannot say it. */
export const septetCosts = new Uint8Array(utf16Units);

/**
 * UTF-16 unit → its septet, in the table that {@link septetCosts} names. Meaningless where the cost is 0, because
 * septet 0 is a letter too (`@`).
 */
export const septetCodes = new Uint8Array(utf16Units);

for (const [septet, character] of baseCharacters.entries()) {
  if (septet !== escapeSeptet) fill(character, septet, 1);
}
for (const [septet, character] of extensionCharacters) fill(character, septet, 2);

function fill(character: string, septet: number, costSeptets: number): void {
  const unit = character.charCodeAt(0);
  septetCosts[unit] = costSeptets;
  septetCodes[unit] = septet;
}
