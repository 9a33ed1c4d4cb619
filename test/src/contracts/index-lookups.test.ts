import assert from 'node:assert/strict';
import { shortReferenceOf, type EsmeDelivery } from '@ujumbe/core';
import type { Knex } from 'knex';
import { describeOnDatabases, type TestDatabase } from '../support/databases.js';
import { eventually } from './eventually.js';
import { newNumber, openPlatform } from './platform.js';
import { accept, upstreamIdOf } from './scripted-operator.js';
import { hostKnex } from './stored-rows.js';

/** Enough that a scan is dearer than some hundred lookups, which is what a planner without statistics expects. */
const rows = 40_000;

/** Tables that grow with traffic, and how each is filled: `g` counts the rows, `$id` is a different UUID for each. */
const grown = {
  sms_messages: `(account_id, id, recipient, sender, body, encoding, segments, cost, lane, route, state, hold_state,
      expires_at, created_at, history)
    SELECT CAST('00000000-0000-7000-8000-000000000000' AS uuid), $id, '+2556' || g, 'DUKA', 'x', 'gsm7', 1, 0, 1,
      'elsewhere', 'submitted', 'released', 0, 0, ''`,
  sms_segments: `(transport, upstream_key, message_id, segment, upstream_id, account_id)
    SELECT 'elsewhere', g, $id, 1, g, CAST('00000000-0000-7000-8000-000000000000' AS uuid)`,
  sms_orphan_reports: `(id, transport, upstream_key, report, received_at) SELECT $id, 'elsewhere', g, '{}', 0`,
  sms_esme_messages: `(id, message_id, account_id, tell, session, worker_id, envelope, submitted_at)
    SELECT g, $id, $id, 'never', '', $id, '{}', 0`,
  sms_esme_deliveries: `(id, account_id, body, next_at, created_at) SELECT $id, $id, '{}', 9000000000000000, 0`,
};

/** A new install has no statistics, and the planner's guess at them makes scans of joins. */
describeOnDatabases(
  'what is looked up on the way of a receipt',
  (open) => {
    let database: TestDatabase;
    let knex: Knex;
    /** Every statement the platform has made, with the values of one of its runs. */
    let made: Map<string, readonly unknown[]>;

    before(async () => {
      database = await open();
      knex = hostKnex(database.name, database.options);
      made = new Map();
      for (const [table, source] of Object.entries(grown)) {
        await knex.raw(`ALTER TABLE ${table} SET (autovacuum_enabled = false)`);
        const id = `CAST('00000000-0000-7000-8000-' || lpad(to_hex(g), 12, '0') AS uuid)`;
        await knex.raw(`INSERT INTO ${table} ${source.replaceAll('$id', id)} FROM generate_series(1, ${rows}) g`);
      }
      knex.on('query', ({ sql, bindings }: { sql: string; bindings: readonly unknown[] }) => made.set(sql, bindings));
    });
    after(() => knex.destroy());

    it('is found by index', async () => {
      const { sms, operator } = await openPlatform({ ...database, options: { knex } });
      await sms.start();
      await sms.esme.open();
      const { account, smppPassword } = await sms.accounts.open({
        name: 'Bank',
        country: 'TZ',
        currency: 'TZS',
        credits: 1_000_000,
        sender: 'DUKA',
      });
      const login = await sms.esme.authenticate(account.teamCode, smppPassword);
      await sms.esme.bound(login.accountId);
      const submit = async (): Promise<{ to: string; submitted: string }> => {
        const to = newNumber();
        const items = [{ to, envelope: '{}' }];
        const { id } = await sms.esme.submit(login, { items, text: 'Habari', tell: 'always', session: 's1' });
        return { to, submitted: id };
      };
      const messageTo = (to: string): Promise<string> =>
        eventually('the operator has it', () => operator.submitted.find((message) => message.recipient === to)?.id);

      const answered = await messageTo((await submit()).to);
      await operator.receipt(answered, 'delivered');
      operator.answer = () => ({ kind: 'unknown', detail: 'no answer' });
      const silent = await submit();
      const number = shortReferenceOf(await messageTo(silent.to));
      operator.answer = accept;
      await eventually(
        'it is written down',
        async () => (await sms.esme.query(login.accountId, silent.submitted)).state === 'submitted',
      );
      const report = { kind: 'receipt', state: 'delivered', at: Date.now(), raw: '' } as const;
      await operator.report({ ...report, upstreamId: 'new', shortReference: { number, recipient: silent.to } });
      await operator.report({ ...report, upstreamId: upstreamIdOf('nobody’s', 1) });

      const told: EsmeDelivery[] = [];
      await eventually('both receipts', async () => {
        told.push(...(await sms.esme.claimDeliveries([{ accountId: login.accountId, room: 10 }])));
        return told.length === 2;
      });
      const [first, second] = told;
      await sms.esme.settleDelivery({ id: first!.id, kind: 'told' });
      await sms.esme.settleDelivery({ id: second!.id, kind: 'later', nextAt: Date.now() });
      await sms.esme.cancelPending(login, { to: newNumber(), senderId: 'DUKA' });
      await sms.stop({ deadlineMs: 1_000 });

      const scans: string[] = [];
      for (const [sql, bindings] of made) {
        if (!Object.keys(grown).some((table) => sql.includes(table))) continue;
        scans.push(...(await scansOf(sql, bindings)).map((table) => `${table} in ${sql}`));
      }
      assert.deepEqual(scans, []);
    });

    /** The grown tables a statement reads from end to end. */
    async function scansOf(sql: string, bindings: readonly unknown[]): Promise<string[]> {
      // Numbered already, as the driver has them; knex would look for question marks.
      const connection = (await (knex.client as Knex.Client).acquireConnection()) as {
        query(sql: string, values: readonly unknown[]): Promise<{ rows: { 'QUERY PLAN': string }[] }>;
      };
      try {
        const { rows: lines } = await connection.query(`EXPLAIN ${sql}`, bindings);
        const plan = lines.map((line) => line['QUERY PLAN']).join('\n');
        return [...plan.matchAll(/Seq Scan on (\w+)/g)].map(([, table]) => table!).filter((table) => table in grown);
      } finally {
        await (knex.client as Knex.Client).releaseConnection(connection);
      }
    }
  },
  { on: ['postgres'] },
);
