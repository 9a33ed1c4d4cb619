import assert from 'node:assert/strict';
import type { Contact, MergePolicy, NewContact } from '@ujumbe/core';
import type { OpenTestDatabase } from '../../support/databases.js';
import { eventually } from '../eventually.js';
import { newNumber, openAccount, openPlatform, platformFor, reaches, refusal, sendOne, toldTo } from '../platform.js';
import { everythingStored, storedRows } from '../stored-rows.js';

const noId = '01a1fd3f-2cc1-7000-905c-f7e70dcc1a66';
const all = { limit: 100, offset: 0 };

export function contactsSuite(open: OpenTestDatabase): void {
  const given = platformFor(open);
  const search = async (account: string, text: string): Promise<string[]> =>
    (await given().sms.contacts.list(account, { search: text }, all)).contacts.map(({ phone }) => phone);

  it('are created with what is given, and the rest empty', async () => {
    const { sms, clock } = given();
    const account = await openAccount(sms);
    const before = clock.now();
    const { id, createdAt, updatedAt, ...bare } = await sms.contacts.create(account, { phone: '0754 000 001' });
    assert.ok(createdAt >= before && updatedAt === createdAt);
    assert.deepEqual(bare, {
      accountId: account,
      phone: '+255754000001',
      network: 'Vodacom',
      firstName: null,
      lastName: null,
      email: null,
      notes: null,
      locale: null,
      tags: [],
      attributes: {},
      active: true,
      optedInAt: null,
      optedOutAt: null,
    });
    const full = {
      phone: newNumber(),
      firstName: 'Désirée',
      lastName: "O'Neil",
      email: 'd@example.com',
      notes: 'línea 1\n"2"',
      locale: 'sw-TZ',
      tags: ['vip', 'Dar es Salaam'],
      attributes: { city: 'Arusha', age: 30, score: 1.5, member: true, 'näme 1.x': '' },
      active: false,
      optedInAt: 1_700_000_000_000,
      optedOutAt: 1_700_000_000_001,
    };
    const contact = await sms.contacts.create(account, full);
    assert.deepEqual({ ...contact, ...full }, contact);
    assert.deepEqual(await sms.contacts.get(account, contact.id), contact);
    assert.deepEqual(await sms.contacts.findByPhone(account, full.phone.slice(1)), contact);
    assert.equal(await sms.contacts.findByPhone(account, newNumber()), undefined);
    assert.equal((await sms.contacts.list(account, {}, all)).contacts[1]?.id, id);
  });

  it('have a number of their own in an account, and may have it in others', async () => {
    const { sms, database } = given();
    const [account, neighbour] = [await openAccount(sms), await openAccount(sms)];
    const other = await openPlatform(database);
    const phone = newNumber();
    const attempts = [sms, other.sms, sms, other.sms].map((by) =>
      by.contacts.create(account, { phone }).then(
        () => 'created',
        (error: unknown) => (error as { code: string }).code,
      ),
    );
    assert.deepEqual((await Promise.all(attempts)).sort(), ['conflict', 'conflict', 'conflict', 'created']);
    await sms.contacts.create(neighbour, { phone });
    const second = await sms.contacts.create(account, { phone: newNumber() });
    assert.equal(await refusal(sms.contacts.update(account, second.id, { phone })), 'conflict');
    await other.sms.stop();
  });

  it('change in what is given: null empties, absent stays', async () => {
    const { sms, clock } = given();
    const account = await openAccount(sms);
    const contact = await sms.contacts.create(account, {
      phone: '0754000002',
      firstName: 'Asha',
      tags: ['a'],
      attributes: { x: 1 },
    });
    clock.move(1_000);
    const changed = await sms.contacts.update(account, contact.id, { lastName: 'Mushi', firstName: null, tags: ['b'] });
    assert.ok(changed.updatedAt >= contact.updatedAt + 1_000);
    assert.deepEqual(changed, {
      ...contact,
      firstName: null,
      lastName: 'Mushi',
      tags: ['b'],
      updatedAt: changed.updatedAt,
    });
    const moved = await sms.contacts.update(account, contact.id, { phone: '0784000002', attributes: null, tags: null });
    assert.deepEqual([moved.phone, moved.network, moved.attributes, moved.tags], ['+255784000002', 'Airtel', {}, []]);
    assert.deepEqual(await search(account, 'mushi'), ['+255784000002']);
    assert.deepEqual(await search(account, 'asha'), []);
  });

  it('are another account’s only to it', async () => {
    const { sms } = given();
    const [account, stranger] = [await openAccount(sms), await openAccount(sms)];
    const { id, phone } = await sms.contacts.create(account, { phone: newNumber() });
    for (const [who, what] of [
      [stranger, id],
      [account, noId],
      [account, 'nonsense'],
      [account, ''],
    ] as const) {
      assert.equal(await refusal(sms.contacts.get(who, what)), 'not_found');
      assert.equal(await refusal(sms.contacts.update(who, what, { firstName: 'x' })), 'not_found');
      assert.equal(await refusal(sms.contacts.delete(who, what)), 'not_found');
      assert.equal(await refusal(sms.contacts.erase(who, what)), 'not_found');
    }
    assert.equal(await sms.contacts.findByPhone(stranger, phone), undefined);
    assert.deepEqual(await sms.contacts.list(stranger, {}, all), { contacts: [], total: 0 });
    for (const who of [noId, 'nonsense']) {
      assert.equal(await refusal(sms.contacts.list(who, {}, all)), 'not_found');
      assert.equal(await refusal(sms.contacts.list(who, { search: 'x' }, all)), 'not_found');
      assert.equal(await refusal(sms.contacts.create(who, { phone })), 'not_found');
    }
  });

  it('are found by a part of name, number and email, whatever the case and accents', async () => {
    const { sms } = given();
    const account = await openAccount(sms);
    const people: NewContact[] = [
      { phone: '0754111222', firstName: 'Désirée', lastName: 'ÇELİK', email: 'Desi_100%@Example.com' },
      { phone: '0784333444', firstName: 'Asha', lastName: 'Mushi' },
      { phone: '0684555666', firstName: 'Straße', lastName: '\\x' },
    ];
    for (const person of people) await sms.contacts.create(account, person);
    const [desiree, asha, strasse] = ['+255754111222', '+255784333444', '+255684555666'];
    for (const [text, found] of [
      ['DESIREE', [desiree]],
      ['désirée çelik', [desiree]],
      [' asha   mu ', [asha]],
      ['SHI', [asha]],
      ['example.COM', [desiree]],
      ['_100%', [desiree]],
      ['%', [desiree]],
      ['_', [desiree]],
      ['\\', [strasse]],
      ['straße', [strasse]],
      ['0784 333', [asha]],
      ['+255-784', [asha]],
      ['00255754', [desiree]],
      ['0784333444', [asha]],
      ['333', [asha]],
      ['nobody', []],
      ['', [strasse, asha, desiree]],
      ['  ', [strasse, asha, desiree]],
    ] as const) {
      assert.deepEqual(await search(account, text), found, text);
    }
    assert.equal(await refusal(search(account, '\0')), 'invalid_request');
    assert.equal(await refusal(search(account, 'x'.repeat(101))), 'invalid_request');
  });

  it('are listed newest first, page by page, with how many there are', async () => {
    const { sms } = given();
    const account = await openAccount(sms);
    const made = Array.from({ length: 7 }, (_, n) => ({ phone: newNumber(), firstName: n % 2 ? 'Odd' : 'Even' }));
    for (const contact of made) await sms.contacts.create(account, contact);
    const newest = made.map(({ phone }) => phone).reverse();
    for (const offset of [0, 3, 6, 7, 100]) {
      const { contacts, total } = await sms.contacts.list(account, {}, { limit: 3, offset });
      assert.deepEqual([contacts.map(({ phone }) => phone), total], [newest.slice(offset, offset + 3), 7]);
    }
    const odd = await sms.contacts.list(account, { search: 'odd' }, { limit: 2, offset: 1 });
    assert.deepEqual([odd.contacts.map(({ phone }) => phone), odd.total], [[newest[3], newest[5]], 3]);
  });

  it('are refused what no contact can be', async () => {
    const { sms } = given();
    const account = await openAccount(sms);
    const phone = newNumber();
    const { id } = await sms.contacts.create(account, { phone: newNumber() });
    const many = (count: number, value: unknown): Record<string, never> =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, value])) as Record<string, never>;
    for (const bad of [
      { firstName: 'x'.repeat(101) },
      { lastName: 'a\0b' },
      { notes: '\ud83d' },
      { notes: 'x'.repeat(2_001) },
      { email: 'nobody' },
      { email: `${'x'.repeat(250)}@x.co` },
      { locale: 'swahili!' },
      { tags: ['a,b'] },
      { tags: ['"'] },
      { tags: ['\\'] },
      { tags: [''] },
      { tags: ['a\nb'] },
      { tags: ['x'.repeat(51)] },
      { tags: Array.from({ length: 51 }, (_, n) => `t${n}`) },
      { attributes: many(51, 1) },
      { attributes: many(10, 'x'.repeat(500)) },
      { attributes: many(1, {}) },
      { attributes: many(1, null) },
      { attributes: many(1, Number.NaN) },
      { attributes: many(1, '\0') },
      { attributes: { '"': 1 } },
      { attributes: { '': 1 } },
      { attributes: JSON.parse('{"__proto__": 1}') as Record<string, number> },
      { attributes: { ['x'.repeat(51)]: 1 } },
      { optedInAt: -1 },
      { optedOutAt: 1.5 },
    ]) {
      assert.equal(
        await refusal(sms.contacts.create(account, { phone, ...bad })),
        'invalid_request',
        JSON.stringify(bad),
      );
      assert.equal(await refusal(sms.contacts.update(account, id, bad)), 'invalid_request', JSON.stringify(bad));
    }
    assert.equal(await refusal(sms.contacts.create(account, { phone: 'mama' })), 'number_invalid');
    assert.equal(await refusal(sms.contacts.update(account, id, { phone: '+255222110000' })), 'not_mobile');
    assert.equal((await sms.contacts.list(account, {}, all)).total, 1);
  });

  it('who opted out are one list with those a send asks for', async () => {
    const { sms, operator } = given();
    const account = await openAccount(sms, { sender: 'OPTOUT' });
    const phone = newNumber();
    const { id } = await sms.contacts.create(account, { phone });
    await sendOne(sms, account, { to: phone, senderId: 'OPTOUT' });
    await operator.hear(phone, 'OPTOUT', 'STOP');
    const optedOutAt = (await sms.contacts.get(account, id)).optedOutAt;
    assert.ok(optedOutAt !== null);
    assert.equal((await sms.contacts.update(account, id, { optedOutAt: 5 })).optedOutAt, optedOutAt);
    assert.equal((await sms.contacts.update(account, id, { optedOutAt: null })).optedOutAt, null);
    await sendOne(sms, account, { to: phone });
    assert.equal((await sms.contacts.update(account, id, { optedOutAt: 5 })).optedOutAt, 5);
    assert.equal(await refusal(sendOne(sms, account, { to: phone })), 'opted_out');
    await sms.contacts.delete(account, id);
    assert.equal((await sms.contacts.create(account, { phone })).optedOutAt, 5);
  });

  describe('many at once', () => {
    const shown = async (account: string, phone: string): Promise<Partial<Contact>> => {
      const { firstName, lastName, tags, attributes } = (await given().sms.contacts.findByPhone(account, phone))!;
      return { firstName, lastName, tags, attributes };
    };
    const before = { firstName: 'Old', lastName: 'Name', tags: ['a'], attributes: { x: 1, y: 2 } };
    const row = { firstName: 'New', attributes: { y: 3, z: 4 } };
    const outcomes: Record<MergePolicy, Partial<Contact>> = {
      skip: before,
      update: { ...before, firstName: 'New', attributes: { x: 1, y: 3, z: 4 } },
      overwrite: { firstName: 'New', lastName: null, tags: [], attributes: { y: 3, z: 4 } },
    };
    for (const policy of ['skip', 'update', 'overwrite'] as const) {
      it(`are written by the policy ${policy}`, async () => {
        const { sms } = given();
        const account = await openAccount(sms);
        const [present, fresh, twice] = [newNumber(), newNumber(), newNumber()];
        const { id } = await sms.contacts.create(account, { phone: present, ...before, optedOutAt: 7 });
        const result = await sms.contacts.upsertMany(
          account,
          [
            { phone: present, ...row },
            { phone: 'mama' },
            { phone: `0${fresh.slice(4)}`, firstName: 'Fresh', optedOutAt: 9 },
            { phone: twice, firstName: 'First', lastName: 'Last' },
            { phone: twice, firstName: 'Second' },
            { phone: newNumber(), email: 'none' },
          ],
          policy,
        );
        const skips = policy === 'skip';
        assert.deepEqual(
          { ...result, failed: result.failed.map(({ index, code }) => [index, code]) },
          {
            created: 2,
            updated: skips ? 0 : 2,
            skipped: skips ? 2 : 0,
            failed: [
              [1, 'number_invalid'],
              [5, 'invalid_request'],
            ],
          },
        );
        assert.deepEqual(await shown(account, present), outcomes[policy]);
        const after = await sms.contacts.get(account, id);
        assert.deepEqual([after.id, after.optedOutAt], [id, 7]);
        assert.equal((await sms.contacts.findByPhone(account, fresh))?.optedOutAt, 9);
        const { firstName, lastName } = await shown(account, twice);
        assert.deepEqual(
          [firstName, lastName],
          skips ? ['First', 'Last'] : ['Second', policy === 'update' ? 'Last' : null],
        );
        assert.deepEqual(await search(account, skips ? 'old name' : 'new'), [present]);
      });
    }

    it('refuse a row whose attributes are too many together', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const phone = newNumber();
      const attributes = (name: string) => ({ [name]: 'x'.repeat(3_000) });
      await sms.contacts.create(account, { phone, attributes: attributes('a') });
      const { failed, updated } = await sms.contacts.upsertMany(
        account,
        [{ phone, attributes: attributes('b') }],
        'update',
      );
      assert.deepEqual([failed.map(({ index }) => index), updated], [[0], 0]);
    });

    it('are ten thousand, and no more', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const rows = Array.from({ length: 10_001 }, (_, n) => ({ phone: `+2557440${String(n).padStart(5, '0')}` }));
      assert.equal(await refusal(sms.contacts.upsertMany(account, rows, 'skip')), 'invalid_request');
      const { created } = await sms.contacts.upsertMany(account, rows.slice(1), 'skip');
      assert.equal(created, 10_000);
      const last = await sms.contacts.list(account, { search: '744000001' }, all);
      assert.deepEqual([last.total, last.contacts[0]?.phone], [1, '+255744000001']);
      let seen = 0;
      for await (const contacts of sms.contacts.pages(account)) seen += contacts.length;
      assert.equal(seen, 10_000);
    });

    it('are written once when two processes write the same', async () => {
      const { sms, database } = given();
      const other = await openPlatform(database);
      const account = await openAccount(sms);
      const rows = Array.from({ length: 500 }, () => ({ phone: newNumber() }));
      const results = await Promise.all(
        [sms, other.sms, sms, other.sms].map((by) => by.contacts.upsertMany(account, rows, 'update')),
      );
      assert.equal(
        results.reduce((sum, { created }) => sum + created, 0),
        500,
      );
      assert.equal((await sms.contacts.list(account, {}, all)).total, 500);
      await other.sms.stop();
    });
  });

  describe('that are erased', () => {
    it('leave nothing of the person but what their messages cost', async () => {
      const { sms, operator, database } = given();
      const secret = 'Siri kubwa 4711';
      const account = await openAccount(sms, { sender: 'FORGET' });
      await sms.webhooks.create(account, { url: 'https://example.com/hook', events: ['*'] });
      const [phone, stays] = [newNumber(), newNumber()];
      const { id } = await sms.contacts.create(account, { phone, firstName: 'Zuhura', notes: secret });
      const request = { senderId: 'FORGET', message: secret, clientRef: 'ref-4711' };
      const sent = await sendOne(sms, account, { to: phone, ...request });
      await reaches(sms, account, sent, 'submitted');
      await operator.receipt(sent, 'delivered');
      await reaches(sms, account, sent, 'delivered');
      const second = await sendOne(sms, account, { to: phone, ...request });
      await reaches(sms, account, second, 'submitted');
      const later = await sendOne(sms, account, { to: phone, ...request, scheduledAt: Date.now() + 3_600_000 });
      const kept = await sendOne(sms, account, { to: stays, senderId: 'FORGET' });
      await operator.hear(phone, 'FORGET', secret);
      const nameless = { upstreamId: 'unheard-of-4712', state: 'delivered', at: Date.now(), raw: '' } as const;
      await operator.report({ kind: 'receipt', ...nameless, shortReference: { number: 1, recipient: phone } });
      const told = await toldTo(given(), account);
      await eventually('the webhook is told', async () => {
        const rows = await storedRows(database, 'sms_deliveries');
        return rows.filter((row) => row.account_id === account).length >= told.length;
      });
      const balance = await sms.accounts.balance(account);

      await sms.contacts.erase(account, id);

      assert.equal(await refusal(sms.contacts.get(account, id)), 'not_found');
      const everything = await everythingStored(database);
      for (const trace of [phone, phone.slice(1), secret, 'Zuhura', 'ref-4711']) {
        assert.equal(everything.includes(trace), false, trace);
      }
      const messages = await Promise.all([sent, second, later].map((message) => sms.messages.get(account, message)));
      assert.deepEqual(
        messages.map(({ state, cost, text }) => [state, cost, text]),
        [
          ['delivered', 1_000, ''],
          ['submitted', 1_000, ''],
          ['cancelled', 1_000, ''],
        ],
      );
      const [pseudonym, ...others] = new Set(messages.map(({ recipient }) => recipient));
      assert.deepEqual(others, []);
      assert.match(pseudonym!, /^erased:[0-9a-f-]{36}$/);
      assert.deepEqual(await sms.accounts.balance(account), {
        ...balance,
        available: balance.available + 1_000,
        held: balance.held - 1_000,
      });
      const events = await toldTo(given(), account);
      assert.deepEqual(
        events.slice(0, told.length).map(({ id: eventId, type }) => [eventId, type]),
        told.map(({ id: eventId, type }) => [eventId, type]),
      );
      assert.equal((await sms.messages.get(account, kept)).recipient, stays);
      // What the operator tells of it later still counts, and leads to nobody.
      await operator.receipt(second, 'delivered');
      assert.equal((await reaches(sms, account, second, 'delivered')).recipient, pseudonym);
    });

    it('leave nothing in what is being told at that moment: it is told again without them', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const phone = newNumber();
      const { id } = await sms.contacts.create(account, { phone });
      let release = (): void => {};
      const released = new Promise<void>((resolve) => (release = resolve));
      const heard: string[] = [];
      const name = `erasure-${account}`;
      const stop = sms.on(
        'message.submitted',
        async ({ accountId, data }) => {
          if (accountId !== account) return;
          heard.push(data.recipient);
          if (heard.length === 1) await released;
        },
        { name },
      );
      const sent = await sendOne(sms, account, { to: phone });
      await eventually('it is being told', () => heard.length === 1);
      await sms.contacts.erase(account, id);
      release();
      await eventually('it is told again', () => heard.length === 2);
      assert.deepEqual(heard, [phone, (await sms.messages.get(account, sent)).recipient]);
      stop();
    });

    it('who opted out are still not written to', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const phone = newNumber();
      const { id } = await sms.contacts.create(account, { phone, optedOutAt: 5 });
      await sms.contacts.erase(account, id);
      assert.equal(await refusal(sendOne(sms, account, { to: phone })), 'opted_out');
    });

    it('keep other accounts’ messages to the number', async () => {
      const { sms } = given();
      const [account, neighbour] = [await openAccount(sms), await openAccount(sms)];
      const phone = newNumber();
      const { id } = await sms.contacts.create(account, { phone });
      const theirs = await sendOne(sms, neighbour, { to: phone });
      await sms.contacts.erase(account, id);
      assert.equal((await sms.messages.get(neighbour, theirs)).recipient, phone);
    });
  });
}
