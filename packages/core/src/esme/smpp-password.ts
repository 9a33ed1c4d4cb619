import { randomLetters } from '../accounts/random-letters.js';

/** SMPP's field holds 8 octets and a NUL; source: SMPP 3.4 §5.2.2. */
const length = 8;

/** A new SMPP password: letters and digits by chance. */
export const generatePassword = (): string => randomLetters(length);
