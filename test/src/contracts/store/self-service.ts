import assert from 'node:assert/strict';
import type { NewTemplate } from '@ujumbe/core';
import type { OpenTestDatabase } from '../../support/databases.js';
import { newNumber, openAccount, platformFor, refusal, sendOne } from '../platform.js';
import { everythingStored } from '../stored-rows.js';

const nobody = '01890a5d-ac96-774b-bcce-b302099a8057';
const page = { limit: 10, offset: 0 };
const password = 'SecurePassword123!';

/** What customers do for themselves on a vendor's web site. */
export function selfServiceSuite(open: OpenTestDatabase): void {
  const given = platformFor(open);
  let people = 0;
  const person = (): { email: string; phone: string } => ({
    email: `asha${++people}@example.com`,
    phone: newNumber(),
  });

  describe('templates', () => {
    const welcome: NewTemplate = {
      name: 'Karibu',
      category: 'TRANSACTIONAL',
      language: 'sw',
      text: 'Karibu {{jina}}, una {{ salio }}.',
      variables: ['mji', 'jina'],
    };

    it('are kept with the names their text has, and those that were named beside', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const template = await sms.templates.create(account, welcome);
      assert.deepEqual(template.variables, ['jina', 'salio', 'mji']);
      assert.deepEqual(await sms.templates.get(account, template.id), template);
      const changed = await sms.templates.update(account, template.id, { text: 'Kwaheri {{jina}}', favourite: true });
      assert.deepEqual([changed.variables, changed.favourite, changed.name], [['jina'], true, 'Karibu']);
      const renamed = await sms.templates.update(account, template.id, { name: 'Kwaheri', active: false });
      assert.deepEqual([renamed.variables, renamed.active, renamed.favourite], [['jina'], false, true]);
      await sms.templates.delete(account, template.id);
      assert.equal(await refusal(sms.templates.get(account, template.id)), 'not_found');
    });

    it('are filled with values, and say which is missing', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const { id } = await sms.templates.create(account, welcome);
      const values = { jina: 'Asha $& {{salio}}', salio: '5' };
      assert.equal(await sms.templates.render(account, id, values), 'Karibu Asha $& {{salio}}, una 5.');
      assert.equal(await refusal(sms.templates.render(account, id, { jina: 'Asha' })), 'template_variable_missing');
      const inherited = Object.create({ jina: 'x', salio: 'y' }) as Record<string, string>;
      assert.equal(await refusal(sms.templates.render(account, id, inherited)), 'template_variable_missing');
      await sms.templates.noteUse(account, id, 3);
      assert.equal((await sms.templates.get(account, id)).uses, 3);
      await sms.templates.update(account, id, { active: false });
      assert.equal(await refusal(sms.templates.render(account, id, values)), 'conflict');
    });

    it('are listed newest first, by category and by what they say', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const other = await openAccount(sms);
      await sms.templates.create(other, welcome);
      const first = await sms.templates.create(account, welcome);
      const second = await sms.templates.create(account, { ...welcome, name: 'Élan', category: 'OTP' });
      const ids = async (filter: object): Promise<string[]> =>
        (await sms.templates.list(account, filter, page)).templates.map(({ id }) => id);
      assert.deepEqual(await ids({}), [second.id, first.id]);
      assert.deepEqual(await ids({ category: 'OTP' }), [second.id]);
      assert.deepEqual(await ids({ search: 'elan' }), [second.id]);
      assert.deepEqual(await ids({ search: 'KARIBU {{' }), [second.id, first.id]);
      assert.deepEqual(await ids({ search: '%' }), []);
      assert.equal((await sms.templates.list(account, {}, { limit: 1, offset: 1 })).total, 2);
      assert.equal(await refusal(sms.templates.get(other, first.id)), 'not_found');
      assert.equal(await refusal(sms.templates.get(account, 'nonsense')), 'not_found');
    });

    it('are refused when they say nothing, or too much', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      for (const wrong of [
        { name: ' ' },
        { text: '' },
        { text: 'x'.repeat(2_001) },
        { category: 'x'.repeat(51) },
        { language: 'a\0' },
        { variables: ['1st'] },
        { variables: Array.from({ length: 51 }, (_, at) => `v${at}`) },
      ]) {
        assert.equal(await refusal(sms.templates.create(account, { ...welcome, ...wrong })), 'invalid_request');
      }
    });
  });

  describe('registration', () => {
    it('opens an account with its owner and an empty wallet, and nothing anybody could use', async () => {
      const { sms } = given();
      const { email, phone } = person();
      const owner = { email, phone, password, state: 'unverified' as const };
      const { account, user } = await sms.accounts.register({ name: 'Duka', country: 'TZ', currency: 'TZS', owner });
      assert.deepEqual(await sms.accounts.balance(account.id), { available: 0, held: 0, captured: 0, funded: 0 });
      assert.deepEqual([user.accountId, user.state, user.role], [account.id, 'unverified', 'owner']);
      for (const form of ['mbs', 'mif', 'mboa'] as const) {
        assert.deepEqual(await sms.keys.list(account.id, form), []);
      }
      assert.deepEqual(await sms.accounts.senders(account.id), []);
    });

    it('is undone as a whole when somebody has the address', async () => {
      const { sms } = given();
      const owner = { ...person(), password };
      const registration = { name: 'Duka', country: 'TZ', currency: 'TZS', owner };
      await sms.accounts.register(registration);
      const before = (await sms.accounts.list()).length;
      for (const taken of [owner, { ...owner, phone: newNumber() }, { ...owner, email: person().email }]) {
        assert.equal(await refusal(sms.accounts.register({ ...registration, owner: taken })), 'conflict');
      }
      assert.equal((await sms.accounts.list()).length, before);
    });
  });

  describe('codes', () => {
    const registered = async (): Promise<{ userId: string; email: string; phone: string }> => {
      const { sms } = given();
      const { email, phone } = person();
      const owner = { email, phone, password };
      const { user } = await sms.accounts.register({ name: 'Duka', country: 'TZ', currency: 'TZS', owner });
      return { userId: user.id, email, phone };
    };

    it('prove an address once, for one purpose, while they last', async () => {
      const { sms, clock } = given();
      const { userId, phone: address } = await registered();
      const issue = (): Promise<string> => sms.codes.issue({ userId, purpose: 'activation', address, form: 'digits' });
      const code = await issue();
      assert.match(code, /^\d{6}$/);
      assert.equal(await refusal(sms.codes.redeem({ code, purpose: 'password', address })), 'unauthenticated');
      assert.equal(
        await refusal(sms.codes.redeem({ code, purpose: 'activation', address: newNumber() })),
        'unauthenticated',
      );
      assert.deepEqual(await sms.codes.redeem({ code, purpose: 'activation', address }), { userId, address });
      assert.equal(await refusal(sms.codes.redeem({ code, purpose: 'activation', address })), 'unauthenticated');
      const late = await issue();
      clock.move(15 * 60_000);
      assert.equal(await refusal(sms.codes.redeem({ code: late, purpose: 'activation', address })), 'unauthenticated');
    });

    it('replace the one before', async () => {
      const { sms } = given();
      const { userId, email: address } = await registered();
      const issue = (): Promise<string> => sms.codes.issue({ userId, purpose: 'password', address, form: 'letters' });
      const [first, second] = [await issue(), await issue()];
      assert.match(second, /^[A-Za-z0-9]{32}$/);
      assert.equal(await refusal(sms.codes.redeem({ code: first, purpose: 'password' })), 'unauthenticated');
      assert.deepEqual(await sms.codes.redeem({ code: second, purpose: 'password' }), { userId, address });
    });

    it('are redeemed by one of many who show them at once', async () => {
      const { sms } = given();
      const { userId, phone: address } = await registered();
      for (const shown of [{ address }, {}]) {
        const code = await sms.codes.issue({ userId, purpose: 'activation', address, form: 'letters' });
        const outcomes = await Promise.allSettled(
          Array.from({ length: 3 }, () => sms.codes.redeem({ code, purpose: 'activation', ...shown })),
        );
        assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      }
    });

    it('are not kept as they are', async () => {
      const { sms, database } = given();
      const { userId, email: address } = await registered();
      const code = await sms.codes.issue({ userId, purpose: 'activation', address, form: 'letters' });
      assert.ok(!(await everythingStored(database)).includes(code));
    });
  });

  describe('sender IDs', () => {
    it('are asked for, refused, asked for again and approved', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const wanted = { name: ' HARAKA ', purpose: 'Orders', sample: 'Agizo lako liko njiani' };
      const { sender, isNew } = await sms.accounts.requestSender(account, wanted);
      assert.deepEqual(
        [isNew, sender.name, sender.state, sender.purpose, sender.sample, sender.decidedAt],
        [true, 'HARAKA', 'submitted', 'Orders', 'Agizo lako liko njiani', null],
      );
      const again = await sms.accounts.requestSender(account, { name: 'HARAKA', purpose: 'Something else' });
      assert.deepEqual(again, { sender, isNew: false });
      const send = (): Promise<unknown> => sendOne(sms, account, { senderId: 'HARAKA' });
      assert.equal(await refusal(send()), 'sender_not_approved');
      const rejected = await sms.accounts.rejectSender(account, 'HARAKA', 'somebody else has it');
      assert.deepEqual(
        [rejected.state, rejected.decisionReason, rejected.purpose],
        ['rejected', 'somebody else has it', 'Orders'],
      );
      assert.ok(rejected.decidedAt !== null);
      const third = await sms.accounts.requestSender(account, { name: 'HARAKA' });
      assert.deepEqual(
        [third.isNew, third.sender.id, third.sender.state, third.sender.decisionReason],
        [true, sender.id, 'submitted', null],
      );
      const approved = await sms.accounts.approveSender(account, 'HARAKA');
      assert.deepEqual([approved.id, approved.state, approved.purpose], [sender.id, 'approved', 'Orders']);
      await send();
      await sms.accounts.rejectSender(account, 'HARAKA', 'it was misused');
      assert.equal(await refusal(send()), 'sender_not_approved');
    });

    it('are refused when they cannot be, or when too many wait', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      assert.equal(await refusal(sms.accounts.requestSender(account, { name: 'far too long' })), 'sender_unknown');
      assert.equal(await refusal(sms.accounts.requestSender(nobody, { name: 'HARAKA' })), 'not_found');
      assert.equal(await refusal(sms.accounts.rejectSender(account, 'NOBODY', 'x')), 'not_found');
      for (let asked = 0; asked < 50; asked++) await sms.accounts.requestSender(account, { name: `S${asked}` });
      assert.equal(await refusal(sms.accounts.requestSender(account, { name: 'ONEMORE' })), 'conflict');
    });
  });

  describe('what was sent and bought', () => {
    it('is counted by the day, without what was given back', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      for (let sent = 0; sent < 2; sent++) await sendOne(sms, account);
      const later = await sendOne(sms, account, { scheduledAt: Date.now() + 3_600_000 });
      await sms.messages.cancel(account, later);
      const days = await sms.messages.totals(account, {});
      assert.equal(days.length, 1);
      const [today] = days;
      const count = Object.values(today?.states ?? {}).reduce((sum, of) => sum + of, 0);
      assert.deepEqual([count, today?.states.cancelled, today?.cost], [3, 1, 2_000]);
      const noon = Date.parse(`${today?.day ?? ''}T00:00:00Z`);
      assert.deepEqual(await sms.messages.totals(account, { from: noon, before: noon + 86_400_000 }), days);
      assert.deepEqual(await sms.messages.totals(account, { before: noon }), []);
      assert.deepEqual(await sms.messages.totals(account, { from: noon + 86_400_000 }), []);
    });

    it('is listed as it was paid in, newest first', async () => {
      const { sms } = given();
      const account = await openAccount(sms, { credits: 1_000 });
      await sms.accounts.topUp(account, 2_000);
      await sms.accounts.topUp(account, 3_000, nobody.replace('0', '1'));
      const { topUps, total } = await sms.accounts.topUps(account, { limit: 2, offset: 0 });
      assert.deepEqual([topUps.map(({ amount }) => amount).sort(), total], [[2_000, 3_000], 3]);
      const rest = await sms.accounts.topUps(account, { limit: 2, offset: 2 });
      assert.deepEqual(
        rest.topUps.map(({ amount }) => amount),
        [1_000],
      );
    });
  });

  it('numbers that no network is known to have are taken where an API has promised no more', async () => {
    const { sms } = given();
    const account = await openAccount(sms);
    const items = [{ to: '+255123456789', text: 'x' }];
    assert.equal(await refusal(sms.messages.send(account, { items })), 'number_invalid');
    const { accepted } = await sms.messages.send(account, { items, numbers: 'possible' });
    assert.equal(accepted[0]?.recipient, '+255123456789');
    const phone = '+255123456789';
    assert.equal(await refusal(sms.contacts.create(account, { phone })), 'number_invalid');
    const contact = await sms.contacts.create(account, { phone, numbers: 'possible' });
    assert.deepEqual([contact.phone, contact.network], [phone, null]);
    const moved = await sms.contacts.update(account, contact.id, { phone: '255987654321', numbers: 'possible' });
    assert.equal(moved.phone, '+255987654321');
  });
}
