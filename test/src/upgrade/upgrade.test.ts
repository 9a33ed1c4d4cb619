import assert from 'node:assert/strict';
import type { Access, SmsError, Tenant } from '@ujumbe/core';
import { eventually } from '../contracts/eventually.js';
import { newNumber, openPlatform, reaches, refusal, sendOne, type Platform } from '../contracts/platform.js';
import { ScriptedWallet } from '../contracts/scripted-wallet.js';
import { everyRow, storedRows, type Row } from '../contracts/stored-rows.js';
import {
  allDatabases,
  describeOnDatabases,
  migrateDatabase,
  migrationsAhead,
  type TestDatabase,
} from '../support/databases.js';
import { assertInvariants } from '../support/ledger-invariants.js';
import { given, rowsAfter, writeRows } from './earlier-database.js';

const credit = 1_000;
const hourMs = 3_600_000;
const { accounts, messages, campaigns } = given;
/** The columns that a migration is there to change. */
const changedBy: Record<string, Record<string, string[]>> = {
  '019-earlier-tenants': { sms_accounts: ['state', 'version', 'name_key', 'search_text'] },
};

describeOnDatabases(
  'a database that an earlier version left',
  (open) => {
    let database: TestDatabase;
    let platform: Platform;
    let wallet: ScriptedWallet;

    before(async () => {
      database = await open({ empty: true });
    });

    it('keeps every row and every value through each migration', async () => {
      const names = await migrationsAhead(database.options);
      for (const name of rowsAfter.keys()) assert.ok(names.includes(name), `there is no migration ${name}`);
      for (const migration of names) {
        const before = migration === names[0] ? {} : await everyRow(database);
        assert.deepEqual(await migrateDatabase(database.options, migration), [migration]);
        assertKept(migration, before, await everyRow(database));
        await writeRows(database, rowsAfter.get(migration) ?? []);
      }
      assert.deepEqual(await migrationsAhead(database.options), []);
    });

    it('holds the same money, to the last thousandth', async () => {
      const { balances, messages: stored, transfers } = await assertInvariants(database);
      const written = (table: string): Row[] =>
        [...rowsAfter.values()].flat().flatMap((stored) => (stored.table === table ? [stored.row] : []));
      assert.deepEqual(
        [balances.length, stored.length, transfers.length],
        ['sms_balances', 'sms_messages', 'sms_transfers'].map((table) => written(table).length),
      );
      const sum = (rows: { available: unknown }[]): number =>
        rows.reduce((total, { available }) => total + Number(available), 0);
      assert.equal(sum(balances), sum(written('sms_balances') as { available: unknown }[]));
      assert.ok(sum(balances) > 0);
    });

    describe('is one that the platform', () => {
      before(async () => {
        wallet = new ScriptedWallet();
        platform = await openPlatform(database, {
          migrate: true,
          payments: { wallets: [wallet], buyerEmail: 'a@b.tz' },
        });
        platform.clock.move(given.takenAt + 1_000 - platform.clock.now());
        await platform.sms.start();
      });
      after(async () => {
        await platform.sms.stop({ deadlineMs: 1_000 });
        await assertInvariants(database);
      });

      const balanceOf = async (account: string): Promise<number[]> => {
        const { available, held } = await platform.sms.accounts.balance(account);
        return [available, held];
      };

      it('shows to the partners whose tenants it has, as suspended as they were or as their partner was', async () => {
        const { tenants } = platform.sms;
        const shown = async (partner: string): Promise<Map<string, Tenant>> => {
          const { tenants: found } = await tenants.list(partner, {}, { limit: 10, offset: 0 });
          return new Map(found.map((tenant) => [tenant.id, tenant]));
        };
        const ours = await shown(accounts.reseller.id);
        assert.deepEqual(
          [...ours].map(([id, { state }]) => [id, state]),
          [
            [accounts.boutique.id, 'active'],
            [accounts.namesake.id, 'suspended'],
            [accounts.duka.id, 'active'],
          ],
        );
        assert.deepEqual(
          [...(await shown(accounts.closed.id)).values()].map(({ id, state }) => [id, state]),
          [[accounts.mgahawa.id, 'suspended']],
        );
        assert.equal(await refusal(tenants.get(accounts.closed.id, accounts.duka.id)), 'not_found');
        for (const [partner, tenant, state] of [
          [accounts.closed.id, accounts.mgahawa.id, 'active'],
          [accounts.reseller.id, accounts.namesake.id, 'suspended'],
        ] as const) {
          await platform.sms.accounts.suspend(partner);
          await platform.sms.accounts.resume(partner);
          assert.equal((await tenants.get(partner, tenant)).state, state);
        }
      });

      it('finds by a part of their name, and opens no second tenant of a name', async () => {
        const { tenants } = platform.sms;
        const partner = accounts.reseller.id;
        const found = async (search: string): Promise<string[]> =>
          (await tenants.list(partner, { search }, { limit: 10, offset: 0 })).tenants.map(({ id }) => id);
        assert.deepEqual(await found('desiree'), [accounts.boutique.id]);
        assert.deepEqual(await found('Asubuhi'), [accounts.namesake.id, accounts.duka.id]);
        const refused = (await tenants
          .create(partner, { name: 'duka la asubuhi' })
          .catch((error: unknown) => error)) as SmsError;
        assert.deepEqual(
          [refused.code, refused.details],
          ['conflict', { field: 'name', tenant_uuid: accounts.duka.id }],
        );
        // Two that are called the same remain so, and each can be changed without being renamed.
        const changed = await tenants.update(partner, accounts.namesake.id, { contact: { name: 'Asha' } });
        assert.deepEqual([changed.contact.name, changed.state], ['Asha', 'suspended']);
        const taken = tenants.update(partner, accounts.boutique.id, { name: 'DUKA LA ASUBUHI' });
        assert.equal(await refusal(taken), 'conflict');
        assert.equal(
          (await tenants.update(partner, accounts.namesake.id, { name: 'Duka la Jioni' })).name,
          'Duka la Jioni',
        );
      });

      it('lets everybody in with what they had', async () => {
        const { sms } = platform;
        const { reseller, duka, mgahawa } = accounts;
        const access = await sms.tokens.authenticate(duka.token);
        assert.equal(access.accountId, duka.id);
        const partner: Access = await sms.tokens.authenticate(reseller.token);
        assert.equal((await sms.tenants.actingFor(partner, duka.id)).accountId, duka.id);
        assert.equal(await refusal(sms.tenants.actingFor(partner, mgahawa.id)), 'not_found');
        const life = { accessMs: 60_000, refreshMs: 60_000 };
        for (const login of [duka.username, 'duka@example.com']) {
          const { user } = await sms.users.logIn({ login, password: duka.password, address: '192.0.2.7' }, life);
          assert.equal(user.accountId, duka.id);
        }
        assert.equal((await sms.esme.authenticate(duka.teamCode, duka.smppPassword)).accountId, duka.id);
        assert.equal(
          await refusal(sms.users.logIn({ login: duka.username, password: 'wrong', address: '192.0.2.7' }, life)),
          'unauthenticated',
        );
      });

      it('credits the open payment of once, and offers what is for sale', async () => {
        const { sms } = platform;
        const { id } = accounts.duka;
        const paid = await sms.payments.getByOrderNumber(id, '20261126-00000002');
        const [before = 0, held] = await balanceOf(id);
        wallet.onQuery = (orderId) => ({
          ...{ kind: 'found', orderId, status: 'completed', amount: paid.amount, currency: 'TZS' },
          ...{ reference: '1', transactionId: '2', channel: 'MPESA-TZ' },
        });
        for (let look = 1; look <= 2; look++) assert.equal((await sms.payments.check(id, paid.id)).state, 'completed');
        assert.deepEqual(await balanceOf(id), [before + 100 * credit, held]);
        const offers = await sms.packages.offered(id);
        assert.deepEqual(
          offers.map(({ name, price }) => [name, price]),
          [['Ndogo', 250_000]],
        );
      });

      it('finishes the messages of, and charges each of them once', async () => {
        const { sms, operator } = platform;
        const { id } = accounts.duka;
        await reaches(sms, id, messages.queued, 'submitted');
        await operator.receipt(messages.queued, 'delivered');
        await reaches(sms, id, messages.queued, 'delivered');
        await operator.receipt(messages.underway, 'delivered', { segment: 2 });
        await reaches(sms, id, messages.underway, 'delivered');
        assert.equal((await sms.messages.get(id, messages.failed)).errorCode, 'absent_subscriber');
        const again = { to: '+255712000001', message: 'Delivered', clientRef: 'r-1', idempotencyKey: 'once' };
        const { accepted } = await sms.send(id, again);
        assert.equal(accepted[0]?.id, messages.delivered);
        const stopped = await sms.send(id, { to: ['+255712000009', newNumber()], message: 'Habari' });
        assert.deepEqual(
          stopped.rejected.map(({ code }) => code),
          ['opted_out'],
        );
        assert.equal(stopped.accepted[0]?.cost, 1_500, 'the price of its own');
      });

      it('sends what was scheduled of, when it is time', async () => {
        const { sms, operator, clock } = platform;
        const { id } = accounts.duka;
        const reachesEnd = (campaign: string): Promise<unknown> =>
          eventually(`${campaign} is sent`, async () => {
            return (await sms.campaigns.get(id, campaign)).campaign.state === 'completed';
          });
        await reachesEnd(campaigns.done);
        await sms.campaigns.send(id, campaigns.draft);
        await reachesEnd(campaigns.draft);
        assert.ok(!operator.has(messages.scheduled));
        clock.move(2 * hourMs);
        await reaches(sms, id, messages.scheduled, 'submitted');
        await reachesEnd(campaigns.planned);
      });

      it('states every movement of, from nothing to the balance', async () => {
        const { sms } = platform;
        const { id } = accounts.duka;
        const { opening, movements, closing, cursor } = await sms.statements.page(id, { from: 0, limit: 1_000 });
        assert.deepEqual([opening, cursor], [{ available: 0, held: 0 }, null]);
        assert.deepEqual([closing.available, closing.held], await balanceOf(id));
        assert.equal(closing.held, 0);
        const stored = (await storedRows(database, 'sms_transfers')).filter((row) => row.account_id === id);
        assert.equal(movements.length, stored.filter(({ kind }) => kind !== 'allot').length);
        const payments = movements.flatMap(({ paymentId, amount }) => (paymentId ? [[paymentId, amount]] : []));
        const [earlier, later] = await Promise.all(
          ['20261126-00000001', '20261126-00000002'].map((number) => sms.payments.getByOrderNumber(id, number)),
        );
        assert.deepEqual(payments, [
          [earlier?.id, 25 * credit],
          [later?.id, 100 * credit],
        ]);
      });

      it('goes on from, with new messages and gifts', async () => {
        const { sms } = platform;
        const sent = await sendOne(sms, accounts.duka.id);
        await reaches(sms, accounts.duka.id, sent, 'submitted');
        const gift = { credits: 5 * credit, reference: 'after the upgrade' };
        const { tenant } = await sms.tenants.credit(accounts.reseller.id, accounts.boutique.id, gift);
        assert.equal(tenant.balance.available, 5 * credit);
      });
    });
  },
  { on: allDatabases },
);

/** What there was is there, in the columns there were; columns that are new may say what they like. */
function assertKept(migration: string, before: Record<string, Row[]>, after: Record<string, Row[]>): void {
  for (const [table, rows] of Object.entries(before)) {
    if (table.startsWith('sms_migrations')) continue;
    const changed = changedBy[migration]?.[table] ?? [];
    const columns = Object.keys(rows[0] ?? {}).filter((column) => !changed.includes(column));
    const told = (all: Row[] = []): string[] =>
      all.map((row) => JSON.stringify(columns.map((column) => row[column]))).sort();
    assert.deepEqual(told(after[table]), told(rows), `${table} after ${migration}`);
  }
}
