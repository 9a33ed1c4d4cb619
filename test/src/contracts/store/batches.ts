import assert from 'node:assert/strict';
import { statusOfBatch, type Batch } from '@ujumbe/core';
import type { OpenTestDatabase } from '../../support/databases.js';
import { newNumber, openAccount, platformFor, reaches, refusal, toldTo, type Platform } from '../platform.js';

/** The operator takes a message and tells that it arrived. */
async function arrives({ sms, operator }: Platform, account: string, messageId: string): Promise<void> {
  await reaches(sms, account, messageId, 'submitted');
  await operator.receipt(messageId, 'delivered');
  await reaches(sms, account, messageId, 'delivered');
}

export function batchesSuite(open: OpenTestDatabase): void {
  const given = platformFor(open);

  it('have one id for many messages, by which they are asked for together', async () => {
    const { sms } = given();
    const account = await openAccount(sms);
    const items = [newNumber(), newNumber(), 'nobody'].map((to) => ({ to, text: 'Habari' }));
    const { accepted, rejected } = await sms.messages.send(account, { items, isBatch: true });
    const id = accepted[0]?.batchId ?? '';
    assert.deepEqual([accepted.map(({ batchId }) => batchId), rejected.length], [[id, id], 1]);
    for (const message of accepted) await arrives(given(), account, message.id);
    const delivered = await sms.messages.batch(account, id);
    assert.deepEqual(delivered.states, { delivered: 2 });
    assert.deepEqual(
      [delivered.recipients, delivered.cost, delivered.sender, delivered.text],
      [2, 2_000, 'DUKA', 'Habari'],
    );
    assert.ok(delivered.deliveredAt !== null && delivered.deliveredAt >= delivered.createdAt);
    const { messages, total } = await sms.messages.list(account, { batchId: id }, { limit: 10, offset: 0 });
    assert.deepEqual([total, messages.every(({ batchId }) => batchId === id)], [2, true]);
    const told = await toldTo(given(), account);
    const ofMessages = told.filter(({ type }) => type.startsWith('message.'));
    assert.ok(ofMessages.length >= 6 && ofMessages.every(({ data }) => 'batchId' in data && data.batchId === id));
  });

  it('leave messages without one as they are', async () => {
    const { sms } = given();
    const account = await openAccount(sms);
    const { accepted } = await sms.messages.send(account, { items: [{ to: newNumber(), text: 'x' }] });
    assert.equal(accepted[0]?.batchId, null);
    await arrives(given(), account, accepted[0].id);
    assert.ok((await toldTo(given(), account)).every(({ data }) => !('batchId' in data)));
    assert.deepEqual(await sms.messages.batches(account, {}, { limit: 10, offset: 0 }), { batches: [], total: 0 });
  });

  it('are listed newest first, by status and time, a page at a time', async () => {
    const { sms, clock } = given();
    const account = await openAccount(sms);
    const ids: string[] = [];
    for (const text of ['one', 'two', 'three']) {
      const { accepted } = await sms.messages.send(account, { items: [{ to: newNumber(), text }], isBatch: true });
      ids.unshift(accepted[0]?.batchId ?? '');
      await arrives(given(), account, accepted[0]!.id);
      clock.move(1_000);
    }
    const later = { scheduledAt: clock.now() + 3_600_000, isBatch: true };
    const { accepted } = await sms.messages.send(account, { items: [{ to: newNumber(), text: 'later' }], ...later });
    const queued = accepted[0]?.batchId ?? '';
    const found = async (filter: Parameters<typeof sms.messages.batches>[1], limit = 10, offset = 0) => {
      const { batches, total } = await sms.messages.batches(account, filter, { limit, offset });
      return [batches.map(({ id }) => id), total];
    };
    assert.deepEqual(await found({}), [[queued, ...ids], 4]);
    assert.deepEqual(await found({}, 2, 1), [ids.slice(0, 2), 4]);
    assert.deepEqual(await found({ status: 'delivered' }), [ids, 3]);
    assert.deepEqual(await found({ status: 'queued' }), [[queued], 1]);
    assert.deepEqual(await found({ status: 'failed' }), [[], 0]);
    assert.deepEqual(await found({ status: 'sent' }), [[], 0]);
    assert.deepEqual(await found({ createdBefore: 0 }), [[], 0]);
    assert.deepEqual(await found({ createdAfter: clock.now() + 1_000 }), [[], 0]);
    await sms.messages.cancel(account, accepted[0]!.id);
    assert.deepEqual(await found({ status: 'failed' }), [[queued], 1]);
  });

  it('are another account’s affair', async () => {
    const { sms } = given();
    const items = [{ to: newNumber(), text: 'x' }];
    const { accepted } = await sms.messages.send(await openAccount(sms), { items, isBatch: true });
    const other = await openAccount(sms);
    for (const id of [accepted[0]?.batchId ?? '', accepted[0]!.id, 'nothing']) {
      assert.equal(await refusal(sms.messages.batch(other, id)), 'not_found');
    }
  });

  const aggregated: [Batch['states'], string][] = [
    [{ queued: 2 }, 'queued'],
    [{ scheduled: 1, queued: 1 }, 'queued'],
    [{ queued: 1, delivered: 1 }, 'sent'],
    [{ queued: 1, failed: 1 }, 'sent'],
    [{ submitted: 1, delivered: 5 }, 'sent'],
    [{ unknown: 1 }, 'sent'],
    [{ delivered: 1, failed: 4 }, 'delivered'],
    [{ failed: 1, expired: 2, cancelled: 1 }, 'failed'],
  ];
  for (const [states, status] of aggregated) {
    it(`are ${status} with ${JSON.stringify(states)}`, () => assert.equal(statusOfBatch(states), status));
  }
}
