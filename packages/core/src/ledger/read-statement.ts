import { SmsError } from '../errors.js';
import type { Clock, Database } from '../runtime.js';
import {
  effects,
  readCursor,
  writeCursor,
  type Movement,
  type Place,
  type StatementBalance,
  type StatementPage,
} from './statement.js';
import { balancesAt, movementsAfter, type MovementRow } from './statement.store.js';

/** What a statement is asked for: a time, or where an earlier stretch ended. */
export interface StatementQuery {
  /** Milliseconds since the epoch; the beginning of this month (UTC) unless given. */
  from?: number | undefined;
  /** Now unless given. */
  to?: number | undefined;
  /** The cursor of an earlier answer; it knows the time itself. */
  after?: string | undefined;
  limit: number;
}

export interface Statements {
  /** A stretch of a statement, oldest first. @throws SmsError `not_found`, `invalid_request` */
  page(accountId: string, query: StatementQuery): Promise<StatementPage>;
  /** A whole statement, a stretch at a time: however long it is, one stretch is in memory. */
  walk(accountId: string, query: Pick<StatementQuery, 'from' | 'to'>): AsyncGenerator<StatementPage>;
}

const most = 1_000;

export function readStatements({ database, clock }: { database: Database; clock: Clock }): Statements {
  const page = async (accountId: string, query: StatementQuery): Promise<StatementPage> => {
    const limit = Math.min(Math.max(1, query.limit), most);
    const known = query.after === undefined ? undefined : readCursor(query.after);
    const { from, to } = known ?? periodOf(query, clock.now());
    return database.read(async (tx) => {
      const begun = known ?? (await balancesAt(tx, accountId, { from, to }));
      if (!begun) throw new SmsError('not_found', 'account not found');
      const { opening, closing } = begun;
      // One more than is shown tells whether there is more.
      const rows = await movementsAfter(tx, accountId, { from, to, after: known?.place, limit: limit + 1 });
      const shown = rows.slice(0, limit);
      const movements = runningFrom(known ? known.balance : opening, shown);
      const balance = movements.at(-1)?.balance ?? (known ? known.balance : opening);
      const last = shown.at(-1);
      if (!last || rows.length <= limit) {
        // What was added up line by line is what the statement ends with.
        return { from, to, opening, movements, closing: balance, cursor: null };
      }
      const cursor = writeCursor({ from, to, place: placeOf(last), balance, opening, closing });
      return { from, to, opening, movements, closing, cursor };
    });
  };

  return {
    page,
    walk: async function* (accountId, period) {
      let after: string | undefined;
      do {
        const stretch: StatementPage = await page(accountId, { ...period, after, limit: most });
        yield stretch;
        after = stretch.cursor ?? undefined;
      } while (after !== undefined);
    },
  };
}

function periodOf({ from, to }: Pick<StatementQuery, 'from' | 'to'>, nowMs: number): { from: number; to: number } {
  const now = new Date(nowMs);
  const month = Date.UTC(now.getUTCFullYear(), now.getUTCMonth());
  const period = { from: from ?? Math.min(month, to ?? month), to: to ?? nowMs + 1 };
  if (!Number.isSafeInteger(period.from) || !Number.isSafeInteger(period.to) || period.from > period.to) {
    throw new SmsError('invalid_request', 'from must not be after to');
  }
  return period;
}

const placeOf = ({ at, subject_id: subjectId, phase }: MovementRow): Place => ({ at, subjectId, phase });

function runningFrom(before: StatementBalance, rows: readonly MovementRow[]): Movement[] {
  let balance = before;
  return rows.map((row) => {
    const { available, held } = effects[row.kind];
    // Without this a nought would be written as minus nought.
    const availableChange = available === 0 ? 0 : available * row.amount;
    const heldChange = held === 0 ? 0 : held * row.amount;
    balance = { available: balance.available + availableChange, held: balance.held + heldChange };
    return {
      at: row.at,
      kind: row.kind,
      amount: row.amount,
      availableChange,
      heldChange,
      balance,
      subjectId: row.subject_id,
      messageId: row.message_id,
      campaignId: row.campaign_id,
      paymentId: row.payment_id,
      tenantId: row.tenant_id,
    };
  });
}
