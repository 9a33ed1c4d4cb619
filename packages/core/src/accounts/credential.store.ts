import { selectOne } from '../database/statements.js';
import type { Transaction } from '../runtime.js';
import type { Access, CredentialRef } from './access.js';
import type { Account } from './account.js';
import { permissions as allPermissions, scopes as allScopes } from './token.js';
import type { Permission, Scope, TokenForm } from './token.js';

/** A credential as it is now, read beside its account. */
export interface StoredCredential {
  access: Access;
  accountState: Account['state'];
  revokedAt: number | null;
  expiresAt: number | null;
}

/** How a credential is looked up: a token by its hash alone, the others by their id and what was true at issue. */
export type CredentialKey =
  | { kind: 'token'; hash: string }
  | { kind: 'client'; id: string; version: number }
  | { kind: 'session'; id: string }
  | { kind: 'user'; id: string; version: number };

interface CredentialRow {
  id: string;
  account_id: string;
  version: number;
  state: Account['state'];
  plan: string | null;
  revoked_at: number | null;
  expires_at: number | null;
  scopes?: string;
  permissions?: string;
  form?: TokenForm;
  mode?: string | null;
  user_id?: string;
}

const account = 'a.id AS account_id, a.version, a.state, a.plan';

/** Reads a credential with its account in one look. What it was issued on and is no longer so counts as revoked. */
export async function findCredential(tx: Transaction, key: CredentialKey): Promise<StoredCredential | undefined> {
  switch (key.kind) {
    case 'token': {
      const row = await selectOne<CredentialRow>(
        tx,
        `SELECT t.id, t.revoked_at, t.expires_at, t.scopes, t.permissions, t.form, t.mode, ${account}
           FROM sms_tokens t JOIN sms_accounts a ON a.id = t.account_id WHERE t.hash = ?`,
        [key.hash],
      );
      return (
        row &&
        storedOf(row, { kind: 'token', id: row.id, form: row.form ?? 'mbs', mode: row.mode ?? null, hash: key.hash })
      );
    }
    case 'client': {
      const row = await selectOne<CredentialRow>(
        tx,
        `SELECT c.id, CASE WHEN c.version = ? THEN c.revoked_at ELSE c.created_at END AS revoked_at,
                CAST(NULL AS bigint) AS expires_at, ${account}
           FROM sms_clients c JOIN sms_accounts a ON a.id = c.account_id WHERE c.id = ?`,
        [key.version, key.id],
      );
      return row && storedOf(row, { ...key });
    }
    case 'session': {
      const row = await selectOne<CredentialRow>(
        tx,
        `SELECT s.id, s.user_id, s.expires_at, ${account},
                CASE WHEN u.state = 'active' AND u.version = s.user_version THEN s.revoked_at
                     ELSE coalesce(s.revoked_at, u.updated_at) END AS revoked_at
           FROM sms_sessions s JOIN sms_users u ON u.id = s.user_id JOIN sms_accounts a ON a.id = u.account_id
          WHERE s.id = ?`,
        [key.id],
      );
      return row && storedOf(row, { kind: 'session', id: row.id, userId: row.user_id ?? '' });
    }
    case 'user': {
      const row = await selectOne<CredentialRow>(
        tx,
        `SELECT u.id, CAST(NULL AS bigint) AS expires_at, ${account},
                CASE WHEN u.state = 'active' AND u.version = ? THEN NULL ELSE u.updated_at END AS revoked_at
           FROM sms_users u JOIN sms_accounts a ON a.id = u.account_id WHERE u.id = ?`,
        [key.version, key.id],
      );
      return row && storedOf(row, { ...key });
    }
  }
}

/** A partner's credential as it acts for one of its tenants; undefined when it has no such tenant. */
export async function credentialFor(
  tx: Transaction,
  stored: StoredCredential,
  tenantId: string,
): Promise<StoredCredential | undefined> {
  const { accountId: partnerId } = stored.access;
  const tenant = await selectOne<Pick<CredentialRow, 'version' | 'state' | 'plan'>>(
    tx,
    `SELECT ${account} FROM sms_accounts a WHERE a.id = ? AND a.parent_id = ?`,
    [tenantId, partnerId],
  );
  if (!tenant) return undefined;
  const { version, plan, state: accountState } = tenant;
  return { ...stored, access: { ...stored.access, accountId: tenantId, partnerId, plan, version }, accountState };
}

function storedOf(row: CredentialRow, credential: CredentialRef): StoredCredential {
  return {
    access: {
      accountId: row.account_id,
      partnerId: null,
      credential,
      scopes: row.scopes === undefined ? allScopes : (row.scopes.split(' ') as Scope[]),
      permissions: row.permissions === undefined ? allPermissions : (row.permissions.split(' ') as Permission[]),
      plan: row.plan,
      version: row.version,
    },
    accountState: row.state,
    revokedAt: row.revoked_at,
    expiresAt: row.expires_at,
  };
}
