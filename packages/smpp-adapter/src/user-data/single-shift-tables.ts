import type { NationalLanguage } from './national-languages.js';

/**
 * National language single shift tables, which replace the extension of the default alphabet. Source: 3GPP TS 23.038
 * §A.2; where a printed table has an obvious misprint (Tamil 0x24, Telugu 0x22 and 0x23), the digit that belongs there.
 */

/** What a Latin language adds to the extension, as septet and character. */
export const latinSingleShifts: Partial<Record<NationalLanguage, string>> = {
  turkish: '47Ğ 49İ 53Ş 63ç 67ğ 69ı 73ş',
  spanish: '09ç 41Á 49Í 4FÓ 55Ú 61á 69í 6Fó 75ú',
  portuguese:
    '05ê 09ç 0BÔ 0Cô 0EÁ 0Fá 12Φ 13Γ 15Ω 16Π 17Ψ 18Σ 19Θ 1FÊ 41À 49Í 4FÓ 55Ú 5BÃ 5CÕ 61Â 69í 6Fó 75ú 7Bã 7Cõ 7Fâ',
};

/** What the tables of all other scripts add alike. A middle dot is a place that nothing stands at. */
export const sharedSingleShift = {
  from00: '@£$¥¿"¤%&\'\f*+·-/<=>¡^¡_#*',
  from41: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
} as const;

/** The septets that are a script's own. Digits come first. */
export const scriptSingleShiftPlaces = [
  ...[0x19, 0x1a, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e],
  ...[0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x3b, 0x3f],
] as const;

/**
 * What stands there, as the last two digits in the block that begins at the number in front. Four digits are a
 * character of another block, two dots a place that nothing stands at.
 */
export const scriptSingleShifts: Partial<Record<NationalLanguage, readonly [block: number, characters: string]>> = {
  bengali: [0x0980, '66 67 68 69 6A 6B 6C 6D 6E 6F 5F 60 61 62 63 72 73 74 75 76 77 78 79 7A'],
  gujarati: [0x0a80, '0964 0965 66 67 68 69 6A 6B 6C 6D 6E 6F'],
  hindi: [0x0900, '64 65 66 67 68 69 6A 6B 6C 6D 6E 6F 51 52 53 54 58 59 5A 5B 5C 5D 5E 5F 60 61 62 63 70 71'],
  kannada: [0x0c80, '0964 0965 66 67 68 69 6A 6B 6C 6D 6E 6F 5E 71 72'],
  malayalam: [0x0d00, '0964 0965 66 67 68 69 6A 6B 6C 6D 6E 6F 70 71 72 73 74 75 7A 7B 7C 7D 7E 7F'],
  oriya: [0x0b00, '0964 0965 66 67 68 69 6A 6B 6C 6D 6E 6F 5C 5D 5F 70 71'],
  punjabi: [0x0a00, '0964 0965 66 67 68 69 6A 6B 6C 6D 6E 6F 59 5A 5B 5C 5E 75'],
  tamil: [0x0b80, '0964 0965 66 67 68 69 6A 6B 6C 6D 6E 6F 73 74 75 76 77 78 7A'],
  telugu: [0x0c00, '.. .. 66 67 68 69 6A 6B 6C 6D 6E 6F 58 59 78 79 7A 7B 7C 7D 7E 7F'],
  urdu: [0x0600, '00 01 F0 F1 F2 F3 F4 F5 F6 F7 F8 F9 0C 0D 0E 0F 10 11 12 13 14 1B 1F 40 52 58 6B 6C 72 73 CD D4'],
};
