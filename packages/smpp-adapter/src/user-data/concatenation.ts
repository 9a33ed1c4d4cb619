import { elementIdentifiers, type InformationElement } from './user-data-header.js';

/** Which part of which long message a piece is. */
export interface Concatenation {
  readonly ref: number;
  /** Parts of the whole message, at least 2. */
  readonly total: number;
  /** From 1. */
  readonly part: number;
  /** The width of `ref` in the header, or `sar` when the TLVs said it. */
  readonly bits: 8 | 16 | 'sar';
}

const { concatenation8, concatenation16 } = elementIdentifiers;

/**
 * What a header says of concatenation; undefined when nothing. An element whose numbers cannot be is passed over, and
 * of several the last counts, as 3GPP TS 23.040 §9.2.3.24.1 wants it. A message of one part is whole.
 */
export function concatenationIn(elements: readonly InformationElement[]): Concatenation | undefined {
  let found: Concatenation | undefined;
  for (const { identifier, data } of elements) {
    const isWide = identifier === concatenation16;
    if (!isWide && identifier !== concatenation8) continue;
    if (data.length !== (isWide ? 4 : 3)) continue;
    const [part = 0, total = 0, low = 0, high = 0] = Array.from(data).reverse();
    if (part >= 1 && part <= total) found = { ref: (high << 8) | low, total, part, bits: isWide ? 16 : 8 };
  }
  return found === undefined || found.total === 1 ? undefined : found;
}

/** The information element of a part; an 8-bit one carries the low octet of the reference. */
export function concatenationElement({ ref, total, part, bits }: Concatenation & { bits: 8 | 16 }): InformationElement {
  return bits === 8
    ? { identifier: concatenation8, data: Uint8Array.of(ref, total, part) }
    : { identifier: concatenation16, data: Uint8Array.of(ref >> 8, ref, total, part) };
}
