import { select, selectOne } from '../database/statements.js';
import type { Statement, Transaction } from '../runtime.js';
import type { Permission, Scope, Token, TokenForm } from './token.js';

interface TokenRow {
  id: string;
  account_id: string;
  form: TokenForm;
  name: string;
  description: string | null;
  hash: string;
  scopes: string;
  permissions: string;
  mode: string | null;
  hint: string | null;
  expires_at: number | null;
  revoked_at: number | null;
  last_used_at: number | null;
  created_at: number;
}

const tokenOf = (row: TokenRow): Token => ({
  id: row.id,
  accountId: row.account_id,
  form: row.form,
  name: row.name,
  description: row.description,
  scopes: row.scopes.split(' ') as Scope[],
  permissions: row.permissions.split(' ') as Permission[],
  mode: row.mode,
  hint: row.hint,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
  lastUsedAt: row.last_used_at,
  createdAt: row.created_at,
});

/** What is kept of a raw token: a hash to find it by, and for vendors whose callbacks show it, the sealed token. */
export interface KeptSecret {
  hash: string;
  sealed: string | null;
}

export function insertToken(token: Token, { hash, sealed }: KeptSecret): Statement {
  return {
    sql: `INSERT INTO sms_tokens (id, account_id, form, name, description, hash, sealed, hint, scopes, permissions, mode,
            expires_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    bindings: [
      token.id,
      token.accountId,
      token.form,
      token.name,
      token.description,
      hash,
      sealed,
      token.hint,
      token.scopes.join(' '),
      token.permissions.join(' '),
      token.mode,
      token.expiresAt,
      token.createdAt,
    ],
  };
}

/** All tokens of an account in one form, newest first, revoked and expired ones too. */
export async function listTokens(tx: Transaction, accountId: string, form: TokenForm): Promise<Token[]> {
  const rows = await select<TokenRow>(
    tx,
    'SELECT * FROM sms_tokens WHERE account_id = ? AND form = ? ORDER BY id DESC',
    [accountId, form],
  );
  return rows.map(tokenOf);
}

/** Revokes a token of an account; undefined when the account has no such token. */
export async function revokeToken(
  tx: Transaction,
  token: { accountId: string; form: TokenForm; id: string; at: number },
): Promise<Token | undefined> {
  const row = await selectOne<TokenRow>(
    tx,
    `UPDATE sms_tokens SET revoked_at = coalesce(revoked_at, ?)
      WHERE account_id = ? AND form = ? AND id = ? RETURNING *`,
    [token.at, token.accountId, token.form, token.id],
  );
  return row && tokenOf(row);
}

/** Gives a token that is not revoked another secret; undefined when the account has no such token. */
export async function replaceSecret(
  tx: Transaction,
  token: { accountId: string; form: TokenForm; id: string; hint: string } & KeptSecret,
): Promise<Token | undefined> {
  const row = await selectOne<TokenRow>(
    tx,
    `UPDATE sms_tokens SET hash = ?, sealed = ?, hint = ?
      WHERE account_id = ? AND form = ? AND id = ? AND revoked_at IS NULL RETURNING *`,
    [token.hash, token.sealed, token.hint, token.accountId, token.form, token.id],
  );
  return row && tokenOf(row);
}

export function noteTokenUse(tokenId: string, at: number): Statement {
  return { sql: 'UPDATE sms_tokens SET last_used_at = ? WHERE id = ?', bindings: [at, tokenId] };
}
