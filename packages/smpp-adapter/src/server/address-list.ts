import { BlockList, isIP } from 'node:net';

const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** An address as people write it: a socket that listens on IPv6 shows an IPv4 peer as `::ffff:10.0.0.1`. */
export function plainAddress(address: string): string {
  return mapped.exec(address)?.[1] ?? address;
}

/** IP addresses and CIDR ranges. What is written as neither matches nobody. */
export class AddressList {
  readonly #list = new BlockList();

  constructor(entries: readonly string[]) {
    for (const entry of entries) this.#add(entry);
  }

  has(address: string): boolean {
    const plain = plainAddress(address);
    const version = isIP(plain);
    return version !== 0 && this.#list.check(plain, familyOf(version));
  }

  #add(entry: string): void {
    const [address = '', bits] = entry.trim().split('/');
    const plain = plainAddress(address);
    const version = isIP(plain);
    if (version === 0) return;
    const widest = version === 4 ? 32 : 128;
    // A range of mapped addresses counts its bits from the start of the IPv6 address.
    const prefix = bits === undefined ? widest : Number(bits) - (plain === address ? 0 : 96);
    if (!Number.isInteger(prefix) || prefix < 0 || prefix > widest) return;
    this.#list.addSubnet(plain, prefix, familyOf(version));
  }
}

function familyOf(version: number): 'ipv4' | 'ipv6' {
  return version === 4 ? 'ipv4' : 'ipv6';
}
