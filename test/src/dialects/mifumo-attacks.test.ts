import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { OpenedAccount } from '@ujumbe/core';
import { describeOnDatabases } from '../support/databases.js';
import { openDialectHost, type DialectHost } from './dialect-host.js';

type Json = Record<string, unknown>;

const many = { limit: 100_000, windowMs: 60_000 };
const password = 'SecurePassword123!';
const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describeOnDatabases('Dialects: Mifumo under attack', (open) => {
  let host: DialectHost;
  let users = 0;

  before(async () => {
    const limits = Object.fromEntries(
      ['mifumo.anonymous', 'mifumo-web.anonymous', 'mifumo-web.registrations', 'mifumo-web.codes-asked'].map((name) => [
        name,
        many,
      ]),
    );
    host = await openDialectHost(open, { limits });
  });
  after(() => host.close());
  afterEach(() => assert.deepEqual(host.logged, []));

  const openAccount = (): Promise<OpenedAccount> => host.open({ country: 'TZ', currency: 'TZS', sender: 'MIFUMO' });

  const ask = async (
    method: string,
    path: string,
    { bearer, body, headers }: { bearer?: string; body?: object; headers?: Record<string, string> } = {},
  ): Promise<{ status: number; body: Json }> => {
    const answer = await fetch(`${host.url}/api${path}`, {
      method,
      headers: {
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body ? JSON.stringify(body) : null,
    });
    const said = await answer.text();
    return { status: answer.status, body: (said === '' ? {} : JSON.parse(said)) as Json };
  };

  async function logIn(): Promise<{ opened: OpenedAccount; email: string; access: string; refresh: string }> {
    const opened = await openAccount();
    const email = `attacked${++users}@example.com`;
    await host.sms.users.create(opened.account.id, { email, password });
    const { body } = await ask('POST', '/auth/login/', { body: { email, password } });
    const { access, refresh } = body.tokens as { access: string; refresh: string };
    return { opened, email, access, refresh };
  }

  const profile = async (bearer: string): Promise<number> => (await ask('GET', '/auth/profile/', { bearer })).status;

  describe('JSON web tokens', () => {
    it('of another algorithm, key, purpose, issuer or time are refused', async () => {
      const { access, refresh } = await logIn();
      const [header = '', payload = '', signature = ''] = access.split('.');
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Json;
      const signed = (head: object, body: object, key = 'secret', hash = 'sha256'): string => {
        const text = `${base64url(head)}.${base64url(body)}`;
        return `${text}.${createHmac(hash, key).update(text).digest('base64url')}`;
      };
      const hs256 = { alg: 'HS256', typ: 'JWT' };
      const forged = {
        'no algorithm': `${base64url({ alg: 'none', typ: 'JWT' })}.${payload}.`,
        'no algorithm, with a signature': `${base64url({ alg: 'none', typ: 'JWT' })}.${payload}.${signature}`,
        'no signature': `${header}.${payload}.`,
        'another key': signed(hs256, claims),
        'an empty key': signed(hs256, claims, ''),
        'another algorithm': signed({ alg: 'HS512', typ: 'JWT' }, claims, 'secret', 'sha512'),
        'a key of its own': signed({ ...hs256, jwk: { kty: 'oct', k: 'c2VjcmV0' } }, claims),
        'a key elsewhere': signed({ ...hs256, jku: `${host.url}/keys`, kid: '../../dev/null' }, claims),
        'another subject': `${header}.${base64url({ ...claims, sub: host.payerId })}.${signature}`,
        'a later end': `${header}.${base64url({ ...claims, exp: 9_999_999_999 })}.${signature}`,
        'a refresh token': refresh,
        'half a token': access.slice(0, -10),
        'two dots': '..',
        'a long one': `${header}.${'A'.repeat(10_000)}.${signature}`,
      };
      for (const [what, jwt] of Object.entries(forged)) assert.equal(await profile(jwt), 401, what);
      assert.equal(await profile(access), 200);
      const refreshed = await ask('POST', '/auth/token/refresh/', { body: { refresh: access } });
      assert.equal(refreshed.status, 401, 'an access token refreshes nothing');
    });

    it('end after an hour', async () => {
      const { access } = await logIn();
      host.clock.move(3_599_000);
      assert.equal(await profile(access), 200);
      host.clock.move(2_000);
      assert.equal(await profile(access), 401);
    });

    it('are good for a refresh once: who shows one again ends the session of whoever has it', async () => {
      const { refresh } = await logIn();
      const first = await ask('POST', '/auth/token/refresh/', { body: { refresh } });
      assert.equal(first.status, 200);
      const { access: next, refresh: second } = first.body as { access: string; refresh: string };
      assert.equal(await profile(next), 200);
      assert.equal((await ask('POST', '/auth/token/refresh/', { body: { refresh } })).status, 401);
      assert.equal(await profile(next), 401);
      assert.equal((await ask('POST', '/auth/token/refresh/', { body: { refresh: second } })).status, 401);
    });

    it('are over with the password, the user and the account', async () => {
      const { opened, access } = await logIn();
      await host.sms.accounts.suspend(opened.account.id);
      assert.equal(await profile(access), 401);
      await host.sms.accounts.resume(opened.account.id);
      assert.equal(await profile(access), 200);
      const { body } = await ask('GET', '/auth/profile/', { bearer: access });
      await host.sms.users.update(String(body.id), { state: 'disabled' });
      assert.equal(await profile(access), 401);
    });

    it('are no keys, and keys are none of them', async () => {
      const { opened, access } = await logIn();
      const { mif, mboa } = opened.keys;
      for (const bearer of [mif, mboa, opened.apiToken]) assert.equal(await profile(bearer), 401);
      for (const bearer of [access, mboa, opened.apiToken, `${mif}x`, mif.toUpperCase()]) {
        assert.equal((await ask('GET', '/integration/v1/sms/balance/', { bearer })).status, 401);
      }
      // What a user may do for their programs, they may do in person.
      const created = await ask('POST', '/integration/keys/create/', { bearer: access, body: { key_name: 'Mine' } });
      assert.equal(created.status, 200);
    });
  });

  describe('keys', () => {
    it('reach only as far as they were given', async () => {
      const { account, keys } = await openAccount();
      const made = async (permissions: string[]): Promise<string> =>
        (await host.sms.keys.create(account.id, { form: 'mif', name: 'x', permissions })).raw;
      const [reader, writer] = [await made(['read']), await made(['write'])];
      const message = { message: 'x', recipients: ['+255614853618'] };
      const statuses = async (bearer: string): Promise<number[]> => [
        (await ask('GET', '/integration/v1/sms/balance/', { bearer })).status,
        (await ask('POST', '/integration/v1/sms/send/', { bearer, body: message })).status,
        (await ask('POST', '/integration/keys/create/', { bearer, body: { key_name: 'x' } })).status,
      ];
      assert.deepEqual(await statuses(reader), [200, 403, 403]);
      assert.deepEqual(await statuses(writer), [403, 200, 403]);
      assert.deepEqual(await statuses(keys.mif), [200, 200, 200]);
    });

    it('are read from one place: a header that is wrong is not made good by another', async () => {
      const { keys } = await openAccount();
      const both = { authorization: 'Bearer mif_wrong', 'x-api-key': keys.mif };
      assert.equal((await ask('GET', '/integration/v1/sms/balance/', { headers: both })).status, 401);
      const path = `/integration/v1/sms/balance/?api_key=${keys.mif}`;
      assert.equal((await ask('GET', path)).status, 401);
    });

    it('show nothing of other accounts', async () => {
      const [mine, theirs] = [await openAccount(), await openAccount()];
      const bearer = mine.keys.mif;
      const contact = await host.sms.contacts.create(theirs.account.id, { phone: '+255614853618' });
      const segment = await host.sms.segments.create(theirs.account.id, { name: 'x', rule: { active: true } });
      const sent = await host.sms.send(theirs.account.id, { to: '+255614853618', message: 'x' });
      const { token } = await host.sms.keys.create(theirs.account.id, { form: 'mif', name: 'x' });
      const sender = await host.sms.accounts.requestSender(theirs.account.id, { name: 'THEIRS' });
      const of = '/integration/v1';
      for (const [method, path] of [
        ['GET', `${of}/contacts/${contact.id}/`],
        ['PUT', `${of}/contacts/${contact.id}/update/`],
        ['DELETE', `${of}/contacts/${contact.id}/delete/`],
        ['GET', `${of}/contacts/segments/${segment.id}/`],
        ['DELETE', `${of}/contacts/segments/${segment.id}/delete/`],
        ['GET', `${of}/contacts/search/?segment_id=${segment.id}`],
        ['GET', `${of}/sms/status/${sent.accepted[0]?.id ?? ''}/`],
        ['GET', `${of}/sms/sender-id/requests/${sender.sender.id}/`],
        ['POST', `/integration/keys/${token.id}/revoke/`],
        ['POST', `/integration/keys/${token.id}/regenerate/`],
      ] as const) {
        assert.equal((await ask(method, path, { bearer })).status, 404, `${method} ${path}`);
      }
      assert.ok(await host.sms.contacts.get(theirs.account.id, contact.id));
    });
  });

  describe('log-in and codes', () => {
    it('are guessed ten times and no more, whatever is guessed', async () => {
      const email = `guessed${++users}@example.com`;
      await host.sms.users.create((await openAccount()).account.id, { email, password });
      const guess = async (guessed: string): Promise<number> =>
        (await ask('POST', '/auth/login/', { body: { email, password: guessed } })).status;
      for (let guesses = 0; guesses < 10; guesses++) assert.equal(await guess(`wrong ${guesses}`), 400);
      assert.equal(await guess('wrong again'), 429);
      assert.equal(await guess(password), 429);
    });

    const register = async (): Promise<{ email: string; phone: string }> => {
      const n = 1_000_000 + ++users;
      const [email, phone] = [`stranger${n}@example.com`, `+25561${n}`];
      const { status, body } = await ask('POST', '/auth/register/', {
        body: {
          email,
          phone_number: phone,
          first_name: 'Asha',
          last_name: 'Juma',
          password,
          password_confirm: password,
        },
      });
      assert.equal(status, 201, JSON.stringify(body));
      return { email, phone };
    };

    const codeTo = async (phone: string): Promise<string> => {
      const { messages } = await host.sms.messages.list(host.payerId, { recipient: phone }, { limit: 1, offset: 0 });
      return /^\d{6}/.exec(messages[0]?.text ?? '')?.[0] ?? '';
    };

    it('take three wrong codes, also when they come at once, and then not the right one', async () => {
      const { phone, email } = await register();
      const right = await codeTo(phone);
      const wrong = right === '111111' ? '222222' : '111111';
      const verify = async (code: string): Promise<Json> =>
        (await ask('POST', '/auth/sms/verify-code/', { body: { phone_number: phone, verification_code: code } })).body;
      const answers = await Promise.all(Array.from({ length: 6 }, () => verify(wrong)));
      assert.deepEqual(answers.map(({ attempts_remaining: left }) => left).sort(), [0, 0, 0, 0, 1, 2]);
      assert.equal((await verify(right)).success, false);
      const { status } = await ask('POST', '/auth/login/', { body: { email, password } });
      assert.equal(status, 400);
    });

    it('end after a quarter of an hour', async () => {
      const { phone } = await register();
      const code = await codeTo(phone);
      host.clock.move(15 * 60_000 + 1_000);
      const body = { phone_number: phone, verification_code: code };
      assert.equal((await ask('POST', '/auth/sms/verify-code/', { body })).status, 400);
    });

    it('prove an address for one purpose: a code to activate does not choose a password', async () => {
      const { phone } = await register();
      const code = await codeTo(phone);
      const body = {
        phone_number: phone,
        verification_code: code,
        new_password: 'Another123!',
        new_password_confirm: 'Another123!',
      };
      assert.equal((await ask('POST', '/auth/sms/reset-password/', { body })).status, 400);
    });

    it('are sent five times an hour to one number', async () => {
      const { phone } = await register();
      const statuses: number[] = [];
      for (let asked = 0; asked < 5; asked++) {
        statuses.push((await ask('POST', '/auth/sms/send-code/', { body: { phone_number: phone } })).status);
      }
      // The registration itself was the first.
      assert.deepEqual(statuses, [200, 200, 200, 200, 429]);
    });

    it('do not let in whom the operator shut out', async () => {
      const { phone, email } = await register();
      const user = await host.sms.users.find(email);
      await host.sms.users.update(user?.id ?? '', { state: 'disabled' });
      const body = { phone_number: phone, verification_code: await codeTo(phone) };
      await ask('POST', '/auth/sms/verify-code/', { body });
      assert.equal((await host.sms.users.find(email))?.state, 'disabled');
      assert.equal((await ask('POST', '/auth/login/', { body: { email, password } })).status, 400);
    });

    it('open one account for many who register with one address at once', async () => {
      const n = ++users;
      const body = {
        email: `same${n}@example.com`,
        phone_number: `+25562${1_000_000 + n}`,
        first_name: 'Asha',
        last_name: 'Juma',
        password,
        password_confirm: password,
      };
      const before = (await host.sms.accounts.list()).length;
      const statuses = await Promise.all(
        Array.from({ length: 4 }, async () => (await ask('POST', '/auth/register/', { body })).status),
      );
      assert.deepEqual(statuses.sort(), [201, 400, 400, 400]);
      assert.equal((await host.sms.accounts.list()).length, before + 1);
    });
  });
});
