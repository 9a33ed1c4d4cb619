import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { DatabaseName, OpenTestDatabase, TestDatabase } from '../../support/databases.js';
import { eventually } from '../eventually.js';
import { newNumber, openAccount, openPlatform, reaches, refusal, sendOne, toldTo, type Platform } from '../platform.js';
import { accept, later } from '../scripted-operator.js';
import { hostKnex } from '../stored-rows.js';

class Rollback extends Error {}

export function hostTransactionSuite(open: OpenTestDatabase, name: DatabaseName): void {
  describe('inside the host’s own transaction', () => {
    let knex: Knex;
    let platform: Platform;
    let database: TestDatabase;
    before(async () => {
      database = await open();
      knex = hostKnex(name, database.options);
      await knex.schema.createTable('orders', (table) => table.text('id').primary());
      platform = await openPlatform({ ...database, options: { knex } });
      await platform.sms.start();
    });
    after(async () => {
      await platform.sms.stop({ deadlineMs: 1_000 });
      // The host's pool is the host's to close.
      await knex.raw('SELECT 1');
      await knex.destroy();
    });

    const orders = async (id: string): Promise<number> => (await knex('orders').where({ id })).length;
    const messages = async (account: string): Promise<number> =>
      (await platform.sms.messages.list(account, {}, { limit: 1, offset: 0 })).total;

    it('a message commits with the order it is about', async () => {
      const { sms } = platform;
      const account = await openAccount(sms);
      const id = await knex.transaction(async (trx) => {
        await trx('orders').insert({ id: 'kept' });
        const { accepted } = await sms.send(account, { to: newNumber(), message: 'x' }, { within: trx });
        return accepted[0]!.id;
      });
      await reaches(sms, account, id, 'submitted');
      assert.equal(await orders('kept'), 1);
      assert.deepEqual(await sms.accounts.balance(account), {
        available: 999_000,
        held: 0,
        captured: 1_000,
        funded: -1_000_000,
      });
    });

    it('a message that is rolled back with its order was never accepted', async () => {
      const { sms, operator } = platform;
      const account = await openAccount(sms);
      let id = '';
      await assert.rejects(
        knex.transaction(async (trx) => {
          const { accepted } = await sms.send(
            account,
            { to: newNumber(), message: 'x', idempotencyKey: 'k' },
            { within: trx },
          );
          id = accepted[0]!.id;
          await trx('orders').insert({ id: 'undone' });
          throw new Rollback();
        }),
        Rollback,
      );
      assert.deepEqual([await orders('undone'), await messages(account)], [0, 0]);
      assert.equal(await refusal(sms.messages.get(account, id)), 'not_found');
      assert.equal((await sms.accounts.balance(account)).available, 1_000_000);
      assert.equal((await toldTo({ sms, database }, account)).length, 1);
      assert.equal((await sms.send(account, { to: newNumber(), message: 'y', idempotencyKey: 'k' })).replayed, false);
      assert.ok(!operator.has(id));
    });

    it('a refusal leaves the host’s transaction as it was', async () => {
      const { sms } = platform;
      const poor = await openAccount(sms, { credits: 0 });
      const stopped = await openAccount(sms);
      const optedOut = newNumber();
      await sms.suppressions.add(stopped, optedOut);
      await knex.transaction(async (trx) => {
        await trx('orders').insert({ id: 'without a message' });
        const send = (account: string, to: string): Promise<unknown> =>
          sms.send(account, { to, message: 'x' }, { within: trx });
        assert.equal(await refusal(send(poor, newNumber())), 'insufficient_balance');
        assert.equal(await refusal(send(stopped, optedOut)), 'opted_out');
        assert.equal(await refusal(send(stopped, 'mama')), 'number_invalid');
        await trx('orders').insert({ id: 'and another' });
      });
      assert.deepEqual([await orders('without a message'), await orders('and another')], [1, 1]);
      assert.equal(await messages(poor), 0);
    });

    it('a repeat gives the first answer again', async () => {
      const { sms } = platform;
      const account = await openAccount(sms);
      const request = { to: newNumber(), message: 'x', idempotencyKey: 'order 7' };
      const first = await sms.send(account, request);
      await knex.transaction(async (trx) => {
        assert.deepEqual(await sms.send(account, request, { within: trx }), { ...first, replayed: true });
        const other = { ...request, message: 'y' };
        assert.equal(await refusal(sms.send(account, other, { within: trx })), 'idempotency_mismatch');
        await trx('orders').insert({ id: 'repeated' });
      });
      assert.deepEqual([await orders('repeated'), await messages(account)], [1, 1]);
    });

    // On SQLite the host's connection is the only one, and everything waits for it.
    if (name === 'postgres') {
      it('holds up nobody but its own account', async () => {
        const { sms, operator } = platform;
        const [account, neighbour] = [await openAccount(sms), await openAccount(sms)];
        const answered = later();
        const slow = newNumber();
        operator.answer = (message) => (message.recipient === slow ? answered.answer : accept(message));
        const early = await sendOne(sms, account, { to: slow });
        await eventually('the operator has it', () => operator.has(early));
        let own: Promise<string> | undefined;
        await knex.transaction(async (trx) => {
          await sms.send(account, { to: newNumber(), message: 'x' }, { within: trx });
          let isTaken = false;
          own = sendOne(sms, account).finally(() => (isTaken = true));
          answered.give({ kind: 'accepted', upstreamIds: [randomUUID()] });
          for (let n = 0; n < 3; n++) {
            await reaches(sms, neighbour, await sendOne(sms, neighbour), 'submitted');
            await sms.messages.send(neighbour, { items: [{ to: newNumber(), text: 'x' }] });
          }
          assert.equal(isTaken, false);
          assert.equal((await sms.messages.get(account, early)).state, 'queued');
        });
        await reaches(sms, account, await own!, 'submitted');
        await reaches(sms, account, early, 'submitted');
        operator.answer = accept;
      });

      it('that stays open for long makes its account’s other sends ask again', async () => {
        const { sms } = platform;
        const account = await openAccount(sms);
        await knex.transaction(async (trx) => {
          await sms.send(account, { to: newNumber(), message: 'x' }, { within: trx });
          assert.equal(await refusal(sendOne(sms, account)), 'throttled');
        });
        assert.equal(
          (await sms.accounts.balance(account)).held + (await sms.accounts.balance(account)).captured,
          1_000,
        );
        await sendOne(sms, account);
      });
    }

    it('sends of its own go on beside it', async () => {
      const { sms } = platform;
      const account = await openAccount(sms);
      const id = await sendOne(sms, account);
      assert.equal((await reaches(sms, account, id, 'submitted')).holdState, 'captured');
    });
  });
}
