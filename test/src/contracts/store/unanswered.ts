import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { shortReferenceOf, type ReceiptReport } from '@ujumbe/core';
import type { OpenTestDatabase } from '../../support/databases.js';
import { eventually } from '../eventually.js';
import { newNumber, openAccount, openPlatform, platformFor, reaches, sendOne } from '../platform.js';
import { accept, ScriptedOperator } from '../scripted-operator.js';

/** Submits that were never answered, and the receipts of operators that echo what they were given of the id. */
export function unansweredSuite(open: OpenTestDatabase): void {
  const given = platformFor(open);

  /** A message whose submit had no answer. */
  async function unanswered(to = newNumber()): Promise<{ account: string; id: string; to: string }> {
    const { sms, operator } = given();
    const account = await openAccount(sms);
    operator.answer = () => ({ kind: 'unknown', detail: 'no answer' });
    const id = await sendOne(sms, account, { to });
    await reaches(sms, account, id, 'submitted');
    operator.answer = accept;
    return { account, id, to };
  }

  const receipt = (messageId: string, recipient: string, changes: Partial<ReceiptReport> = {}): ReceiptReport => {
    const upstreamId = `unheard-of-${randomUUID()}`;
    const shortReference = { number: shortReferenceOf(messageId), recipient };
    return {
      kind: 'receipt',
      upstreamId,
      state: 'delivered',
      at: Date.now(),
      raw: upstreamId,
      shortReference,
      ...changes,
    };
  };

  it('are settled by 16 bits of the id and the number', async () => {
    const { sms, operator } = given();
    const { account, id, to } = await unanswered();
    await operator.report(receipt(id, to));
    const message = await sms.messages.get(account, id);
    assert.deepEqual([message.state, message.errorCode, message.holdState], ['delivered', null, 'captured']);
  });

  it('are settled in another process than the one that submitted', async () => {
    const database = await open();
    const mute = new ScriptedOperator({ answer: () => ({ kind: 'unknown', detail: 'the process is ending' }) });
    const first = await openPlatform(database, { operator: mute });
    await first.sms.start();
    const account = await openAccount(first.sms);
    const to = newNumber();
    const id = await sendOne(first.sms, account, { to });
    await reaches(first.sms, account, id, 'submitted');
    await first.sms.stop();
    const operator = new ScriptedOperator();
    const second = await openPlatform(database, { operator });
    await second.sms.start();
    await operator.report(receipt(id, to, { state: 'undelivered', errorCode: '032' }));
    const message = await second.sms.messages.get(account, id);
    assert.deepEqual([message.state, message.upstreamError], ['undelivered', '032']);
    assert.equal(operator.submitted.length, 0);
    await second.sms.stop();
  });

  it('are settled by a receipt that came before it was known that there is no answer', async () => {
    const { sms, operator } = given();
    const account = await openAccount(sms);
    const to = newNumber();
    operator.answer = async ({ id }) => {
      await operator.report(receipt(id, to));
      return { kind: 'unknown', detail: 'no answer' };
    };
    const id = await sendOne(sms, account, { to });
    await reaches(sms, account, id, 'delivered');
    operator.answer = accept;
    await eventually('the box is empty', async () => (await sms.health.counts()).orphans === 0);
  });

  it('stay as they are when the number, the bits or the transport are others', async () => {
    const { sms, operator } = given();
    const { account, id, to } = await unanswered();
    const others = shortReferenceOf(id) ^ 1;
    await operator.report(
      receipt(id, newNumber()),
      receipt(id, to, { shortReference: { number: others, recipient: to } }),
      receipt(id, to, { shortReference: { number: -1, recipient: to } }),
      receipt(id, to, { shortReference: { number: shortReferenceOf(id) + 0.5, recipient: to } }),
    );
    assert.equal((await sms.messages.get(account, id)).state, 'submitted');
    await operator.report(receipt(id, to));
    assert.equal((await sms.messages.get(account, id)).state, 'delivered');
  });

  it('are not taken for a message to the same number that was answered', async () => {
    const { sms, operator } = given();
    const account = await openAccount(sms);
    const to = newNumber();
    const id = await sendOne(sms, account, { to });
    await reaches(sms, account, id, 'submitted');
    await operator.report(receipt(id, to, { state: 'undelivered' }));
    assert.equal((await sms.messages.get(account, id)).state, 'submitted');
    await operator.receipt(id, 'delivered');
    assert.equal((await sms.messages.get(account, id)).state, 'delivered');
  });

  it('have the receipts of all their segments taken, the first of which speaks', async () => {
    const { sms, operator } = given();
    const { account, id, to } = await unanswered();
    const before = (await sms.health.counts()).orphans;
    await operator.report(receipt(id, to), receipt(id, to));
    await operator.report(receipt(id, to));
    assert.equal((await sms.messages.get(account, id)).state, 'delivered');
    assert.equal((await sms.health.counts()).orphans, before);
  });
}
