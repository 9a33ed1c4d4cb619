import type { Money } from '../../ledger/money.js';
import { scriptedPayment, walletScript, type WalletScript } from './wallet-script.js';

export interface WalletBookOptions {
  /** From the start to the payer's PIN; 50 unless given. */
  delayMs?: number;
  /** How long a payer whose number ends in 910 takes; 30,000 unless given. */
  slowMs?: number;
  /** Tells whoever placed the order that it was paid; false, or a rejection, has it told again, three times in all. */
  tell: (order: BookedOrder) => Promise<boolean>;
}

/** An order as a simulated wallet keeps it. */
export interface BookedOrder {
  readonly orderId: string;
  readonly amount: Money;
  readonly payer: string;
  readonly callbackUrl: string | undefined;
  readonly createdAt: number;
  /** Ten digits the wallet calls the payment by. */
  readonly reference: string;
  readonly script: WalletScript;
}

/** What an order's placing is answered with. */
export type Placing = 'accepted' | 'refused' | 'duplicate' | 'unanswered';

const mostOrders = 50_000;
const tellTries = 3;
const retryMs = 100;

/**
 * The orders of a simulated wallet: the one in the process and the one over HTTP both go by it. What becomes of an
 * order is decided by the last three digits of its payer's number (docs/reference/simulated-wallet.md).
 */
export class WalletBook {
  readonly #orders = new Map<string, BookedOrder>();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Orders that were called back about: paid, whatever the clock says to the millisecond. */
  readonly #told = new Set<string>();
  readonly #delayMs: number;
  readonly #slowMs: number;
  #placed = 0;
  #closed = false;

  constructor(private readonly options: WalletBookOptions) {
    this.#delayMs = options.delayMs ?? 50;
    this.#slowMs = options.slowMs ?? 30_000;
  }

  /** How many orders were placed, duplicates and refused ones left out. */
  get placed(): number {
    return this.#placed;
  }

  async place(order: Pick<BookedOrder, 'orderId' | 'amount' | 'payer' | 'callbackUrl'>): Promise<Placing> {
    if (this.#orders.has(order.orderId)) return 'duplicate';
    const script = walletScript(order.payer);
    if (script === 'refused at the start') return 'refused';
    if (script === 'start lost') return 'unanswered';
    const reference = String(++this.#placed).padStart(10, '0');
    const { orderId, amount, payer, callbackUrl } = order;
    const booked: BookedOrder = { orderId, amount, payer, callbackUrl, createdAt: Date.now(), reference, script };
    this.#keep(booked);
    await this.#promise(booked);
    return script === 'no answer to the start' ? 'unanswered' : 'accepted';
  }

  /** The order as the wallet shows it now. */
  find(orderId: string): (BookedOrder & { status: 'pending' | 'completed' | 'failed' | 'cancelled' }) | undefined {
    const order = this.#orders.get(orderId);
    if (!order) return undefined;
    const end = scriptedPayment(order.script);
    const isOver = this.#told.has(orderId) || Date.now() >= order.createdAt + this.#takesMs(order);
    const amount = order.script === 'another amount' ? order.amount * 2 : order.amount;
    return { ...order, amount, status: end !== undefined && isOver ? end : 'pending' };
  }

  /** Tells nothing any more. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #takesMs({ script }: BookedOrder): number {
    if (script === 'callback first') return 0;
    return script === 'slow' ? this.#slowMs : this.#delayMs;
  }

  #keep(order: BookedOrder): void {
    this.#orders.set(order.orderId, order);
    if (this.#orders.size <= mostOrders) return;
    const [oldest] = this.#orders.keys();
    if (oldest === undefined) return;
    this.#orders.delete(oldest);
    this.#told.delete(oldest);
  }

  /** A wallet calls back only when it was paid. */
  async #promise(order: BookedOrder): Promise<void> {
    const { script } = order;
    if (scriptedPayment(script) !== 'completed' || script === 'callback lost') return;
    if (script === 'callback first') return this.#tell(order);
    const takesMs = this.#takesMs(order);
    this.#later(takesMs, () => this.#tell(order));
    if (script === 'callback twice') this.#later(takesMs * 2, () => this.#tell(order));
  }

  #later(delayMs: number, work: () => Promise<void>): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void work();
    }, delayMs);
    // A wallet does not keep its customer's process alive.
    timer.unref();
    this.#timers.add(timer);
  }

  async #tell(order: BookedOrder): Promise<void> {
    this.#told.add(order.orderId);
    for (let tries = 1; tries <= tellTries && !this.#closed; tries++) {
      if (await this.options.tell(order).catch(() => false)) return;
      await new Promise<void>((resolve) => setTimeout(resolve, retryMs * tries).unref());
    }
  }
}
