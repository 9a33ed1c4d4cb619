import { selectOne } from '../database/statements.js';
import type { Statement, Transaction } from '../runtime.js';

/** A log-in that is going on. */
export interface Session {
  id: string;
  userId: string;
  /** The version of the user when it was opened. */
  userVersion: number;
  /** Which of its refresh tokens is the one that is good. */
  generation: number;
  expiresAt: number;
  createdAt: number;
}

export function insertSession(session: Session): Statement {
  return {
    sql: `INSERT INTO sms_sessions (id, user_id, user_version, generation, expires_at, created_at)
          VALUES (?, ?, ?, ?, ?, ?)`,
    bindings: [
      ...[session.id, session.userId, session.userVersion],
      ...[session.generation, session.expiresAt, session.createdAt],
    ],
  };
}

/** Moves a session to its next refresh token; false when the one shown is not the one that is good. */
export async function rotateSession(
  tx: Transaction,
  session: { id: string; generation: number; expiresAt: number },
): Promise<boolean> {
  const moved = await selectOne(
    tx,
    `UPDATE sms_sessions SET generation = generation + 1, expires_at = ?
      WHERE id = ? AND generation = ? AND revoked_at IS NULL RETURNING id`,
    [session.expiresAt, session.id, session.generation],
  );
  return moved !== undefined;
}

/** Ends a session, and marks that something about its account, and those it may act for, changed. */
export function endSession(id: string, nowMs: number): Statement[] {
  return [
    {
      sql: 'UPDATE sms_sessions SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?',
      bindings: [nowMs, id],
    },
    {
      sql: `UPDATE sms_accounts SET version = version + 1
            WHERE id = (SELECT u.account_id FROM sms_sessions s JOIN sms_users u ON u.id = s.user_id WHERE s.id = ?)
               OR parent_id =
                  (SELECT u.account_id FROM sms_sessions s JOIN sms_users u ON u.id = s.user_id WHERE s.id = ?)`,
      bindings: [id, id],
    },
  ];
}

/** Takes out sessions that ended a while ago; a part of housekeeping. */
export const forgetSessions = (before: number): Statement => ({
  sql: 'DELETE FROM sms_sessions WHERE expires_at < ?',
  bindings: [before],
});
