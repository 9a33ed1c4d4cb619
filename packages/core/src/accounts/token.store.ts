import { select, selectOne } from '../database/statements.js';
import type { Statement, Transaction } from '../runtime.js';
import type { Scope, Token } from './token.js';

interface TokenRow {
  id: string;
  account_id: string;
  name: string;
  hash: string;
  scopes: string;
  expires_at: number | null;
  revoked_at: number | null;
  last_used_at: number | null;
  created_at: number;
}

const tokenOf = (row: TokenRow): Token => ({
  id: row.id,
  accountId: row.account_id,
  name: row.name,
  scopes: row.scopes.split(' ') as Scope[],
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
  lastUsedAt: row.last_used_at,
  createdAt: row.created_at,
});

export function insertToken(token: Token, hash: string): Statement {
  return {
    sql: `INSERT INTO sms_tokens (id, account_id, name, hash, scopes, expires_at, created_at)
          VALUES (?, ?, ?, ?, ?, ?, ?)`,
    bindings: [token.id, token.accountId, token.name, hash, token.scopes.join(' '), token.expiresAt, token.createdAt],
  };
}

export interface StoredToken {
  token: Token;
  hash: string;
  /** The version of the account the token was read beside. */
  accountVersion: number;
  accountState: 'active' | 'suspended';
}

export async function findTokenByHash(tx: Transaction, hash: string): Promise<StoredToken | undefined> {
  const row = await selectOne<TokenRow & { version: number; state: 'active' | 'suspended' }>(
    tx,
    `SELECT t.*, a.version AS version, a.state AS state
       FROM sms_tokens t JOIN sms_accounts a ON a.id = t.account_id WHERE t.hash = ?`,
    [hash],
  );
  return row && { token: tokenOf(row), hash: row.hash, accountVersion: row.version, accountState: row.state };
}

/** All tokens of an account, newest first, revoked and expired ones too. */
export async function listTokens(tx: Transaction, accountId: string): Promise<Token[]> {
  const rows = await select<TokenRow>(tx, 'SELECT * FROM sms_tokens WHERE account_id = ? ORDER BY id DESC', [
    accountId,
  ]);
  return rows.map(tokenOf);
}

/** Revokes a token of an account; undefined when the account has no such token. */
export async function revokeToken(
  tx: Transaction,
  accountId: string,
  tokenId: string,
  at: number,
): Promise<Token | undefined> {
  const row = await selectOne<TokenRow>(
    tx,
    `UPDATE sms_tokens SET revoked_at = coalesce(revoked_at, ?) WHERE account_id = ? AND id = ? RETURNING *`,
    [at, accountId, tokenId],
  );
  return row && tokenOf(row);
}

export function noteTokenUse(tokenId: string, at: number): Statement {
  return { sql: 'UPDATE sms_tokens SET last_used_at = ? WHERE id = ?', bindings: [at, tokenId] };
}
