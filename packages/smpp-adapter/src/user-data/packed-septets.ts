const carriageReturn = 0x0d;

/**
 * Packs septets into octets, the first septet in the low bits of the first octet. Source: 3GPP TS 23.038 §6.1.2.1.
 *
 * @param fillBits zero bits in front, which move the text behind a header to a septet boundary
 */
export function packSeptets(septets: Uint8Array, fillBits = 0): Buffer {
  const octets = Buffer.alloc(Math.ceil((fillBits + 7 * septets.length) / 8));
  for (const [index, septet] of septets.entries()) {
    const bit = fillBits + 7 * index;
    const bits = (septet & 0x7f) << (bit & 7);
    const at = bit >> 3;
    octets[at] = (octets[at] ?? 0) | bits;
    if (bits > 0xff) octets[at + 1] = bits >> 8;
  }
  return octets;
}

/**
 * The other way round. SMPP says how many octets there are and not how many septets, so `count` is as many as fit
 * when nobody knows better.
 */
export function unpackSeptets(
  octets: Uint8Array,
  fillBits = 0,
  count = Math.max(0, Math.floor((8 * octets.length - fillBits) / 7)),
): Buffer {
  const septets = Buffer.alloc(count);
  for (let index = 0; index < count; index++) {
    const bit = fillBits + 7 * index;
    const at = bit >> 3;
    septets[index] = ((((octets[at + 1] ?? 0) << 8) | (octets[at] ?? 0)) >> (bit & 7)) & 0x7f;
  }
  return septets;
}

/** Fill bits between a header and packed text, so that the text begins at a septet boundary. */
export function fillBitsAfter(headerOctets: number): number {
  return (7 - ((8 * headerOctets) % 7)) % 7;
}

/**
 * Packs a text that nobody will tell the length of. Where seven bits are left over they would read as another septet,
 * `@`: they are filled with a carriage return, as TS 23.038 §6.1.2.3.1 has it for such cases.
 */
export function packWithoutCount(septets: Uint8Array, headerOctets: number): Buffer {
  const fillBits = fillBitsAfter(headerOctets);
  const spareBits = (8 - ((fillBits + 7 * septets.length) % 8)) % 8;
  return packSeptets(spareBits === 7 ? Buffer.from([...septets, carriageReturn]) : septets, fillBits);
}

/**
 * Unpacks such a text. A last septet that ends with the last octet is taken for filling when it is a carriage return
 * or zero: a text of exactly that length that ends in `@` is rarer than one that is a septet shorter.
 */
export function unpackWithoutCount(octets: Uint8Array, headerOctets: number): Buffer {
  const fillBits = fillBitsAfter(headerOctets);
  const septets = unpackSeptets(octets, fillBits);
  const last = septets.at(-1);
  const isFull = (8 * octets.length - fillBits) % 7 === 0;
  return isFull && (last === carriageReturn || last === 0) ? septets.subarray(0, -1) : septets;
}
