import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { findAccount } from '../accounts/account.store.js';
import { SmsError } from '../errors.js';
import { isUuid } from '../ids.js';
import { assertKey, mismatch, stillRunning, type Idempotency } from '../idempotency/answer.js';
import {
  findAnswer,
  forgetExpiredAnswer,
  isKeyTaken,
  rememberAnswers,
  rememberForMs,
} from '../idempotency/idempotency.store.js';
import { CommitConflict, type Clock, type Database, type Ids, type Statement } from '../runtime.js';
import { isWellFormed } from '../text/segments.js';
import { afterStart } from './decide-payment.js';
import type { MobileMoney, StartOutcome } from './mobile-money.js';
import { isOpen, type Payment, type PaymentSchedule } from './payment.js';
import { countOpenPayments, findPayment, insertPayment, isNumberTaken } from './payment.store.js';
import type { PaymentOptions } from './payments.js';
import { pricePayment, type WantedPayment } from './price-payment.js';
import { settlePayment, type SettleDeps } from './settle-payment.js';

export interface CreatePaymentDeps extends SettleDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  wallets: readonly MobileMoney[];
  schedule: PaymentSchedule;
  options: PaymentOptions;
  /** Aborted when the platform stops. */
  stopping: AbortSignal;
}

/** What somebody else writes with a payment that is made for them. */
export type Noted = (paymentId: string) => readonly Statement[];

/** Beyond the longest start, so that nobody asks after an order that is still being placed. */
const startGraceMs = 15_000;
/** A phone that is asked by everybody at once is not a customer's. */
const mostOpenPerPayer = 3;
const mostOpenPerAccount = 100;
const numberTries = 5;

/**
 * See `Payments.create`.
 *
 * @param options.noted what is written in the commit that stores the payment; nobody is asked when it does not hold
 */
export async function createPayment(
  deps: CreatePaymentDeps,
  accountId: string,
  wanted: WantedPayment,
  { idempotency, noted }: { idempotency?: Idempotency | undefined; noted?: Noted | undefined } = {},
): Promise<{ payment: Payment; replayed: boolean }> {
  if (idempotency) {
    assertKey(idempotency.key);
    const known = await paymentOfKey(deps, accountId, idempotency);
    if (known) return { payment: unlessRefused(known), replayed: true };
  }
  const { wallet, order } = await prepare(deps, accountId, wanted);
  // Unguessable, and kept as a hash: whoever reads the table cannot call back.
  const callbackKey = randomBytes(32).toString('base64url');
  const stored = await store(deps, order, callbackKey, { idempotency, noted });
  if (stored.replayed) return { payment: unlessRefused(stored.payment), replayed: true };
  const outcome = await start(deps, wallet, stored.payment, callbackKey);
  const decide = (payment: Payment) =>
    // A callback that was faster than this answer knows more.
    isOpen(payment) && payment.state !== 'pending'
      ? afterStart(payment, outcome, { nowMs: deps.clock.now(), schedule: deps.schedule })
      : { to: payment.state, pollAt: payment.pollAt, failure: null, facts: null };
  const payment = await settlePayment(deps, stored.payment, decide, 'start');
  if (outcome.kind === 'refused') refuse(payment, outcome.code);
  return { payment, replayed: false };
}

const hashOf = (callbackKey: string): string => createHash('sha256').update(callbackKey).digest('hex');
export { hashOf as callbackHash };

function refuse(payment: Payment, code: 'upstream_rejected' | 'upstream_unavailable'): never {
  const sentence =
    code === 'upstream_rejected' ? 'the wallet refused the payment' : 'the wallet cannot take payments now';
  throw new SmsError(code, `${sentence}: ${payment.failureDetail ?? 'it gave no reason'}`, {
    details: { payment_uuid: payment.id },
  });
}

/** A repeat of a request that the wallet refused is told so again. */
function unlessRefused(payment: Payment): Payment {
  if (payment.failureCode === 'refused') refuse(payment, 'upstream_rejected');
  return payment;
}

async function prepare(
  deps: CreatePaymentDeps,
  accountId: string,
  wanted: WantedPayment,
): Promise<{ wallet: MobileMoney; order: Payment }> {
  const { database, clock, ids, wallets, schedule, options } = deps;
  const nowMs = clock.now();
  const account = await database.read((tx) => findAccount(tx, accountId));
  if (!account) throw new SmsError('not_found', 'account not found');
  const wallet = wallets.find(({ currency }) => currency === account.currency);
  if (!wallet) {
    throw new SmsError('invalid_request', `payments by phone are not set up for ${account.currency} on this platform`);
  }
  const payer = wallet.payerOf(wanted.phone);
  const terms = await pricePayment(deps, account, wanted, { wallet, nowMs });
  const open = await database.read((tx) => countOpenPayments(tx, payer, accountId));
  if (open.ofPayer >= mostOpenPerPayer) {
    throw new SmsError('velocity', 'this phone is being asked already; pay there, or wait until the request expires', {
      retryAfterMs: schedule.laterEveryMs,
    });
  }
  if (open.ofAccount >= mostOpenPerAccount) {
    throw new SmsError('velocity', 'too many payments are open; wait until some have ended', {
      retryAfterMs: schedule.laterEveryMs,
    });
  }
  const order: Payment = {
    id: ids.next(),
    accountId,
    orderNumber: '',
    wallet: wallet.name,
    walletOrderId: randomUUID(),
    payer,
    buyerName: checkText(wanted.buyerName ?? account.name, 'name'),
    buyerEmail: checkEmail(wanted.buyerEmail ?? options.buyerEmail),
    ...terms,
    currency: account.currency,
    state: 'created',
    failureCode: null,
    failureDetail: null,
    reference: null,
    transactionId: null,
    channel: null,
    pollAt: nowMs + wallet.startTimeoutMs + startGraceMs,
    createdAt: nowMs,
    expiresAt: nowMs + schedule.expireAfterMs,
    endedAt: null,
    history: [{ state: 'created', at: nowMs, source: 'api' }],
  };
  return { wallet, order };
}

function checkText(written: string, field: string): string {
  const text = written.trim();
  if (text === '' || text.length > 100 || text.includes('\0') || !isWellFormed(text)) {
    throw new SmsError('invalid_request', `${field} must be text of 1 to 100 characters`);
  }
  return text;
}

function checkEmail(written: string | undefined): string {
  if (written === undefined) {
    throw new SmsError('invalid_request', 'email is required: the wallet wants the buyer’s e-mail address');
  }
  if (written.length > 200 || !/^[^\s@\0]+@[^\s@\0]+\.[^\s@\0]+$/.test(written) || !isWellFormed(written)) {
    throw new SmsError('invalid_request', 'email must be an e-mail address');
  }
  return written;
}

/** Stores the payment, and its idempotency key with it: whatever happens after this, the key names this payment. */
async function store(
  deps: CreatePaymentDeps,
  order: Payment,
  callbackKey: string,
  { idempotency, noted }: { idempotency: Idempotency | undefined; noted: Noted | undefined },
): Promise<{ payment: Payment; replayed: boolean }> {
  const { database } = deps;
  const beside = noted?.(order.id) ?? [];
  for (let tries = 1; ; tries++) {
    const payment = { ...order, orderNumber: orderNumberAt(order.createdAt) };
    const remembered = idempotency
      ? rememberAnswers(database.kind, [
          {
            accountId: order.accountId,
            key: idempotency.key,
            fingerprint: idempotency.fingerprint,
            result: payment.id,
            expiresAt: order.createdAt + rememberForMs,
          },
        ])
      : [];
    try {
      await database.commit([...remembered, insertPayment(payment, hashOf(callbackKey)), ...beside]);
      return { payment, replayed: false };
    } catch (error) {
      if (!(error instanceof CommitConflict)) throw error;
      if (isNumberTaken(error.on) && tries < numberTries) continue;
      if (!idempotency || !isKeyTaken(error.on)) throw error;
      const known = await paymentOfKey(deps, order.accountId, idempotency);
      if (known) return { payment: known, replayed: true };
      // Its day was over, and it has been forgotten just now.
      if (tries >= numberTries) throw stillRunning();
    }
  }
}

/** The payment that a key names; undefined when it names none any more. */
async function paymentOfKey(
  { database, clock }: CreatePaymentDeps,
  accountId: string,
  { key, fingerprint }: Idempotency,
): Promise<Payment | undefined> {
  const stored = await database.read((tx) => findAnswer(tx, accountId, key));
  if (!stored) return undefined;
  if (stored.expiresAt <= clock.now()) {
    await database.write((tx) => forgetExpiredAnswer(tx, accountId, key, clock.now()));
    return undefined;
  }
  if (stored.fingerprint !== fingerprint) throw mismatch();
  const { result } = stored;
  const payment = result !== null && isUuid(result) ? await database.read((tx) => findPayment(tx, result)) : undefined;
  if (!payment) throw stillRunning();
  return payment;
}

/** `20260511-1A2B3C4D`: the day in UTC, and chance. */
function orderNumberAt(nowMs: number): string {
  const day = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '');
  return `${day}-${randomBytes(4).toString('hex').toUpperCase()}`;
}

async function start(
  { options, stopping, logger }: CreatePaymentDeps,
  wallet: MobileMoney,
  payment: Payment,
  callbackKey: string,
): Promise<StartOutcome> {
  const { walletOrderId, amount, payer, buyerName, buyerEmail, provider } = payment;
  const { apiUrl } = options;
  const base = (typeof apiUrl === 'function' ? apiUrl() : apiUrl)?.replace(/\/+$/, '');
  try {
    const outcome = await wallet.start(
      {
        orderId: walletOrderId,
        amount,
        payer,
        buyerName,
        buyerEmail,
        ...(provider === null ? {} : { provider }),
        ...(base === undefined ? {} : { callbackUrl: `${base}/payments/callbacks/${wallet.name}/${callbackKey}` }),
      },
      stopping,
    );
    if (outcome.kind !== 'accepted') {
      logger.warn(
        { paymentId: payment.id, wallet: wallet.name, outcome: outcome.kind },
        'a payment was not clearly started',
      );
    }
    return outcome;
  } catch (error) {
    logger.error({ paymentId: payment.id, wallet: wallet.name, name: nameOf(error) }, 'a wallet broke off a start');
    return { kind: 'unknown', detail: 'the wallet broke off' };
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
