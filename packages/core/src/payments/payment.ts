import type { Money } from '../ledger/money.js';
import type { Credits } from '../ledger/transfer.js';

/** Where a payment stands; the diagram is in docs/explanation/money.md. */
export type PaymentState = 'created' | 'pushed' | 'pending' | 'completed' | 'failed' | 'cancelled' | 'expired';

export const paymentStates: readonly PaymentState[] = [
  ...(['created', 'pushed', 'pending'] as const),
  ...(['completed', 'failed', 'cancelled', 'expired'] as const),
];

export type FailureCode =
  /** The wallet would not ask the phone, or could not be reached. */
  | 'refused'
  /** The wallet says that it failed: a wrong PIN, too little money. */
  | 'declined'
  /** The wallet says that another amount or currency was paid. Nothing was credited; a person has to look. */
  | 'amount_mismatch';

/** A step of a payment: where to, when, on whose word. */
export interface PaymentStep {
  state: PaymentState;
  at: number;
  source: 'api' | 'start' | 'query' | 'clock';
}

/** Money on its way in from a phone. Times are milliseconds since the epoch. */
export interface Payment {
  id: string;
  accountId: string;
  /** For people: `20260511-1A2B3C4D`, unique. */
  orderNumber: string;
  /** The wallet's name, and what the order is called there. */
  wallet: string;
  walletOrderId: string;
  provider: string | null;
  /** E.164. */
  payer: string;
  buyerName: string;
  buyerEmail: string;
  amount: Money;
  currency: string;
  /** What it buys. */
  credits: Credits;
  packageId: string | null;
  packageName: string | null;
  /** The tier a custom purchase was priced by, and its price of one credit. */
  tier: string | null;
  unitPrice: Money | null;
  state: PaymentState;
  failureCode: FailureCode | null;
  failureDetail: string | null;
  /** The wallet's own names for it. */
  reference: string | null;
  transactionId: string | null;
  channel: string | null;
  /** When the wallet is asked next; null when it is not. */
  pollAt: number | null;
  createdAt: number;
  expiresAt: number;
  endedAt: number | null;
  history: PaymentStep[];
}

export const isOpen = ({ state }: Pick<Payment, 'state'>): boolean =>
  state === 'created' || state === 'pushed' || state === 'pending';

/** When the wallet is asked about a payment. */
export interface PaymentSchedule {
  /** How often at first, when most payers answer; 15 s, for 2 min. */
  soonEveryMs: number;
  soonForMs: number;
  /** How often afterwards; 60 s. */
  laterEveryMs: number;
  /** When a payment that nothing was heard of expires, after a last look; 30 min. */
  expireAfterMs: number;
  /** How long after that it is still looked at now and then, because a payer may have been slow. */
  lateLooksMs: readonly number[];
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export const usualSchedule: PaymentSchedule = {
  soonEveryMs: 15_000,
  soonForMs: 2 * minuteMs,
  laterEveryMs: minuteMs,
  expireAfterMs: 30 * minuteMs,
  lateLooksMs: [hourMs, 6 * hourMs, 24 * hourMs],
};

/** When an open payment is looked at next; the look at its expiry is never missed. */
export function nextLookAt(
  { createdAt, expiresAt }: Pick<Payment, 'createdAt' | 'expiresAt'>,
  nowMs: number,
  schedule: PaymentSchedule,
): number {
  const everyMs = nowMs - createdAt < schedule.soonForMs ? schedule.soonEveryMs : schedule.laterEveryMs;
  const next = nowMs + everyMs;
  return nowMs < expiresAt ? Math.min(next, expiresAt) : next;
}

/** When an expired payment is looked at next; null when it has been looked at often enough. */
export function nextLateLookAt(
  { expiresAt }: Pick<Payment, 'expiresAt'>,
  nowMs: number,
  schedule: PaymentSchedule,
): number | null {
  return schedule.lateLooksMs.map((afterMs) => expiresAt + afterMs).find((at) => at > nowMs) ?? null;
}
