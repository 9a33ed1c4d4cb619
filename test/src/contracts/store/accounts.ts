import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { scopes } from '@ujumbe/core';
import type { OpenTestDatabase } from '../../support/databases.js';
import { newNumber, openAccount, openPlatform, platformFor, refusal, sendOne } from '../platform.js';
import { everythingStored, storedRows } from '../stored-rows.js';

const nobody = '01890a5d-ac96-774b-bcce-b302099a8057';

export function accountsSuite(open: OpenTestDatabase): void {
  const given = platformFor(open);

  describe('accounts', () => {
    it('are opened with wallet, sender and token', async () => {
      const { sms } = given();
      const wanted = { name: ' Duka la Mama ', country: 'tz', currency: 'tzs', credits: 5_000, sender: 'DUKA' };
      const { account, apiToken } = await sms.accounts.open(wanted);
      assert.equal(account.name, 'Duka la Mama');
      assert.deepEqual([account.country, account.currency, account.state], ['TZ', 'TZS', 'active']);
      assert.deepEqual(await sms.accounts.get(account.id), account);
      assert.ok((await sms.accounts.list()).some(({ id }) => id === account.id));
      const balance = { available: 5_000, held: 0, captured: 0, funded: -5_000 };
      assert.deepEqual(await sms.accounts.balance(account.id), balance);
      const [sender] = await sms.accounts.senders(account.id);
      assert.deepEqual([sender?.id, sender?.name, sender?.state], [account.defaultSenderId, 'DUKA', 'approved']);
      assert.equal(sender?.decidedAt, sender?.createdAt);
      assert.equal((await sms.tokens.authenticate(apiToken)).accountId, account.id);
    });

    it('have the plan they are opened with, or are given later', async () => {
      const { sms } = given();
      const wanted = { name: 'Duka', country: 'TZ', currency: 'TZS', plan: 'premium' };
      const { account, apiToken } = await sms.accounts.open(wanted);
      assert.equal((await sms.accounts.get(account.id)).plan, 'premium');
      assert.equal((await sms.tokens.authenticate(apiToken)).plan, 'premium');
      await sms.accounts.setPlan(account.id, null);
      assert.equal((await sms.accounts.get(account.id)).plan, null);
      assert.equal(await refusal(sms.accounts.setPlan(account.id, ' ')), 'invalid_request');
      assert.equal(await refusal(sms.accounts.setPlan(nobody, 'premium')), 'not_found');
    });

    it('are refused with a name, country, currency, sender or credits that cannot be', async () => {
      const { sms } = given();
      const wrong = [
        { name: ' ' },
        { name: 'a\0' },
        { country: 'TZA' },
        { currency: 'sh' },
        { credits: 0.5 },
        { credits: -1 },
      ];
      for (const changes of wrong) {
        assert.equal(await refusal(openAccount(sms, changes)), 'invalid_request', JSON.stringify(changes));
      }
      const before = (await sms.accounts.list()).length;
      assert.equal(await refusal(openAccount(sms, { sender: 'far too long a name' })), 'sender_unknown');
      assert.equal((await sms.accounts.list()).length, before);
    });

    it('are not found by an id that is none', async () => {
      const { sms } = given();
      for (const id of [nobody, 'nonsense', '']) {
        assert.equal(await refusal(sms.accounts.get(id)), 'not_found');
        assert.equal(await refusal(sms.accounts.balance(id)), 'not_found');
        assert.equal(await refusal(sms.accounts.topUp(id, 1_000)), 'not_found');
        assert.equal(await refusal(sms.accounts.suspend(id)), 'not_found');
        assert.equal(await refusal(sms.accounts.approveSender(id, 'DUKA')), 'not_found');
        assert.equal(await refusal(sms.send(id, { to: newNumber(), message: 'x' })), 'not_found');
        assert.equal(await refusal(sms.tokens.create(id, { name: 'x', scopes: ['messages'] })), 'not_found');
      }
    });

    it('send nothing while suspended, and again once resumed', async () => {
      const { sms } = given();
      const { account, apiToken } = await sms.accounts.open({
        name: 'A',
        country: 'TZ',
        currency: 'TZS',
        credits: 9_000,
        sender: 'A',
      });
      await sendOne(sms, account.id);
      await sms.tokens.authenticate(apiToken, { cached: true });
      await sms.accounts.suspend(account.id);
      assert.equal(await refusal(sendOne(sms, account.id)), 'account_suspended');
      assert.equal(await refusal(sms.tokens.authenticate(apiToken)), 'account_suspended');
      assert.equal(await refusal(sms.tokens.authenticate(apiToken, { cached: true })), 'account_suspended');
      await sms.accounts.resume(account.id);
      await sendOne(sms, account.id);
      assert.equal((await sms.tokens.authenticate(apiToken, { cached: true })).accountId, account.id);
    });

    it('may use a sender ID as soon as it is approved', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      await sendOne(sms, account);
      assert.equal(await refusal(sendOne(sms, account, { senderId: 'BAR' })), 'sender_unknown');
      const { id } = await sms.accounts.approveSender(account, 'BAR');
      const message = await sms.messages.get(account, await sendOne(sms, account, { senderId: id }));
      assert.equal(message.sender, 'BAR');
      assert.equal((await sms.accounts.approveSender(account, 'BAR')).id, id);
    });
  });

  describe('tokens', () => {
    it('are stored as a hash and nothing else', async () => {
      const { sms, database } = given();
      const account = await openAccount(sms);
      const { raw, token } = await sms.tokens.create(account, { name: 'till 1', scopes: ['messages'] });
      await sms.tokens.authenticate(raw);
      const stored = await everythingStored(database);
      assert.ok(stored.includes(createHash('sha256').update(raw).digest('hex')));
      assert.ok(!stored.includes(raw) && !stored.includes(raw.slice(4)));
      assert.ok(!JSON.stringify(await sms.tokens.list(account)).includes(raw.slice(4)));
      assert.ok(!JSON.stringify(token).includes(raw.slice(4)));
    });

    it('are whose they are, for what they are', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const { raw, token } = await sms.tokens.create(account, {
        name: 'x',
        scopes: ['webhooks', 'messages', 'webhooks'],
      });
      const access = await sms.tokens.authenticate(raw);
      assert.deepEqual(
        [access.accountId, access.credential.id, access.scopes],
        [account, token.id, ['webhooks', 'messages']],
      );
      const [newest, first] = await sms.tokens.list(account);
      assert.equal(newest?.id, token.id);
      assert.deepEqual(first?.scopes, scopes);
    });

    it('are refused with scopes, a name or an end that cannot be', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const token = { name: 'x', scopes: ['messages'] };
      const wrong = [{ scopes: [] }, { scopes: ['messages', 'root'] }, { name: '' }, { expiresAt: Date.now() - 1 }];
      for (const changes of wrong) {
        const code = await refusal(sms.tokens.create(account, { ...token, ...changes }));
        assert.equal(code, 'invalid_request', JSON.stringify(changes));
      }
    });

    it('are not made up', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const { raw } = await sms.tokens.create(account, { name: 'x', scopes: ['messages'] });
      const last = raw.at(-1) === 'a' ? 'b' : 'a';
      for (const wrong of [
        '',
        'mbs_',
        raw.slice(0, -1),
        raw.slice(0, -1) + last,
        `${raw} `,
        raw.toUpperCase(),
        "mbs_'--",
      ]) {
        assert.equal(await refusal(sms.tokens.authenticate(wrong)), 'unauthenticated', wrong);
      }
    });

    it('end when their time is over', async () => {
      const { sms, clock } = given();
      const account = await openAccount(sms);
      const { raw } = await sms.tokens.create(account, {
        name: 'x',
        scopes: ['messages'],
        expiresAt: clock.now() + 5_000,
      });
      await sms.tokens.authenticate(raw, { cached: true });
      clock.move(5_000);
      assert.equal(await refusal(sms.tokens.authenticate(raw, { cached: true })), 'token_expired');
      assert.equal(await refusal(sms.tokens.authenticate(raw)), 'token_expired');
    });

    it('are revoked at once, in every process', async () => {
      const { sms, database } = given();
      const account = await openAccount(sms);
      const { raw, token } = await sms.tokens.create(account, { name: 'x', scopes: ['messages'] });
      const other = await openPlatform(database);
      const access = await other.sms.tokens.authenticate(raw, { cached: true });
      const command = { items: [{ to: newNumber(), text: 'x' }] };
      await other.sms.messages.send(access, command);
      const revoked = await sms.tokens.revoke(account, token.id);
      assert.ok(revoked.revokedAt !== null);
      const again = await other.sms.tokens.authenticate(raw, { cached: true });
      assert.equal(await refusal(other.sms.messages.send(again, command)), 'token_revoked');
      assert.equal(await refusal(other.sms.tokens.authenticate(raw)), 'token_revoked');
      assert.equal(await refusal(sms.tokens.authenticate(raw)), 'token_revoked');
      assert.equal((await sms.tokens.revoke(account, token.id)).revokedAt, revoked.revokedAt);
      await other.sms.stop();
    });

    it('of one account are nothing to another', async () => {
      const { sms, database } = given();
      const [account, stranger] = [await openAccount(sms), await openAccount(sms)];
      const { raw, token } = await sms.tokens.create(account, { name: 'x', scopes: ['messages'] });
      for (const id of [token.id, nobody, 'nonsense']) {
        assert.equal(await refusal(sms.tokens.revoke(stranger, id)), 'not_found');
      }
      await sms.tokens.authenticate(raw);
      const rows = await storedRows(database, 'sms_tokens');
      assert.equal(rows.find(({ id }) => id === token.id)?.revoked_at, null);
    });
  });
}
