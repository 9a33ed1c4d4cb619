import type { Settings } from './settings.js';

/** Thousandths of a credit as what they are worth; in credits where nobody has said what those cost. */
export function worth(
  { unitPrices }: Settings,
  currency: string,
  thousandths: number,
): { amount: number; currency: string } {
  const credits = thousandths / 1_000;
  const unitPrice = unitPrices[currency];
  if (unitPrice === undefined) return { amount: credits, currency: 'credits' };
  return { amount: Math.round(credits * unitPrice * 100) / 100, currency };
}

/** Whole credits, as the vendor counts them: a part of one sends nothing. */
export const wholeCredits = (thousandths: number): number => Math.floor(thousandths / 1_000);
