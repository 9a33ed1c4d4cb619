import assert from 'node:assert/strict';
import type { DomainEvent } from '@ujumbe/core';
import type { OpenTestDatabase } from '../../support/databases.js';
import { newNumber, openAccount, openPlatform, platformFor, reaches, refusal, sendOne, toldTo } from '../platform.js';
import { storedRows } from '../stored-rows.js';

export function inboundSuite(open: OpenTestDatabase): void {
  const given = platformFor(open);
  const heard = async (account: string): Promise<DomainEvent[]> =>
    (await toldTo(given(), account)).filter(({ type }) => /received|opted_out/.test(type));

  it('a handset that replies STOP is sent nothing more, and START lifts that', async () => {
    const { sms, operator } = given();
    const account = await openAccount(sms, { sender: 'SHOP1' });
    const to = newNumber();
    await sendOne(sms, account, { to });
    await operator.hear(to, 'SHOP1', ' Stop. ');
    assert.equal(await refusal(sendOne(sms, account, { to })), 'opted_out');
    const others = [newNumber(), newNumber()];
    const { accepted, rejected } = await sms.send(account, { to: [others[0]!, to, others[1]!], message: 'x' });
    assert.deepEqual(
      accepted.map(({ index }) => index),
      [0, 2],
    );
    assert.deepEqual(
      rejected.map(({ index, to: number, code }) => [index, number, code]),
      [[1, to, 'opted_out']],
    );
    assert.equal((await sms.accounts.balance(account)).available, 997_000);
    await operator.hear(to, 'SHOP1', 'STOP');
    await operator.hear(to, 'SHOP1', 'start');
    await reaches(sms, account, await sendOne(sms, account, { to }), 'submitted');
    const events = await heard(account);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['message.received', 'message.opted_out', 'message.received', 'message.received'],
    );
    assert.deepEqual(events[1]?.data, { phone: to, keyword: 'STOP' });
    const { inboundId, ...data } = events[0]!.data as { inboundId: string };
    assert.equal(events[0]?.subjectId, inboundId);
    assert.deepEqual(data, { sender: to, recipient: 'SHOP1', text: ' Stop. ' });
  });

  it('an opt-out is one account’s own', async () => {
    const { sms, operator } = given();
    const [account, neighbour] = [
      await openAccount(sms, { sender: 'SHOP2' }),
      await openAccount(sms, { sender: 'SHOP3' }),
    ];
    const to = newNumber();
    await operator.hear(to, 'SHOP2', 'ACHA');
    assert.equal(await refusal(sendOne(sms, account, { to })), 'opted_out');
    await sendOne(sms, neighbour, { to });
    assert.deepEqual(await heard(neighbour), []);
  });

  it('a reply is for the account that wrote last under the name replied to', async () => {
    const { sms, operator } = given();
    const both = [await openAccount(sms, { sender: 'SHARED' }), await openAccount(sms, { sender: 'SHARED' })];
    const to = newNumber();
    for (const account of both) await sendOne(sms, account, { to });
    await operator.hear(to, 'SHARED', 'asante');
    assert.deepEqual([(await heard(both[0]!)).length, (await heard(both[1]!)).length], [0, 1]);
  });

  it('a message nobody can be found for is kept and told to nobody', async () => {
    const { operator, database } = given();
    const from = newNumber();
    await operator.hear(from, 'NOBODYS', 'STOP \0 \ud83d');
    const row = (await storedRows(database, 'sms_inbound')).find(({ sender }) => sender === from);
    assert.deepEqual([row?.account_id, row?.recipient, row?.body], [null, 'NOBODYS', 'STOP \uFFFD \uFFFD']);
  });

  it('the host may suppress a number in any form, and lift it', async () => {
    const { sms } = given();
    const account = await openAccount(sms);
    const to = newNumber();
    const local = `0${to.slice(4)}`;
    await sms.suppressions.add(account, local);
    await sms.suppressions.add(account, to);
    assert.equal(await refusal(sendOne(sms, account, { to })), 'opted_out');
    assert.equal(await sms.suppressions.remove(account, to), true);
    assert.equal(await sms.suppressions.remove(account, local), false);
    await sendOne(sms, account, { to });
    assert.equal(await refusal(sms.suppressions.add(account, 'mama')), 'number_invalid');
  });

  it('an opt-out in one process holds in every other', async () => {
    const { sms, operator, database } = given();
    const other = await openPlatform(database);
    const account = await openAccount(sms, { sender: 'SHOP4' });
    const to = newNumber();
    await sendOne(other.sms, account, { to });
    await operator.hear(to, 'SHOP4', 'STOP');
    assert.equal(await refusal(sendOne(other.sms, account, { to })), 'opted_out');
    await other.sms.stop();
  });
}
