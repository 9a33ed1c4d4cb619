import { execute, recordset, select, selectOne } from '../database/statements.js';
import type { Database, Statement, Transaction } from '../runtime.js';
import { foldedText } from '../text/folded-text.js';
import type { Account, AccountSenderId, SenderIdState } from './account.js';

interface AccountRow {
  id: string;
  parent_id: string | null;
  kind: Account['kind'];
  name: string;
  country: string;
  currency: string;
  team_code: string;
  state: Account['state'];
  default_sender_id: string | null;
  refund_policy: Account['refundPolicy'];
  plan: string | null;
  version: number;
  created_at: number;
}

const accountOf = (row: AccountRow): Account => ({
  id: row.id,
  parentId: row.parent_id,
  kind: row.kind,
  name: row.name,
  country: row.country,
  currency: row.currency,
  teamCode: row.team_code,
  state: row.state,
  defaultSenderId: row.default_sender_id,
  refundPolicy: row.refund_policy,
  plan: row.plan,
  version: row.version,
  createdAt: row.created_at,
});

export function insertAccount(account: Account): Statement {
  return {
    sql: `INSERT INTO sms_accounts (id, parent_id, kind, name, country, currency, team_code, state, default_sender_id,
            refund_policy, plan, version, created_at, name_key, search_text)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    bindings: [
      account.id,
      account.parentId,
      account.kind,
      account.name,
      account.country,
      account.currency,
      account.teamCode,
      account.state,
      account.defaultSenderId,
      account.refundPolicy,
      account.plan,
      account.version,
      account.createdAt,
      foldedText(account.name),
      foldedText(account.name),
    ],
  };
}

/** Whether a commit was undone because the partner has a tenant of that name. Names differ between the databases. */
export const isTenantNameTaken = (conflictOn: string): boolean =>
  conflictOn.includes('sms_accounts_tenant_name') || conflictOn.includes('sms_accounts.name_key');

export async function findAccount(tx: Transaction, id: string): Promise<Account | undefined> {
  const row = await selectOne<AccountRow>(tx, 'SELECT * FROM sms_accounts WHERE id = ?', [id]);
  return row && accountOf(row);
}

export async function findAccountByTeamCode(tx: Transaction, teamCode: string): Promise<Account | undefined> {
  const row = await selectOne<AccountRow>(tx, 'SELECT * FROM sms_accounts WHERE team_code = ?', [teamCode]);
  return row && accountOf(row);
}

export async function listAccounts(tx: Transaction, limit: number): Promise<Account[]> {
  return (await select<AccountRow>(tx, 'SELECT * FROM sms_accounts ORDER BY id LIMIT ?', [limit])).map(accountOf);
}

/** Marks that something about the account changed; see {@link Account.version}. */
export function bumpVersion(accountId: string): Statement {
  return { sql: 'UPDATE sms_accounts SET version = version + 1 WHERE id = ?', bindings: [accountId] };
}

/** As {@link bumpVersion}, for what bears on an account and on its tenants: its prices, and what it shows to act for them. */
export function bumpFamilyVersions(accountId: string): Statement {
  return {
    sql: 'UPDATE sms_accounts SET version = version + 1 WHERE id = ? OR parent_id = ?',
    bindings: [accountId, accountId],
  };
}

/** As {@link bumpVersion}, for what bears on every account. */
export const bumpAllVersions: Statement = { sql: 'UPDATE sms_accounts SET version = version + 1', bindings: [] };

/**
 * Keeps an account as it is until the transaction ends: nobody suspends it meanwhile, or opens a tenant of it. Of a
 * partner and its tenants the partner is locked first, always.
 */
export async function lockAccount(tx: Transaction, id: string): Promise<Account | undefined> {
  const row = await selectOne<AccountRow>(tx, 'UPDATE sms_accounts SET version = version WHERE id = ? RETURNING *', [
    id,
  ]);
  return row && accountOf(row);
}

/**
 * Sets what is said of an account itself, and what therefore holds of it and of its tenants. Each runs on its own, so
 * that the second sees tenants that were opened until the first had its lock.
 */
export function setAccountState(accountId: string, own: Account['state'], holds: Account['state']): Statement[] {
  return [
    {
      sql: 'UPDATE sms_accounts SET own_state = ?, state = ?, version = version + 1 WHERE id = ?',
      bindings: [own, holds, accountId],
    },
    {
      sql: `UPDATE sms_accounts SET state = ${holds === 'active' ? 'own_state' : "'suspended'"}, version = version + 1
            WHERE parent_id = ?`,
      bindings: [accountId],
    },
  ];
}

/** The name a commit is undone under when it was decided on an account as it no longer is. */
export const sameVersions = 'versions';

/** Undoes the commit unless every account is active and as it was when the decision was made. */
export function expectVersions(
  kind: Database['kind'],
  accounts: readonly { accountId: string; version: number }[],
): Statement {
  const seen = recordset(
    kind,
    { account_id: 'uuid', version: 'integer' },
    accounts.map(({ accountId, version }) => ({ account_id: accountId, version })),
  );
  return {
    sql: `SELECT 1 FROM ${seen.sql}
          JOIN sms_accounts a ON a.id = j.account_id AND a.version = j.version AND a.state = 'active'`,
    bindings: [seen.json],
    expect: { rows: accounts.length, name: sameVersions },
  };
}

interface SenderRow {
  id: string;
  name: string;
  state: SenderIdState;
  purpose: string | null;
  sample: string | null;
  created_at: number;
  decided_at: number | null;
  decision_reason: string | null;
}

const senderOf = (row: SenderRow): AccountSenderId => ({
  id: row.id,
  name: row.name,
  state: row.state,
  purpose: row.purpose,
  sample: row.sample,
  createdAt: row.created_at,
  decidedAt: row.decided_at,
  decisionReason: row.decision_reason,
});

export async function senderIdsOf(tx: Transaction, accountId: string): Promise<AccountSenderId[]> {
  const rows = await select<SenderRow>(tx, 'SELECT * FROM sms_sender_ids WHERE account_id = ? ORDER BY id', [
    accountId,
  ]);
  return rows.map(senderOf);
}

/** Stores a sender ID, or what has become of it since. */
export async function upsertSenderId(
  tx: Transaction,
  sender: AccountSenderId & { accountId: string; at: number },
): Promise<AccountSenderId> {
  const row = await selectOne<SenderRow>(
    tx,
    `INSERT INTO sms_sender_ids AS s (id, account_id, name, state, purpose, sample, created_at, updated_at, decided_at,
       decision_reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (account_id, name) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at,
       purpose = coalesce(excluded.purpose, s.purpose), sample = coalesce(excluded.sample, s.sample),
       decided_at = excluded.decided_at, decision_reason = excluded.decision_reason
     RETURNING *`,
    [
      ...[sender.id, sender.accountId, sender.name, sender.state, sender.purpose, sender.sample],
      ...[sender.createdAt, sender.at, sender.decidedAt, sender.decisionReason],
    ],
  );
  if (!row) throw new Error('An upsert returned no row.');
  return senderOf(row);
}

/** Sets which published limits hold for an account. */
export function setAccountPlan(accountId: string, plan: string | null): Statement {
  return { sql: 'UPDATE sms_accounts SET plan = ?, version = version + 1 WHERE id = ?', bindings: [plan, accountId] };
}

export function setDefaultSender(tx: Transaction, accountId: string, senderId: string): Promise<void> {
  return execute(tx, {
    sql: 'UPDATE sms_accounts SET default_sender_id = ? WHERE id = ?',
    bindings: [senderId, accountId],
  });
}
