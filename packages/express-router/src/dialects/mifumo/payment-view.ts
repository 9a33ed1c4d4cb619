import { toMajor, type Package, type Payment, type PaymentState } from '@ujumbe/core';
import { timeView } from './fields.js';
import { wholeCredits } from './money.js';

/** How the vendor tells payments and packages, in all of its APIs. Source: contracts/mifumo.md §7 and §9.3. */

const orderPrefix = 'MIFUMO-';

/** `MIFUMO-20251220-ABC12345`. */
export const orderIdOf = ({ orderNumber }: Payment): string => orderPrefix + orderNumber;

/** The number in an order id; of anything else nothing that is a number. */
export const orderNumberOf = (orderId: string): string =>
  orderId.startsWith(orderPrefix) ? orderId.slice(orderPrefix.length) : '';

/** `INV-20251220-ABC12345`. */
export const invoiceOf = ({ orderNumber }: Payment): string => `INV-${orderNumber}`;

export const paymentStatuses = ['pending', 'completed', 'failed', 'cancelled', 'expired'] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

/** What a payment's state is called; expired is not failed: money may have moved. */
export const paymentStatus = (state: PaymentState): PaymentStatus =>
  state === 'created' || state === 'pushed' ? 'pending' : state;

/** The states a status stands for. */
export const statesOf = (status: PaymentStatus): readonly PaymentState[] =>
  status === 'pending' ? ['created', 'pushed', 'pending'] : [status];

/** When a payment took its last step. */
export const updatedAt = ({ history, createdAt }: Payment): string => timeView(history.at(-1)?.at ?? createdAt);

export const amountOf = ({ amount, currency }: Payment): number => toMajor(amount, currency);

export const completedAt = ({ state, endedAt }: Payment): string | null =>
  state === 'completed' && endedAt !== null ? timeView(endedAt) : null;

/** What one credit costs, with what is left of a cent. */
const unitPriceOf = (price: number, credits: number): number => Math.round((price / credits) * 10_000) / 10_000;

/** What a package is called where little is said of it. */
export const shortPackage = ({ id, name, credits, price, currency }: Package): object => {
  const major = toMajor(price, currency);
  return {
    id,
    name,
    credits: wholeCredits(credits),
    price: major,
    unit_price: unitPriceOf(major, wholeCredits(credits)),
  };
};

/** The package as it was when it was bought; null for a number of credits. */
export function boughtPackage(payment: Payment): object | null {
  const { packageId: id, packageName: name, credits } = payment;
  if (id === null) return null;
  const price = amountOf(payment);
  return { id, name, credits: wholeCredits(credits), price, unit_price: unitPriceOf(price, wholeCredits(credits)) };
}

export const buyerView = ({ buyerName: name, buyerEmail: email, payer: phone }: Payment): object => ({
  name,
  email,
  phone,
});

export const instructions = 'Please complete payment on your mobile device';
