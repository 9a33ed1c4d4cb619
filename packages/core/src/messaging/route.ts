import { SmsError } from '../errors.js';
import type { Transport } from './transport.js';

/** Which transport takes the numbers that begin with a prefix. */
export interface RouteRule {
  /** E.164 with or without its plus; the empty prefix is every number. */
  prefix: string;
  /** A transport's name. */
  transport: string;
}

/** Chooses the transport for a destination: the longest prefix wins. */
export class RouteTable {
  readonly #byPrefix = new Map<string, string>();
  readonly #longest: number;

  /** Without rules the first transport takes everything. */
  constructor(transports: readonly Transport[], rules: readonly RouteRule[] = []) {
    const names = new Set(transports.map(({ name }) => name));
    if (names.size !== transports.length) {
      throw new SmsError('invalid_request', 'Two transports have the same name; give each its own.');
    }
    for (const { prefix, transport } of rules) {
      if (!names.has(transport)) {
        throw new SmsError('invalid_request', `A route names the transport "${transport}", and there is none.`);
      }
      this.#byPrefix.set(prefix.replace(/^\+/, ''), transport);
    }
    const [first] = transports;
    if (rules.length === 0 && first) this.#byPrefix.set('', first.name);
    this.#longest = Math.max(0, ...[...this.#byPrefix.keys()].map((prefix) => prefix.length));
  }

  /** @throws SmsError `no_route` */
  transportFor(msisdn: string): string {
    const name = this.#find(msisdn);
    if (name === undefined) throw new SmsError('no_route', 'There is no route to this destination.');
    return name;
  }

  reaches(msisdn: string): boolean {
    return this.#find(msisdn) !== undefined;
  }

  #find(msisdn: string): string | undefined {
    const digits = msisdn.slice(1);
    for (let length = this.#longest; length >= 0; length--) {
      const name = this.#byPrefix.get(digits.slice(0, length));
      if (name !== undefined) return name;
    }
    return undefined;
  }
}
