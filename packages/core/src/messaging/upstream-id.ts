/**
 * Operators write one id two ways: hexadecimal in the answer to the submit and decimal in the receipt, with or
 * without leading zeros, in either case. Source: contracts/smpp.md §5.5.
 */

/** The form ids are stored and looked up by: without case, without leading zeros. */
export function upstreamKey(id: string): string {
  return id
    .trim()
    .toLowerCase()
    .replace(/^0+(?=.)/, '');
}

const longestNumber = 32;

/** How an id in a receipt stands to the one in the answer: the same, or a number written to another base. */
export type IdForm = 'same' | 'decimal of hexadecimal' | 'hexadecimal of decimal';

/** The likeliest first. */
export const idForms: readonly IdForm[] = ['same', 'decimal of hexadecimal', 'hexadecimal of decimal'];

/** The key an id of a receipt is stored under if it is in a form; undefined when it cannot be. */
export function keyIn(form: IdForm, id: string): string | undefined {
  const key = upstreamKey(id);
  if (form === 'same') return key;
  if (key.length > longestNumber) return undefined;
  if (form === 'decimal of hexadecimal') return /^\d+$/.test(key) ? BigInt(key).toString(16) : undefined;
  return /^[0-9a-f]+$/.test(key) ? BigInt(`0x${key}`).toString(10) : undefined;
}

/** The keys an id may be stored under, the likeliest first. */
export const candidateKeys = (id: string): string[] => [...new Set(idForms.flatMap((form) => keyIn(form, id) ?? []))];
