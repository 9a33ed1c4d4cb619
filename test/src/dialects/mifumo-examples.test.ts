import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { OpenedAccount } from '@ujumbe/core';
import { describeOnDatabases } from '../support/databases.js';
import { skipBecause } from '../support/skip.js';
import { openDialectHost, type DialectHost } from './dialect-host.js';

/*
 * The code of the vendor's documents, run as it stands there but for the base URL and the credentials. What is printed
 * there over several lines is one line here, as a shell reads it.
 */

type Json = Record<string, unknown>;
const run = promisify(execFile);

/** The first guide's commands. */
const firstGuide: readonly (readonly [title: string, command: string, seen: (said: Json) => void])[] = [
  [
    'Send SMS',
    `curl -X POST "http://127.0.0.1:8001/api/integration/v1/sms/send/" -H "Content-Type: application/json" -H "Authorization: Bearer YOUR_API_KEY" -d '{ "message": "Hello from Mifumo SMS!", "recipients": ["+255123456789"], "sender_id": "MIFUMO" }'`,
    ({ success, message, data, error_code: code, details }) => {
      assert.deepEqual([success, message, code, details], [true, 'SMS sent successfully', null, null]);
      const { message_id: id, recipients, status } = data as Json;
      assert.deepEqual([typeof id, recipients, status], ['string', ['+255123456789'], 'sent']);
    },
  ],
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
    'Send Your First SMS',
    `curl -X POST "http://127.0.0.1:8001/api/integration/v1/sms/send/" -H "Content-Type: application/json" -H "Authorization: Bearer YOUR_API_KEY" -d '{ "message": "Hello from Mifumo SMS!", "recipients": ["+255123456789"] }'`,
    ({ success }) => assert.equal(success, true),
  ],
];

const webHooked = `curl -X POST "http://127.0.0.1:8001/api/integration/v1/sms/send/" -H "Content-Type: application/json" -H "Authorization: Bearer YOUR_API_KEY" -d '{ "message": "Hello from Mifumo SMS!", "recipients": [ "+255123456789" ], "sender_id": "MIFUMO", "webhook_url": "https://your-domain.com/sms-webhook" }'`;

/** The second guide's JavaScript. */
const javascript = `
const BASE_URL = 'https://mifumosms.mifumolabs.com';
const API_KEY = 'YOUR_API_KEY';

async function call(method, path, body) {
  const response = await fetch(\`\${BASE_URL}\${path}\`, {
    method,
    headers: {
      'Authorization': \`Bearer \${API_KEY}\`,
      'Content-Type': 'application/json',
    },
    body: body && JSON.stringify(body),
  });
  const data = await response.json();
  if (!response.ok) throw new Error(JSON.stringify(data));
  return data;
}

(async () => {
  const balance = await call('GET', '/api/integration/v1/sms/balance/');
  const sent = await call('POST', '/api/integration/v1/sms/send/', {
    message: 'Hello from Mifumo SMS API v2.0!',
    recipients: ['+255614853618'],
    sender_id: 'QUANTUM',
  });
  if (!sent.success || !sent.message_id) throw new Error('not sent');
  const status = await call('GET', \`/api/integration/v1/sms/status/\${sent.message_id}/\`);
  console.log(JSON.stringify({ balance, sent, status }));
})();
`;

/** What the second guide's Python reads, by \`requests\`. */
const python = `
import json, requests

BASE_URL = 'https://mifumosms.mifumolabs.com'
session = requests.Session()
headers = {'Authorization': 'Bearer YOUR_API_KEY', 'Content-Type': 'application/json'}

response = session.post(f'{BASE_URL}/api/integration/v1/sms/send/', headers=headers, json={
    'message': 'Hello from Mifumo SMS API v2.0!',
    'recipients': ['+255614853618'],
    'sender_id': 'QUANTUM',
})
response.raise_for_status()
sms_result = response.json()
status = None
if sms_result.get('success') and sms_result.get('message_id'):
    response = session.get(f"{BASE_URL}/api/integration/v1/sms/status/{sms_result['message_id']}/", headers=headers)
    response.raise_for_status()
    status = response.json()

response = session.post(f'{BASE_URL}/api/auth/login/', json={'email': 'EMAIL', 'password': 'PASSWORD'})
response.raise_for_status()
result = response.json()
access_token, refresh_token = result['tokens']['access'], result['tokens']['refresh']
profile = session.get(f'{BASE_URL}/api/auth/profile/', headers={'Authorization': f'Bearer {access_token}'})
profile.raise_for_status()
refreshed = session.post(f'{BASE_URL}/api/auth/token/refresh/', json={'refresh': refresh_token})
refreshed.raise_for_status()
print(json.dumps({'sent': sms_result, 'status': status, 'access': refreshed.json()['access']}))
`;

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
  ['/messaging/dashboard/overview/'],
  ['/messaging/sms/stats/'],
];

describeOnDatabases('Dialects: the examples of Mifumo’s documents', (open) => {
  let host: DialectHost;
  let opened: OpenedAccount;
  const user = { email: 'user@example.com', password: 'SecurePassword123!' };

  before(async () => {
    host = await openDialectHost(open);
    opened = await host.open({ country: 'TZ', currency: 'TZS', sender: 'MIFUMO' });
    await host.sms.accounts.approveSender(opened.account.id, 'QUANTUM');
    await host.sms.users.create(opened.account.id, user);
  });
  after(() => host.close());
  afterEach(() => assert.deepEqual(host.logged, []));

  const ours = (code: string): string =>
    code
      .replaceAll('http://127.0.0.1:8001', host.url)
      .replaceAll('https://mifumosms.mifumolabs.com', host.url)
      .replaceAll('YOUR_API_KEY', opened.keys.mif)
      .replace('EMAIL', user.email)
      .replace('PASSWORD', user.password);

  const shell = async (command: string): Promise<Json> =>
    JSON.parse((await run('sh', ['-c', `${ours(command)} -s`])).stdout) as Json;

  for (const [title, command, seen] of firstGuide) {
    it(`curl: ${title}`, async function () {
      if (!(await isInstalled('curl'))) skipBecause(this, 'there is no curl here');
      seen(await shell(command));
    });
  }

  it('curl: a webhook whose host is nobody’s here is refused in words', async function () {
    if (!(await isInstalled('curl'))) skipBecause(this, 'there is no curl here');
    const { success, error_code: code } = await shell(webHooked);
    // Where the name resolves, the message is sent.
    assert.ok(success === true || code === 'INVALID_REQUEST_DATA');
  });

  it('JavaScript: fetch', async () => {
    const { stdout } = await run(process.execPath, ['-e', ours(javascript)]);
    const { balance, sent, status } = JSON.parse(stdout) as Record<string, Json>;
    assert.deepEqual([typeof balance?.balance, balance?.currency], ['number', 'credits']);
    assert.equal(sent?.status, 'sent');
    assert.equal(status?.message_id, sent.message_id);
  });

  it('Python: requests', async function () {
    if (!(await isInstalled('python3', ['-c', 'import requests']))) skipBecause(this, 'requests is not installed');
    const { stdout } = await run('python3', ['-c', ours(python)]);
    const { sent, status, access } = JSON.parse(stdout) as { sent: Json; status: Json; access: string };
    assert.equal(status.message_id, sent.message_id);
    assert.match(access, /^[\w-]+\.[\w-]+\.[\w-]+$/);
  });

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

const isInstalled = (command: string, args = ['--version']): Promise<boolean> =>
  run(command, args).then(
    () => true,
    () => false,
  );
