import { Loop } from '../loop.js';
import type { Clock, Database, Logger } from '../runtime.js';
import type { CheckPayments } from './check-payment.js';
import type { MobileMoney } from './mobile-money.js';
import type { Payment } from './payment.js';
import { claimDuePayments, nextPaymentDueAt } from './payment.store.js';

export interface PollDeps {
  database: Database;
  clock: Clock;
  logger: Logger;
  wallets: readonly MobileMoney[];
  checks: CheckPayments;
}

const lookEveryMs = 500;
/** How long a payment is left to the process that has taken it to ask: the longest query, and then some. */
const leaseMs = 30_000;
const atOnce = 20;

/** Asks after payments that are due: callbacks get lost, and what is refused or cancelled is never called back. */
export class PollPayments extends Loop {
  constructor(private readonly deps: PollDeps) {
    super();
  }

  override start(): void {
    if (this.deps.wallets.length > 0) super.start();
  }

  /** Payments that are claimed when it stops are due again when the lease is over. */
  protected async round(): Promise<number> {
    const claimed = await this.#claim();
    await Promise.all(claimed.map((payment) => this.#check(payment)));
    return claimed.length < atOnce ? lookEveryMs : 0;
  }

  protected failed(error: unknown): number {
    this.deps.logger.error({ err: error }, 'payments could not be followed up');
    return lookEveryMs;
  }

  async #claim(): Promise<Payment[]> {
    const { database, clock, wallets } = this.deps;
    const nowMs = clock.now();
    // A look costs a read; only what is due costs a write.
    const names = wallets.map(({ name }) => name);
    const dueAt = await database.read((tx) => nextPaymentDueAt(tx, names));
    if (dueAt === null || dueAt > nowMs) return [];
    return database.write((tx) => claimDuePayments(tx, { wallets: names, nowMs, leaseMs, limit: atOnce }));
  }

  async #check(payment: Payment): Promise<void> {
    try {
      await this.deps.checks.check(payment);
    } catch (error) {
      // It stays claimed, and is due again when the lease is over.
      this.deps.logger.error({ err: error, paymentId: payment.id }, 'a payment could not be followed up');
    }
  }
}
