import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { OpenedAccount } from '@ujumbe/core';
import { describeOnDatabases } from '../support/databases.js';
import { skipBecause } from '../support/skip.js';
import { openDialectHost, type DialectHost } from './dialect-host.js';

/*
 * What the vendor's documents ask for, as it stands there but for the base URL and the credentials. Those that send a
 * message are in test/dialects/mifumo/examples.
 */

type Json = Record<string, unknown>;
const run = promisify(execFile);

/** The first guide's commands that ask for something. */
const commands: readonly (readonly [title: string, command: string, seen: (said: Json) => void])[] = [
  [
    'Get Delivery Reports',
    `curl -X GET "http://127.0.0.1:8001/api/integration/v1/sms/delivery-reports/?start_date=2024-01-01T00:00:00Z&status=delivered" -H "Authorization: Bearer YOUR_API_KEY"`,
    ({ success }) => assert.equal(success, true),
  ],
  [
    'Get Account Balance',
    `curl -X GET "http://127.0.0.1:8001/api/integration/v1/sms/balance/" -H "Authorization: Bearer YOUR_API_KEY"`,
    ({ success, data }) => {
      assert.equal(success, true);
      assert.deepEqual([typeof (data as Json).balance, (data as Json).currency], ['number', 'TZS']);
    },
  ],
  [
    'Get Message Status',
    `curl -X GET "http://127.0.0.1:8001/api/integration/v1/sms/status/msg_123456789/" -H "Authorization: Bearer YOUR_API_KEY"`,
    // The id is of nothing here.
    ({ success, error_code: code }) => assert.deepEqual([success, code], [false, 'MESSAGE_NOT_FOUND']),
  ],
];

/** The second guide's shell script for the web site: what it sends, and what it reads. */
const steps: readonly (readonly [path: string, body?: object])[] = [
  ['/auth/profile/'],
  ['/messaging/sms/balance/'],
  ['/messaging/sms/send/', { recipient: '+255614853618', message: 'Hello from Mifumo SMS API!', sender_id: 'MIFUMO' }],
  ['/messaging/contacts/?page=1&page_size=20'],
  [
    '/messaging/contacts/',
    {
      name: 'John Doe',
      phone_e164: '+255712345678',
      email: 'john@example.com',
      attributes: { company: 'Example Corp', position: 'Manager' },
      tags: ['VIP', 'Customer'],
    },
  ],
  [
    '/messaging/campaigns/',
    {
      name: 'Holiday Promotion',
      message: 'Special holiday offer! Get 20% off',
      recipients: ['+255614853618', '+255712345678'],
      sender_id: 'MIFUMO',
      // There it is a time that has passed by now.
      scheduled_at: new Date(Date.now() + 86_400_000).toISOString(),
    },
  ],
  ['/messaging/dashboard/overview/'],
  ['/billing/sms/balance/'],
  ['/messaging/sms/stats/'],
];

describeOnDatabases('Dialects: the examples of Mifumo’s documents', (open) => {
  let host: DialectHost;
  let opened: OpenedAccount;
  const user = { email: 'user@example.com', password: 'SecurePassword123!' };

  before(async () => {
    host = await openDialectHost(open);
    opened = await host.open({ country: 'TZ', currency: 'TZS', sender: 'MIFUMO' });
    await host.sms.users.create(opened.account.id, user);
  });
  after(() => host.close());
  afterEach(() => assert.deepEqual(host.logged, []));

  const shell = async (command: string): Promise<Json> => {
    const ours = command.replace('http://127.0.0.1:8001', host.url).replace('YOUR_API_KEY', opened.keys.mif);
    return JSON.parse((await run('sh', ['-c', `${ours} -s`])).stdout) as Json;
  };

  for (const [title, command, seen] of commands) {
    it(`curl: ${title}`, async function () {
      if (!(await isInstalled('curl'))) skipBecause(this, 'there is no curl here');
      seen(await shell(command));
    });
  }

  it('shell: the web site', async () => {
    const login = await fetch(`${host.url}/api/auth/login/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(user),
    });
    const { tokens } = (await login.json()) as { tokens: { access: string } };
    for (const [path, body] of steps) {
      const answer = await fetch(`${host.url}/api${path}`, {
        method: body ? 'POST' : 'GET',
        headers: { authorization: `Bearer ${tokens.access}`, 'content-type': 'application/json' },
        body: body ? JSON.stringify(body) : null,
      });
      assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.text()}`);
    }
  });
});

const isInstalled = (command: string): Promise<boolean> =>
  run(command, ['--version']).then(
    () => true,
    () => false,
  );
