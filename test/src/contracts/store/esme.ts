import assert from 'node:assert/strict';
import type { EsmeDelivery, EsmeLogin, EsmeReceipt, EsmeSubmission } from '@ujumbe/core';
import type { OpenTestDatabase } from '../../support/databases.js';
import { eventually } from '../eventually.js';
import { newNumber, openAccount, openPlatform, platformFor, reaches, refusal, type Platform } from '../platform.js';
import { everythingStored, storedRows } from '../stored-rows.js';

const credit = 1_000;

export function esmeSuite(open: OpenTestDatabase): void {
  const given = platformFor(open);
  before(() => given().sms.esme.open());

  async function bound({ sms }: Pick<Platform, 'sms'> = given(), credits = 1_000_000): Promise<EsmeLogin> {
    const { account, smppPassword } = await sms.accounts.open({
      name: 'Bank',
      country: 'TZ',
      currency: 'TZS',
      credits,
      sender: 'DUKA',
    });
    const login = await sms.esme.authenticate(account.teamCode, smppPassword);
    await sms.esme.bound(login.accountId);
    return login;
  }

  const submission = (changes: Partial<EsmeSubmission> = {}, to = newNumber()): EsmeSubmission => ({
    items: [{ to, envelope: `{"to":"${to}"}` }],
    senderId: 'DUKA',
    text: 'Habari',
    tell: 'always',
    session: 's1',
    ...changes,
  });

  const inParts = (texts: string[], changes: Partial<EsmeSubmission> = {}): EsmeSubmission[] => {
    const to = newNumber();
    return texts.map((text, index) =>
      submission({ text, part: { reference: '7', total: texts.length, number: index + 1 }, ...changes }, to),
    );
  };

  /** Takes what is due for an account, without ending it. */
  const claim = ({ accountId }: EsmeLogin, { sms } = given()): Promise<EsmeDelivery[]> =>
    eventually('a delivery', async () => {
      const claimed = await sms.esme.claimDeliveries([{ accountId, room: 50 }]);
      return claimed.length > 0 && claimed;
    });

  /** Tells what is due, until so many have been told. */
  async function told(login: EsmeLogin, count: number, { sms } = given()): Promise<EsmeDelivery[]> {
    const all: EsmeDelivery[] = [];
    await eventually(`${count} deliveries`, async () => {
      const claimed = await sms.esme.claimDeliveries([{ accountId: login.accountId, room: 50 }]);
      for (const { id } of claimed) await sms.esme.settleDelivery({ id, kind: 'told' });
      all.push(...claimed);
      return all.length >= count;
    });
    return all;
  }

  const messagesOf = async ({
    accountId,
  }: EsmeLogin): Promise<Awaited<ReturnType<Platform['sms']['messages']['list']>>> =>
    given().sms.messages.list(accountId, {}, { limit: 50, offset: 0 });

  /** The message of a submission, once the operator has it. */
  async function theMessage(login: EsmeLogin): Promise<string> {
    const message = await eventually('the message', async () => (await messagesOf(login)).messages[0]);
    await reaches(given().sms, login.accountId, message.id, 'submitted');
    return message.id;
  }

  describe('who binds', () => {
    it('is told by the team code with the SMPP password or a token of its own', async () => {
      const { sms } = given();
      const { account, smppPassword, apiToken } = await sms.accounts.open({
        name: 'Bank',
        country: 'TZ',
        currency: 'TZS',
      });
      assert.match(smppPassword, /^[A-Za-z0-9]{8}$/);
      assert.equal((await sms.esme.authenticate(account.teamCode, smppPassword)).access, null);
      assert.equal((await sms.esme.authenticate(account.teamCode, apiToken)).access?.accountId, account.id);
      const other = await sms.accounts.open({ name: 'Other', country: 'TZ', currency: 'TZS', scopes: ['reports'] });
      for (const [code, password] of [
        ['NOBODY', smppPassword],
        [account.teamCode, `${smppPassword} `],
        [account.teamCode, ''],
        [account.teamCode, other.apiToken],
        [account.teamCode, other.smppPassword],
        [account.teamCode, apiToken.slice(0, 8)],
      ] as const) {
        assert.equal(await refusal(sms.esme.authenticate(code, password)), 'unauthenticated', password);
      }
      assert.equal(await refusal(sms.esme.authenticate(other.account.teamCode, other.apiToken)), 'scope_missing');
      assert.ok(!(await everythingStored(given().database)).includes(smppPassword));
    });

    it('is found out when the password, the token or the account is over', async () => {
      const { sms } = given();
      const { account, smppPassword, apiToken } = await sms.accounts.open({
        name: 'Bank',
        country: 'TZ',
        currency: 'TZS',
      });
      const byPassword = await sms.esme.authenticate(account.teamCode, smppPassword);
      const byToken = await sms.esme.authenticate(account.teamCode, apiToken);
      assert.deepEqual(await sms.esme.outdated([byPassword, byToken]), []);
      const next = await sms.esme.rotatePassword(account.id);
      assert.equal(await refusal(sms.esme.authenticate(account.teamCode, smppPassword)), 'unauthenticated');
      assert.equal((await sms.esme.outdated([byPassword, byToken])).length, 2);
      assert.equal(await refusal(sms.esme.refresh(byPassword)), 'unauthenticated');
      const again = await sms.esme.refresh(byToken);
      const [token] = await sms.tokens.list(account.id);
      await sms.tokens.revoke(account.id, token!.id);
      assert.deepEqual(await sms.esme.outdated([again]), [again]);
      assert.equal(await refusal(sms.esme.refresh(again)), 'token_revoked');
      const third = await sms.esme.authenticate(account.teamCode, next);
      await sms.accounts.suspend(account.id);
      assert.equal((await sms.esme.outdated([third])).length, 1);
      assert.equal(await refusal(sms.esme.refresh(third)), 'account_suspended');
      assert.equal(await refusal(sms.esme.authenticate(account.teamCode, next)), 'account_suspended');
    });

    it('has settings, which are checked', async () => {
      const { sms } = given();
      const { accountId } = await bound();
      assert.deepEqual(await sms.esme.settings(accountId), {
        addresses: [],
        segmentsPerSecond: null,
        maxSessions: null,
        alphabet: null,
      });
      const changed = await sms.esme.configure(accountId, { addresses: ['10.0.0.0/8', '::1'], segmentsPerSecond: 500 });
      assert.deepEqual(await sms.esme.settings(accountId), changed);
      assert.deepEqual({ ...changed, alphabet: 'latin1' }, await sms.esme.configure(accountId, { alphabet: 'latin1' }));
      for (const wrong of [{ addresses: ['mama'] }, { segmentsPerSecond: 0 }, { maxSessions: 1.5 }]) {
        assert.equal(await refusal(sms.esme.configure(accountId, wrong)), 'invalid_request');
      }
    });
  });

  describe('a submission', () => {
    it('is a message like any other, and its end is told under its id, once', async () => {
      const { sms, operator } = given();
      const login = await bound();
      const { id } = await sms.esme.submit(login, submission());
      assert.match(id, /^[1-9]\d{9,17}$/);
      const messageId = await theMessage(login);
      await operator.receipt(messageId, 'delivered');
      const [delivery, ...others] = await told(login, 1);
      assert.equal(others.length, 0);
      const { submittedId, state, envelope, session, kind } = delivery!.body as EsmeReceipt;
      assert.deepEqual([kind, submittedId, state, session], ['receipt', id, 'delivered', 's1']);
      assert.match(envelope, /^\{"to":"\+255/);
      assert.deepEqual(await sms.esme.claimDeliveries([{ accountId: login.accountId, room: 5 }]), []);
      assert.deepEqual(
        [(await sms.esme.query(login.accountId, id)).state, (await sms.messages.get(login.accountId, messageId)).state],
        ['delivered', 'delivered'],
      );
    });

    it('has ids that differ, also between processes', async () => {
      const { sms, database } = given();
      const other = await openPlatform(database);
      const login = await bound();
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_, n) => (n % 2 ? sms : other.sms).esme.submit(login, submission())),
      );
      assert.equal(new Set(answers.map(({ id }) => id)).size, 60);
      await other.sms.stop();
    });

    it('is told of what its sender wants to hear', async () => {
      const { sms, operator } = given();
      const login = await bound();
      const ends = [
        ['never', 'delivered'],
        ['success', 'undelivered'],
        ['failure', 'delivered'],
        ['success', 'delivered'],
        ['failure', 'undelivered'],
      ] as const;
      const ids: string[] = [];
      for (const [tell, end] of ends) {
        const to = newNumber();
        ids.push((await sms.esme.submit(login, submission({ tell }, to))).id);
        const { messages } = await sms.messages.list(login.accountId, { recipient: to }, { limit: 1, offset: 0 });
        await reaches(sms, login.accountId, messages[0]!.id, 'submitted');
        await operator.receipt(messages[0]!.id, end);
      }
      const heard = await told(login, 2);
      assert.deepEqual(
        heard.map(({ body }) => [(body as EsmeReceipt).submittedId, (body as EsmeReceipt).state]),
        [
          [ids[3], 'delivered'],
          [ids[4], 'undelivered'],
        ],
      );
    });

    it('to several numbers has one id; the refused are named', async () => {
      const { sms } = given();
      const login = await bound();
      const items = [newNumber(), '12', newNumber()].map((to) => ({ to, envelope: to }));
      const { id, rejected } = await sms.esme.submit(login, submission({ items }));
      assert.deepEqual(
        rejected.map(({ index, code }) => [index, code]),
        [[1, 'number_invalid']],
      );
      const rows = (await storedRows(given().database, 'sms_esme_messages')).filter((row) => String(row.id) === id);
      assert.deepEqual(rows.map(({ envelope }) => envelope).sort(), [items[0]!.to, items[2]!.to].sort());
      assert.equal(await refusal(sms.esme.submit(login, submission({ items: items.slice(1, 2) }))), 'number_invalid');
    });

    it('that cannot be paid leaves nothing', async () => {
      const { sms } = given();
      const poor = await bound(given(), credit);
      await sms.esme.submit(poor, submission());
      assert.equal(await refusal(sms.esme.submit(poor, submission())), 'insufficient_balance');
      assert.equal(await refusal(sms.esme.submit(poor, submission({ senderId: 'BANK' }))), 'sender_unknown');
      assert.equal((await messagesOf(poor)).total, 1);
    });

    it('is offered again when its ESME could not take it, and to another process when ours is gone', async () => {
      const { sms, operator, clock, database } = given();
      const login = await bound();
      await sms.esme.submit(login, submission());
      await operator.receipt(await theMessage(login), 'delivered');
      const [first] = await claim(login);
      await sms.esme.settleDelivery({ id: first!.id, kind: 'later', nextAt: clock.now() + 5_000 });
      assert.deepEqual(await sms.esme.claimDeliveries([{ accountId: login.accountId, room: 5 }]), []);
      const other = await openPlatform(database);
      await other.sms.start();
      clock.move(5_500);
      const wanted = [{ accountId: login.accountId, room: 5 }];
      assert.deepEqual(await other.sms.esme.claimDeliveries(wanted), []);
      other.clock.move(60_000);
      const [again] = await eventually('the other takes it', async () => {
        const claimed = await other.sms.esme.claimDeliveries(wanted);
        return claimed.length > 0 && claimed;
      });
      assert.deepEqual([again!.id, again!.attempts], [first!.id, 1]);
      await other.sms.esme.settleDelivery({ id: again!.id, kind: 'returned' });
      const [unchanged] = await other.sms.esme.claimDeliveries(wanted);
      assert.deepEqual(unchanged, again);
      await other.sms.esme.settleDelivery({ id: again!.id, kind: 'refused' });
      await other.sms.stop({ deadlineMs: 1_000 });
      assert.deepEqual(await sms.esme.claimDeliveries(wanted), []);
    });

    it('is handed without a claim to whoever tells it here, as far as there is room, and is nobody else’s then', async () => {
      const { sms, operator, database } = given();
      const [login, another] = [await bound(), await bound()];
      const taken: EsmeDelivery[] = [];
      let room = 2;
      sms.esme.takeDeliveries({
        room: (accountId) => (accountId === login.accountId ? room : 0),
        take: (deliveries) => {
          taken.push(...deliveries);
          room -= deliveries.length;
        },
      });
      const tellOne = async (of: EsmeLogin): Promise<string> => {
        const { id } = await sms.esme.submit(of, submission());
        await operator.receipt(await theMessage(of), 'delivered');
        return id;
      };
      const first = await tellOne(login);
      await eventually('it is handed over', () => taken.length === 1);
      assert.equal((taken[0]?.body as EsmeReceipt).submittedId, first);
      assert.deepEqual([taken[0]?.accountId, taken[0]?.attempts], [login.accountId, 0]);
      const other = await openPlatform(database);
      await other.sms.start();
      other.clock.move(5_000);
      assert.deepEqual(await other.sms.esme.claimDeliveries([{ accountId: login.accountId, room: 5 }]), []);
      await other.sms.stop({ deadlineMs: 1_000 });
      await sms.esme.settleDelivery({ id: taken[0]!.id, kind: 'told' });

      room = 0;
      const second = await tellOne(another);
      assert.deepEqual(
        (await told(another, 1)).map(({ body }) => (body as EsmeReceipt).submittedId),
        [second],
      );
      sms.esme.takeDeliveries(undefined);
      assert.equal(taken.length, 1);
      const rows = await storedRows(database, 'sms_esme_deliveries');
      assert.deepEqual(
        rows.filter(({ account_id: of }) => of === login.accountId),
        [],
      );
    });
  });

  describe('the parts of a long message', () => {
    const texts = ['a'.repeat(153), 'b'.repeat(153), 'c'.repeat(10)];

    it('become one message in any order, each told under its own id', async () => {
      const { sms, operator } = given();
      const login = await bound();
      const parts = inParts(texts);
      const ids: string[] = [];
      for (const [n, part] of [parts[2]!, parts[0]!, parts[1]!].entries()) {
        if (n === 2)
          assert.deepEqual(
            [(await messagesOf(login)).total, (await sms.accounts.balance(login.accountId)).held],
            [0, 2_000],
          );
        ids.push((await sms.esme.submit(login, part)).id);
        assert.equal((await sms.esme.query(login.accountId, ids[n]!)).state === 'delivered', false);
      }
      const messageId = await theMessage(login);
      const message = await sms.messages.get(login.accountId, messageId);
      assert.deepEqual([message.text, message.segments, message.cost], [texts.join(''), 3, 3_000]);
      for (const segment of [1, 2, 3]) await operator.receipt(messageId, 'delivered', { segment });
      const heard = await told(login, 3);
      assert.deepEqual(heard.map(({ body }) => (body as EsmeReceipt).submittedId).sort(), [...ids].sort());
      const { held, captured, available } = await sms.accounts.balance(login.accountId);
      assert.deepEqual([held, captured, available], [0, 3_000, 997_000]);
      assert.equal((await messagesOf(login)).total, 1);
    });

    it('are one message too when two processes take them at the same moment, and when one comes twice', async () => {
      const { sms, database } = given();
      const other = await openPlatform(database);
      const login = await bound();
      for (let round = 0; round < 5; round++) {
        const parts = inParts(texts);
        await Promise.all([...parts, parts[0]!].map((part, n) => (n % 2 ? sms : other.sms).esme.submit(login, part)));
      }
      await eventually('five messages', async () => (await messagesOf(login)).total >= 5);
      await eventually('all settled', async () => (await sms.accounts.balance(login.accountId)).held % 3_000 === 0);
      const { messages } = await messagesOf(login);
      assert.ok(messages.filter(({ segments }) => segments === 3).length === 5);
      await other.sms.stop();
    });

    it('are joined also when a character was cut in two between them', async () => {
      const { sms, clock } = given();
      const login = await bound();
      const text = `${'я'.repeat(66)}😀${'ю'.repeat(30)}`;
      const cut = [text.slice(0, 67), text.slice(67)];
      for (const part of inParts(cut)) await sms.esme.submit(login, part);
      const whole = await sms.messages.get(login.accountId, await theMessage(login));
      assert.equal(whole.text, text);
      const [half] = inParts(cut);
      await sms.esme.submit(login, half!);
      clock.move(181_000);
      await eventually('the half is sent', async () =>
        (await messagesOf(login)).messages.some((message) => message.text === `${'я'.repeat(66)}\ufffd`),
      );
    });

    it('that never become whole are sent as they are', async () => {
      const { sms, clock } = given();
      const login = await bound();
      const [first, second] = inParts(texts);
      for (const part of [first!, second!]) await sms.esme.submit(login, part);
      clock.move(181_000);
      await eventually('two messages', async () => (await messagesOf(login)).total === 2);
      assert.equal((await sms.esme.counts()).parts, 0);
      const { held, captured } = await sms.accounts.balance(login.accountId);
      assert.equal(held + captured, 2_000);
    });

    it('cost nothing when they cannot be sent after all, and that is told', async () => {
      const { sms } = given();
      const login = await bound();
      const parts = inParts(texts);
      const ids = [await sms.esme.submit(login, parts[0]!), await sms.esme.submit(login, parts[1]!)];
      await sms.suppressions.add(login.accountId, parts[0]!.items[0]!.to);
      assert.equal(await refusal(sms.esme.submit(login, parts[2]!)), 'opted_out');
      given().clock.move(181_000);
      const heard = await told(login, 2);
      assert.deepEqual(
        heard.map(({ body }) => [(body as EsmeReceipt).state, (body as EsmeReceipt).errorCode]),
        [
          ['rejected', 'opted_out'],
          ['rejected', 'opted_out'],
        ],
      );
      assert.deepEqual(
        heard.map(({ body }) => (body as EsmeReceipt).submittedId).sort(),
        ids.map(({ id }) => id).sort(),
      );
      assert.equal((await sms.accounts.balance(login.accountId)).available, 1_000_000);
    });

    it('are refused when there are too many of them, or they cannot be paid', async () => {
      const { sms } = given();
      const poor = await bound(given(), credit);
      const [first, second] = inParts(texts);
      await sms.esme.submit(poor, first!);
      assert.equal(await refusal(sms.esme.submit(poor, second!)), 'insufficient_balance');
      const part = { reference: '1', total: 200, number: 1 };
      assert.equal(await refusal(sms.esme.submit(poor, submission({ part }))), 'message_too_long');
    });
  });

  describe('what was submitted', () => {
    const later = (): Partial<EsmeSubmission> => ({ scheduledAt: given().clock.now() + 3_600_000 });

    it('can be asked for by its owner alone', async () => {
      const { sms } = given();
      const [login, stranger] = [await bound(), await bound()];
      const { id } = await sms.esme.submit(login, submission(later()));
      assert.equal((await sms.esme.query(login.accountId, id)).state, 'scheduled');
      for (const [who, what] of [
        [stranger, id],
        [login, '999999999999'],
        [login, 'nonsense'],
        [login, ''],
      ] as const) {
        assert.equal(await refusal(sms.esme.query(who.accountId, what)), 'not_found');
        assert.equal(await refusal(sms.esme.cancel(who.accountId, what)), 'not_found');
        assert.equal(
          await refusal(sms.esme.replace(who, what, { text: 'x', tell: 'never', envelope: '' })),
          'not_found',
        );
      }
    });

    it('can be cancelled while it is pending, one or all to a number, and that is told', async () => {
      const { sms } = given();
      const login = await bound();
      const { id } = await sms.esme.submit(login, submission(later()));
      await sms.esme.cancel(login.accountId, id);
      assert.equal((await sms.esme.query(login.accountId, id)).state, 'cancelled');
      assert.equal(await refusal(sms.esme.cancel(login.accountId, id)), 'conflict');
      const to = newNumber();
      for (let n = 0; n < 3; n++) await sms.esme.submit(login, submission(later(), to));
      assert.equal(await sms.esme.cancelPending(login, { to, senderId: 'OTHER' }), 0);
      assert.equal(await sms.esme.cancelPending(login, { to, senderId: 'DUKA' }), 3);
      const heard = await told(login, 4);
      assert.ok(heard.every(({ body }) => (body as EsmeReceipt).state === 'cancelled'));
      assert.equal((await sms.accounts.balance(login.accountId)).available, 1_000_000);
    });

    it('can be cancelled in favour of what takes its place', async () => {
      const { sms } = given();
      const login = await bound();
      await sms.accounts.approveSender(login.accountId, 'OTHER');
      const to = newNumber();
      const ids: string[] = [];
      for (const senderId of ['DUKA', 'DUKA', 'OTHER', undefined]) {
        ids.push((await sms.esme.submit(login, submission({ ...later(), senderId }, to))).id);
      }
      const stranger = await bound();
      assert.equal(await sms.esme.cancelPending(stranger, { replacedBy: ids[3]! }), 0);
      // Two that replace each other at the same moment must not both go: the older one does.
      assert.equal(await sms.esme.cancelPending(login, { replacedBy: ids[0]! }), 0);
      assert.equal(await sms.esme.cancelPending(login, { replacedBy: ids[3]! }), 2);
      const states = await Promise.all(ids.map(async (id) => (await sms.esme.query(login.accountId, id)).state));
      assert.deepEqual(states, ['cancelled', 'cancelled', 'scheduled', 'scheduled']);
    });

    it('can be replaced while it is pending: the id stays, the text and the price are new', async () => {
      const { sms, clock } = given();
      const login = await bound();
      const { id } = await sms.esme.submit(login, submission(later()));
      const change = { tell: 'always' as const, envelope: '{"new":1}' };
      await sms.esme.replace(login, id, { ...change, text: 'x'.repeat(200) });
      assert.deepEqual(await sms.accounts.balance(login.accountId), {
        available: 998_000,
        held: 2_000,
        captured: 0,
        funded: -1_000_000,
      });
      const status = await sms.esme.query(login.accountId, id);
      assert.deepEqual([status.state, status.envelope], ['scheduled', '{"new":1}']);
      clock.move(3_600_000);
      await eventually(
        'it is submitted',
        async () => (await sms.esme.query(login.accountId, id)).state === 'submitted',
      );
      assert.equal(await refusal(sms.esme.replace(login, id, { ...change, text: 'y' })), 'conflict');
      const { messages } = await messagesOf(login);
      assert.deepEqual(messages.map(({ state }) => state).sort(), ['cancelled', 'submitted']);
    });
  });

  it('messages from handsets are kept for accounts that have bound', async () => {
    const { sms, operator } = given();
    const login = await bound();
    const to = newNumber();
    await sms.send(login.accountId, { to, message: 'x' });
    const unbound = await openAccount(sms, { sender: 'LONELY' });
    await operator.hear(newNumber(), 'LONELY', 'hodi');
    await operator.hear(to, 'DUKA', 'asante');
    const [heard] = await told(login, 1);
    const { at, ...body } = heard!.body as { at: number };
    assert.ok(at > 0);
    assert.deepEqual(body, { kind: 'inbound', from: to, to: 'DUKA', text: 'asante' });
    assert.deepEqual(await sms.esme.claimDeliveries([{ accountId: unbound, room: 5 }]), []);
  });
}
