import type { Socket } from 'node:net';

export interface UnboundLimits {
  readonly maxUnbound: number;
  readonly maxUnboundPerAddress: number;
}

/**
 * Connections on which nobody has bound. When there are too many, in all or from one address, the oldest is closed:
 * whoever means it binds at once, so that a server full of silent connections still takes the next customer.
 */
export class UnboundConnections {
  readonly #all = new Map<Socket, string>();
  readonly #byAddress = new Map<string, Set<Socket>>();

  constructor(private readonly limits: UnboundLimits) {}

  get size(): number {
    return this.#all.size;
  }

  /** Answers the connection that has to make room, if one has. */
  add(socket: Socket, address: string): Socket | undefined {
    const beside = this.#byAddress.get(address) ?? new Set();
    this.#byAddress.set(address, beside.add(socket));
    this.#all.set(socket, address);
    if (beside.size > this.limits.maxUnboundPerAddress) return firstOf(beside);
    return this.#all.size > this.limits.maxUnbound ? firstOf(this.#all.keys()) : undefined;
  }

  remove(socket: Socket): void {
    const address = this.#all.get(socket);
    if (address === undefined) return;
    this.#all.delete(socket);
    const beside = this.#byAddress.get(address);
    beside?.delete(socket);
    if (beside?.size === 0) this.#byAddress.delete(address);
  }
}

function firstOf<T>(items: Iterable<T>): T | undefined {
  for (const item of items) return item;
  return undefined;
}
