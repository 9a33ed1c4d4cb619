import { toMajor, type Payment, type Sms } from '@ujumbe/core';
import { optionalTimeView, timeView } from '../fields.js';
import type { Mode } from '../mode.js';
import { wholeCredits } from '../money.js';
import {
  amountOf,
  buyerView,
  completedAt,
  invoiceOf,
  orderIdOf,
  paymentStatus,
  unitPriceOf,
  updatedAt,
} from '../payment-view.js';

/** What is told of a payment, in the documents' form and with what the service of 2026 adds. */
export type View = (payment: Payment, mode: Mode) => { data: object; more: object };

const isDone = ({ state }: Payment): boolean => state === 'completed';

/** How many in the second guide, whether at all in the service of 2026. Source: contracts/mifumo.md §0, row 13. */
function creditsAdded(payment: Payment, mode: Mode): number | boolean {
  if (mode === 'live2026') return isDone(payment);
  return isDone(payment) ? wholeCredits(payment.credits) : 0;
}

const statusWords = (payment: Payment): { status: string; payment_status: string } => ({
  status: paymentStatus(payment.state),
  payment_status: paymentStatus(payment.state).toUpperCase(),
});

/** Source: contracts/mifumo.md §7.3. */
export const packageStatusView: View = (payment, mode) => {
  const { status, payment_status } = statusWords(payment);
  return {
    data: {
      transaction_id: payment.id,
      status,
      amount: amountOf(payment),
      currency: payment.currency,
      credits_added: creditsAdded(payment, mode),
      completed_at: completedAt(payment),
    },
    more: {
      order_id: orderIdOf(payment),
      payment_status,
      credits: wholeCredits(payment.credits),
      zenopay_reference: payment.reference,
      zenopay_transid: payment.transactionId,
      updated_at: updatedAt(payment),
    },
  };
};

/** The tier that priced a number of credits, with its bounds as they are now. */
export interface TierView {
  unit_price: number;
  total_price: number;
  active_tier: string | null;
  tier_min_credits: number | null;
  tier_max_credits: number | null;
}

export async function tierOf(sms: Sms, payment: Payment): Promise<TierView> {
  const { tiers } = await sms.packages.tiers(payment.accountId);
  const at = tiers.findIndex(({ name }) => name === payment.tier);
  const next = tiers[at + 1];
  return {
    ...priceView(payment),
    active_tier: payment.tier,
    tier_min_credits: tiers[at]?.from ?? null,
    tier_max_credits: at === -1 || !next ? null : next.from - 1,
  };
}

function priceView(payment: Payment): { unit_price: number; total_price: number } {
  const total = amountOf(payment);
  const { unitPrice, currency, credits } = payment;
  return {
    unit_price: unitPrice === null ? unitPriceOf(total, wholeCredits(credits)) : toMajor(unitPrice, currency),
    total_price: total,
  };
}

/** Source: contracts/mifumo.md §7.5. */
export const customStatusView = (payment: Payment, mode: Mode, tier: TierView): ReturnType<View> => ({
  data: {
    purchase_id: payment.id,
    transaction_id: payment.id,
    ...statusWords(payment),
    credits: wholeCredits(payment.credits),
    unit_price: tier.unit_price,
    total_price: tier.total_price,
    active_tier: tier.active_tier,
    credits_added: creditsAdded(payment, mode),
    zenopay_reference: payment.reference,
    updated_at: updatedAt(payment),
  },
  more: {},
});

/** Source: contracts/mifumo.md §7.6. */
export const historyView = (payment: Payment): object => ({
  transaction_id: payment.id,
  order_id: orderIdOf(payment),
  invoice_number: invoiceOf(payment),
  type: payment.packageId === null ? 'custom_purchase' : 'package_purchase',
  credits: wholeCredits(payment.credits),
  ...priceView(payment),
  active_tier: payment.tier,
  ...statusWords(payment),
  payment_method: 'zenopay_mobile_money',
  mobile_money_provider: payment.provider,
  zenopay_reference: payment.reference,
  credits_added: isDone(payment),
  credits_added_at: completedAt(payment),
  buyer: buyerView(payment),
  created_at: timeView(payment.createdAt),
  completed_at: completedAt(payment),
  failed_at: paymentStatus(payment.state) === 'failed' ? optionalTimeView(payment.endedAt) : null,
});
