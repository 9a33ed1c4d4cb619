import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeOnDatabases } from '../support/databases.js';
import { endProcesses, newFolder, ujumbe, UjumbeProcess, type Environment } from './ujumbe-process.js';

const secret = Buffer.alloc(32, 9).toString('base64');

describeOnDatabases('the command line', (open) => {
  let env: Environment;
  let account: { account_uuid: string; team_code: string; api_token: string; smpp_password: string; credits: number };

  /** What a command prints with `--json`: one value, or it fails. */
  async function json<T>(...args: string[]): Promise<T> {
    const { code, stdout, stderr } = await ujumbe([...args, '--json'], env);
    assert.equal(code, 0, stderr);
    assert.equal(stderr, '');
    assert.equal(stdout.split('\n').length, 2, stdout);
    return JSON.parse(stdout) as T;
  }

  async function refusal(...args: string[]): Promise<{ error: string; code: string }> {
    const { code, stdout, stderr } = await ujumbe([...args, '--json'], env);
    assert.equal(code, 1);
    assert.equal(stdout, '');
    return JSON.parse(stderr) as { error: string; code: string };
  }

  before(async () => {
    const { options } = await open({ empty: true });
    const url = typeof options === 'string' ? options : `sqlite:${join(newFolder(), 'sms.sqlite')}`;
    env = { UJUMBE_DATABASE_URL: url, UJUMBE_SECRET: secret, UJUMBE_SIMULATOR_DELAY_MS: '5' };
  });
  after(endProcesses);

  it('migrates, once', async () => {
    assert.ok((await json<{ migrated: string[] }>('migrate')).migrated.length > 0);
    assert.deepEqual(await json('migrate'), { migrated: [] });
  });

  it('opens an account and prints every credential', async () => {
    const details = ['--name', 'Acme', '--country', 'TZ', '--currency', 'TZS', '--credits', '12.5', '--sender', 'ACME'];
    account = await json('account', 'create', ...details);
    assert.match(account.account_uuid, /^[0-9a-f-]{36}$/);
    assert.match(account.api_token, /^mbs_\w{32}$/);
    assert.match(account.smpp_password, /^\w{8}$/);
    assert.equal(account.credits, 12.5);
    const partner = await json<{ kind: string; team_code: string }>('account', 'create', ...details, '--partner');
    assert.equal(partner.kind, 'partner');
    const tenant = await json<{ kind: string }>('account', 'create', ...details, '--partner', partner.team_code);
    assert.equal(tenant.kind, 'tenant');
  });

  it('credits an account, by uuid or team code', async () => {
    const byCode = ['account', 'credit', '--account', account.team_code.toLowerCase(), '--amount', '0.25'];
    assert.deepEqual(await json(...byCode), { account_uuid: account.account_uuid, available: 12.75, held: 0 });
    const byUuid = ['account', 'credit', '--account', account.account_uuid, '--amount', '1'];
    assert.equal((await json<{ available: number }>(...byUuid)).available, 13.75);
  });

  it('approves a sender ID', async () => {
    const approved = await json<{ sender_id: string; state: string }>(
      ...['sender', 'approve', '--account', account.team_code, '--sender', 'ACME2'],
    );
    assert.deepEqual([approved.sender_id, approved.state], ['ACME2', 'approved']);
  });

  it('refuses a sender ID, and lists them all', async () => {
    const of = ['--account', account.team_code];
    await json('sender', 'approve', ...of, '--sender', 'ACME3');
    const rejected = await json<{ state: string }>('sender', 'reject', ...of, '--sender', 'ACME3', '--reason', 'taken');
    assert.equal(rejected.state, 'rejected');
    const { senders } = await json<{ senders: Record<string, unknown>[] }>('sender', 'list', ...of);
    const shown = senders.map(({ sender_id: name, state, reason }) => [name, state, reason]);
    assert.deepEqual(shown, [
      ['ACME', 'approved', null],
      ['ACME2', 'approved', null],
      ['ACME3', 'rejected', 'taken'],
    ]);
  });

  it('makes a new SMPP password and sets how an account binds', async () => {
    const rotated = await json<{ smpp_password: string }>('smpp', 'password', 'rotate', '--account', account.team_code);
    assert.match(rotated.smpp_password, /^\w{8}$/);
    assert.notEqual(rotated.smpp_password, account.smpp_password);
    const configure = ['smpp', 'configure', '--account', account.team_code];
    const settings = { account_uuid: account.account_uuid, max_sessions: null, alphabet: null };
    assert.deepEqual(await json(...configure, '--addresses', '10.0.0.0/8, ::1', '--rate', '500'), {
      ...settings,
      addresses: ['10.0.0.0/8', '::1'],
      segments_per_second: 500,
    });
    assert.deepEqual(await json(...configure, '--addresses', 'default', '--rate', 'default'), {
      ...settings,
      addresses: [],
      segments_per_second: null,
    });
    assert.match((await refusal(...configure, '--rate', '0')).error, /--rate must be/);
    assert.match((await refusal(...configure, '--alphabet', 'klingon')).error, /--alphabet must be/);
  });

  it('makes and revokes a token', async () => {
    const wanted = ['--account', account.team_code, '--scopes', 'messages,webhooks', '--expires', '2099-01-01'];
    const token = await json<{ token_uuid: string; scopes: string[]; expires_at: string }>(
      'token',
      'create',
      ...wanted,
    );
    assert.deepEqual(token.scopes, ['messages', 'webhooks']);
    assert.equal(token.expires_at, '2099-01-01T00:00:00.000Z');
    const revoked = await json('token', 'revoke', '--account', account.team_code, '--token', token.token_uuid);
    assert.deepEqual(revoked, { account_uuid: account.account_uuid, token_uuid: token.token_uuid, revoked: true });
  });

  it('suspends and resumes an account', async () => {
    const which = ['--account', account.team_code];
    assert.equal((await json<{ state: string }>('account', 'suspend', ...which)).state, 'suspended');
    const refused = await refusal('send', ...which, '--to', '0712345678', '--message', 'Habari');
    assert.equal(refused.code, 'account_suspended');
    assert.equal((await json<{ state: string }>('account', 'resume', ...which)).state, 'active');
  });

  it('opens tenants of a partner, gives them credits and lists them', async () => {
    const opened = ['--country', 'KE', '--currency', 'KES', '--credits', '100'];
    const partner = await json<{ team_code: string; kind: string }>(
      ...['account', 'create', '--name', 'Reseller', ...opened, '--partner'],
    );
    assert.equal(partner.kind, 'partner');
    const of = ['--partner', partner.team_code];
    const tenant = await json<{ account_uuid: string; team_code: string; available: number; password: string }>(
      ...['tenant', 'create', ...of, '--name', 'Shop', '--credits', '12.5', '--email', 'shop@example.com'],
    );
    assert.equal(tenant.available, 12.5);
    assert.ok(tenant.password.length >= 16);
    const give = ['tenant', 'credit', ...of, '--tenant', tenant.team_code, '--amount', '7', '--reference', 'inv 1'];
    const { available, replayed } = await json<{ available: number; replayed: boolean }>(...give);
    assert.deepEqual([available, replayed], [19.5, false]);
    const { tenants, total } = await json<{ tenants: { account_uuid: string }[]; total: number }>(
      'tenant',
      'list',
      ...of,
    );
    assert.deepEqual([tenants.map(({ account_uuid: id }) => id), total], [[tenant.account_uuid], 1]);
    await json('account', 'suspend', '--account', partner.team_code);
    const resumed = await json<{ state: string }>('account', 'resume', '--account', tenant.team_code);
    assert.equal(resumed.state, 'suspended');
  });

  it('sends, while tail in another process shows the events', async () => {
    const tail = new UjumbeProcess(['tail', '--json'], env);
    const people = new UjumbeProcess(['tail', '--account', account.team_code], env);
    const server = new UjumbeProcess(['serve', '--json'], env);
    await server.shows(/\}\n/);
    // A tail shows what comes after it has begun, and says nothing before that.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const sent = await json<{ accepted: { uuid: string; parts: number; credits: number }[]; rejected: object[] }>(
      ...[
        'send',
        '--account',
        account.team_code,
        '--to',
        '+255712345678',
        '12',
        '--message',
        'Habari',
        '--sender',
        'ACME2',
      ],
    );
    assert.equal(sent.accepted.length, 1);
    assert.equal(sent.rejected.length, 1);
    await tail.shows(/message\.delivered/);
    await people.shows(/delivered/);

    const { code, stdout } = await tail.stop();
    assert.equal(code, 0);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; data: { uuid: string } });
    assert.deepEqual(
      events.map(({ type }) => type),
      ['message.accepted', 'message.submitted', 'message.delivered'],
    );
    assert.ok(events.every(({ data }) => data.uuid === sent.accepted[0]!.uuid));
    const shown = await people.stop('SIGTERM');
    assert.equal(shown.code, 0);
    assert.ok(!shown.stdout.includes('255712345678'), 'people read no numbers');
    assert.equal((await server.stop()).code, 0);
  });

  it('finds nothing wrong', async () => {
    const doctor = await json<{ ok: boolean; checks: { name: string; ok: boolean }[] }>('doctor');
    assert.equal(doctor.ok, true);
    for (const name of ['database', 'migrations', 'clock', 'transport simulator', 'secret']) {
      assert.ok(
        doctor.checks.some((check) => check.name === name && check.ok),
        name,
      );
    }
    const { stdout } = await ujumbe(['doctor'], env);
    assert.match(stdout, /^✓ database: /m);
  });

  it('refuses in one sentence, on stderr', async () => {
    const nobody = ['--account', 'NOBODY'];
    assert.equal((await refusal('account', 'credit', ...nobody, '--amount', '1')).code, 'not_found');
    assert.equal((await refusal('sender', 'approve', ...nobody, '--sender', 'X')).code, 'not_found');
    assert.equal((await refusal('tail', ...nobody)).code, 'not_found');
    const which = ['--account', account.team_code];
    assert.equal((await refusal('account', 'credit', ...which, '--amount', 'much')).code, 'usage');
    assert.equal((await refusal('token', 'create', ...which, '--scopes', 'all')).code, 'invalid_request');
    assert.equal((await refusal('token', 'create', ...which, '--scopes', 'messages', '--expires', '1')).code, 'usage');
    assert.equal((await refusal('send', ...which, '--to', '12', '--message', 'x')).code, 'number_invalid');
    assert.equal((await refusal('tail', '--after', 'x')).code, 'invalid_request');
  });

  it('says in one sentence what it did not understand', async () => {
    for (const args of [
      [],
      ['acount'],
      ['account'],
      ['account', 'create'],
      ['migrate', '--force'],
      ['migrate', 'now'],
    ]) {
      const { code, stdout, stderr } = await ujumbe(args, env);
      assert.deepEqual([code, stdout], [1, ''], args.join(' '));
      assert.match(stderr, /^[A-Z][^\n]+[.?)]\n$/);
      assert.equal((await refusal(...args)).code, 'usage');
    }
    const help = await ujumbe(['--help'], env);
    assert.deepEqual([help.code, help.stderr], [0, '']);
    assert.match(help.stdout, /serve.*migrate.*account.*doctor/s);
  });
});

describe('ujumbe doctor', () => {
  afterEach(endProcesses);

  it('says what is wrong, and exits 1', async () => {
    const folder = newFolder();
    const missing = await ujumbe(['doctor'], { UJUMBE_DATABASE_URL: `sqlite:${join(folder, 'none.sqlite')}` });
    assert.equal(missing.code, 1);
    assert.match(missing.stdout, /^✗ database: there is no file/);

    const file = join(folder, 'text.sqlite');
    writeFileSync(file, 'This is a letter and no database, however long one looks at it.'.repeat(20));
    const broken = await ujumbe(['doctor', '--json'], { UJUMBE_DATABASE_URL: `sqlite:${file}` });
    assert.equal(broken.code, 1);
    const { ok, checks } = JSON.parse(broken.stdout) as { ok: boolean; checks: { detail: string }[] };
    assert.equal(ok, false);
    assert.match(checks[0]!.detail, /is not a SQLite database/);
  });

  it('does not migrate what it looks at', async () => {
    const env = { UJUMBE_DATABASE_URL: `sqlite:${join(newFolder(), 'sms.sqlite')}` };
    writeFileSync(env.UJUMBE_DATABASE_URL.slice('sqlite:'.length), '');
    for (let run = 0; run < 2; run++) {
      const { code, stdout } = await ujumbe(['doctor'], env);
      assert.equal(code, 1);
      assert.match(stdout, /^✗ migrations: /m);
    }
  });
});
