import { expectVersions, sameVersions } from '../../accounts/account.store.js';
import { SmsError } from '../../errors.js';
import { balanceOf } from '../../ledger/ledger.store.js';
import { reserve } from '../../ledger/reservation.store.js';
import type { Credits } from '../../ledger/transfer.js';
import { CommitConflict, type Database } from '../../runtime.js';
import { writeTogether, type Attached } from '../attached.store.js';
import { resolveSender } from '../prepare-messages.js';
import type { ListDeps } from './list-deps.js';
import type { SendList } from './send-list.js';
import { changeListState, sameList } from './send-list.store.js';

/** Decisions may be overtaken by a change of the account, but not for ever. */
const maxDecisions = 5;

/**
 * Holds the whole price of a list in one move and lets it be sent, at once or at its time. With it is written what its
 * owner attaches.
 *
 * @throws SmsError `insufficient_balance` with what is missing, `conflict` when the list is not ready any more,
 *   `account_suspended`, `sender_unknown` and the like; CommitConflict when what is attached did not hold
 */
export async function startList(
  deps: ListDeps,
  list: SendList,
  { at, attached = {} }: { at?: number | undefined; attached?: Attached } = {},
): Promise<void> {
  const { database, clock, ids, policies, eventsReady, listsReady } = deps;
  for (let decisions = 1; ; decisions++) {
    const policy = await policies.fresh(list.accountId);
    const { account } = policy;
    if (account.state !== 'active') {
      throw new SmsError('account_suspended', 'this account is suspended; ask for it to be resumed');
    }
    resolveSender(policy, list.sender);
    const nowMs = clock.now();
    const nextAt = Math.max(at ?? nowMs, nowMs);
    const own = reserve({ subjectId: list.id, accountId: list.accountId, amount: list.cost, at: nowMs });
    try {
      await database.commit([
        expectVersions(database.kind, [{ accountId: account.id, version: account.version }]),
        changeListState(list.id, ['ready'], { state: nextAt > nowMs ? 'waiting' : 'sending', at: nowMs, nextAt }),
        ...writeTogether(database.kind, ids, [own, attached]),
      ]);
      break;
    } catch (error) {
      if (!(error instanceof CommitConflict)) throw error;
      if (error.on === sameVersions && decisions < maxDecisions) continue;
      if (error.on === sameList) throw new SmsError('conflict', 'this has been sent already', { cause: error });
      if (error.on.includes('sms_balances_available')) throw await shortfall(database, list);
      throw error;
    }
  }
  eventsReady.raise();
  listsReady.raise();
}

/** How many credits are missing, by an error of {@link shortfall}; nought by any other. */
export function shortfallOf(error: unknown): Credits {
  if (!(error instanceof SmsError) || error.code !== 'insufficient_balance') return 0;
  return Number(error.details?.shortfall ?? 0);
}

/** What is missing for a list. */
export async function shortfall(
  database: Database,
  { accountId, cost: needed }: { accountId: string; cost: number },
): Promise<SmsError> {
  const available = (await database.read((tx) => balanceOf(tx, accountId)))?.available ?? 0;
  return new SmsError('insufficient_balance', 'insufficient SMS units', {
    details: { needed, available, shortfall: Math.max(0, needed - available) },
  });
}
