import { StartError } from './errors.js';

/**
 * Reads credits as people write them, `1000` or `12.5`, into thousandths.
 *
 * @throws StartError `usage` for anything but a number of credits with up to three decimals
 */
export function parseCredits(text: string, option: string): number {
  const [, whole, fraction = ''] = /^(\d{1,12})(?:\.(\d{1,3}))?$/.exec(text) ?? [];
  if (whole === undefined) {
    throw new StartError(
      'usage',
      `${option} must be a number of credits with at most three decimals, such as 1000 or 12.5.`,
    );
  }
  // Digit by digit, because 0.1 × 1000 is only by luck a whole number.
  return Number(whole) * 1_000 + Number(fraction.padEnd(3, '0'));
}

/** Thousandths as a number of credits; exact for every amount the ledger can hold. */
export function toCredits(thousandths: number): number {
  return thousandths / 1_000;
}
