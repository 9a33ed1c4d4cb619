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

/** The keys an id may be stored under, the likeliest first. */
export function candidateKeys(id: string): string[] {
  const key = upstreamKey(id);
  const keys = [key];
  if (key.length <= longestNumber) {
    if (/^\d+$/.test(key)) keys.push(BigInt(key).toString(16));
    if (/^[0-9a-f]+$/.test(key)) keys.push(BigInt(`0x${key}`).toString(10));
  }
  return [...new Set(keys)];
}
