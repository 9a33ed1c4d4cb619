import type { RefundPolicy } from '../accounts/account.js';

/** Thousandths of a credit, a safe integer. */
export type Credits = number & { readonly __credits?: never };

/** The smallest amount we count in: a thousandth of a credit. */
export const creditUnit = 1_000;

/** How credits move, and in which phase of a subject's life: each phase happens to a subject at most once. */
export const transferPhases = {
  /** A payment in: funded → available. */
  top_up: 1,
  /** Reserved for a message that was accepted: available → held. */
  hold: 1,
  /** Reserved for all messages of a list at once: available → held. */
  reserve: 1,
  /** A message's part of its list's reservation: it is held already, and from here on for this message. */
  allot: 1,
  /** Given to another account: available → funded, of which that much less is one's own. */
  transfer_out: 1,
  /** Charged when the operator accepted the message: held → captured. */
  capture: 2,
  /** Given back when the message was never handed over: held → available. */
  release: 2,
  /** What no message of a list drew of its reservation: held → available. */
  return: 2,
  /** The other side of what another account gave: funded → available. */
  transfer_in: 2,
  /** A capture taken back by the account's refund policy: captured → available. */
  refund: 3,
} as const;

export type TransferKind = keyof typeof transferPhases;

export interface Transfer {
  /** The message, the list of messages, the payment or the gift it belongs to. */
  subjectId: string;
  accountId: string;
  kind: TransferKind;
  amount: Credits;
  /** Milliseconds since the epoch. */
  at: number;
}

/** The four ledger accounts of a customer. Their sum is always nought. */
export interface Balance {
  /** What can be spent. */
  available: Credits;
  /** Reserved for messages on their way. */
  held: Credits;
  /** Charged. */
  captured: Credits;
  /** Paid in and not passed on, counted below nought as the source of the others. */
  funded: Credits;
}

const moves: Record<TransferKind, { from: keyof Balance; to: keyof Balance } | null> = {
  top_up: { from: 'funded', to: 'available' },
  hold: { from: 'available', to: 'held' },
  reserve: { from: 'available', to: 'held' },
  allot: null,
  transfer_out: { from: 'available', to: 'funded' },
  capture: { from: 'held', to: 'captured' },
  release: { from: 'held', to: 'available' },
  return: { from: 'held', to: 'available' },
  transfer_in: { from: 'funded', to: 'available' },
  refund: { from: 'captured', to: 'available' },
};

/** What a set of transfers does to each customer's balance, one row for each that is moved. */
export function sumByAccount(transfers: readonly Transfer[]): (Balance & { accountId: string })[] {
  const sums = new Map<string, Balance & { accountId: string }>();
  for (const { accountId, kind, amount } of transfers) {
    const move = moves[kind];
    if (!move) continue;
    let sum = sums.get(accountId);
    if (!sum) sums.set(accountId, (sum = { accountId, available: 0, held: 0, captured: 0, funded: 0 }));
    sum[move.from] -= amount;
    sum[move.to] += amount;
  }
  // Always in one order, so that two processes that touch the same customers do not wait for each other in a ring.
  return [...sums.values()].sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
}

/** How what is held for a message ends. */
export type SettlementKind = 'capture' | 'release' | 'refund';

export type HoldState = 'held' | 'captured' | 'released' | 'refunded';

/**
 * What an operator's word does to a message's money.
 *
 * - `on_accept`: a message is charged once it is accepted, whatever becomes of it.
 * - `on_submit`: charged once an operator took it (the default).
 * - `on_delivered`: charged once it was delivered; other ends are refunded.
 *
 * @param end.delivered null when that is still to be seen
 */
export function settlementOf(
  hold: HoldState,
  policy: RefundPolicy,
  end: { handedOver: boolean; delivered: boolean | null },
): SettlementKind | null {
  const lost = policy === 'on_delivered' && end.delivered === false;
  // A submit that was never answered is still held when its receipt says how it ended.
  if (hold === 'held') return policy === 'on_accept' || (end.handedOver && !lost) ? 'capture' : 'release';
  return hold === 'captured' && lost ? 'refund' : null;
}

/** The state of a message's hold after it was settled. */
export const holdStateAfter: Record<SettlementKind, HoldState> = {
  capture: 'captured',
  release: 'released',
  refund: 'refunded',
};
