import type { MobileMoney, QueryOutcome, StartOutcome, WalletOrder, WalletProvider } from '@ujumbe/core';
import { simulatedWallet } from '@ujumbe/core';

/** The key its callbacks show. */
export const walletKey = 'the-wallets-key';

/** A wallet that does as the test says, and counts what it is asked. */
export class ScriptedWallet implements MobileMoney {
  readonly name = 'scripted';
  readonly currency = 'TZS';
  readonly step = 100;
  readonly startTimeoutMs = 10_000;
  readonly started: WalletOrder[] = [];
  readonly queried: string[] = [];
  readonly #rules = simulatedWallet();

  constructor(
    readonly providers: readonly WalletProvider[] = [
      { code: 'vodacom', name: 'Vodacom M-Pesa', least: 100_000, most: 100_000_000 },
    ],
  ) {}

  /** What a start is answered with. */
  onStart: (order: WalletOrder) => StartOutcome | Promise<StartOutcome> = () => ({ kind: 'accepted' });
  /** What a query is answered with; pending unless the order was paid. */
  onQuery: (orderId: string) => QueryOutcome | Promise<QueryOutcome> = (orderId) => this.found(orderId, 'pending');

  payerOf(written: string): string {
    return this.#rules.payerOf(written);
  }

  async start(order: WalletOrder): Promise<StartOutcome> {
    this.started.push(order);
    return this.onStart(order);
  }

  async query(orderId: string): Promise<QueryOutcome> {
    this.queried.push(orderId);
    return this.onQuery(orderId);
  }

  admitsCallback(headers: Parameters<MobileMoney['admitsCallback']>[0]): boolean {
    return headers['x-api-key'] === walletKey;
  }

  parseCallback(body: unknown): { orderId: string } | undefined {
    return this.#rules.parseCallback(body);
  }

  callbackReply(verdict: Parameters<MobileMoney['callbackReply']>[0]): ReturnType<MobileMoney['callbackReply']> {
    return this.#rules.callbackReply(verdict);
  }

  /** An order as the wallet would show it; of the amount it was started with unless another is given. */
  found(orderId: string, status: 'pending' | 'completed' | 'failed' | 'cancelled', amount?: number): QueryOutcome {
    const order = this.started.find((started) => started.orderId === orderId);
    if (!order) return { kind: 'not_found' };
    const facts = { reference: '0936183435', transactionId: 'CEJ3I3SETSN', channel: 'MPESA-TZ' };
    return { kind: 'found', orderId, status, amount: amount ?? order.amount, currency: 'TZS', ...facts };
  }
}
