import assert from 'node:assert/strict';
import type { Sms } from '@ujumbe/core';
import type { OpenTestDatabase } from '../../support/databases.js';
import { newNumber, openAccount, openPlatform, platformFor, refusal } from '../platform.js';
import { storedRows } from '../stored-rows.js';

const noId = '01a1fd3f-2cc1-7000-905c-f7e70dcc1a66';
const all = { limit: 100, offset: 0 };

export function groupsSuite(open: OpenTestDatabase): void {
  const given = platformFor(open);
  const create = async (name = 'Wateja'): Promise<{ account: string; group: string }> => {
    const account = await openAccount(given().sms);
    return { account, group: (await given().sms.groups.create(account, { name })).id };
  };
  const phonesIn = async (account: string, group: string): Promise<string[]> =>
    (await given().sms.groups.members(account, group, all)).contacts.map(({ phone }) => phone);
  const countOf = async (account: string, group: string): Promise<number> =>
    (await given().sms.groups.get(account, group)).contactCount;

  it('are created, listed by name, changed and deleted', async () => {
    const { sms } = given();
    const account = await openAccount(sms);
    const group = await sms.groups.create(account, { name: ' Wateja ', description: 'wa Arusha' });
    const { id, createdAt, updatedAt, ...shown } = group;
    assert.equal(updatedAt, createdAt);
    assert.deepEqual(shown, { accountId: account, name: 'Wateja', description: 'wa Arusha', contactCount: 0 });
    assert.deepEqual(await sms.groups.get(account, id), group);
    for (const name of ['áb', 'Zawadi', 'aa']) await sms.groups.create(account, { name });
    const { groups, total } = await sms.groups.list(account, { limit: 2, offset: 1 });
    assert.deepEqual([groups.map(({ name }) => name), total], [['áb', 'Wateja'], 4]);
    const changed = await sms.groups.update(account, id, { description: null });
    assert.deepEqual([changed.name, changed.description], ['Wateja', null]);
    const renamed = await sms.groups.update(account, id, { name: 'WATEJA', description: 'x' });
    assert.deepEqual([renamed.name, renamed.description], ['WATEJA', 'x']);
    await sms.groups.delete(account, id);
    assert.equal(await refusal(sms.groups.get(account, id)), 'not_found');
    assert.equal((await sms.groups.list(account, all)).total, 3);
  });

  it('have a name of their own, whatever its case and accents', async () => {
    const { sms } = given();
    const { account } = await create('Élèves  Une');
    for (const name of ['Élèves Une', 'eleves une', 'ÉLÈVES UNE']) {
      assert.equal(await refusal(sms.groups.create(account, { name })), 'conflict');
    }
    const { id } = await sms.groups.create(account, { name: 'Mbili' });
    assert.equal(await refusal(sms.groups.update(account, id, { name: 'ELEVES UNE' })), 'conflict');
    await create('Élèves Une');
    for (const name of ['', '  ', 'x'.repeat(101), 'a\0']) {
      assert.equal(await refusal(sms.groups.create(account, { name })), 'invalid_request');
      assert.equal(await refusal(sms.groups.update(account, id, { name })), 'invalid_request');
    }
    assert.equal(
      await refusal(sms.groups.create(account, { name: 'n', description: 'x'.repeat(501) })),
      'invalid_request',
    );
  });

  it('take numbers in, making the contacts that are missing, and let them go', async () => {
    const { sms } = given();
    const { account, group } = await create();
    const [known, fresh] = [newNumber(), newNumber()];
    const contact = await sms.contacts.create(account, { phone: known, firstName: 'Asha' });
    assert.deepEqual(await sms.groups.add(account, group, `0${known.slice(4)}`), contact);
    const made = await sms.groups.add(account, group, fresh);
    assert.deepEqual(await sms.contacts.get(account, made.id), made);
    assert.equal(await refusal(sms.groups.add(account, group, known)), 'conflict');
    assert.equal(await refusal(sms.groups.add(account, group, 'mama')), 'number_invalid');
    assert.deepEqual(await phonesIn(account, group), [fresh, known]);
    assert.equal(await countOf(account, group), 2);
    await sms.groups.remove(account, group, known.slice(1));
    for (const phone of [known, newNumber(), 'mama', '']) {
      assert.equal(await refusal(sms.groups.remove(account, group, phone)), 'not_found');
    }
    assert.deepEqual(await phonesIn(account, group), [fresh]);
    assert.equal(await countOf(account, group), 1);
    assert.equal((await sms.contacts.list(account, {}, all)).total, 2);
  });

  it('take many numbers in at once', async () => {
    const { sms } = given();
    const { account, group } = await create();
    const [known, member, fresh] = [newNumber(), newNumber(), newNumber()];
    await sms.contacts.create(account, { phone: known });
    await sms.groups.add(account, group, member);
    const result = await sms.groups.addMany(account, group, [known, 'mama', member, fresh, fresh]);
    assert.deepEqual(
      { ...result, failed: result.failed.map(({ index, code }) => [index, code]) },
      { added: 2, present: 2, failed: [[1, 'number_invalid']] },
    );
    assert.deepEqual((await phonesIn(account, group)).sort(), [known, member, fresh].sort());
    assert.equal(await countOf(account, group), 3);
    const many = Array.from({ length: 10_001 }, (_, n) => `+2557440${String(n).padStart(5, '0')}`);
    assert.equal(await refusal(sms.groups.addMany(account, group, many)), 'invalid_request');
    assert.equal((await sms.groups.addMany(account, group, many.slice(1))).added, 10_000);
    assert.equal(await countOf(account, group), 10_003);
    const { contacts, total } = await sms.groups.members(account, group, { limit: 3, offset: 10_001 });
    assert.deepEqual([contacts.length, total], [2, 10_003]);
    let [seen, after]: [number, string | null] = [0, null];
    do {
      const page: Awaited<ReturnType<Sms['groups']['audience']>> = await sms.groups.audience(account, group, after);
      seen += page.contacts.length;
      after = page.next;
    } while (after !== null);
    assert.equal(seen, 10_003);
    await sms.groups.delete(account, group);
    const left = (await storedRows(given().database, 'sms_group_members')).filter((row) => row.group_id === group);
    assert.deepEqual(left, []);
    assert.equal((await sms.contacts.list(account, {}, all)).total, 10_003);
  });

  it('count right when contacts go, and when many come and go at once', async () => {
    const { sms, database } = given();
    const other = await openPlatform(database);
    const { account, group } = await create();
    const second = (await sms.groups.create(account, { name: 'Second' })).id;
    const phones = Array.from({ length: 30 }, () => newNumber());
    await sms.groups.addMany(account, second, phones);
    await Promise.allSettled([
      sms.groups.addMany(account, group, phones),
      other.sms.groups.addMany(account, group, phones),
      ...phones.slice(0, 10).map((phone) => other.sms.groups.remove(account, second, phone)),
      ...phones.slice(0, 10).map((phone) => sms.groups.remove(account, second, phone)),
      ...phones.slice(5, 15).map(async (phone) => {
        const contact = await other.sms.contacts.findByPhone(account, phone);
        await other.sms.contacts.delete(account, contact!.id);
      }),
    ]);
    for (const id of [group, second]) {
      const rows = (await storedRows(database, 'sms_group_members')).filter((row) => row.group_id === id);
      const contacts = new Set((await storedRows(database, 'sms_contacts')).map((row) => row.id));
      assert.equal(await countOf(account, id), rows.length);
      assert.ok(rows.every((row) => contacts.has(row.contact_id)));
    }
    assert.equal(await countOf(account, second), 15);
    await other.sms.stop();
  });

  it('are another account’s only to it', async () => {
    const { sms } = given();
    const { account, group } = await create();
    const phone = newNumber();
    await sms.groups.add(account, group, phone);
    const stranger = await openAccount(sms);
    await sms.contacts.create(stranger, { phone });
    for (const [who, what] of [
      [stranger, group],
      [account, noId],
      [account, 'nonsense'],
      ['nonsense', group],
    ] as const) {
      const codes = await Promise.all(
        [
          sms.groups.get(who, what),
          sms.groups.update(who, what, { name: 'mine' }),
          sms.groups.delete(who, what),
          sms.groups.members(who, what, all),
          sms.groups.add(who, what, phone),
          sms.groups.addMany(who, what, [phone]),
          sms.groups.remove(who, what, phone),
          sms.groups.audience(who, what),
        ].map(refusal),
      );
      assert.deepEqual([...new Set(codes)], ['not_found']);
    }
    assert.equal(await countOf(account, group), 1);
    assert.deepEqual(await sms.groups.list(stranger, all), { groups: [], total: 0 });
  });
}
