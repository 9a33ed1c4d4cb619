import { select } from '../database/statements.js';
import type { Transaction } from '../runtime.js';
import type { UssdCode, UssdExtension } from './ussd-code.js';

/** The codes of an account, newest first. */
export async function listCodes(tx: Transaction, accountId: string): Promise<UssdCode[]> {
  const rows = await select<{ id: string; code: string; status: string; created_at: number }>(
    tx,
    'SELECT id, code, status, created_at FROM sms_ussd_codes WHERE account_id = ? ORDER BY id DESC',
    [accountId],
  );
  return rows.map(({ created_at: createdAt, ...code }) => ({ ...code, createdAt }));
}

/** The extensions of an account with the codes they are below, newest first. */
export async function listExtensions(tx: Transaction, accountId: string): Promise<UssdExtension[]> {
  const rows = await select<{ id: string; code_id: string; code: string; extension: string; status: string }>(
    tx,
    `SELECT e.id, e.code_id, c.code, e.extension, e.status FROM sms_ussd_extensions e
       JOIN sms_ussd_codes c ON c.id = e.code_id WHERE e.account_id = ? ORDER BY e.id DESC`,
    [accountId],
  );
  return rows.map(({ code_id: codeId, ...extension }) => ({ ...extension, codeId }));
}
