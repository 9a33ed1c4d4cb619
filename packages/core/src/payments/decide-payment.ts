import type { FoundOrder, QueryOutcome, StartOutcome } from './mobile-money.js';
import {
  isOpen,
  nextLateLookAt,
  nextLookAt,
  type FailureCode,
  type Payment,
  type PaymentSchedule,
  type PaymentState,
} from './payment.js';

/** What a wallet's word makes of a payment, before anything is written. */
export interface Decision {
  to: PaymentState;
  pollAt: number | null;
  failure: { code: FailureCode; detail: string } | null;
  /** What the wallet calls it, where it has told. */
  facts: Pick<FoundOrder, 'reference' | 'transactionId' | 'channel'> | null;
}

/** How long a wallet that answers nothing at all keeps a payment from expiring. */
const longestSilenceMs = 24 * 3_600_000;

/** What the answer to a start makes of a payment that was just created. Pure. */
export function afterStart(
  payment: Payment,
  outcome: StartOutcome,
  { nowMs, schedule }: { nowMs: number; schedule: PaymentSchedule },
): Decision {
  const pollAt = nextLookAt(payment, nowMs, schedule);
  switch (outcome.kind) {
    case 'accepted':
      return { to: 'pushed', pollAt, failure: null, facts: null };
    case 'refused':
      return { to: 'failed', pollAt: null, failure: { code: 'refused', detail: outcome.detail }, facts: null };
    case 'unknown':
      return { to: payment.state, pollAt, failure: null, facts: null };
  }
}

/**
 * What the answer to a query makes of a payment. Pure. A payment that has ended can only still become `completed`:
 * money that has moved is credited, however late it is known.
 */
export function afterQuery(
  payment: Payment,
  outcome: QueryOutcome,
  world: { nowMs: number; schedule: PaymentSchedule },
): Decision {
  const { nowMs, schedule } = world;
  const open = isOpen(payment);
  const isOver = nowMs >= payment.expiresAt;
  const stays: Decision = {
    to: payment.state,
    pollAt: open
      ? nextLookAt(payment, nowMs, schedule)
      : payment.state === 'expired'
        ? nextLateLookAt(payment, nowMs, schedule)
        : null,
    failure: null,
    facts: null,
  };
  const expires: Decision = { ...stays, to: 'expired', pollAt: nextLateLookAt(payment, nowMs, schedule) };
  if (outcome.kind === 'unknown') {
    return open && nowMs >= payment.expiresAt + longestSilenceMs ? { ...expires, pollAt: null } : stays;
  }
  if (outcome.kind === 'not_found') return open && isOver ? expires : stays;
  const facts = { reference: outcome.reference, transactionId: outcome.transactionId, channel: outcome.channel };
  switch (outcome.status) {
    case 'completed':
      return completed(payment, outcome, { ...stays, facts });
    case 'pending':
      if (!open) return stays;
      return isOver ? { ...expires, facts } : { ...stays, to: 'pending', facts };
    case 'cancelled':
      return open ? { ...stays, to: 'cancelled', pollAt: null, facts } : stays;
    case 'failed':
      if (!open) return stays;
      return {
        to: 'failed',
        pollAt: null,
        failure: { code: 'declined', detail: 'the wallet reports that the payment failed' },
        facts,
      };
  }
}

/** Credit is due only for the order, the amount and the currency that were asked for. */
function completed(payment: Payment, found: FoundOrder, stays: Decision): Decision {
  // Paid, it says, but not how much, or for which order: that proves nothing, and is asked again.
  if (found.amount === null || found.orderId !== payment.walletOrderId) return { ...stays, facts: null };
  if (found.amount === payment.amount && found.currency === payment.currency) {
    return { to: 'completed', pollAt: null, failure: null, facts: stays.facts };
  }
  if (!isOpen(payment)) return stays;
  const detail = 'the wallet reports another amount than was asked for; nothing was credited';
  return { ...stays, to: 'failed', pollAt: null, failure: { code: 'amount_mismatch', detail } };
}
