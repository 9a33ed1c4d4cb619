import type { NewEvent } from '../events.js';
import { appendEvents } from '../outbox/event.store.js';
import type { Statement } from '../runtime.js';
import { moveCredits } from './ledger.store.js';
import type { LedgerDeps } from './top-up.js';
import type { Credits } from './transfer.js';

/** Credits that one account gives another. */
export interface CreditGift {
  /** Names it: given once, however often it is told. */
  subjectId: string;
  from: string;
  to: string;
  amount: Credits;
  /** Milliseconds since the epoch. */
  at: number;
}

/**
 * The statements that give credits and tell who was given them; undone when the giver has less, and when the subject was
 * given before.
 *
 * @param told what is told with it; in one insert, because the parts of a commit have no order
 */
export function transferStatements(
  { database, ids }: Pick<LedgerDeps, 'database' | 'ids'>,
  { subjectId, from, to, amount, at }: CreditGift,
  told: readonly NewEvent[] = [],
): Statement[] {
  return [
    ...moveCredits(database.kind, [
      { subjectId, accountId: from, kind: 'transfer_out', amount, at },
      { subjectId, accountId: to, kind: 'transfer_in', amount, at },
    ]),
    ...appendEvents(database.kind, ids, [
      ...told,
      { type: 'credits.added', accountId: to, subjectId, at, data: { amount } },
    ]),
  ];
}
