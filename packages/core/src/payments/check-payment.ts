import type { Logger } from '../runtime.js';
import { afterQuery } from './decide-payment.js';
import type { MobileMoney, QueryOutcome } from './mobile-money.js';
import type { Payment, PaymentSchedule } from './payment.js';
import { settlePayment, type SettleDeps } from './settle-payment.js';

export interface CheckDeps extends SettleDeps {
  wallets: readonly MobileMoney[];
  schedule: PaymentSchedule;
  /** Aborted when the platform stops. */
  stopping: AbortSignal;
}

/** Asks wallets what has become of payments, and writes it. One question at a time for a payment in this process. */
export class CheckPayments {
  readonly #running = new Map<string, Promise<Payment>>();

  constructor(private readonly deps: CheckDeps) {}

  /** @returns the payment as it is afterwards, and whether the wallet gave a clear answer */
  check(payment: Payment): Promise<Payment> {
    const running = this.#running.get(payment.id);
    if (running) return running;
    const own = this.#ask(payment).finally(() => this.#running.delete(payment.id));
    this.#running.set(payment.id, own);
    return own;
  }

  async #ask(payment: Payment): Promise<Payment> {
    const { wallets, schedule, clock, stopping, logger } = this.deps;
    const wallet = wallets.find(({ name }) => name === payment.wallet);
    if (!wallet || payment.state === 'completed') return payment;
    const outcome = await query(wallet, payment, stopping, logger);
    const decide = (now: Payment) => afterQuery(now, outcome, { nowMs: clock.now(), schedule });
    return settlePayment(this.deps, payment, decide, outcome.kind === 'found' ? 'query' : 'clock');
  }
}

async function query(
  wallet: MobileMoney,
  payment: Payment,
  stopping: AbortSignal,
  logger: Logger,
): Promise<QueryOutcome> {
  try {
    return await wallet.query(payment.walletOrderId, stopping);
  } catch (error) {
    const name = error instanceof Error ? error.name : typeof error;
    logger.error({ paymentId: payment.id, wallet: wallet.name, name }, 'a wallet broke off a query');
    return { kind: 'unknown', detail: 'the wallet broke off' };
  }
}
