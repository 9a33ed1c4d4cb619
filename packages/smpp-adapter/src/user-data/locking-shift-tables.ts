import type { NationalLanguage } from './national-languages.js';

/**
 * National language locking shift tables, which replace the default alphabet. Source: 3GPP TS 23.038 §A.3; where a
 * printed table has an obvious misprint (Kannada 0x24), the letter that belongs there.
 */

/** What a Latin language puts elsewhere than the default alphabet does, as septet and character. */
export const latinLockingShifts: Partial<Record<NationalLanguage, string>> = {
  turkish: '04€ 07ı 0BĞ 0Cğ 1CŞ 1Dş 40İ 60ç',
  portuguese:
    '04ê 06ú 07í 08ó 09ç 0BÔ 0Cô 0EÁ 0Fá 12ª 13Ç 14À 15∞ 16^ 17\\ 18€ 19Ó 1A| 1CÂ 1Dâ 1EÊ 24º 40Í 5BÃ 5CÕ 5DÚ 60~ 7Bã 7Cõ 7D`',
};

/** What the tables of all other scripts share, row by row. A middle dot is a place of the script's own. */
export const sharedLockingShift = [
  '··········\n··\r··',
  '··········· ····',
  ' !······)(··,·.·',
  '0123456789:;···?',
  '················',
  '················',
  '·abcdefghijklmno',
  'pqrstuvwxyz·····',
].join('');

/**
 * The letters of a script at its own places, in the order of the septets, as the last two digits in the block that
 * begins at the number in front. Two dots are a place that nothing stands at.
 */
// prettier-ignore
export const scriptLockingShifts: Partial<Record<NationalLanguage, readonly [block: number, letters: string]>> = {
  bengali: [0x0980, `
    01 02 03 05 06 07 08 09 0A 0B 0C ..
    .. 0F 10 .. .. 13 14 15 16 17 18 19 1A 1B 1C 1D 1E
    1F 20 21 22 23 24 25 26 27 28 .. 2A 2B
    2C 2D 2E 2F 30 .. 32 .. .. .. 36 37 38 39 3C 3D
    3E 3F 40 41 42 43 44 .. .. 47 48 .. .. 4B 4C 4D
    4E 57 5C 5D 70 71
  `],
  gujarati: [0x0a80, `
    01 02 03 05 06 07 08 09 0A 0B 0C 0D
    .. 0F 10 11 .. 13 14 15 16 17 18 19 1A 1B 1C 1D 1E
    1F 20 21 22 23 24 25 26 27 28 .. 2A 2B
    2C 2D 2E 2F 30 .. 32 33 .. 35 36 37 38 39 3C 3D
    3E 3F 40 41 42 43 44 45 .. 47 48 49 .. 4B 4C 4D
    50 60 61 62 63 71
  `],
  hindi: [0x0900, `
    01 02 03 05 06 07 08 09 0A 0B 0C 0D
    0E 0F 10 11 12 13 14 15 16 17 18 19 1A 1B 1C 1D 1E
    1F 20 21 22 23 24 25 26 27 28 29 2A 2B
    2C 2D 2E 2F 30 31 32 33 34 35 36 37 38 39 3C 3D
    3E 3F 40 41 42 43 44 45 46 47 48 49 4A 4B 4C 4D
    50 72 7B 7C 7E 7F
  `],
  kannada: [0x0c80, `
    .. 02 03 05 06 07 08 09 0A 0B 0C ..
    0E 0F 10 .. 12 13 14 15 16 17 18 19 1A 1B 1C 1D 1E
    1F 20 21 22 23 24 25 26 27 28 .. 2A 2B
    2C 2D 2E 2F 30 31 32 33 .. 35 36 37 38 39 3C 3D
    3E 3F 40 41 42 43 44 .. 46 47 48 .. 4A 4B 4C 4D
    55 56 60 61 62 63
  `],
  malayalam: [0x0d00, `
    .. 02 03 05 06 07 08 09 0A 0B 0C ..
    0E 0F 10 .. 12 13 14 15 16 17 18 19 1A 1B 1C 1D 1E
    1F 20 21 22 23 24 25 26 27 28 .. 2A 2B
    2C 2D 2E 2F 30 31 32 33 34 35 36 37 38 39 .. 3D
    3E 3F 40 41 42 43 44 .. 46 47 48 .. 4A 4B 4C 4D
    57 60 61 62 63 79
  `],
  oriya: [0x0b00, `
    01 02 03 05 06 07 08 09 0A 0B 0C ..
    .. 0F 10 .. .. 13 14 15 16 17 18 19 1A 1B 1C 1D 1E
    1F 20 21 22 23 24 25 26 27 28 .. 2A 2B
    2C 2D 2E 2F 30 .. 32 33 .. 35 36 37 38 39 3C 3D
    3E 3F 40 41 42 43 44 .. .. 47 48 .. .. 4B 4C 4D
    56 57 60 61 62 63
  `],
  punjabi: [0x0a00, `
    01 02 03 05 06 07 08 09 0A .. .. ..
    .. 0F 10 .. .. 13 14 15 16 17 18 19 1A 1B 1C 1D 1E
    1F 20 21 22 23 24 25 26 27 28 .. 2A 2B
    2C 2D 2E 2F 30 .. 32 33 .. 35 36 .. 38 39 3C ..
    3E 3F 40 41 42 .. .. .. .. 47 48 .. .. 4B 4C 4D
    51 70 71 72 73 74
  `],
  tamil: [0x0b80, `
    .. 02 03 05 06 07 08 09 0A .. .. ..
    0E 0F 10 .. 12 13 14 15 .. .. .. 19 1A .. 1C .. 1E
    1F .. .. .. 23 24 .. .. .. 28 29 2A ..
    .. .. 2E 2F 30 31 32 33 34 35 36 37 38 39 .. ..
    3E 3F 40 41 42 .. .. .. 46 47 48 .. 4A 4B 4C 4D
    50 57 70 71 72 79
  `],
  telugu: [0x0c00, `
    01 02 03 05 06 07 08 09 0A 0B 0C ..
    0E 0F 10 .. 12 13 14 15 16 17 18 19 1A 1B 1C 1D 1E
    1F 20 21 22 23 24 25 26 27 28 .. 2A 2B
    2C 2D 2E 2F 30 31 32 33 .. 35 36 37 38 39 .. 3D
    3E 3F 40 41 42 43 44 .. 46 47 48 .. 4A 4B 4C 4D
    55 56 60 61 62 63
  `],
  urdu: [0x0600, `
    27 22 28 7B 80 7E A6 2A C2 7F 79 7D
    7A 7C 2B 2C 81 84 83 85 86 87 2D 2E 2F 8C 88 89 8A
    8F 8D 30 31 91 93 99 32 96 98 9A 33 34
    35 36 37 38 39 41 42 A9 AA AB AF B3 B1 44 45 46
    BA BB BC 48 C4 D5 C1 BE 21 CC D0 D2 4D 50 4F 57
    54 55 51 53 56 70
  `],
};
