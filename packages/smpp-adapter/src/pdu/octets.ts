/** An unsigned number of four octets, the most significant first. Faster than `readUInt32BE`, which checks more. */
export function readInt32(buffer: Uint8Array, at: number): number {
  // The callers have checked that the four octets are there.
  return ((octet(buffer, at) << 24) | (octet(buffer, at + 1) << 16) | readInt16(buffer, at + 2)) >>> 0;
}

export function readInt16(buffer: Uint8Array, at: number): number {
  return (octet(buffer, at) << 8) | octet(buffer, at + 1);
}

/** The octet at a place that is known to lie inside. */
export function octet(buffer: Uint8Array, at: number): number {
  return buffer[at] ?? 0;
}

export function writeInt32(target: Uint8Array, at: number, value: number): void {
  target[at] = value >>> 24;
  target[at + 1] = value >>> 16;
  target[at + 2] = value >>> 8;
  target[at + 3] = value;
}

export function writeInt16(target: Uint8Array, at: number, value: number): void {
  target[at] = value >>> 8;
  target[at + 1] = value;
}
