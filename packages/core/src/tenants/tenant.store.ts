import { databaseKind, select, selectOne } from '../database/statements.js';
import type { Statement, Transaction } from '../runtime.js';
import { foldedText } from '../text/folded-text.js';
import { noBrand, noContact } from './tenant-fields.js';
import type { Brand, Tenant, TenantContact, TenantFilter, TenantPrice } from './tenant.js';

interface TenantRow {
  id: string;
  parent_id: string;
  name: string;
  team_code: string;
  country: string;
  currency: string;
  state: Tenant['state'];
  plan: string | null;
  contact: string | null;
  brand: string | null;
  available: number;
  held: number;
  captured: number;
  funded: number;
  segments_per_second: number | null;
  max_sessions: number | null;
  created_at: number;
  updated_at: number;
}

const columns = `a.id, a.parent_id, a.name, a.team_code, a.country, a.currency, a.state, a.plan, a.contact, a.brand,
  b.available, b.held, b.captured, b.funded, l.segments_per_second, l.max_sessions,
  a.created_at, coalesce(a.updated_at, a.created_at) AS updated_at`;
const tables = `sms_accounts a JOIN sms_balances b ON b.account_id = a.id
  LEFT JOIN sms_esme_logins l ON l.account_id = a.id`;

const tenantOf = (row: TenantRow): Tenant => ({
  id: row.id,
  partnerId: row.parent_id,
  name: row.name,
  teamCode: row.team_code,
  country: row.country,
  currency: row.currency,
  state: row.state,
  contact: row.contact === null ? noContact : (JSON.parse(row.contact) as TenantContact),
  brand: row.brand === null ? noBrand : (JSON.parse(row.brand) as Brand),
  limits: { plan: row.plan, segmentsPerSecond: row.segments_per_second, maxSessions: row.max_sessions },
  balance: { available: row.available, held: row.held, captured: row.captured, funded: row.funded },
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/** A partner's tenant; undefined when it has no such tenant. */
export async function findTenant(
  tx: Transaction,
  partnerId: string,
  by: { id: string } | { teamCode: string } | { name: string },
): Promise<Tenant | undefined> {
  const [column, value] =
    'id' in by ? ['id', by.id] : 'name' in by ? ['name_key', foldedText(by.name)] : ['team_code', by.teamCode];
  const row = await selectOne<TenantRow>(
    tx,
    `SELECT ${columns} FROM ${tables} WHERE a.parent_id = ? AND a.${column} = ?`,
    [partnerId, value],
  );
  return row && tenantOf(row);
}

/** The tenants of a partner, newest first. */
export async function listTenants(
  tx: Transaction,
  partnerId: string,
  { state, search }: TenantFilter,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ tenants: Tenant[]; total: number }> {
  const conditions = ['a.parent_id = ?'];
  const bindings: unknown[] = [partnerId];
  if (state !== undefined) {
    conditions.push('a.state = ?');
    bindings.push(state);
  }
  if (search !== undefined && search !== '') {
    // Not LIKE, whose wildcards somebody may have typed.
    conditions.push(`${databaseKind(tx) === 'postgres' ? 'strpos' : 'instr'}(a.search_text, ?) > 0`);
    bindings.push(search);
  }
  const where = conditions.join(' AND ');
  const rows = await select<TenantRow>(
    tx,
    `SELECT ${columns} FROM ${tables} WHERE ${where} ORDER BY a.id DESC LIMIT ? OFFSET ?`,
    [...bindings, limit, offset],
  );
  const count = await selectOne<{ n: number }>(tx, `SELECT count(*) AS n FROM sms_accounts a WHERE ${where}`, bindings);
  return { tenants: rows.map(tenantOf), total: count?.n ?? 0 };
}

export async function countTenants(tx: Transaction, partnerId: string): Promise<number> {
  const row = await selectOne<{ n: number }>(tx, 'SELECT count(*) AS n FROM sms_accounts WHERE parent_id = ?', [
    partnerId,
  ]);
  return row?.n ?? 0;
}

/** Stores what a partner says of a tenant. What it may do is decided anew from then on. */
export function describeTenant(
  tenant: Pick<Tenant, 'id' | 'name' | 'contact' | 'brand'> & { plan: string | null },
  nowMs: number,
): Statement {
  const { id, name, contact, brand, plan } = tenant;
  const words = [name, brand.name, contact.name, contact.email, contact.phone];
  return {
    // Its name may be another's too, from when that was allowed; then it has no key of it, as long as it keeps the name.
    sql: `UPDATE sms_accounts SET name_key = CASE WHEN name = ? THEN name_key ELSE ? END, name = ?, search_text = ?,
            contact = ?, brand = ?, plan = ?, updated_at = ?, version = version + 1 WHERE id = ?`,
    bindings: [
      ...[name, foldedText(name), name, foldedText(words.filter(Boolean).join(' '))],
      ...[JSON.stringify(contact), JSON.stringify(brand), plan, nowMs, id],
    ],
  };
}

/** The prices a tenant has of its own, oldest first. */
export async function tenantPrices(tx: Transaction, tenantId: string): Promise<TenantPrice[]> {
  const rows = await select<{ prefix: string; mccmnc: string | null; credits: number; effective_at: number }>(
    tx,
    `SELECT prefix, mccmnc, credits, effective_at FROM sms_prices WHERE account_id = ? AND side = 'sell'
      ORDER BY effective_at, id`,
    [tenantId],
  );
  return rows.map(({ prefix, mccmnc, credits, effective_at: effectiveAt }) => ({
    ...(mccmnc === null ? { prefix } : { mccmnc }),
    credits,
    effectiveAt,
  }));
}
