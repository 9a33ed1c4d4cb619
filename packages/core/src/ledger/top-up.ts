import { SmsError } from '../errors.js';
import type { NewEvent } from '../events.js';
import { isUuid } from '../ids.js';
import { appendEvents } from '../outbox/event.store.js';
import { CommitConflict, type Clock, type Database, type Ids, type Statement } from '../runtime.js';
import type { Signal } from '../signal.js';
import { accountPaid, balanceOf, everyWallet, moveCredits, openWallet } from './ledger.store.js';
import type { Balance, Credits } from './transfer.js';

export interface LedgerDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  eventsReady: Signal;
}

/** Credits that were paid in. */
export interface TopUp {
  /** The payment's reference. */
  id: string;
  amount: Credits;
  /** Milliseconds since the epoch. */
  at: number;
}

/** Larger sums are typing mistakes: a thousand million credits. */
export const mostCredits = 1_000_000_000_000;

/** Pays credits in. A reference is paid once, however often it is told. */
export async function topUp(
  deps: LedgerDeps,
  accountId: string,
  amount: Credits,
  reference: string = deps.ids.next(),
): Promise<Balance> {
  assertCredits(amount);
  if (!isUuid(reference)) {
    throw new SmsError('invalid_request', 'the reference of a payment must be a UUID, the same each time it is told');
  }
  try {
    await deps.database.commit(
      topUpStatements(deps, { accountId, amount, subjectId: reference, at: deps.clock.now() }),
    );
    deps.eventsReady.raise();
  } catch (error) {
    if (!(error instanceof CommitConflict)) throw error;
    if (error.on === everyWallet) throw new SmsError('not_found', 'account not found', { cause: error });
    // Any other conflict is the journal's key: this reference has been paid in before.
    if (!error.on.includes('sms_transfers')) throw error;
    await assertPaidTo(deps.database, accountId, reference);
  }
  return balance(deps, accountId);
}

/** @throws SmsError `invalid_request` for what nobody can be given */
export function assertCredits(amount: Credits): void {
  if (Number.isSafeInteger(amount) && amount > 0 && amount <= mostCredits) return;
  throw new SmsError('invalid_request', 'the credits to add must be more than nought and less than a thousand million');
}

/** A reference names one payment of one customer: told for another, it is a mistake and not a repeat. */
async function assertPaidTo(database: Database, accountId: string, reference: string): Promise<void> {
  const paidTo = await database.read((tx) => accountPaid(tx, reference));
  if (paidTo !== accountId) throw new SmsError('conflict', 'this reference belongs to another payment; use a new one');
}

/** Opens a wallet, with first credits if there are any. */
export function fundStatements(
  deps: Pick<LedgerDeps, 'database' | 'ids'>,
  accountId: string,
  credits: Credits,
  nowMs: number,
): Statement[] {
  const opened = [openWallet(accountId)];
  if (credits === 0) return opened;
  return [...opened, ...topUpStatements(deps, { accountId, amount: credits, subjectId: deps.ids.next(), at: nowMs })];
}

/**
 * The statements that pay credits in and say so; undone when the subject was paid in before.
 *
 * @param told what is told with it, afterwards; in one insert, because the parts of a commit have no order
 */
export function topUpStatements(
  { database, ids }: Pick<LedgerDeps, 'database' | 'ids'>,
  { accountId, amount, subjectId, at }: { accountId: string; amount: Credits; subjectId: string; at: number },
  told: readonly NewEvent[] = [],
): Statement[] {
  return [
    ...moveCredits(database.kind, [{ subjectId, accountId, kind: 'top_up', amount, at }]),
    ...appendEvents(database.kind, ids, [
      { type: 'credits.added', accountId, subjectId, at, data: { amount } },
      ...told,
    ]),
  ];
}

/** @throws SmsError `not_found` */
export async function balance({ database }: Pick<LedgerDeps, 'database'>, accountId: string): Promise<Balance> {
  const found = await database.read((tx) => balanceOf(tx, accountId));
  if (!found) throw new SmsError('not_found', 'account not found');
  return found;
}
