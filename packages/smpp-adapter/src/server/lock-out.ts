import { isIPv6 } from 'node:net';

interface Failures {
  count: number;
  /** When the first of them was. */
  since: number;
  lockedUntil: number;
}

export interface LockOutOptions {
  readonly failuresPerSystemId: number;
  readonly failuresPerAddress: number;
  readonly lockOutMs: number;
}

const maxEntries = 10_000;
/** How long an address that has bound well is trusted with that system_id. */
const trustedForMs = 24 * 3_600_000;

/**
 * Counts failed binds by address and by system_id. Both tables are bounded: guessing under ever new names forgets the
 * oldest of them. An address from which an account has bound well is never locked out of it, or anybody could lock a
 * customer out by guessing. Source: contracts/smpp.md §5.1 and §6.1.
 */
export class LockOut {
  readonly #failures = new Map<string, Failures>();
  readonly #trusted = new Map<string, number>();

  constructor(private readonly options: LockOutOptions) {}

  isLocked(address: string, systemId: string, nowMs: number): boolean {
    if ((this.#trusted.get(pairOf(address, systemId)) ?? -Infinity) > nowMs - trustedForMs) return false;
    return keysOf(address, systemId).some((key) => (this.#failures.get(key)?.lockedUntil ?? 0) > nowMs);
  }

  /** True when this failure locks somebody out. */
  noteFailure(address: string, systemId: string, nowMs: number): boolean {
    const { failuresPerAddress, failuresPerSystemId } = this.options;
    const [byAddress, bySystemId] = keysOf(address, systemId);
    const locksAddress = this.#count(byAddress, failuresPerAddress, nowMs);
    return this.#count(bySystemId, failuresPerSystemId, nowMs) || locksAddress;
  }

  noteSuccess(address: string, systemId: string, nowMs: number): void {
    put(this.#trusted, pairOf(address, systemId), nowMs);
  }

  #count(key: string, most: number, nowMs: number): boolean {
    const { lockOutMs } = this.options;
    const known = this.#failures.get(key);
    const isOver =
      !known || known.since <= nowMs - 2 * lockOutMs || (known.lockedUntil > 0 && known.lockedUntil <= nowMs);
    const failures = isOver ? { count: 0, since: nowMs, lockedUntil: 0 } : known;
    failures.count++;
    const locks = failures.count >= most && failures.lockedUntil === 0;
    if (locks) failures.lockedUntil = nowMs + lockOutMs;
    put(this.#failures, key, failures);
    return locks;
  }
}

function keysOf(address: string, systemId: string): readonly [byAddress: string, bySystemId: string] {
  return [`address ${networkOf(address)}`, `system_id ${systemId}`];
}

function pairOf(address: string, systemId: string): string {
  return `${networkOf(address)} ${systemId}`;
}

/** Whoever has one IPv6 address has the 2^64 beside it. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail = ''] = address.split('::');
  const groups = head.split(':').filter(Boolean);
  const missing = address.includes('::') ? 8 - groups.length - tail.split(':').filter(Boolean).length : 0;
  return [...groups, ...Array.from({ length: missing }, () => '0')]
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':');
}

function put<V>(table: Map<string, V>, key: string, value: V): void {
  table.delete(key);
  table.set(key, value);
  if (table.size <= maxEntries) return;
  for (const oldest of table.keys()) {
    table.delete(oldest);
    return;
  }
}
