import { select, selectOne } from '../database/statements.js';
import type { Statement, Transaction } from '../runtime.js';
import type { Account } from './account.js';
import type { Client } from './client.js';

interface ClientRow {
  id: string;
  account_id: string;
  name: string;
  version: number;
  revoked_at: number | null;
  created_at: number;
}

const clientOf = (row: ClientRow): Client => ({
  id: row.id,
  accountId: row.account_id,
  name: row.name,
  version: row.version,
  revokedAt: row.revoked_at,
  createdAt: row.created_at,
});

export function insertClient(client: Client, secretHash: string): Statement {
  return {
    sql: `INSERT INTO sms_clients (id, account_id, name, secret_hash, version, created_at) VALUES (?, ?, ?, ?, ?, ?)`,
    bindings: [client.id, client.accountId, client.name, secretHash, client.version, client.createdAt],
  };
}

export async function findClient(
  tx: Transaction,
  id: string,
): Promise<{ client: Client; secretHash: string; accountState: Account['state'] } | undefined> {
  const row = await selectOne<ClientRow & { secret_hash: string; state: Account['state'] }>(
    tx,
    'SELECT c.*, a.state FROM sms_clients c JOIN sms_accounts a ON a.id = c.account_id WHERE c.id = ?',
    [id],
  );
  return row && { client: clientOf(row), secretHash: row.secret_hash, accountState: row.state };
}

export async function listClients(tx: Transaction, accountId: string): Promise<Client[]> {
  const rows = await select<ClientRow>(tx, 'SELECT * FROM sms_clients WHERE account_id = ? ORDER BY id DESC', [
    accountId,
  ]);
  return rows.map(clientOf);
}

/** Gives a client another secret and version; undefined when the account has no such client. */
export async function replaceClientSecret(
  tx: Transaction,
  accountId: string,
  id: string,
  secretHash: string,
): Promise<Client | undefined> {
  const row = await selectOne<ClientRow>(
    tx,
    `UPDATE sms_clients SET secret_hash = ?, version = version + 1
      WHERE account_id = ? AND id = ? AND revoked_at IS NULL RETURNING *`,
    [secretHash, accountId, id],
  );
  return row && clientOf(row);
}

export async function revokeClient(
  tx: Transaction,
  accountId: string,
  id: string,
  nowMs: number,
): Promise<Client | undefined> {
  const row = await selectOne<ClientRow>(
    tx,
    `UPDATE sms_clients SET revoked_at = coalesce(revoked_at, ?) WHERE account_id = ? AND id = ? RETURNING *`,
    [nowMs, accountId, id],
  );
  return row && clientOf(row);
}
