import { findAccount } from '../accounts/account.store.js';
import { SmsError } from '../errors.js';
import { isUuid } from '../ids.js';
import type { CheckPayments } from './check-payment.js';
import { createPayment, type CreatePaymentDeps } from './create-payment.js';
import type { Payment } from './payment.js';
import { findPayment, findPaymentByNumber, listPayments } from './payment.store.js';
import type { Payments } from './payments.js';
import { listPurchases } from './purchase.store.js';
import { receiveCallback } from './receive-callback.js';

export function managePayments(deps: CreatePaymentDeps & { checks: CheckPayments }): Payments {
  const { database, wallets, checks } = deps;
  const existing = async (accountId: string, paymentId: string): Promise<Payment> => {
    const payment = isUuid(paymentId) ? await database.read((tx) => findPayment(tx, paymentId)) : undefined;
    if (payment?.accountId !== accountId) throw new SmsError('not_found', 'payment not found');
    return payment;
  };
  return {
    create: async (accountId, wanted, { idempotency } = {}) => {
      if (!isUuid(accountId)) throw new SmsError('not_found', 'account not found');
      return createPayment(deps, accountId, wanted, idempotency);
    },
    get: existing,
    getByOrderNumber: async (accountId, orderNumber) => {
      const isNumber = /^\d{8}-[0-9A-F]{8}$/.test(orderNumber);
      const payment = isNumber ? await database.read((tx) => findPaymentByNumber(tx, orderNumber)) : undefined;
      if (payment?.accountId !== accountId) throw new SmsError('not_found', 'payment not found');
      return payment;
    },
    list: (accountId, { states }, page) => database.read((tx) => listPayments(tx, accountId, states, page)),
    purchases: async (accountId, { states }, page) => {
      if (!isUuid(accountId)) throw new SmsError('not_found', 'account not found');
      return database.read((tx) => listPurchases(tx, accountId, states, page));
    },
    check: async (accountId, paymentId) => checks.check(await existing(accountId, paymentId)),
    providers: async (accountId) => {
      const account = isUuid(accountId) ? await database.read((tx) => findAccount(tx, accountId)) : undefined;
      if (!account) throw new SmsError('not_found', 'account not found');
      const wallet = wallets.find(({ currency }) => currency === account.currency);
      return { wallet: wallet?.name ?? null, currency: account.currency, providers: wallet?.providers ?? [] };
    },
    callback: (callback) => receiveCallback(deps, callback),
  };
}
