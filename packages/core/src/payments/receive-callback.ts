import type { Clock, Database, Logger } from '../runtime.js';
import type { CheckPayments } from './check-payment.js';
import { callbackHash } from './create-payment.js';
import type { CallbackReply, CallbackVerdict, MobileMoney } from './mobile-money.js';
import { isOpen, type Payment } from './payment.js';
import { findPaymentByCallback, findPaymentOfOrder, lookAt } from './payment.store.js';
import type { WalletCallback } from './payments.js';

export interface CallbackDeps {
  database: Database;
  clock: Clock;
  logger: Logger;
  wallets: readonly MobileMoney[];
  checks: CheckPayments;
}

/** The form of the secret part of a callback's URL: 32 bytes in base64url. */
const keyForm = /^[A-Za-z0-9_-]{43}$/;
/** How soon a payment is looked at again whose callback the wallet would not confirm yet. */
const soonMs = 15_000;

/**
 * Takes a wallet's callback. In this order: the wallet's secret, the secret part of the URL, the order in the body;
 * then the wallet itself is asked, and only what it answers counts. Source: contracts/zenopay.md §3.
 */
export async function receiveCallback(deps: CallbackDeps, callback: WalletCallback): Promise<CallbackReply> {
  const { wallets, logger } = deps;
  const wallet = wallets.find(({ name }) => name === callback.wallet);
  if (!wallet) return { status: wallets.length === 0 ? 500 : 404, body: { success: false, message: 'Unknown wallet' } };
  let verdict: CallbackVerdict;
  try {
    verdict = await judge(deps, wallet, callback);
  } catch (error) {
    const name = error instanceof Error ? error.name : typeof error;
    logger.error({ wallet: wallet.name, name }, 'a callback could not be processed');
    verdict = 'failed';
  }
  if (verdict !== 'processed') logger.warn({ wallet: wallet.name, verdict }, 'a callback was refused');
  return wallet.callbackReply(verdict);
}

async function judge(deps: CallbackDeps, wallet: MobileMoney, callback: WalletCallback): Promise<CallbackVerdict> {
  const { database, clock, checks } = deps;
  if (!wallet.admitsCallback(callback.headers)) return 'unauthorized';
  if (!keyForm.test(callback.key)) return 'unknown_order';
  const payment = await database.read((tx) => findPaymentByCallback(tx, wallet.name, callbackHash(callback.key)));
  if (!payment) return 'unknown_order';
  const named = wallet.parseCallback(await callback.readBody());
  if (!named) return 'malformed';
  // A URL is of one order: whoever uses it for another is not the wallet.
  if (named.orderId !== payment.walletOrderId) return 'unknown_order';
  const after: Payment = await checks.check(payment);
  if (isOpen(after)) await database.commit([lookAt(after.id, clock.now() + soonMs)]);
  return 'processed';
}

/** What a wallet in the same process tells: it needs no secrets, and is asked all the same. */
export async function receiveHint({ database, checks }: CallbackDeps, wallet: string, orderId: string): Promise<void> {
  const payment = await database.read((tx) => findPaymentOfOrder(tx, wallet, orderId));
  if (payment) await checks.check(payment);
}
