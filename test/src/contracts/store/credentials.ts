import assert from 'node:assert/strict';
import { createHmac, hkdfSync } from 'node:crypto';
import type { Sms } from '@ujumbe/core';
import type { OpenTestDatabase } from '../../support/databases.js';
import { newNumber, openAccount, openPlatform, platformFor, refusal } from '../platform.js';
import { everythingStored } from '../stored-rows.js';

const life = { accessMs: 3_600_000, refreshMs: 604_800_000 };
const monthMs = 30 * 86_400_000;
const address = '192.0.2.1';

let people = 0;
const newEmail = (): string => `person${++people}@example.com`;

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decoded = (part: string | undefined): Record<string, unknown> =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Record<string, unknown>;

/** A JWT signed by hand, with any key and header. */
function signed(header: object, claims: object, key: Buffer): string {
  const content = `${encoded(header)}.${encoded(claims)}`;
  return `${content}.${createHmac('sha256', key).update(content).digest('base64url')}`;
}

export function credentialsSuite(open: OpenTestDatabase): void {
  const given = platformFor(open);

  describe('keys of vendors’ forms', () => {
    it('are whose they are, each in its own form alone', async () => {
      const { sms } = given();
      const { account, keys, apiToken } = await sms.accounts.open({ name: 'K', country: 'TZ', currency: 'TZS' });
      assert.match(keys.mif, /^mif_[\w-]{43}$/);
      assert.match(keys.mboa, /^mboa_[0-9a-f]{32}$/);
      for (const [form, raw] of [
        ['mif', keys.mif],
        ['mboa', keys.mboa],
        ['mbs', apiToken],
      ] as const) {
        const access = await sms.credentials.authenticate({ kind: 'token', raw, forms: [form] });
        assert.deepEqual([access.accountId, access.credential.kind], [account.id, 'token']);
        assert.deepEqual(access.permissions, ['read', 'write', 'admin']);
      }
      const elsewhere = { kind: 'token', raw: keys.mif, forms: ['mbs', 'mboa'] } as const;
      assert.equal(await refusal(sms.credentials.authenticate(elsewhere)), 'unauthenticated');
      assert.equal(await refusal(sms.tokens.authenticate(keys.mif)), 'unauthenticated');
    });

    it('have permissions, a mode and an end, and are listed by their form', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const wanted = {
        form: 'mif',
        name: 'Reader',
        permissions: ['read'],
        mode: 'v1',
        expiresAt: Date.now() + monthMs,
      };
      const { raw, token } = await sms.keys.create(account, { ...wanted, form: 'mif' });
      const access = await sms.credentials.authenticate({ kind: 'token', raw, forms: ['mif'] });
      assert.deepEqual(access.permissions, ['read']);
      assert.equal(access.credential.kind === 'token' && access.credential.mode, 'v1');
      assert.ok(raw.startsWith(token.hint ?? '-'));
      assert.deepEqual(
        (await sms.keys.list(account, 'mif')).map(({ name }) => name),
        ['Reader', 'first key'],
      );
      assert.equal((await sms.tokens.list(account)).length, 1);
      const odd = { form: 'mif', name: 'x', permissions: ['rule'] } as const;
      assert.equal(await refusal(sms.keys.create(account, odd)), 'invalid_request');
    });

    it('are replaced and revoked at once, for sends under way too', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const { raw, token } = await sms.keys.create(account, { form: 'mboa', name: 'x' });
      const shown = { kind: 'token', raw, forms: ['mboa'] } as const;
      const access = await sms.credentials.authenticate(shown, { cached: true });
      const next = await sms.keys.regenerate(account, 'mboa', token.id);
      const command = { items: [{ to: newNumber(), text: 'x' }] };
      assert.equal(await refusal(sms.messages.send(access, command)), 'unauthenticated');
      const renewed = await sms.credentials.authenticate({ ...shown, raw: next.raw }, { cached: true });
      await sms.keys.revoke(account, 'mboa', token.id);
      assert.equal(await refusal(sms.messages.send(renewed, command)), 'token_revoked');
      assert.equal(await refusal(sms.keys.regenerate(account, 'mboa', token.id)), 'not_found');
      assert.equal(await refusal(sms.keys.revoke(account, 'mif', token.id)), 'not_found');
    });

    it('are kept as hashes, and those that callbacks show sealed beside', async () => {
      const { sms, database } = given();
      const opened = await sms.accounts.open({ name: 'Secrets', country: 'TZ', currency: 'TZS' });
      const stored = await everythingStored(database);
      const { apiToken, keys, client, user, smppPassword } = opened;
      for (const secret of [apiToken, keys.mif, keys.mboa, client.secret, user.password, smppPassword]) {
        assert.ok(!stored.includes(secret));
      }
    });
  });

  describe('clients', () => {
    it('get a token for their secret, until it is rotated', async () => {
      const { sms } = given();
      const { account, client } = await sms.accounts.open({ name: 'C', country: 'KE', currency: 'KES' });
      const jwt = await sms.clients.issueToken({ clientId: client.id, clientSecret: client.secret }, monthMs);
      const access = await sms.credentials.authenticate({ kind: 'client', jwt }, { cached: true });
      assert.deepEqual([access.accountId, access.credential.id], [account.id, client.id]);
      const { secret } = await sms.clients.rotateSecret(account.id, client.id);
      assert.equal(await refusal(sms.credentials.authenticate({ kind: 'client', jwt })), 'token_revoked');
      const command = { items: [{ to: newNumber(), text: 'x' }], senderId: 'X' };
      assert.equal(await refusal(sms.messages.send(access, command)), 'token_revoked');
      const former = { clientId: client.id, clientSecret: client.secret };
      assert.equal(await refusal(sms.clients.issueToken(former, monthMs)), 'unauthenticated');
      const renewed = await sms.clients.issueToken({ clientId: client.id, clientSecret: secret }, monthMs);
      await sms.clients.revoke(account.id, client.id);
      assert.equal(await refusal(sms.credentials.authenticate({ kind: 'client', jwt: renewed })), 'token_revoked');
    });

    it('are another account’s affair', async () => {
      const { sms } = given();
      const { client } = await sms.accounts.open({ name: 'C', country: 'KE', currency: 'KES' });
      const other = await openAccount(sms);
      assert.equal(await refusal(sms.clients.rotateSecret(other, client.id)), 'not_found');
      assert.equal(await refusal(sms.clients.revoke(other, 'nothing')), 'not_found');
    });
  });

  describe('JSON web tokens', () => {
    async function issued(sms: Sms) {
      const { client, account } = await sms.accounts.open({ name: 'J', country: 'KE', currency: 'KES' });
      const jwt = await sms.clients.issueToken({ clientId: client.id, clientSecret: client.secret }, monthMs);
      const [, claims] = jwt.split('.');
      return { account, client, jwt, claims: decoded(claims) };
    }
    const header = { alg: 'HS256', typ: 'JWT' };
    const platformSecret = Buffer.alloc(32, 7);
    const ourKey = Buffer.from(hkdfSync('sha256', platformSecret, '', 'ujumbe json web tokens', 32));
    const tried = (sms: Sms, jwt: string, kind: 'client' | 'session' = 'client') =>
      refusal(sms.credentials.authenticate({ kind, jwt }));

    it('are of one algorithm and one key', async () => {
      const { sms } = given();
      const { jwt, claims } = await issued(sms);
      const [head, body, signature] = jwt.split('.');
      assert.deepEqual(decoded(head), header);
      // The same by hand, so that what follows is refused for the reason it names alone.
      assert.ok(await sms.credentials.authenticate({ kind: 'client', jwt: signed(header, claims, ourKey) }));
      for (const forged of [
        `${encoded({ alg: 'none', typ: 'JWT' })}.${body}.`,
        `${encoded({ alg: 'none' })}.${body}.${signature}`,
        `${encoded({ alg: 'HS512', typ: 'JWT' })}.${body}.${signature}`,
        signed(header, claims, Buffer.alloc(32, 8)),
        signed(header, claims, platformSecret),
        signed({ ...header, crit: ['exp'] }, claims, ourKey),
        `${head}.${encoded({ ...claims, sub: '01890a5d-ac96-774b-bcce-b302099a8057' })}.${signature}`,
        `${head}.${body}`,
        `${head}.${body}.`,
        '..',
        'x',
        '',
        `${head}.${'a'.repeat(3_000)}.${signature}`,
      ]) {
        assert.equal(await tried(sms, forged), 'unauthenticated', forged.slice(0, 80));
      }
    });

    it('are good for what they say, and no longer', async () => {
      const { sms, clock } = given();
      const { jwt, claims } = await issued(sms);
      const nowSeconds = Math.floor(clock.now() / 1_000);
      for (const changed of [
        { aud: 'access' },
        { aud: 'refresh' },
        { aud: undefined },
        { iss: 'somebody' },
        { sub: 'nobody' },
        { sub: undefined },
        { exp: undefined },
        { exp: 'soon' },
        { credential_version: undefined },
        { credential_version: '1' },
        { nbf: nowSeconds + 600 },
      ]) {
        const forged = signed(header, { ...claims, ...changed }, ourKey);
        assert.equal(await tried(sms, forged), 'unauthenticated', JSON.stringify(changed));
      }
      assert.equal(await tried(sms, signed(header, { ...claims, exp: nowSeconds - 1 }, ourKey)), 'token_expired');
      assert.equal(await tried(sms, signed(header, { ...claims, credential_version: 2 }, ourKey)), 'token_revoked');
      assert.equal(await tried(sms, jwt, 'session'), 'unauthenticated');
      clock.move(monthMs + 1_000);
      assert.equal(await tried(sms, jwt), 'token_expired');
    });

    it('end with the account’s suspension', async () => {
      const { sms } = given();
      const { account, jwt } = await issued(sms);
      await sms.accounts.suspend(account.id);
      assert.equal(await tried(sms, jwt), 'account_suspended');
      await sms.accounts.resume(account.id);
      assert.equal((await sms.credentials.authenticate({ kind: 'client', jwt })).accountId, account.id);
    });
  });

  describe('users', () => {
    it('log in with e-mail, phone or user name, whatever the case', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const email = newEmail();
      const phone = newNumber();
      const password = 'näyttö: läpi:😀';
      const user = await sms.users.create(account, {
        email: email.toUpperCase(),
        phone,
        username: `U${phone.slice(1)}`,
        password,
      });
      assert.equal(user.email, email);
      for (const login of [email, ` ${email.toUpperCase()}`, phone, phone.slice(1), `u${phone.slice(1)}`]) {
        const { tokens } = await sms.users.logIn({ login, password, address }, life);
        const access = await sms.credentials.authenticate({ kind: 'session', jwt: tokens.access });
        assert.deepEqual([access.accountId, access.credential.id], [account, tokens.sessionId]);
        const basic = await sms.credentials.authenticate({ kind: 'user', login, password, address });
        assert.deepEqual([basic.accountId, basic.credential.id], [account, user.id]);
      }
      for (const login of ['', email.slice(1), '%', `${email}\0`]) {
        assert.equal(
          await refusal(sms.users.logIn({ login, password: `${password}!`, address: login }, life)),
          'unauthenticated',
        );
      }
    });

    it('are one for each name, and have one', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const email = newEmail();
      await sms.users.create(account, { email, password: 'long enough' });
      const again = sms.users.create(await openAccount(sms), { email, password: 'long enough' });
      assert.equal(await refusal(again), 'conflict');
      for (const wrong of [
        {},
        { email: 'nobody' },
        { username: '12345' },
        { username: 'a@b' },
        { email: newEmail(), password: 'short' },
        { email: newEmail(), password: 'x'.repeat(257) },
        { phone: '12' },
      ]) {
        const code = await refusal(sms.users.create(account, { password: 'long enough', ...wrong }));
        assert.ok(['invalid_request', 'number_invalid'].includes(code), JSON.stringify(wrong));
      }
    });

    it('who are not active cannot log in', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const login = newEmail();
      const user = await sms.users.create(account, { email: login, password: 'long enough', state: 'unverified' });
      const shown = { login, password: 'long enough', address };
      assert.equal(await refusal(sms.users.logIn(shown, life)), 'conflict');
      await sms.users.update(user.id, { state: 'active' });
      const { tokens } = await sms.users.logIn(shown, life);
      await sms.users.update(user.id, { state: 'disabled' });
      assert.equal(
        await refusal(sms.credentials.authenticate({ kind: 'session', jwt: tokens.access })),
        'token_revoked',
      );
      assert.equal(await refusal(sms.credentials.authenticate({ kind: 'user', ...shown })), 'token_revoked');
    });

    it('refresh once with each token; one that comes again ends the session', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const login = newEmail();
      await sms.users.create(account, { email: login, password: 'long enough' });
      const { tokens: first } = await sms.users.logIn({ login, password: 'long enough', address }, life);
      assert.equal(await refusal(sms.users.refresh(first.access, life)), 'unauthenticated');
      const second = await sms.users.refresh(first.refresh, life);
      assert.equal(second.sessionId, first.sessionId);
      const third = await sms.users.refresh(second.refresh, life);
      assert.equal(await refusal(sms.users.refresh(first.refresh, life)), 'token_revoked');
      assert.equal(await refusal(sms.users.refresh(third.refresh, life)), 'token_revoked');
      assert.equal(
        await refusal(sms.credentials.authenticate({ kind: 'session', jwt: third.access })),
        'token_revoked',
      );
    });

    it('lose their sessions at log-out and with their password', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const login = newEmail();
      const { id } = await sms.users.create(account, { email: login, password: 'long enough' });
      const shown = { login, password: 'long enough', address };
      const [one, other] = [(await sms.users.logIn(shown, life)).tokens, (await sms.users.logIn(shown, life)).tokens];
      const access = await sms.credentials.authenticate({ kind: 'session', jwt: one.access }, { cached: true });
      await sms.users.logOut(one.sessionId);
      const command = { items: [{ to: newNumber(), text: 'x' }] };
      assert.equal(await refusal(sms.messages.send(access, command)), 'token_revoked');
      assert.ok(await sms.credentials.authenticate({ kind: 'session', jwt: other.access }));
      const wrong = { former: 'not this one', next: 'another one', address };
      assert.equal(await refusal(sms.users.changePassword(id, wrong)), 'unauthenticated');
      await sms.users.changePassword(id, { ...wrong, former: shown.password });
      assert.equal(
        await refusal(sms.credentials.authenticate({ kind: 'session', jwt: other.access })),
        'token_revoked',
      );
      assert.equal(await refusal(sms.users.refresh(other.refresh, life)), 'token_revoked');
      assert.equal(await refusal(sms.users.logIn(shown, life)), 'unauthenticated');
      assert.ok(await sms.users.logIn({ ...shown, password: 'another one' }, life));
    });

    it('are not guessed: after ten wrong passwords from one place even the right one waits', async () => {
      const { sms } = given();
      const account = await openAccount(sms);
      const login = newEmail();
      await sms.users.create(account, { email: login, password: 'long enough' });
      const from = (place: string, password: string) => sms.users.logIn({ login, password, address: place }, life);
      const guesses = await Promise.all(
        Array.from({ length: 25 }, (_, at) => refusal(from('198.51.100.7', `guess number ${at}`))),
      );
      assert.equal(guesses.filter((code) => code === 'unauthenticated').length, 10);
      assert.equal(guesses.filter((code) => code === 'rate_limited').length, 15);
      assert.equal(await refusal(from('198.51.100.7', 'long enough')), 'rate_limited');
      assert.ok(await from('198.51.100.8', 'long enough'));
    });
  });

  describe('credentials in two processes', () => {
    it('end in both at once', async () => {
      const { sms, database } = given();
      const other = await openPlatform(database);
      try {
        const account = await openAccount(sms);
        const { raw, token } = await sms.keys.create(account, { form: 'mif', name: 'x' });
        const shown = { kind: 'token', raw, forms: ['mif'] } as const;
        const access = await other.sms.credentials.authenticate(shown, { cached: true });
        await sms.keys.revoke(account, 'mif', token.id);
        const command = { items: [{ to: newNumber(), text: 'x' }] };
        assert.equal(await refusal(other.sms.messages.send(access, command)), 'token_revoked');
      } finally {
        await other.sms.stop();
      }
    });
  });
}
