import { selectOne } from '../database/statements.js';
import type { Statement, Transaction } from '../runtime.js';
import type { Reservation } from './reservation.js';
import type { Credits, Transfer } from './transfer.js';

/** The name a commit is undone under when it draws on a reservation that is closed, or has changed since it was read. */
export const openReservation = 'reservation';

/** What is written of a reservation. Its transfers are moved by the commit's one `moveCredits`. */
export interface ReservationChange {
  statements: Statement[];
  transfers: Transfer[];
}

/** Holds credits for a list; the commit is undone on `sms_balances_available` when there are not enough. */
export function reserve({ subjectId, accountId, amount, at }: Omit<Transfer, 'kind'>): ReservationChange {
  return {
    statements: [
      {
        sql: 'INSERT INTO sms_reservations (subject_id, account_id, amount, allotted) VALUES (?, ?, ?, 0)',
        bindings: [subjectId, accountId, amount],
      },
    ],
    transfers: [{ subjectId, accountId, kind: 'reserve', amount, at }],
  };
}

/** Draws the price of messages from a reservation: what is held stays held, and is theirs from here on. */
export function allot(
  subjectId: string,
  messages: readonly { id: string; accountId: string; cost: Credits }[],
  at: number,
): ReservationChange {
  return {
    statements: [
      {
        // The constraint sms_reservations_allotted refuses what was not reserved.
        sql: 'UPDATE sms_reservations SET allotted = allotted + ? WHERE subject_id = ? AND closed_at IS NULL',
        bindings: [messages.reduce((sum, { cost }) => sum + cost, 0), subjectId],
        expect: { rows: 1, name: openReservation },
      },
    ],
    transfers: messages.map(({ id, accountId, cost }) => ({
      subjectId: id,
      accountId,
      kind: 'allot',
      amount: cost,
      at,
    })),
  };
}

/** Gives back what no message has drawn. Undone when one draws on it, or another closes it, in between. */
export function closeReservation(
  { subjectId, accountId, amount, allotted }: Reservation,
  at: number,
): ReservationChange {
  return {
    statements: [
      {
        sql: 'UPDATE sms_reservations SET closed_at = ? WHERE subject_id = ? AND closed_at IS NULL AND allotted = ?',
        bindings: [at, subjectId, allotted],
        expect: { rows: 1, name: openReservation },
      },
    ],
    transfers: [{ subjectId, accountId, kind: 'return', amount: amount - allotted, at }],
  };
}

interface ReservationRow {
  subject_id: string;
  account_id: string;
  amount: number;
  allotted: number;
  closed_at: number | null;
}

export async function findReservation(tx: Transaction, subjectId: string): Promise<Reservation | undefined> {
  const row = await selectOne<ReservationRow>(tx, 'SELECT * FROM sms_reservations WHERE subject_id = ?', [subjectId]);
  return (
    row && {
      subjectId: row.subject_id,
      accountId: row.account_id,
      amount: row.amount,
      allotted: row.allotted,
      closedAt: row.closed_at,
    }
  );
}
