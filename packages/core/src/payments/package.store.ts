import { select, selectOne } from '../database/statements.js';
import type { Statement, Transaction } from '../runtime.js';
import type { Package, PackageDetails } from './package.js';
import type { Tier } from './tier.js';

interface PackageRow {
  id: string;
  version: number;
  account_id: string | null;
  name: string;
  credits: number;
  price: number;
  currency: string;
  details: string;
  created_at: number;
}

const packageOf = (row: PackageRow): Package => ({
  id: row.id,
  version: row.version,
  partnerId: row.account_id,
  name: row.name,
  credits: row.credits,
  price: row.price,
  currency: row.currency,
  details: JSON.parse(row.details) as PackageDetails,
  createdAt: row.created_at,
});

export function insertPackage(offer: Package): Statement {
  return {
    sql: `INSERT INTO sms_packages (id, version, account_id, name, credits, price, currency, details, created_at)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    bindings: [
      offer.id,
      offer.version,
      offer.partnerId,
      offer.name,
      offer.credits,
      offer.price,
      offer.currency,
      JSON.stringify(offer.details),
      offer.createdAt,
    ],
  };
}

/** The name a change is undone under when the version it was made to is not for sale any more. */
export const stillForSale = 'packages';

export function retirePackage(packageId: string, version: number, at: number): Statement {
  return {
    sql: 'UPDATE sms_packages SET retired_at = ? WHERE id = ? AND version = ? AND retired_at IS NULL',
    bindings: [at, packageId, version],
    expect: { rows: 1, name: stillForSale },
  };
}

export async function findPackage(tx: Transaction, packageId: string): Promise<Package | undefined> {
  const row = await selectOne<PackageRow>(tx, 'SELECT * FROM sms_packages WHERE id = ? AND retired_at IS NULL', [
    packageId,
  ]);
  return row && packageOf(row);
}

/** What is for sale, the smallest first; of one owner, or of all. */
export async function packagesForSale(tx: Transaction, owner?: { partnerId: string | null }): Promise<Package[]> {
  const condition =
    owner === undefined ? '' : owner.partnerId === null ? 'AND account_id IS NULL' : 'AND account_id = ?';
  const rows = await select<PackageRow>(
    tx,
    `SELECT * FROM sms_packages WHERE retired_at IS NULL ${condition} ORDER BY price, id LIMIT 1000`,
    owner?.partnerId ? [owner.partnerId] : [],
  );
  return rows.map(packageOf);
}

export function insertTierList(list: {
  id: string;
  partnerId: string | null;
  currency: string;
  tiers: readonly Tier[];
  effectiveAt: number;
}): Statement {
  return {
    sql: 'INSERT INTO sms_tier_lists (id, account_id, currency, tiers, effective_at) VALUES (?, ?, ?, ?, ?)',
    bindings: [list.id, list.partnerId, list.currency, JSON.stringify(list.tiers), list.effectiveAt],
  };
}

/** The list that holds at a time: the partner's own where there is one, else the platform's, the latest first. */
export async function tiersAt(
  tx: Transaction,
  { partnerId, currency, at }: { partnerId: string | null; currency: string; at: number },
): Promise<Tier[] | undefined> {
  const row = await selectOne<{ tiers: string }>(
    tx,
    `SELECT tiers FROM sms_tier_lists
      WHERE (account_id IS NULL OR account_id = ?) AND currency = ? AND effective_at <= ?
      ORDER BY CASE WHEN account_id IS NULL THEN 1 ELSE 0 END, effective_at DESC, id DESC LIMIT 1`,
    // A comparison with NULL is never true, so without a partner the platform's are left.
    [partnerId, currency, at],
  );
  return row && (JSON.parse(row.tiers) as Tier[]);
}
