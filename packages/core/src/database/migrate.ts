import type { Knex } from 'knex';
import { kindOf } from './knex-database.js';
import { mainTables } from './migrations/001-main.js';
import { esmeTables } from './migrations/002-esme.js';
import { contactTables } from './migrations/003-contacts.js';
import { campaignTables } from './migrations/004-campaigns.js';
import { uploadTables } from './migrations/005-uploads.js';
import { credentialTables } from './migrations/006-credentials.js';
import { selfServiceTables } from './migrations/007-self-service.js';
import { upstreamErrorColumn } from './migrations/009-upstream-error.js';
import { paymentTables } from './migrations/010-payments.js';
import { watchTables } from './migrations/015-watches.js';
import { tenantTables } from './migrations/016-tenants.js';
import { awaitingFundsColumns } from './migrations/018-awaiting-funds.js';
import { mendEarlierTenants } from './migrations/019-earlier-tenants.js';

type Migration = { name: string } & (
  | { statements: (kind: 'sqlite' | 'postgres') => string[] }
  /** For rows whose new values SQL cannot say. */
  | { run: (knex: Knex) => Promise<void> }
);

/** Every migration there is, oldest first. A landed one never changes: the next step is a file of its own. */
const migrations: Migration[] = [
  { name: '001-main', statements: mainTables },
  { name: '002-esme', statements: esmeTables },
  { name: '003-contacts', statements: contactTables },
  { name: '004-campaigns', statements: campaignTables },
  { name: '005-uploads', statements: uploadTables },
  { name: '006-credentials', statements: credentialTables },
  { name: '007-self-service', statements: selfServiceTables },
  { name: '009-upstream-error', statements: upstreamErrorColumn },
  { name: '010-payments', statements: paymentTables },
  { name: '015-watches', statements: watchTables },
  { name: '016-tenants', statements: tenantTables },
  { name: '018-awaiting-funds', statements: awaitingFundsColumns },
  { name: '019-earlier-tenants', run: mendEarlierTenants },
];

const settings = {
  tableName: 'sms_migrations',
  migrationSource: {
    getMigrations: () => Promise.resolve(migrations),
    getMigrationName: ({ name }: Migration) => name,
    getMigration: (migration: Migration) =>
      Promise.resolve({
        up: async (knex: Knex) => {
          if ('run' in migration) return migration.run(knex);
          for (const statement of migration.statements(kindOf(knex))) await knex.raw(statement);
        },
        down: () => Promise.reject(new Error('Migrations go forward only; restore a backup to go back.')),
      }),
  },
} satisfies Knex.MigratorConfig;

/**
 * Brings the schema up to date; returns the names of the migrations that ran. Safe to call from several processes.
 *
 * @param upTo the last migration that runs, for a database as an earlier version left it
 */
export async function migrate(knex: Knex, upTo?: string): Promise<string[]> {
  const last = migrations.findIndex(({ name }) => name === upTo);
  if (upTo !== undefined && last < 0) throw new Error(`There is no migration ${upTo}.`);
  const wanted = upTo === undefined ? migrations : migrations.slice(0, last + 1);
  const [, names] = (await knex.migrate.latest({
    ...settings,
    migrationSource: { ...settings.migrationSource, getMigrations: () => Promise.resolve(wanted) },
  })) as [number, string[]];
  return names;
}

/** The names of the migrations that have not run yet. */
export async function pendingMigrations(knex: Knex): Promise<string[]> {
  const [, pending] = (await knex.migrate.list(settings)) as [unknown[], Migration[]];
  return pending.map(({ name }) => name);
}
