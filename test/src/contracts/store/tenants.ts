import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { SmsError, type Access, type NewTenant, type Sms, type Tenant } from '@ujumbe/core';
import type { OpenTestDatabase } from '../../support/databases.js';
import { newNumber, openAccount, openPlatform, platformFor, refusal, sendOne, toldTo } from '../platform.js';

const credit = 1_000;
const page = { limit: 100, offset: 0 };
const address = '192.0.2.7';

let names = 0;
const newName = (): string => `Duka ${++names}`;

export function tenantsSuite(open: OpenTestDatabase): void {
  const given = platformFor(open);

  /** A partner with a thousand credits and its token. */
  async function openPartner(changes: object = {}): Promise<{ partner: string; token: string }> {
    const wanted = {
      name: 'Reseller',
      country: 'TZ',
      currency: 'TZS',
      credits: 1_000 * credit,
      kind: 'partner',
    } as const;
    const { account, apiToken } = await given().sms.accounts.open({ ...wanted, ...changes });
    return { partner: account.id, token: apiToken };
  }

  const create = async (partner: string, wanted: Partial<NewTenant> = {}): Promise<Tenant> =>
    (await given().sms.tenants.create(partner, { name: newName(), ...wanted })).tenant;

  /** A tenant that can send. */
  async function openTenant(partner: string, wanted: Partial<NewTenant> = {}): Promise<Tenant> {
    const tenant = await create(partner, { credits: 10 * credit, ...wanted });
    await given().sms.accounts.approveSender(tenant.id, 'DUKA');
    return tenant;
  }

  const available = async (account: string): Promise<number> => (await given().sms.accounts.balance(account)).available;

  const acting = async (token: string, tenant: string, { sms }: { sms: Sms } = given()): Promise<Access> => {
    const how = { cached: true };
    return sms.tenants.actingFor(await sms.tokens.authenticate(token, how), tenant, how);
  };

  const command = (): { items: { to: string; text: string }[] } => ({ items: [{ to: newNumber(), text: 'Habari' }] });

  describe('are opened', () => {
    it('with all they are given, out of what their partner has', async () => {
      const { sms } = given();
      const { partner } = await openPartner({ plan: 'premium', refundPolicy: 'on_delivered' });
      const { tenant, user, replayed } = await sms.tenants.create(partner, {
        name: ' Duka la Asha ',
        credits: 250 * credit,
        sender: { name: 'ASHA', purpose: 'receipts' },
        user: { email: 'Asha@Example.com', password: 'a long password', firstName: 'Asha' },
        contact: { name: 'Asha', email: 'ASHA@example.com', phone: '0712 345 678' },
        brand: { name: 'Asha SMS', logoUrl: 'https://example.com/a.png', colours: { primary: '#0A7D33' } },
        limits: { segmentsPerSecond: 10 },
        prices: [{ prefix: '+255', credits: 1_500 }],
      });
      assert.equal(replayed, false);
      assert.deepEqual([tenant.name, tenant.partnerId, tenant.state], ['Duka la Asha', partner, 'active']);
      assert.deepEqual([tenant.country, tenant.currency], ['TZ', 'TZS']);
      assert.deepEqual(tenant.contact, { name: 'Asha', email: 'asha@example.com', phone: '+255712345678' });
      assert.deepEqual(tenant.brand, {
        name: 'Asha SMS',
        logoUrl: 'https://example.com/a.png',
        colours: { primary: '#0a7d33' },
      });
      assert.deepEqual(tenant.limits, { plan: 'premium', segmentsPerSecond: 10, maxSessions: null });
      assert.deepEqual(tenant.balance, { available: 250 * credit, held: 0, captured: 0, funded: -250 * credit });
      assert.equal((await sms.accounts.get(tenant.id)).refundPolicy, 'on_delivered');
      assert.equal(await available(partner), 750 * credit);
      assert.deepEqual(
        (await sms.accounts.senders(tenant.id)).map(({ name, state, purpose }) => [name, state, purpose]),
        [['ASHA', 'submitted', 'receipts']],
      );
      const life = { accessMs: 60_000, refreshMs: 60_000 };
      const shown = { login: 'asha@example.com', password: 'a long password', address };
      assert.equal((await sms.users.logIn(shown, life)).user.id, user?.id);
      assert.deepEqual(
        (await sms.tenants.prices(partner, tenant.id)).map(({ prefix, credits }) => [prefix, credits]),
        [['255', 1_500]],
      );
      assert.deepEqual(await sms.tenants.get(partner, tenant.id), tenant);
      assert.deepEqual(await sms.tenants.get(partner, tenant.teamCode.toLowerCase()), tenant);
      const told = await toldTo(given(), partner);
      assert.deepEqual(
        told.filter(({ type }) => type === 'tenant.created').map(({ data }) => data),
        [{ tenantId: tenant.id, name: 'Duka la Asha', credits: 250 * credit }],
      );
      assert.deepEqual(
        (await toldTo(given(), tenant.id)).map(({ type, data }) => [type, data]),
        [['credits.added', { amount: 250 * credit }]],
      );
    });

    it('once for a key, with one answer', async () => {
      const { sms } = given();
      const { partner } = await openPartner();
      const wanted = { name: newName(), credits: 10 * credit };
      const idempotency = { key: 'new-1', fingerprint: 'a' };
      const all = await Promise.all([1, 2, 3, 4].map(() => sms.tenants.create(partner, wanted, { idempotency })));
      assert.equal(new Set(all.map(({ tenant }) => tenant.id)).size, 1);
      assert.equal(all.filter(({ replayed }) => !replayed).length, 1);
      assert.equal(await available(partner), 990 * credit);
      const other = { idempotency: { key: 'new-1', fingerprint: 'b' } };
      assert.equal(await refusal(sms.tenants.create(partner, wanted, other)), 'idempotency_mismatch');
    });

    it('under a name that no other tenant of the partner has, whatever its case', async () => {
      const { sms } = given();
      const { partner } = await openPartner();
      const first = await create(partner, { name: 'Mama Ntilie' });
      const again = await sms.tenants.create(partner, { name: 'MAMA  NTILIE' }).catch((error: unknown) => error);
      assert.ok(again instanceof SmsError);
      assert.deepEqual([again.code, again.details], ['conflict', { field: 'name', tenant_uuid: first.id }]);
      const { partner: other } = await openPartner();
      await create(other, { name: 'Mama Ntilie' });
      const second = await create(partner);
      assert.equal(await refusal(sms.tenants.update(partner, second.id, { name: 'mama ntilie' })), 'conflict');
      const opened = { kind: 'tenant', parentId: partner, name: 'Mama Ntilie' } as const;
      assert.equal(await refusal(openAccount(sms, opened)), 'conflict');
    });

    it('not at all when anything is wrong', async () => {
      const { sms } = given();
      const { partner } = await openPartner({ credits: 100 * credit });
      const taken = { email: 'taken@example.com', password: 'a long password' };
      await create(partner, { user: taken });
      const before = await sms.tenants.list(partner, {}, page);
      const wrong: [Partial<NewTenant>, string][] = [
        [{ name: ' ' }, 'invalid_request'],
        [{ credits: 101 * credit }, 'insufficient_balance'],
        [{ credits: -1 }, 'invalid_request'],
        [{ credits: 0.5 }, 'invalid_request'],
        [{ user: taken, credits: 5 * credit }, 'conflict'],
        [{ user: { ...taken, email: 'x@example.com', password: 'short' } }, 'invalid_request'],
        [{ sender: { name: 'far too long a name' } }, 'sender_unknown'],
        [{ contact: { email: 'nobody' } }, 'invalid_request'],
        [{ contact: { phone: '12' } }, 'number_invalid'],
        [{ contact: { name: 'a\0' } }, 'invalid_request'],
        [{ brand: { logoUrl: 'javascript:alert(1)' } }, 'invalid_request'],
        [{ brand: { logoUrl: 'http://example.com/a.png' } }, 'invalid_request'],
        [{ brand: { colours: { primary: 'red' } } }, 'invalid_request'],
        [{ brand: { colours: { 'a b': '#fff' } } }, 'invalid_request'],
        [{ limits: { plan: 'premium' } }, 'invalid_request'],
        [{ limits: { segmentsPerSecond: 51 } }, 'invalid_request'],
        [{ limits: { maxSessions: 0 } }, 'invalid_request'],
        [{ prices: [{ prefix: '255', credits: 999 }] }, 'conflict'],
        [{ prices: [{ prefix: 'x', credits: 2_000 }] }, 'invalid_request'],
        [{ country: 'TZA' }, 'invalid_request'],
      ];
      for (const [changes, code] of wrong) {
        const refused = sms.tenants.create(partner, { name: newName(), ...changes });
        assert.equal(await refusal(refused), code, JSON.stringify(changes));
      }
      assert.deepEqual(await sms.tenants.list(partner, {}, page), before);
      assert.equal(await available(partner), 100 * credit);
    });

    it('by partners alone', async () => {
      const { sms } = given();
      const { partner } = await openPartner();
      const tenant = await create(partner);
      for (const account of [await openAccount(sms), tenant.id]) {
        assert.equal(await refusal(sms.tenants.create(account, { name: newName() })), 'scope_missing');
        assert.deepEqual(await sms.tenants.list(account, {}, page), { tenants: [], total: 0 });
      }
      assert.equal(await refusal(sms.tenants.create(randomUUID(), { name: newName() })), 'not_found');
      assert.equal(await refusal(openAccount(sms, { kind: 'tenant' })), 'invalid_request');
      assert.equal(await refusal(openAccount(sms, { parentId: partner })), 'invalid_request');
      assert.equal(
        await refusal(openAccount(sms, { kind: 'tenant', parentId: await openAccount(sms) })),
        'invalid_request',
      );
    });
  });

  it('are listed newest first, by state and by a part of name or contact', async () => {
    const { sms } = given();
    const { partner } = await openPartner();
    const { partner: other } = await openPartner();
    await create(other, { name: 'Café Zanzibar' });
    const cafe = await create(partner, { name: 'Café Kariakoo', contact: { email: 'owner@kariakoo.example' } });
    const bar = await create(partner, { name: 'Bar 100%' });
    await sms.tenants.suspend(partner, bar.id);
    const found = async (filter: Parameters<Sms['tenants']['list']>[1], range = page): Promise<string[]> =>
      (await sms.tenants.list(partner, filter, range)).tenants.map(({ name }) => name);
    assert.deepEqual(await found({}), [bar.name, cafe.name]);
    assert.deepEqual(await found({}, { limit: 1, offset: 1 }), [cafe.name]);
    assert.equal((await sms.tenants.list(partner, {}, { limit: 1, offset: 1 })).total, 2);
    assert.deepEqual(await found({ search: 'CAFE' }), [cafe.name]);
    assert.deepEqual(await found({ search: 'owner@kari' }), [cafe.name]);
    assert.deepEqual(await found({ search: '0%' }), [bar.name]);
    assert.deepEqual(await found({ search: '_' }), []);
    assert.deepEqual(await found({ state: 'suspended' }), [bar.name]);
    assert.deepEqual(await found({ state: 'active' }), [cafe.name]);
  });

  it('are changed where something is said, and stay as they are elsewhere', async () => {
    const { sms, clock } = given();
    const { partner } = await openPartner();
    const tenant = await create(partner, {
      contact: { name: 'Asha', email: 'a@example.com' },
      brand: { name: 'A', colours: { primary: '#fff' } },
      limits: { maxSessions: 2 },
    });
    clock.move(2_000);
    const changed = await sms.tenants.update(partner, tenant.id, {
      name: 'Another name',
      contact: { email: null },
      brand: { logoUrl: 'https://example.com/b.svg' },
      limits: { segmentsPerSecond: 5 },
    });
    assert.ok(changed.updatedAt >= tenant.updatedAt + 2_000);
    assert.deepEqual(changed, {
      ...tenant,
      name: 'Another name',
      contact: { name: 'Asha', email: null, phone: null },
      brand: { name: 'A', logoUrl: 'https://example.com/b.svg', colours: { primary: '#fff' } },
      limits: { plan: null, segmentsPerSecond: 5, maxSessions: 2 },
      updatedAt: changed.updatedAt,
    });
    assert.equal((await sms.accounts.get(tenant.id)).name, 'Another name');
    assert.equal((await sms.tenants.list(partner, { search: 'another' }, page)).total, 1);
    assert.deepEqual(await sms.tenants.update(partner, tenant.id, { limits: {} }), {
      ...changed,
      updatedAt: (await sms.tenants.get(partner, tenant.id)).updatedAt,
    });
    const settings = await sms.esme.settings(tenant.id);
    assert.deepEqual([settings.segmentsPerSecond, settings.maxSessions], [5, 2]);
  });

  it('may do at most what their partner may', async () => {
    const { sms } = given();
    const { partner } = await openPartner({ plan: 'business' });
    await sms.esme.configure(partner, { segmentsPerSecond: 200, maxSessions: 3 });
    const tenant = await create(partner, { limits: { segmentsPerSecond: 200, maxSessions: 3, plan: null } });
    const limits = async (wanted: NewTenant['limits']): Promise<Tenant['limits']> =>
      (await sms.tenants.update(partner, tenant.id, { limits: wanted })).limits;
    assert.equal((await limits({ plan: 'business' })).plan, 'business');
    for (const wrong of [{ plan: 'premium' }, { segmentsPerSecond: 201 }, { maxSessions: 4 }, { maxSessions: 1.5 }]) {
      assert.equal(await refusal(limits(wrong)), 'invalid_request', JSON.stringify(wrong));
    }
    assert.deepEqual(await limits({}), { plan: 'business', segmentsPerSecond: 200, maxSessions: 3 });
  });

  it('pay their own price, else their partner’s, and never less than it pays', async () => {
    const { sms } = given();
    const { partner } = await openPartner();
    const tenant = await openTenant(partner);
    const paid = async (): Promise<number> => (await sms.messages.get(tenant.id, await sendOne(sms, tenant.id))).cost;
    assert.equal(await paid(), 1_000);
    await sms.accounts.setPrice({ accountId: partner, prefix: '255', credits: 800 });
    assert.equal(await paid(), 800);
    await sms.tenants.update(partner, tenant.id, { prices: [{ prefix: '255', credits: 900 }] });
    assert.equal(await paid(), 900);
    const below = sms.tenants.update(partner, tenant.id, { prices: [{ prefix: '25571', credits: 799 }] });
    assert.equal(await refusal(below), 'conflict');
    assert.equal(await paid(), 900);
  });

  it('are nobody else’s: neither another partner’s, nor a sibling’s, nor found by what is no id', async () => {
    const { sms } = given();
    const { partner } = await openPartner();
    const { partner: other, token } = await openPartner();
    const [tenant, sibling] = [await create(partner), await create(partner)];
    for (const by of [other, sibling.id, tenant.id, await openAccount(sms)]) {
      for (const named of [tenant.id, tenant.teamCode, partner, 'nonsense', '', "'; --", randomUUID()]) {
        const refusals = [
          sms.tenants.get(by, named),
          sms.tenants.prices(by, named),
          sms.tenants.update(by, named, { name: 'mine now' }),
          sms.tenants.suspend(by, named),
          sms.tenants.resume(by, named),
        ].map((refused) => refusal(refused));
        assert.deepEqual(await Promise.all(refusals), Array(refusals.length).fill('not_found'), `${by} ${named}`);
      }
    }
    const access = await sms.tokens.authenticate(token);
    for (const named of [tenant.id, tenant.teamCode, partner, other, 'nonsense', randomUUID()]) {
      assert.equal(await refusal(sms.tenants.credit(other, named, { credits: credit })), 'not_found');
      assert.equal(await refusal(sms.tenants.actingFor(access, named)), 'not_found', named);
    }
    assert.equal((await sms.tenants.get(partner, tenant.id)).name, tenant.name);
  });

  describe('are given credits', () => {
    it('once for a reference and once for a key, however often and from wherever it is told', async () => {
      const { sms, database } = given();
      const { partner } = await openPartner();
      const [tenant, sibling] = [await create(partner), await create(partner)];
      const beside = await openPlatform(database);
      const give = (by: Sms, reference: string) =>
        by.tenants.credit(partner, tenant.id, { credits: 100 * credit, reference });
      const all = await Promise.all([1, 2, 3].flatMap(() => [give(sms, 'inv-7'), give(beside.sms, 'inv-7')]));
      assert.equal(all.filter(({ replayed }) => !replayed).length, 1);
      assert.equal(new Set(all.map((one) => JSON.stringify(one.credit))).size, 1);
      const idempotency = { key: 'k', fingerprint: 'a' };
      for (const replayed of [false, true, true]) {
        const given = await sms.tenants.credit(partner, tenant.id, { credits: 7 * credit }, { idempotency });
        assert.equal(given.replayed, replayed);
      }
      assert.deepEqual([await available(tenant.id), await available(partner)], [107 * credit, 893 * credit]);
      const reference = 'inv-7';
      assert.equal(await refusal(sms.tenants.credit(partner, tenant.id, { credits: credit, reference })), 'conflict');
      const toSibling = sms.tenants.credit(partner, sibling.id, { credits: 100 * credit, reference });
      assert.equal(await refusal(toSibling), 'conflict');
      // Another partner's reference is another.
      const { partner: other } = await openPartner();
      await sms.tenants.credit(other, (await create(other)).id, { credits: credit, reference });
      // A repeat is answered when the partner has spent all else it had.
      await sms.tenants.credit(partner, sibling.id, { credits: 893 * credit });
      assert.equal((await give(sms, 'inv-7')).replayed, true);
      assert.equal(await refusal(give(sms, 'inv-8')), 'insufficient_balance');
      const [first] = all;
      assert.equal(await refusal(sms.accounts.topUp(partner, 100 * credit, first?.credit.id)), 'conflict');
      await beside.sms.stop();
    });

    it('and see where they come from in their statements, each on its own side', async () => {
      const { sms } = given();
      const { partner } = await openPartner();
      const tenant = await create(partner, { credits: 30 * credit });
      const { credit: gift } = await sms.tenants.credit(partner, tenant.id, { credits: 12 * credit });
      const theirs = await sms.statements.page(tenant.id, { limit: 10 });
      assert.deepEqual(
        theirs.movements.map(({ kind, availableChange, tenantId }) => [kind, availableChange, tenantId]),
        [
          ['transfer_in', 30 * credit, null],
          ['transfer_in', 12 * credit, null],
        ],
      );
      const ours = await sms.statements.page(partner, { limit: 10 });
      assert.deepEqual(
        ours.movements.map(({ kind, availableChange, tenantId }) => [kind, availableChange, tenantId]),
        [
          ['top_up', 1_000 * credit, null],
          ['transfer_out', -30 * credit, tenant.id],
          ['transfer_out', -12 * credit, tenant.id],
        ],
      );
      assert.deepEqual([ours.closing.available, theirs.closing.available], [958 * credit, 42 * credit]);
      assert.ok(ours.movements.some(({ subjectId }) => subjectId === gift.id));
      assert.deepEqual(
        (await toldTo(given(), tenant.id)).map(({ type, data }) => [type, data]),
        [30, 12].map((amount) => ['credits.added', { amount: amount * credit }]),
      );
    });

    it('and nobody is ever overdrawn, with openings, gifts, top-ups and sends at once', async () => {
      const { sms, database } = given();
      const { partner } = await openPartner({ credits: 60 * credit, sender: 'DUKA' });
      const beside = await openPlatform(database);
      const tenants = [await openTenant(partner), await openTenant(partner)];
      const attempts: Promise<unknown>[] = [];
      for (let round = 0; round < 12; round++) {
        const by = round % 2 === 0 ? sms : beside.sms;
        const [tenant] = tenants.slice(round % 2);
        attempts.push(
          by.tenants.create(partner, { name: newName(), credits: 5 * credit }),
          by.tenants.credit(partner, tenant?.id ?? '', { credits: 4 * credit }),
          by.send(partner, { to: newNumber(), message: 'x' }),
          by.send(tenant?.id ?? '', { to: newNumber(), message: 'x'.repeat(400) }),
          by.accounts.topUp(partner, credit),
        );
      }
      const outcomes = await Promise.allSettled(attempts);
      const codes = outcomes.flatMap((one) => (one.status === 'rejected' ? [(one.reason as SmsError).code] : []));
      assert.deepEqual([...new Set(codes)], ['insufficient_balance']);
      const { tenants: all } = await sms.tenants.list(partner, {}, page);
      const balances = [await sms.accounts.balance(partner), ...all.map(({ balance }) => balance)];
      assert.ok(balances.every(({ available: left, held }) => left >= 0 && held >= 0));
      // What came in from outside is all there is, wherever it is now.
      const funded = balances.reduce((sum, balance) => sum + balance.funded, 0);
      assert.equal(funded, -(60 + 12) * credit);
      await beside.sms.stop();
    });

    it('not for amounts and references that cannot be', async () => {
      const { sms } = given();
      const { partner } = await openPartner();
      const tenant = await create(partner);
      for (const credits of [0, -1, 0.5, NaN, 1e15]) {
        assert.equal(await refusal(sms.tenants.credit(partner, tenant.id, { credits })), 'invalid_request');
      }
      for (const reference of ['', ' ', 'a\0', 'x'.repeat(101)]) {
        const refused = sms.tenants.credit(partner, tenant.id, { credits: credit, reference });
        assert.equal(await refusal(refused), 'invalid_request', JSON.stringify(reference));
      }
      assert.equal(await available(partner), 1_000 * credit);
    });
  });

  describe('are suspended', () => {
    it('at once, for their own credentials and their partner’s, and resumed', async () => {
      const { sms, database } = given();
      const { partner, token } = await openPartner();
      const tenant = await openTenant(partner);
      const beside = await openPlatform(database);
      const own = await sms.tokens.create(tenant.id, { name: 'x', scopes: ['messages'] });
      const theirs = await beside.sms.tokens.authenticate(own.raw, { cached: true });
      const ours = await acting(token, tenant.id, beside);
      await beside.sms.messages.send(theirs, command());
      await beside.sms.messages.send(ours, command());
      const suspended = await sms.tenants.suspend(partner, tenant.id);
      assert.equal(suspended.state, 'suspended');
      for (const access of [theirs, ours]) {
        assert.equal(await refusal(beside.sms.messages.send(access, command())), 'account_suspended');
      }
      assert.equal(await refusal(sms.tokens.authenticate(own.raw)), 'account_suspended');
      assert.equal(await refusal(acting(token, tenant.id)), 'account_suspended');
      // The partner itself goes on, and can still give it credits.
      await sms.tokens.authenticate(token);
      await sms.tenants.credit(partner, tenant.id, { credits: credit });
      assert.equal((await sms.tenants.resume(partner, tenant.id)).state, 'active');
      for (const access of [theirs, ours]) await beside.sms.messages.send(access, command());
      await beside.sms.stop();
    });

    it('with their partner, and resumed with it unless they were suspended themselves', async () => {
      const { sms, database } = given();
      const { partner, token } = await openPartner();
      const [running, stopped] = [await openTenant(partner), await openTenant(partner)];
      const neighbour = await openAccount(sms);
      const beside = await openPlatform(database);
      const login = await sms.tokens.create(running.id, { name: 'x', scopes: ['messages'] });
      const theirs = await beside.sms.tokens.authenticate(login.raw, { cached: true });
      const session = await sms.esme.authenticate(running.teamCode, login.raw);
      await sms.tenants.suspend(partner, stopped.id);
      await sms.accounts.suspend(partner);
      const states = async (): Promise<string[]> =>
        Promise.all([partner, running.id, stopped.id].map(async (id) => (await sms.accounts.get(id)).state));
      assert.deepEqual(await states(), ['suspended', 'suspended', 'suspended']);
      assert.equal(await refusal(beside.sms.messages.send(theirs, command())), 'account_suspended');
      assert.deepEqual(await sms.esme.outdated([session]), [session]);
      assert.equal(await refusal(sms.esme.refresh(session)), 'account_suspended');
      assert.equal(await refusal(acting(token, running.id)), 'account_suspended');
      const late = await sms.accounts.open({
        ...{ name: newName(), country: 'TZ', currency: 'TZS' },
        ...{ kind: 'tenant', parentId: partner },
      });
      assert.equal(late.account.state, 'suspended');
      // Whoever resumes a tenant meanwhile has to wait for its partner.
      await sms.accounts.resume(stopped.id);
      assert.deepEqual(await states(), ['suspended', 'suspended', 'suspended']);
      await sms.accounts.suspend(stopped.id);
      await sms.accounts.resume(partner);
      assert.deepEqual(await states(), ['active', 'active', 'suspended']);
      assert.equal((await sms.accounts.get(late.account.id)).state, 'active');
      await beside.sms.messages.send(theirs, command());
      await sendOne(sms, neighbour);
      await beside.sms.stop();
    });

    it('whoever opens one and suspends its partner at the same time', async () => {
      const { sms, database } = given();
      const beside = await openPlatform(database);
      const { partner } = await openPartner();
      for (let round = 0; round < 5; round++) {
        const [opened] = await Promise.all([
          Promise.allSettled([1, 2, 3].map(() => beside.sms.tenants.create(partner, { name: newName() }))),
          sms.accounts.suspend(partner),
        ]);
        assert.equal(opened.length, 3);
        assert.equal((await sms.tenants.list(partner, { state: 'active' }, page)).total, 0, `round ${round}`);
        await sms.accounts.resume(partner);
        assert.equal((await sms.tenants.list(partner, { state: 'suspended' }, page)).total, 0, `round ${round}`);
      }
      await beside.sms.stop();
    });
  });

  describe('are acted for', () => {
    it('with the scopes of the partner’s credential, in their own name and at their own cost', async () => {
      const { sms } = given();
      const { partner } = await openPartner();
      const tenant = await openTenant(partner);
      const { raw } = await sms.tokens.create(partner, { name: 'x', scopes: ['messages'] });
      const access = await acting(raw, tenant.id);
      assert.deepEqual(
        [access.accountId, access.partnerId, access.scopes, access.plan],
        [tenant.id, partner, ['messages'], null],
      );
      const { accepted } = await sms.messages.send(access, command());
      assert.equal((await sms.messages.get(tenant.id, accepted[0]?.id ?? '')).sender, 'DUKA');
      assert.equal(await refusal(sms.messages.get(partner, accepted[0]?.id ?? '')), 'not_found');
      assert.deepEqual(await sms.credentials.refresh(access), access);
      assert.equal((await acting(raw, tenant.teamCode)).accountId, tenant.id);
      assert.equal(await refusal(sms.tenants.actingFor(access, tenant.id)), 'not_found');
      assert.equal(await available(partner), 990 * credit);
    });

    it('until the partner’s credential is over: a send under way is undone', async () => {
      const { sms, database } = given();
      const { partner } = await openPartner();
      const tenant = await openTenant(partner);
      const beside = await openPlatform(database);
      const { raw, token } = await sms.tokens.create(partner, { name: 'x', scopes: ['messages'] });
      const byToken = await acting(raw, tenant.id, beside);
      await beside.sms.messages.send(byToken, command());
      await sms.tokens.revoke(partner, token.id);
      assert.equal(await refusal(beside.sms.messages.send(byToken, command())), 'token_revoked');
      const client = await sms.clients.create(partner, { name: 'x' });
      const jwt = await sms.clients.issueToken({ clientId: client.client.id, clientSecret: client.secret }, 60_000);
      const byClient = await beside.sms.tenants.actingFor(
        await beside.sms.credentials.authenticate({ kind: 'client', jwt }, { cached: true }),
        tenant.id,
        { cached: true },
      );
      await beside.sms.messages.send(byClient, command());
      await sms.clients.rotateSecret(partner, client.client.id);
      assert.equal(await refusal(beside.sms.messages.send(byClient, command())), 'token_revoked');
      const password = 'a long password';
      const user = await sms.users.create(partner, { email: `p${randomUUID()}@example.com`, password });
      const { access } = await sms.users.openSession(user.id, { accessMs: 60_000, refreshMs: 60_000 });
      const shown = { kind: 'session', jwt: access } as const;
      const bySession = await beside.sms.tenants.actingFor(
        await beside.sms.credentials.authenticate(shown, { cached: true }),
        tenant.id,
        { cached: true },
      );
      await beside.sms.messages.send(bySession, command());
      await sms.users.logOut(bySession.credential.id);
      assert.equal(await refusal(beside.sms.messages.send(bySession, command())), 'token_revoked');
      await beside.sms.stop();
    });
  });

  it('are told what was decided about their sender IDs, once', async () => {
    const { sms } = given();
    const { partner } = await openPartner();
    const { id } = await create(partner, { sender: { name: 'BIASHARA' } });
    const approved = await sms.accounts.approveSender(id, 'BIASHARA');
    await sms.accounts.approveSender(id, 'BIASHARA');
    await sms.accounts.requestSender(id, { name: 'NYINGINE' });
    const refused = await sms.accounts.rejectSender(id, 'NYINGINE', 'too like another');
    assert.deepEqual(
      (await toldTo(given(), id)).map(({ type, data }) => [type, data]),
      [
        ['sender_id.approved', { senderId: approved.id, name: 'BIASHARA', reason: null }],
        ['sender_id.rejected', { senderId: refused.id, name: 'NYINGINE', reason: 'too like another' }],
      ],
    );
  });
}
