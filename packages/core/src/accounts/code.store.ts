import { select, selectOne } from '../database/statements.js';
import type { Statement, Transaction } from '../runtime.js';
import type { CodePurpose } from './code.js';

export interface StoredCode {
  address: string;
  purpose: CodePurpose;
  userId: string;
  hash: string;
  tries: number;
  expiresAt: number;
}

interface CodeRow {
  address: string;
  purpose: CodePurpose;
  user_id: string;
  hash: string;
  tries: number;
  expires_at: number;
}

const codeOf = (row: CodeRow): StoredCode => ({
  address: row.address,
  purpose: row.purpose,
  userId: row.user_id,
  hash: row.hash,
  tries: row.tries,
  expiresAt: row.expires_at,
});

export const replaceCode = (code: Omit<StoredCode, 'tries'>): Statement => ({
  sql: `INSERT INTO sms_codes (address, purpose, user_id, hash, tries, expires_at) VALUES (?, ?, ?, ?, 0, ?)
        ON CONFLICT (address, purpose) DO UPDATE SET user_id = excluded.user_id, hash = excluded.hash, tries = 0,
          expires_at = excluded.expires_at`,
  bindings: [code.address, code.purpose, code.userId, code.hash, code.expiresAt],
});

/** Counts an attempt at the code of an address and answers it; others who try at the same time wait for their turn. */
export async function attemptCode(
  tx: Transaction,
  { address, purpose, nowMs }: { address: string; purpose: CodePurpose; nowMs: number },
): Promise<StoredCode | undefined> {
  const row = await selectOne<CodeRow>(
    tx,
    `UPDATE sms_codes SET tries = tries + 1 WHERE address = ? AND purpose = ? AND expires_at > ? RETURNING *`,
    [address, purpose, nowMs],
  );
  return row && codeOf(row);
}

/** The codes with a hash: more than one when two addresses have the same by chance. */
export async function codesOf(
  tx: Transaction,
  { hash, purpose, nowMs }: { hash: string; purpose: CodePurpose; nowMs: number },
): Promise<StoredCode[]> {
  const rows = await select<CodeRow>(tx, 'SELECT * FROM sms_codes WHERE hash = ? AND purpose = ? AND expires_at > ?', [
    hash,
    purpose,
    nowMs,
  ]);
  return rows.map(codeOf);
}

/** Takes a code, so that it is good once; false when somebody else was faster. */
export async function takeCode(tx: Transaction, { address, purpose, hash }: StoredCode): Promise<boolean> {
  const taken = await selectOne(
    tx,
    'DELETE FROM sms_codes WHERE address = ? AND purpose = ? AND hash = ? RETURNING address',
    [address, purpose, hash],
  );
  return taken !== undefined;
}

/** Takes out codes that are over; a part of housekeeping. */
export const forgetCodes = (nowMs: number): Statement => ({
  sql: 'DELETE FROM sms_codes WHERE expires_at <= ?',
  bindings: [nowMs],
});
