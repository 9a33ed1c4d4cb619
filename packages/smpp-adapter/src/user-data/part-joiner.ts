import type { Concatenation } from './concatenation.js';

/** A part of a long message, with whatever its owner needs to go on with it. */
export interface MessagePart<T> {
  readonly account: string;
  readonly source: string;
  readonly destination: string;
  readonly concat: Concatenation;
  /** What it counts for against the limit. */
  readonly octets: number;
  readonly payload: T;
}

/** What became of a part. */
export interface JoinResult<T> {
  readonly outcome: 'joined' | 'waiting' | 'refused';
  /** All parts of the message in order, once it is whole; empty until then. */
  readonly parts: readonly T[];
  /** Parts that are waited for no longer, each a message of its own from now on. */
  readonly loose: readonly T[];
}

export interface PartJoinerOptions {
  /** How long the rest of a message is waited for, from its first part that came. */
  readonly timeoutMs?: number;
  /** Messages that wait. */
  readonly maxGroups?: number;
  /** Parts that wait, of all messages together. */
  readonly maxParts?: number;
  /** Octets that wait, of all messages together. */
  readonly maxOctets?: number;
}

interface Group<T> {
  readonly expiresAt: number;
  readonly parts: Map<number, MessagePart<T>>;
}

/**
 * Joins the parts of long messages, in whichever order they come; one that comes twice counts once, the later one.
 * Beyond its limits it gives up the message that has waited longest, so that a peer that never sends last parts costs
 * a bounded amount of memory. Source: contracts/smpp.md §5.6.
 */
export class PartJoiner<T> {
  // In the order of their first parts, which is the order in which they expire.
  #groups = new Map<string, Group<T>>();
  #parts = 0;
  #octets = 0;
  readonly #timeoutMs: number;
  readonly #limits: { readonly groups: number; readonly parts: number; readonly octets: number };

  constructor({
    timeoutMs = 300_000,
    maxGroups = 10_000,
    maxParts = 50_000,
    maxOctets = 16 * 1024 * 1024,
  }: PartJoinerOptions = {}) {
    this.#timeoutMs = timeoutMs;
    this.#limits = { groups: maxGroups, parts: maxParts, octets: maxOctets };
  }

  /** Takes a part that came at `at`, in milliseconds since the epoch. One that cannot be of its message is refused. */
  add(part: MessagePart<T>, at: number): JoinResult<T> {
    const { total, part: number } = part.concat;
    const loose = this.expire(at);
    if (!(number >= 1 && number <= total)) return { outcome: 'refused', parts: [], loose };
    const key = keyOf(part);
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { expiresAt: at + this.#timeoutMs, parts: new Map() };
      this.#groups.set(key, group);
    }
    this.#count(group.parts.get(number), -1);
    group.parts.set(number, part);
    this.#count(part, 1);
    if (group.parts.size === total) return { outcome: 'joined', parts: this.#take(key, group), loose };
    while (this.#isOver()) loose.push(...this.#takeOldest());
    return { outcome: 'waiting', parts: [], loose };
  }

  /** The parts of the messages that are waited for no longer at `at`. */
  expire(at: number): T[] {
    const loose: T[] = [];
    for (const [key, group] of this.#groups) {
      if (group.expiresAt > at) break;
      loose.push(...this.#take(key, group));
    }
    return loose;
  }

  /** Everything that still waits, for a shutdown. */
  drain(): T[] {
    return this.expire(Infinity);
  }

  /** Messages that wait. */
  get size(): number {
    return this.#groups.size;
  }

  #isOver(): boolean {
    const { groups, parts, octets } = this.#limits;
    return this.#groups.size > groups || this.#parts > parts || this.#octets > octets;
  }

  #takeOldest(): T[] {
    for (const [key, group] of this.#groups) return this.#take(key, group);
    return [];
  }

  #take(key: string, group: Group<T>): T[] {
    this.#groups.delete(key);
    const parts = [...group.parts].sort(([one], [other]) => one - other).map(([, part]) => part);
    for (const part of parts) this.#count(part, -1);
    return parts.map(({ payload }) => payload);
  }

  #count(part: MessagePart<T> | undefined, sign: 1 | -1): void {
    if (part === undefined) return;
    this.#parts += sign;
    this.#octets += sign * part.octets;
  }
}

function keyOf({ account, source, destination, concat: { ref, total, bits } }: MessagePart<unknown>): string {
  return [account, source, destination, ref, total, bits].join('\0');
}
