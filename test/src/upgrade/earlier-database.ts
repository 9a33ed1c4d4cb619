import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostKnex, type Row } from '../contracts/stored-rows.js';
import type { TestDatabase } from '../support/databases.js';

/** Who and what is in the stored rows, with the credentials of which they hold only hashes. */
export interface Given {
  /** When the platform that wrote them was stopped. */
  takenAt: number;
  accounts: Record<'reseller' | 'duka' | 'namesake' | 'boutique' | 'hospital' | 'closed' | 'mgahawa', Credentials>;
  messages: Record<'delivered' | 'failed' | 'underway' | 'rejected' | 'refunded' | 'scheduled' | 'queued', string>;
  campaigns: Record<'done' | 'draft' | 'planned', string>;
}

interface Credentials {
  id: string;
  teamCode: string;
  token: string;
  username: string;
  password: string;
  smppPassword: string;
}

interface StoredRow {
  table: string;
  row: Row;
}

const folder = join(__dirname, '../../upgrades');

/**
 * Rows by the migration after which they were written. Those of 009 are what the platform of that day left of a day's
 * work, credentials, seals and all; those of later files are the least that their tables need.
 */
function readRows(): { given: Given; rows: Map<string, StoredRow[]> } {
  let given: Given | undefined;
  const rows = new Map<string, StoredRow[]>();
  for (const name of readdirSync(folder)) {
    const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
    const values = lines.map((line) => JSON.parse(line) as StoredRow | { given: Given });
    for (const value of values) if ('given' in value) given = value.given;
    const stored = values.filter((value): value is StoredRow => 'table' in value);
    rows.set(name.replace('.jsonl', ''), stored);
  }
  if (!given) throw new Error(`No file in ${folder} says what is given.`);
  return { given, rows };
}

export const { given, rows: rowsAfter } = readRows();

/** Writes rows as they were; PostgreSQL numbers events itself, and a reader's place goes by those numbers. */
export async function writeRows({ name, options }: TestDatabase, rows: readonly StoredRow[]): Promise<void> {
  const knex = hostKnex(name, options);
  const isPostgres = name === 'postgres';
  try {
    await knex.transaction(async (trx) => {
      for (const { table, row } of rows) {
        const { xid, seq, ...rest } = row;
        await trx(table).insert(isPostgres && table === 'sms_events' ? rest : row);
      }
      if (isPostgres) await trx.raw('UPDATE sms_consumers SET xid = (SELECT max(xid) FROM sms_events)');
    });
  } finally {
    await knex.destroy();
  }
}
