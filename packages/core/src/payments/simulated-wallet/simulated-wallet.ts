import type { MobileMoney } from '../mobile-money.js';
import { callbackOrder, callbackReply, zenoPayCurrency } from '../zenopay/answers.js';
import { payerOf } from '../zenopay/phone.js';
import { zenoPayProviders } from '../zenopay/zenopay.js';
import { WalletBook } from './wallet-book.js';

export interface SimulatedWalletOptions {
  /** `simulated` unless given. */
  name?: string;
  /** From the start to the payer's PIN; 50 unless given. */
  delayMs?: number;
  /** How long a payer whose number ends in 910 takes; 30,000 unless given. */
  slowMs?: number;
}

/**
 * A wallet that lives in the process and takes no money: Tanzanian numbers and shillings as ZenoPay has them, and what
 * becomes of an order as the payer's last three digits ask (docs/reference/simulated-wallet.md).
 */
export function simulatedWallet(options: SimulatedWalletOptions = {}): MobileMoney {
  let hint: (orderId: string) => Promise<void> = () => Promise.resolve();
  const book = new WalletBook({
    ...options,
    tell: async ({ orderId }) => {
      await hint(orderId);
      return true;
    },
  });
  return {
    name: options.name ?? 'simulated',
    currency: zenoPayCurrency,
    step: 100,
    providers: zenoPayProviders,
    startTimeoutMs: 10_000,
    payerOf,
    start: async ({ orderId, amount, payer, callbackUrl }) => {
      const placing = await book.place({ orderId, amount, payer, callbackUrl });
      if (placing === 'accepted') return { kind: 'accepted' };
      if (placing === 'unanswered') return { kind: 'unknown', detail: 'the simulated wallet did not answer' };
      const detail = placing === 'duplicate' ? 'Duplicate order_id' : 'the simulated wallet refuses this number';
      return { kind: 'refused', code: 'upstream_rejected', detail };
    },
    query: (orderId) => {
      const order = book.find(orderId);
      if (!order) return Promise.resolve({ kind: 'not_found' });
      const { status, amount, reference } = order;
      const transactionId = status === 'completed' ? `SIM${reference}` : null;
      const facts = { reference, transactionId, channel: 'SIMULATED' };
      return Promise.resolve({ kind: 'found', orderId, status, amount, currency: zenoPayCurrency, ...facts });
    },
    // Nobody outside this process knows anything that could be shown.
    admitsCallback: () => false,
    parseCallback: callbackOrder,
    callbackReply,
    onHint: (listener) => {
      hint = listener;
    },
    close: () => {
      book.close();
      return Promise.resolve();
    },
  };
}
