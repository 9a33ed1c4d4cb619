import assert from 'node:assert/strict';
import { mifumo } from '@ujumbe/express-router';
import { describeOnDatabases } from '../support/databases.js';
import { openDialectHost, type DialectHost } from './dialect-host.js';

/** Bodies that no endpoint asks for: each is refused, or what is odd about it is passed over, and nothing breaks. */
const oddBodies: readonly [name: string, body: string][] = [
  ['broken JSON', '{"to":'],
  ['a list', '[{}]'],
  ['text', '"text"'],
  ['null', 'null'],
  ['a number', '1e999'],
  ['nesting without end', '['.repeat(50_000)],
  ['a prototype', '{"__proto__":{"admin":true},"constructor":{"prototype":{}}}'],
];

/** Values that no field asks for, in the place of every field there is. */
const oddValues: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  '',
  ' ',
  'a\u0000b',
  'a\ud800b',
  'x'.repeat(20_000),
  '\u202e+255614853618',
  "'; DROP TABLE sms_users; --",
  [],
  [[]],
  {},
  { $gt: '' },
  [null],
];

const fieldNames = [
  ...['message', 'recipients', 'recipient', 'sender_id', 'schedule_time', 'webhook_url', 'tenant_account_id', 'name'],
  ...['phone_number', 'phone_e164', 'email', 'tags', 'is_active', 'criteria', 'description', 'attributes', 'category'],
  ...['language', 'variables', 'template_id', 'key_name', 'permissions', 'expires_at', 'dialect', 'events', 'platform'],
  ...['password', 'password_confirm', 'old_password', 'new_password', 'new_password_confirm', 'token', 'refresh'],
  ...['verification_code', 'message_type', 'first_name', 'last_name', 'timezone', 'country', 'subdomain', 'reason'],
  ...['business_name', 'contact_ids', 'tenant_id', 'requested_sender_id', 'sample_content', 'email_notifications'],
  ...['package_id', 'payment_method', 'provider', 'amount', 'currency', 'credits', 'buyer_email', 'buyer_name'],
  ...['buyer_phone', 'mobile_money_provider'],
];

const oddQueries = [
  'page=-1&page_size=0',
  'page=1e9&limit=1e9&offset=-1',
  'limit=%00&offset=NaN',
  'start_date=2024-13-45&end_date=never',
  'status=eaten&type=nothing&period=2d',
  'search=%00&q=%F0%9F%98%80&tags=%22%5C&segment_id=nonsense&category=%00',
  'page=1&page=2',
  '__proto__=1&constructor=2',
];

const oddIds = [
  '1',
  '%00',
  '%zz',
  'x'.repeat(2_000),
  "'%20OR%201=1",
  '..%2f..',
  '01890A5D-AC96-774B-BCCE-B302099A8057',
];

const many = { limit: 1_000_000, windowMs: 60_000 };

describeOnDatabases('Dialects: bad input to Mifumo', (open) => {
  let host: DialectHost;
  let key: string;
  let jwt: string;

  before(async () => {
    const dialects = mifumo();
    const limits = Object.fromEntries(
      dialects
        .flatMap((one) =>
          [...one.limits, ...one.endpoints.flatMap((endpoint) => endpoint.limits ?? [])].map(
            ({ name }) => `${one.name}.${name}`,
          ),
        )
        .map((name) => [name, many]),
    );
    host = await openDialectHost(open, { limits });
    const { account, keys } = await host.open({ country: 'TZ', currency: 'TZS', sender: 'MIFUMO' });
    const user = await host.sms.users.create(account.id, { email: 'odd@example.com', password: 'SecurePassword123!' });
    const life = { accessMs: 3_600_000, refreshMs: 3_600_000 };
    jwt = (await host.sms.users.openSession(user.id, life)).access;
    key = keys.mif;
  });
  after(() => host.close());
  // What breaks is logged.
  afterEach(() => assert.deepEqual(host.logged, []));

  async function refused(method: string, path: string, body: string | null, title: string): Promise<void> {
    const bearer = path.startsWith('/api/integration') ? key : jwt;
    // Its session would be over for those after it.
    if (path.includes('/auth/logout')) return;
    const answer = await fetch(host.url + path, {
      method,
      headers: { authorization: `Bearer ${bearer}`, ...(body === null ? {} : { 'content-type': 'application/json' }) },
      body,
    });
    const said = await answer.text();
    assert.ok(answer.status < 500 || answer.status === 501, `${title}: ${answer.status} ${said.slice(0, 300)}`);
    if (said !== '') JSON.parse(said);
    assert.doesNotMatch(said, /\bat (\w+ \(|\/|file:)|node_modules|SELECT|SQLITE|constraint/, title);
  }

  for (const { prefix, endpoints } of mifumo()) {
    for (const { method, path, body, query } of endpoints) {
      const whole = prefix + path;
      it(`breaks nothing at ${method} ${whole}`, async () => {
        const at = (id: string): string => whole.replace(/\{\w+\}/g, id);
        const known = at('01890a5d-ac96-774b-bcce-b302099a8057');
        if (whole.includes('{')) for (const id of oddIds) await refused(method, at(id), null, id);
        if (query) for (const odd of oddQueries) await refused(method, `${known}?${odd}`, null, odd);
        if (!body) return;
        for (const [name, odd] of oddBodies) await refused(method, known, odd, name);
        for (const value of oddValues) {
          const odd = JSON.stringify(Object.fromEntries(fieldNames.map((name) => [name, value])));
          await refused(method, known, odd, odd.slice(0, 60));
        }
      });
    }
  }

  it('charges nothing for what it refused', async () => {
    const accounts = await host.sms.accounts.list();
    const balances = await Promise.all(accounts.map(({ id }) => host.sms.accounts.balance(id)));
    assert.ok(balances.every(({ held, captured }) => held + captured === 0));
  });
});
