import assert from 'node:assert/strict';
import type { Contact, Sms } from '@ujumbe/core';
import type { OpenTestDatabase } from '../../support/databases.js';
import { seedOf, SeededRandom } from '../../faults/seeded-random.js';
import { newNumber, openAccount, platformFor, reaches, refusal, sendOne } from '../platform.js';
import { hostKnex, whenFree } from '../stored-rows.js';
import { attributeNames, holds, randomRule, tags, values, type Person } from './segment-model.js';

const noId = '01a1fd3f-2cc1-7000-905c-f7e70dcc1a66';
const all = { limit: 100, offset: 0 };
const dayMs = 86_400_000;

export function segmentsSuite(open: OpenTestDatabase): void {
  const given = platformFor(open);

  /** The ids of a segment's whole audience, in the order they come. */
  async function audienceOf(account: string, rule: object, at?: number): Promise<string[]> {
    const found: string[] = [];
    let after: string | null = null;
    do {
      const from: { after: string | null; at?: number } = { after, ...(at === undefined ? {} : { at }) };
      const page: Awaited<ReturnType<Sms['segments']['audience']>> = await given().sms.segments.audience(
        account,
        { rule },
        from,
      );
      found.push(...page.contacts.map(({ id }) => id));
      after = page.next;
    } while (after !== null);
    return found;
  }

  it('are created, listed by name, changed and deleted', async () => {
    const { sms } = given();
    const account = await openAccount(sms);
    const rule = { all: [{ active: true }, { not: { tags: ['vip'] } }] };
    const segment = await sms.segments.create(account, { name: 'Wote', description: 'd', rule });
    const { id, createdAt, updatedAt, ...shown } = segment;
    assert.equal(createdAt, updatedAt);
    assert.deepEqual(shown, { accountId: account, name: 'Wote', description: 'd', rule });
    assert.deepEqual(await sms.segments.get(account, id), segment);
    assert.equal(await refusal(sms.segments.create(account, { name: 'WOTE', rule })), 'conflict');
    const second = await sms.segments.create(account, { name: 'Active', rule: { is_active: true } });
    assert.equal(await refusal(sms.segments.update(account, second.id, { name: 'wote' })), 'conflict');
    const changed = await sms.segments.update(account, id, { rule: { active: false }, description: null });
    assert.deepEqual([changed.name, changed.description, changed.rule], ['Wote', null, { active: false }]);
    assert.deepEqual(await sms.segments.get(account, id), changed);
    const { segments, total } = await sms.segments.list(account, { limit: 1, offset: 1 });
    assert.deepEqual([segments, total], [[changed], 2]);
    await sms.segments.delete(account, id);
    assert.equal(await refusal(sms.segments.get(account, id)), 'not_found');
  });

  it('show how many they are and the newest twenty', async () => {
    const { sms } = given();
    const account = await openAccount(sms);
    const made: Contact[] = [];
    for (let n = 0; n < 45; n++) {
      made.push(await sms.contacts.create(account, { phone: newNumber(), tags: n % 2 ? ['odd'] : ['even'] }));
    }
    const odd = made.filter(({ tags: [tag] }) => tag === 'odd').reverse();
    const { id } = await sms.segments.create(account, { name: 'odd', rule: { tags: ['odd'] } });
    for (const of of [{ segmentId: id }, { rule: { tags: { any: ['odd'] } } }]) {
      assert.deepEqual(await sms.segments.preview(account, of), { count: 22, contacts: odd.slice(0, 20) });
    }
    const listed = await sms.contacts.list(account, { segmentId: id, search: '255' }, { limit: 3, offset: 20 });
    assert.deepEqual([listed.contacts, listed.total], [odd.slice(20), 22]);
    assert.deepEqual(await audienceOf(account, { tags: ['odd'] }), odd.map((contact) => contact.id).reverse());
    assert.equal(await refusal(sms.contacts.list(account, { segmentId: noId }, all)), 'not_found');
  });

  it('take the flat form of Mifumo’s criteria', async () => {
    const { sms, clock } = given();
    const account = await openAccount(sms);
    const [a, b, c] = [
      await sms.contacts.create(account, { phone: newNumber(), tags: ['vip'] }),
      await sms.contacts.create(account, { phone: newNumber(), tags: ['customer'], active: false }),
      await sms.contacts.create(account, { phone: newNumber() }),
    ];
    const yesterday = new Date(clock.now() - dayMs).toISOString();
    for (const [rule, found] of [
      [{ tags: ['vip', 'customer'] }, [a, b]],
      [{ is_active: true }, [a, c]],
      [{ tags: ['vip', 'customer'], is_active: true, created_after: yesterday }, [a]],
      [{ created_after: '2099-01-01' }, []],
    ] as const) {
      assert.deepEqual(
        await audienceOf(account, rule),
        found.map(({ id }) => id),
      );
    }
  });

  it('are refused a rule that is none, with the place of what is wrong', async () => {
    const { sms } = given();
    const account = await openAccount(sms);
    const deep = (levels: number): object => (levels === 0 ? { active: true } : { not: deep(levels - 1) });
    const list = (length: number, value: unknown): unknown[] => Array.from({ length }, () => value);
    for (const [rule, sentence] of [
      [{}, /^rule must have exactly one of all, any, not, tags/],
      [[], /^rule must be an object$/],
      [{ colour: 'red' }, /^rule must have exactly one of/],
      [{ constructor: 1 }, /^rule must have exactly one of/],
      [{ active: true, tags: ['a'] }, /^rule must have exactly one of/],
      [{ is_active: true, group: noId }, /^rule must have exactly one of/],
      [{ is_active: 'yes' }, /^rule\.is_active must be true or false$/],
      [{ all: [] }, /^rule\.all must be a list of at least one rule$/],
      [{ all: { active: true } }, /^rule\.all must be a list/],
      [{ all: [{ active: true }, { tags: [7] }] }, /^rule\.all\[1\]\.tags\[0\] must be text$/],
      [{ all: [{ active: true }, null] }, /^rule\.all\[1\] must be an object$/],
      [{ tags: { some: ['a'] } }, /^rule\.tags must have any, all, none and nothing else$/],
      [{ tags: { any: [] } }, /^rule\.tags\.any must be a list of 1 to 100$/],
      [{ tags: list(101, 'a') }, /^rule\.tags must be a list of 1 to 100$/],
      [{ tags: ['a","b'] }, /^a tag must be/],
      [{ active: 1 }, /^rule\.active must be true or false$/],
      [{ created: {} }, /^rule\.created must have after, before, within_days$/],
      [{ created: { after: 'yesterday' } }, /^rule\.created\.after must be a day, or a time with its zone/],
      [{ created: { after: '2026-13-01' } }, /^rule\.created\.after must be a day/],
      [{ created: { within_days: 0 } }, /^rule\.created\.within_days must be a whole number from 1 to 36500$/],
      [{ group: 'nonsense' }, /^rule\.group must be the uuid of a group$/],
      [{ network: ['Nokia'] }, /^rule\.network\[0\] must be one of Vodacom, /],
      [{ attribute: { equals: 1 } }, /^rule\.attribute\.name must be the name of an attribute$/],
      [{ attribute: { name: 'a' } }, /^rule\.attribute must have a name and one of/],
      [{ attribute: { name: 'a', equals: 1, exists: true } }, /^rule\.attribute must have a name and one of/],
      [{ attribute: { name: 'a', equals: null } }, /^rule\.attribute\.equals must be text, a number, true or false$/],
      [{ attribute: { name: 'a', gt: true } }, /^rule\.attribute\.gt must be a number or text$/],
      [{ attribute: { name: '"', equals: 1 } }, /^the name of an attribute must be/],
      [{ attribute: { name: 'a', equals: 'x'.repeat(501) } }, /^rule\.attribute\.equals must have at most 500/],
      [{ any: list(101, { active: true }) }, /^rule must have at most 100 rules$/],
      [deep(9), /is too deep; rules are nested at most 8 deep$/],
      [{ any: list(50, { attribute: { name: 'a', equals: 'x'.repeat(400) } }) }, /^rule must have at most 16384 bytes/],
    ] as const) {
      const refused = await sms.segments.create(account, { name: 'n', rule: rule }).then(
        () => assert.fail(JSON.stringify(rule)),
        (error: unknown) => error as Error,
      );
      assert.match(refused.message, sentence);
      assert.equal(await refusal(sms.segments.preview(account, { rule: rule })), 'invalid_request');
    }
    assert.equal((await sms.segments.list(account, all)).total, 0);
  });

  it('are another account’s only to it, and may name its groups alone', async () => {
    const { sms } = given();
    const [account, stranger] = [await openAccount(sms), await openAccount(sms)];
    const { id } = await sms.segments.create(account, { name: 'n', rule: { active: true } });
    const group = await sms.groups.create(account, { name: 'g' });
    await sms.groups.add(account, group.id, newNumber());
    for (const [who, what] of [
      [stranger, id],
      [account, noId],
      [account, 'nonsense'],
      ['nonsense', id],
    ] as const) {
      const codes = await Promise.all(
        [
          sms.segments.get(who, what),
          sms.segments.update(who, what, { name: 'mine' }),
          sms.segments.delete(who, what),
          sms.segments.preview(who, { segmentId: what }),
          sms.segments.audience(who, { segmentId: what }),
        ].map(refusal),
      );
      assert.deepEqual([...new Set(codes)], ['not_found']);
    }
    const rule = { not: { group: group.id } };
    assert.equal(await refusal(sms.segments.create(stranger, { name: 'n', rule })), 'not_found');
    assert.equal(await refusal(sms.segments.preview(stranger, { rule })), 'not_found');
    const theirs = await sms.segments.create(stranger, { name: 'n', rule: { active: true } });
    assert.equal(await refusal(sms.segments.update(stranger, theirs.id, { rule })), 'not_found');
    assert.deepEqual(await sms.segments.preview(stranger, { segmentId: theirs.id }), { count: 0, contacts: [] });
  });

  it('are nobody’s and not everybody’s when a group they leave out is deleted', async () => {
    const { sms } = given();
    const account = await openAccount(sms);
    await sms.contacts.create(account, { phone: newNumber() });
    const group = await sms.groups.create(account, { name: 'g' });
    const { id } = await sms.segments.create(account, { name: 'n', rule: { all: [{ not: { group: group.id } }] } });
    assert.equal((await sms.segments.preview(account, { segmentId: id })).count, 1);
    await sms.groups.delete(account, group.id);
    const codes = await Promise.all(
      [
        sms.segments.preview(account, { segmentId: id }),
        sms.segments.audience(account, { segmentId: id }),
        sms.contacts.list(account, { segmentId: id }, all),
      ].map(refusal),
    );
    assert.deepEqual([...new Set(codes)], ['not_found']);
    await sms.segments.update(account, id, { rule: { active: true } });
    assert.equal((await sms.segments.preview(account, { segmentId: id })).count, 1);
  });

  it('are whom their rule means, whatever the rule', async () => {
    const { sms, operator, clock, database } = given();
    const random = new SeededRandom(seedOf('segments', 'SEGMENT_SEED'));
    const account = await openAccount(sms, { sender: 'SEGMENT' });
    const stranger = await openAccount(sms, { sender: 'SEGMENT2' });
    const groups = [
      (await sms.groups.create(account, { name: 'one' })).id,
      (await sms.groups.create(account, { name: 'two' })).id,
    ];
    const people: Person[] = [];
    const knex = hostKnex(database.name, database.options);
    const nowMs = clock.now();
    const someTime = (): number => nowMs - random.between(0, 40) * dayMs - random.between(0, 2);
    for (let n = 0; n < 120; n++) {
      const phone = `+255${random.pick(['74', '78', '62', '73'])}${String(n).padStart(7, '0')}`;
      const { id } = await sms.contacts.create(account, {
        phone,
        active: random.happens(0.7),
        tags: tags.filter(() => random.happens(0.3)),
        attributes: Object.fromEntries(
          attributeNames.filter(() => random.happens(0.6)).map((name) => [name, random.pick(values)]),
        ),
      });
      const person: Person = { contact: undefined!, groups: new Set(), delivered: null, replied: null };
      const created_at = someTime();
      await whenFree(() => knex('sms_contacts').where({ id }).update({ created_at }));
      person.contact = await sms.contacts.get(account, id);
      for (const group of groups) {
        if (!random.happens(0.4)) continue;
        await sms.groups.add(account, group, phone);
        person.groups.add(group);
      }
      // What others write to the number, and what was never delivered, says nothing.
      for (const [by, ends] of [
        [account, 'delivered'],
        [account, 'undelivered'],
        [stranger, 'delivered'],
      ] as const) {
        while (random.happens(0.3)) {
          const message = await sendOne(sms, by, { to: phone });
          await reaches(sms, by, message, 'submitted');
          await operator.receipt(message, ends);
          await reaches(sms, by, message, ends);
          const time = someTime();
          await whenFree(() => knex('sms_messages').where({ id: message }).update({ final_at: time }));
          if (by === account && ends === 'delivered') person.delivered = Math.max(person.delivered ?? 0, time);
        }
      }
      if (random.happens(0.3)) {
        await operator.hear(phone, 'SEGMENT', 'asante');
        const [row] = await knex('sms_inbound')
          .where({ sender: phone })
          .select<{ received_at: string }[]>('received_at');
        person.replied = Number(row!.received_at);
      }
      people.push(person);
    }
    await knex.destroy();
    let [none, everybody] = [0, 0];
    for (let n = 0; n < 300; n++) {
      const rule = randomRule(random, groups, nowMs);
      const wanted = people.filter((person) => holds(rule as never, person, nowMs)).map(({ contact }) => contact.id);
      assert.deepEqual(await audienceOf(account, rule, nowMs), wanted, JSON.stringify(rule));
      if (wanted.length === 0) none++;
      if (wanted.length === people.length) everybody++;
    }
    assert.ok(none < 100 && everybody < 100, `${none} rules held for nobody, ${everybody} for everybody`);
  });
}
