import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createSms, simulator, type Sms, type TokenForm } from '@ujumbe/core';
import { endProcesses, newFolder, ujumbe, type Environment } from './ujumbe-process.js';

const secret = Buffer.alloc(32, 9).toString('base64');
const life = { accessMs: 60_000, refreshMs: 60_000 };

interface Key {
  account_uuid: string;
  key_uuid: string;
  api_key: string;
}

interface Client {
  account_uuid: string;
  client_id: string;
  client_secret: string;
}

interface User {
  user_uuid: string;
  login: string;
  password: string;
}

/** What commands ask of the core holds on every database; that they ask it is shown on one. */
describe('the command line: keys, clients and users', () => {
  let env: Environment;
  /** The platform as another process sees it: what commands did must hold there. */
  let sms: Sms;
  let of: string[];
  let accountId: string;

  async function json<T>(...args: string[]): Promise<T> {
    const { code, stdout, stderr } = await ujumbe([...args, '--json'], env);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as T;
  }

  async function refusal(...args: string[]): Promise<{ error: string; code: string }> {
    const { code, stdout, stderr } = await ujumbe([...args, '--json'], env);
    assert.deepEqual([code, stdout], [1, '']);
    return JSON.parse(stderr) as { error: string; code: string };
  }

  const unknown = '01890000-0000-7000-8000-000000000000';
  const authenticates = (raw: string, form: TokenForm): ReturnType<Sms['credentials']['authenticate']> =>
    sms.credentials.authenticate({ kind: 'token', raw, forms: [form] });
  const refusedAs =
    (...codes: string[]) =>
    (error: { code?: string }): boolean =>
      codes.includes(error.code ?? '');

  before(async () => {
    const url = `sqlite:${join(newFolder(), 'sms.sqlite')}`;
    env = { UJUMBE_DATABASE_URL: url, UJUMBE_SECRET: secret };
    await json('migrate');
    const account = await json<{ account_uuid: string; team_code: string }>(
      ...['account', 'create', '--name', 'Acme', '--country', 'TZ', '--currency', 'TZS', '--credits', '0'],
    );
    accountId = account.account_uuid;
    of = ['--account', account.team_code];
    sms = await createSms({ database: url, secret, transports: [simulator()] });
  });
  after(async () => {
    await sms.stop();
    await endProcesses();
  });

  describe('key', () => {
    for (const [vendor, form] of [
      ['mifumo', 'mif'],
      ['mboasms', 'mboa'],
    ] as const) {
      it(`makes, replaces and revokes a key of ${vendor}`, async () => {
        const named = [...of, '--vendor', vendor];
        const key = await json<Key>('key', 'create', ...named, '--name', 'Till');
        assert.deepEqual(Object.keys(key), ['account_uuid', 'key_uuid', 'api_key']);
        assert.equal((await authenticates(key.api_key, form)).accountId, accountId);
        const which = [...named, '--key', key.key_uuid];
        const next = await json<Key>('key', 'rotate', ...which);
        assert.equal(next.key_uuid, key.key_uuid);
        assert.notEqual(next.api_key, key.api_key);
        await authenticates(next.api_key, form);
        await assert.rejects(authenticates(key.api_key, form), refusedAs('unauthenticated'));
        const revoked = { account_uuid: accountId, key_uuid: key.key_uuid, revoked: true };
        assert.deepEqual(await json('key', 'revoke', ...which), revoked);
        await assert.rejects(authenticates(next.api_key, form), refusedAs('token_revoked'));
      });
    }

    it('gives a key the permissions and the mode it is told', async () => {
      const mifumo = [...of, '--vendor', 'mifumo'];
      const key = await json<Key>('key', 'create', ...mifumo, '--permissions', 'read, write', '--mode', 'v1');
      const { permissions, credential } = await authenticates(key.api_key, 'mif');
      assert.deepEqual(permissions, ['read', 'write']);
      assert.equal(credential.kind === 'token' && credential.mode, 'v1');
    });

    it('refuses what cannot be meant', async () => {
      const mifumo = [...of, '--vendor', 'mifumo'];
      assert.match((await refusal('key', 'create', ...of, '--vendor', 'acme')).error, /--vendor must be mifumo or/);
      assert.equal((await refusal('key', 'create', ...mifumo, '--permissions', 'all')).code, 'invalid_request');
      assert.equal((await refusal('key', 'create', '--account', 'NOBODY', '--vendor', 'mifumo')).code, 'not_found');
      for (const verb of ['rotate', 'revoke']) {
        assert.equal((await refusal('key', verb, ...mifumo, '--key', unknown)).code, 'not_found');
      }
      // A key of one vendor is not another's.
      const { key_uuid: key } = await json<Key>('key', 'create', ...of, '--vendor', 'mboasms');
      assert.equal((await refusal('key', 'revoke', ...mifumo, '--key', key)).code, 'not_found');
    });

    it('tells people to keep it', async () => {
      const { stdout } = await ujumbe(['key', 'create', ...of, '--vendor', 'mboasms'], env);
      assert.match(stdout, /^key_uuid +[0-9a-f-]{36}\napi_key +mboa_[0-9a-f]{32}\nThe key is shown this once/);
    });
  });

  describe('client', () => {
    const issue = ({ client_id: clientId, client_secret: clientSecret }: Client): Promise<string> =>
      sms.clients.issueToken({ clientId, clientSecret }, 60_000);

    it('makes a client, and another secret that ends what came before', async () => {
      const client = await json<Client>('client', 'create', ...of, '--name', 'Shop');
      assert.deepEqual(Object.keys(client), ['account_uuid', 'client_id', 'client_secret']);
      const jwt = await issue(client);
      assert.equal((await sms.credentials.authenticate({ kind: 'client', jwt })).accountId, accountId);
      const which = [...of, '--client', client.client_id];
      const next = await json<Client>('client', 'rotate', ...which);
      assert.equal(next.client_id, client.client_id);
      await assert.rejects(issue(client), refusedAs('unauthenticated'));
      await assert.rejects(
        sms.credentials.authenticate({ kind: 'client', jwt }),
        refusedAs('unauthenticated', 'token_revoked', 'token_expired'),
      );
      const later = await issue(next);
      const revoked = { account_uuid: accountId, client_id: client.client_id, revoked: true };
      assert.deepEqual(await json('client', 'revoke', ...which), revoked);
      await assert.rejects(issue(next), refusedAs('token_revoked', 'unauthenticated'));
      await assert.rejects(
        sms.credentials.authenticate({ kind: 'client', jwt: later }),
        refusedAs('unauthenticated', 'token_revoked'),
      );
    });

    it('refuses what cannot be meant', async () => {
      assert.equal((await refusal('client', 'create', ...of, '--name', ' ')).code, 'invalid_request');
      assert.equal((await refusal('client', 'create', '--account', 'NOBODY')).code, 'not_found');
      for (const verb of ['rotate', 'revoke']) {
        assert.equal((await refusal('client', verb, ...of, '--client', unknown)).code, 'not_found');
      }
    });
  });

  describe('user', () => {
    const logIn = ({ login, password }: Pick<User, 'login' | 'password'>): ReturnType<Sms['users']['logIn']> =>
      sms.users.logIn({ login, password, address: '127.0.0.1' }, life);

    it('makes a user who logs in by each of the names', async () => {
      const names = { email: 'Asha@example.com', phone: '0712345678', username: 'asha' };
      const user = await json<User>(
        ...['user', 'create', ...of, '--email', names.email, '--phone', names.phone, '--username', names.username],
      );
      assert.deepEqual(Object.keys(user), ['user_uuid', 'login', 'password']);
      assert.equal(user.login, 'asha@example.com');
      for (const login of ['asha@example.com', '+255712345678', 'ASHA']) {
        assert.equal((await logIn({ login, password: user.password })).user.id, user.user_uuid);
      }
    });

    it('makes a new password, and ends the sessions of the one before', async () => {
      const user = await json<User>('user', 'create', ...of, '--username', 'juma');
      const { tokens } = await logIn(user);
      const session = { kind: 'session', jwt: tokens.access } as const;
      assert.equal((await sms.credentials.authenticate(session)).accountId, accountId);
      const next = await json<User>('user', 'password', 'rotate', '--user', 'juma');
      assert.equal(next.user_uuid, user.user_uuid);
      await assert.rejects(logIn(user), refusedAs('unauthenticated'));
      await assert.rejects(sms.credentials.authenticate(session));
      assert.equal((await logIn(next)).user.id, user.user_uuid);
    });

    it('refuses what cannot be meant', async () => {
      assert.equal((await refusal('user', 'create', ...of, '--username', 'juma')).code, 'conflict');
      assert.equal((await refusal('user', 'create', ...of)).code, 'invalid_request');
      assert.equal((await refusal('user', 'create', ...of, '--email', 'nobody')).code, 'invalid_request');
      assert.equal((await refusal('user', 'create', '--account', 'NOBODY', '--username', 'x')).code, 'not_found');
      assert.equal((await refusal('user', 'password', 'rotate', '--user', 'nobody')).code, 'usage');
    });
  });
});
