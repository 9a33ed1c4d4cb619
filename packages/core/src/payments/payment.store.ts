import { databaseKind, select, selectOne } from '../database/statements.js';
import type { Statement, Transaction } from '../runtime.js';
import type { Decision } from './decide-payment.js';
import type { FailureCode, Payment, PaymentState, PaymentStep } from './payment.js';

/** A payment as it is stored. */
export interface PaymentRow {
  id: string;
  account_id: string;
  order_number: string;
  wallet: string;
  wallet_order_id: string;
  provider: string | null;
  payer: string;
  buyer_name: string;
  buyer_email: string;
  amount: number;
  currency: string;
  credits: number;
  package_id: string | null;
  package_name: string | null;
  tier: string | null;
  unit_price: number | null;
  state: PaymentState;
  failure_code: FailureCode | null;
  failure_detail: string | null;
  reference: string | null;
  transaction_id: string | null;
  channel: string | null;
  poll_at: number | null;
  created_at: number;
  expires_at: number;
  ended_at: number | null;
  history: string;
}

const stepEntry = ({ state, at, source }: PaymentStep): string => JSON.stringify([state, at, source]);

export const paymentOf = (row: PaymentRow): Payment => ({
  id: row.id,
  accountId: row.account_id,
  orderNumber: row.order_number,
  wallet: row.wallet,
  walletOrderId: row.wallet_order_id,
  provider: row.provider,
  payer: row.payer,
  buyerName: row.buyer_name,
  buyerEmail: row.buyer_email,
  amount: row.amount,
  currency: row.currency,
  credits: row.credits,
  packageId: row.package_id,
  packageName: row.package_name,
  tier: row.tier,
  unitPrice: row.unit_price,
  state: row.state,
  failureCode: row.failure_code,
  failureDetail: row.failure_detail,
  reference: row.reference,
  transactionId: row.transaction_id,
  channel: row.channel,
  pollAt: row.poll_at,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  endedAt: row.ended_at,
  history: (JSON.parse(`[${row.history}]`) as [PaymentState, number, PaymentStep['source']][]).map(
    ([state, at, source]) => ({ state, at, source }),
  ),
});

/** The constraint that another payment's order number would break; then another is drawn. */
export const isNumberTaken = (conflictOn: string): boolean => conflictOn.includes('order_number');

/** @param callbackHash what is kept of the secret part of its callback's URL */
export function insertPayment(payment: Payment, callbackHash: string): Statement {
  const row: [column: string, value: unknown][] = [
    ['id', payment.id],
    ['account_id', payment.accountId],
    ['order_number', payment.orderNumber],
    ['wallet', payment.wallet],
    ['wallet_order_id', payment.walletOrderId],
    ['callback_hash', callbackHash],
    ['provider', payment.provider],
    ['payer', payment.payer],
    ['buyer_name', payment.buyerName],
    ['buyer_email', payment.buyerEmail],
    ['amount', payment.amount],
    ['currency', payment.currency],
    ['credits', payment.credits],
    ['package_id', payment.packageId],
    ['package_name', payment.packageName],
    ['tier', payment.tier],
    ['unit_price', payment.unitPrice],
    ['state', payment.state],
    ['poll_at', payment.pollAt],
    ['created_at', payment.createdAt],
    ['expires_at', payment.expiresAt],
    ['history', payment.history.map(stepEntry).join(',')],
  ];
  return {
    sql: `INSERT INTO sms_payments (${row.map(([column]) => column).join(', ')})
          VALUES (${row.map(() => '?').join(', ')})`,
    bindings: row.map(([, value]) => value),
  };
}

/** The name a commit is undone under when a payment has moved since it was read. */
export const paymentUnmoved = 'payments';

/** Takes the step; undone when the payment has taken another since it was read. */
export function changePayment(payment: Payment, decision: Decision, step: PaymentStep): Statement {
  const { to, pollAt, failure, facts } = decision;
  const hasEnded = !(to === 'created' || to === 'pushed' || to === 'pending');
  const moves = to !== payment.state;
  return {
    sql: `UPDATE sms_payments SET state = ?, poll_at = ?, failure_code = ?, failure_detail = ?,
            reference = coalesce(?, reference), transaction_id = coalesce(?, transaction_id),
            channel = coalesce(?, channel), ended_at = ?, history = history || ?
          WHERE id = ? AND state = ?`,
    bindings: [
      to,
      pollAt,
      moves ? (failure?.code ?? null) : payment.failureCode,
      moves ? (failure?.detail ?? null) : payment.failureDetail,
      facts?.reference ?? null,
      facts?.transactionId ?? null,
      facts?.channel ?? null,
      moves ? (hasEnded ? step.at : null) : payment.endedAt,
      moves ? `,${stepEntry(step)}` : '',
      payment.id,
      payment.state,
    ],
    expect: { rows: 1, name: paymentUnmoved },
  };
}

/** Has the wallet asked about a payment at a time, unless it is asked earlier anyway. */
export function lookAt(paymentId: string, at: number): Statement {
  return {
    sql: `UPDATE sms_payments SET poll_at = ?
          WHERE id = ? AND state <> 'completed' AND (poll_at IS NULL OR poll_at > ?)`,
    bindings: [at, paymentId, at],
  };
}

export async function findPayment(tx: Transaction, paymentId: string): Promise<Payment | undefined> {
  const row = await selectOne<PaymentRow>(tx, 'SELECT * FROM sms_payments WHERE id = ?', [paymentId]);
  return row && paymentOf(row);
}

export async function findPaymentByNumber(tx: Transaction, orderNumber: string): Promise<Payment | undefined> {
  const row = await selectOne<PaymentRow>(tx, 'SELECT * FROM sms_payments WHERE order_number = ?', [orderNumber]);
  return row && paymentOf(row);
}

export async function findPaymentOfOrder(
  tx: Transaction,
  wallet: string,
  walletOrderId: string,
): Promise<Payment | undefined> {
  const row = await selectOne<PaymentRow>(tx, 'SELECT * FROM sms_payments WHERE wallet = ? AND wallet_order_id = ?', [
    wallet,
    walletOrderId,
  ]);
  return row && paymentOf(row);
}

export async function findPaymentByCallback(
  tx: Transaction,
  wallet: string,
  callbackHash: string,
): Promise<Payment | undefined> {
  const row = await selectOne<PaymentRow>(tx, 'SELECT * FROM sms_payments WHERE wallet = ? AND callback_hash = ?', [
    wallet,
    callbackHash,
  ]);
  return row && paymentOf(row);
}

/**
 * Takes payments that are due to be looked at, and puts their next look a lease ahead: whoever dies with them leaves
 * them to the others, and no other takes them meanwhile.
 */
export async function claimDuePayments(
  tx: Transaction,
  { wallets, nowMs, leaseMs, limit }: { wallets: readonly string[]; nowMs: number; leaseMs: number; limit: number },
): Promise<Payment[]> {
  const stepOver = databaseKind(tx) === 'postgres' ? 'FOR UPDATE SKIP LOCKED' : '';
  const rows = await select<PaymentRow>(
    tx,
    `UPDATE sms_payments SET poll_at = ? WHERE id IN (
       SELECT id FROM sms_payments
        WHERE poll_at <= ? AND wallet IN (${wallets.map(() => '?').join(', ')})
        ORDER BY poll_at LIMIT ? ${stepOver}
     ) RETURNING *`,
    [nowMs + leaseMs, nowMs, ...wallets, limit],
  );
  return rows.map(paymentOf);
}

/** When the next payment of the wallets is due; null when none is. */
export async function nextPaymentDueAt(tx: Transaction, wallets: readonly string[]): Promise<number | null> {
  const row = await selectOne<{ at: number | null }>(
    tx,
    `SELECT poll_at AS at FROM sms_payments
      WHERE poll_at IS NOT NULL AND wallet IN (${wallets.map(() => '?').join(', ')}) ORDER BY poll_at LIMIT 1`,
    wallets,
  );
  return row?.at ?? null;
}

/** How many payments wait for a payer, and how many the account has open. */
export async function countOpenPayments(
  tx: Transaction,
  payer: string,
  accountId: string,
): Promise<{ ofPayer: number; ofAccount: number }> {
  const ofPayer = await selectOne<{ n: number }>(
    tx,
    'SELECT count(*) AS n FROM sms_payments WHERE payer = ? AND ended_at IS NULL',
    [payer],
  );
  const ofAccount = await selectOne<{ n: number }>(
    tx,
    'SELECT count(*) AS n FROM sms_payments WHERE account_id = ? AND ended_at IS NULL',
    [accountId],
  );
  return { ofPayer: ofPayer?.n ?? 0, ofAccount: ofAccount?.n ?? 0 };
}

/** A page of an account's payments, newest first, and how many there are in all. */
export async function listPayments(
  tx: Transaction,
  accountId: string,
  states: readonly PaymentState[] | undefined,
  page: { limit: number; offset: number },
): Promise<{ payments: Payment[]; total: number }> {
  const filter =
    states === undefined || states.length === 0 ? '' : `AND state IN (${states.map(() => '?').join(', ')})`;
  const bindings = [accountId, ...(states ?? [])];
  const rows = await select<PaymentRow>(
    tx,
    `SELECT * FROM sms_payments WHERE account_id = ? ${filter} ORDER BY id DESC LIMIT ? OFFSET ?`,
    [...bindings, page.limit, page.offset],
  );
  const count = await selectOne<{ total: number }>(
    tx,
    `SELECT count(*) AS total FROM sms_payments WHERE account_id = ? ${filter}`,
    bindings,
  );
  return { payments: rows.map(paymentOf), total: count?.total ?? 0 };
}
