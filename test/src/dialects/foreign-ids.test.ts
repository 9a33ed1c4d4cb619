import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { hasPermission, type OpenedAccount, type Payment, type Sms, type UploadedFile } from '@ujumbe/core';
import { defaultDialects, type Dialect, type Endpoint } from '@ujumbe/express-router';
import { until } from '../api/api-host.js';
import { describeOnDatabases } from '../support/databases.js';
import { openDialectHost, type DialectHost } from './dialect-host.js';

/** What the variables of a path stand for, by their names. */
type Owned = Readonly<Record<string, string>>;
type Make = (sms: Sms, accountId: string, phone: string) => Promise<Owned>;

const nobody = '01890000-0000-7000-8000-000000000000';

const receive = (sms: Sms, text: string): Promise<UploadedFile> =>
  sms.uploads.receive(Readable.from([Buffer.from(text)]));

/** A file that has not begun to be sent. */
async function fileOf(sms: Sms, accountId: string, phone: string): Promise<string> {
  const scheduledAt = Date.now() + 86_400_000;
  const { file } = await sms.files.send(accountId, await receive(sms, `${phone},x\n`), { scheduledAt });
  return file.id;
}

const keyOf = async (sms: Sms, accountId: string, form: 'mbs' | 'mif' | 'mboa'): Promise<string> =>
  (await sms.keys.create(accountId, { form, name: 'foreign' })).token.id;

const contact: Make = async (sms, accountId, phone) => ({ id: (await sms.contacts.create(accountId, { phone })).id });
const segment: Make = async (sms, accountId, phone) => ({
  id: (await sms.segments.create(accountId, { name: phone, rule: { active: true } })).id,
});
const campaign: Make = async (sms, accountId, phone) => ({
  id: (await sms.campaigns.create(accountId, { name: phone, text: 'x', numbers: [phone] })).id,
});
const message: Make = async (sms, accountId, phone) => {
  const { accepted } = await sms.send(accountId, { to: phone, message: 'x' });
  return { message_id: accepted[0]?.id ?? '' };
};
const template: Make = async (sms, accountId, phone) => {
  const { id } = await sms.templates.create(accountId, { name: phone, category: 'x', language: 'en', text: 'x' });
  return { id };
};
const payment = async (sms: Sms, accountId: string, phone: string): Promise<Payment> =>
  (await sms.payments.create(accountId, { credits: 100_000, phone: `0${phone.slice(-9)}` })).payment;
const senderOf = async (sms: Sms, accountId: string, phone: string): Promise<string> =>
  (await sms.accounts.approveSender(accountId, `S${phone.slice(-9)}`)).id;

/**
 * How an account comes to have what a path names, by the beginning of the path; the longest that fits. Null is for what
 * nothing makes here: of that there is only what nobody has.
 */
const makers: Readonly<Record<string, Make | null>> = {
  '/api/v1/messages': async (sms, accountId, phone) => {
    const { accepted } = await sms.send(accountId, { to: phone, message: 'x' });
    return { uuid: accepted[0]?.id ?? '' };
  },
  '/api/v1/messages/files': async (sms, accountId, phone) => ({ uuid: await fileOf(sms, accountId, phone) }),
  '/api/v1/webhooks': async (sms, accountId, phone) => {
    const { webhook } = await sms.webhooks.create(accountId, { url: 'http://127.0.0.1:9/', events: ['*'] });
    await sms.send(accountId, { to: phone, message: 'x' });
    const delivery = await until(async () => {
      const page = { limit: 1, offset: 0 };
      return (await sms.webhooks.deliveries(accountId, webhook.id, page)).deliveries[0];
    });
    return { uuid: webhook.id, delivery_uuid: delivery.id };
  },
  '/api/v1/contacts': async (sms, accountId, phone) => ({ uuid: (await sms.contacts.create(accountId, { phone })).id }),
  '/api/v1/contacts/uploads': async (sms, accountId, phone) => {
    const { contactImport } = await sms.imports.start(accountId, await receive(sms, `phone\n${phone}\n`), {});
    return { uuid: contactImport.id };
  },
  '/api/v1/groups': async (sms, accountId, phone) => {
    const { id } = await sms.groups.create(accountId, { name: phone });
    await sms.groups.add(accountId, id, phone);
    return { uuid: id, phone };
  },
  '/api/v1/segments': async (sms, accountId, phone) => ({
    uuid: (await sms.segments.create(accountId, { name: phone, rule: { active: true } })).id,
  }),
  '/api/v1/campaigns': async (sms, accountId, phone) => ({
    uuid: (await sms.campaigns.create(accountId, { name: phone, text: 'x', numbers: [phone] })).id,
  }),
  '/api/v1/surveys': null,
  '/api/v1/payments': async (sms, accountId, phone) => ({ uuid: (await payment(sms, accountId, phone)).id }),
  '/api/billing/payments/transactions': async (sms, accountId, phone) => ({
    id: (await payment(sms, accountId, phone)).id,
  }),
  '/api/billing/payments/verify': async (sms, accountId, phone) => ({
    order_id: `MIFUMO-${(await payment(sms, accountId, phone)).orderNumber}`,
  }),
  // Mifumo's webhooks are made over its own API alone.
  '/api/integration/webhooks': null,
  '/api/v1/watches': async (sms, accountId, phone) => {
    const { message_id: id = '' } = await message(sms, accountId, phone);
    const wanted = { url: 'http://127.0.0.1:9/', messageIds: [id], withinMs: 3_600_000 };
    return { uuid: (await sms.watches.create(accountId, wanted)).watch.id };
  },
  // A tenant has none: what others might ask for is the tenant itself.
  '/api/v1/tenants': async (sms, accountId, phone) => {
    const { kind } = await sms.accounts.get(accountId);
    const uuid = kind === 'tenant' ? accountId : (await sms.tenants.create(accountId, { name: phone })).tenant.id;
    return { uuid, token_uuid: await keyOf(sms, uuid, 'mbs') };
  },
  '/api/v1/tokens': async (sms, accountId) => ({ uuid: await keyOf(sms, accountId, 'mbs') }),
  '/api/v1/developer/sms/jobs': async (sms, accountId, phone) => ({ jobId: await fileOf(sms, accountId, phone) }),
  '/api/v1/developer/sms/api-keys': async (sms, accountId) => ({ id: await keyOf(sms, accountId, 'mboa') }),
  '/api/integration/keys': async (sms, accountId) => ({ id: await keyOf(sms, accountId, 'mif') }),
  '/api/integration/v1/campaigns': campaign,
  '/api/integration/v1/contacts': contact,
  '/api/integration/v1/contacts/segments': segment,
  '/api/integration/v1/sms': message,
  '/api/integration/v1/sms/sender-id/requests': async (sms, accountId, phone) => ({
    id: await senderOf(sms, accountId, phone),
  }),
  '/api/integration/v1/templates': template,
  '/api/messaging/campaigns': campaign,
  '/api/messaging/contacts': contact,
  '/api/messaging/sender-ids': async (sms, accountId, phone) => ({ sender_id: await senderOf(sms, accountId, phone) }),
  '/api/messaging/sms': message,
  '/api/messaging/templates': template,
  '/api/tenants': (_sms, accountId) => Promise.resolve({ id: accountId }),
};

/** What endpoints must be sent before they look for anything. */
const bodies: Readonly<Record<string, object>> = {
  'PUT /api/v1/webhooks/{uuid}': { url: 'http://127.0.0.1:9/' },
  'PATCH /api/v1/webhooks/{uuid}': { description: 'mine now' },
  'PUT /api/v1/contacts/{uuid}': { notes: 'mine now' },
  'PATCH /api/v1/contacts/{uuid}': { notes: 'mine now' },
  'PUT /api/v1/groups/{uuid}': { description: 'mine now' },
  'PATCH /api/v1/groups/{uuid}': { description: 'mine now' },
  'POST /api/v1/groups/{uuid}/contacts': { phone: '+254711999999' },
  'PUT /api/v1/segments/{uuid}': { description: 'mine now' },
  'PATCH /api/v1/segments/{uuid}': { description: 'mine now' },
  'PUT /api/v1/campaigns/{uuid}': { name: 'mine now' },
  'PATCH /api/v1/campaigns/{uuid}': { name: 'mine now' },
  'POST /api/v1/campaigns/{uuid}/send': {},
  'PATCH /api/v1/tenants/{uuid}': { name: 'mine now' },
  'POST /api/v1/tenants/{uuid}/credit': { credits: 1 },
  'POST /api/v1/tenants/{uuid}/tokens': { name: 'mine now', scopes: ['messages'] },
  'PUT /api/integration/v1/contacts/{id}/update': { name: 'Mine Now' },
  'PUT /api/integration/v1/contacts/segments/{id}/update': { description: 'mine now' },
  'PUT /api/integration/v1/campaigns/{id}/update': { name: 'mine now' },
  'PUT /api/integration/v1/templates/{id}/update': { name: 'mine now' },
  'PUT /api/messaging/contacts/{id}': { name: 'Mine Now' },
  'PUT /api/messaging/templates/{id}': { name: 'mine now' },
  'POST /api/messaging/contacts/{id}/opt-out': {},
};

const dialects = defaultDialects();
const endpoints = dialects.flatMap((dialect) => dialect.endpoints.map((endpoint) => ({ dialect, endpoint })));
/**
 * Those that ask for something by name, of whoever shows who he is. A number is nobody's: whether it is suppressed is
 * answered for any.
 */
const naming = endpoints.filter(
  ({ endpoint: { path, credential } }) =>
    path.includes('{') && credential !== null && !path.startsWith('/suppressions/'),
);
const lists = endpoints.filter(
  ({ endpoint: { path, method, credential } }) => method === 'GET' && !path.includes('{') && credential !== null,
);
const titleOf = ({ dialect, endpoint }: { dialect: Dialect; endpoint: Endpoint }): string =>
  `${endpoint.method} ${dialect.prefix}${endpoint.path}`;
const variablesOf = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

/** What nobody has. */
const unknownOf = (name: string): string => (name === 'phone' ? '+254711888888' : nobody);

/** Every endpoint of every API there is: those that are new are in the lists already. */
describeOnDatabases('Dialects: what belongs to another account', (open) => {
  let host: DialectHost;
  let mine: OpenedAccount;
  let theirs: OpenedAccount;
  /** Two tenants of theirs. */
  let child: OpenedAccount;
  let sibling: OpenedAccount;
  const theirIds = new Set<string>();
  let phones = 0;

  before(async () => {
    const policies = dialects.flatMap((dialect) =>
      [...dialect.limits, ...dialect.endpoints.flatMap(({ limits = [] }) => limits)].map(
        ({ name }) => [`${dialect.name}.${name}`, null] as const,
      ),
    );
    host = await openDialectHost(open, { dialects, limits: Object.fromEntries(policies) });
    // Their payments go to the wallet of this host.
    const shared = { kind: 'partner', currency: 'TZS' } as const;
    mine = await host.open({ ...shared, sender: 'MINE' });
    theirs = await host.open({ ...shared, sender: 'THEIRS' });
    const tenant = { kind: 'tenant', parentId: theirs.account.id, currency: 'TZS' } as const;
    child = await host.open({ ...tenant, name: 'Child', sender: 'CHILD' });
    sibling = await host.open({ ...tenant, name: 'Sibling', sender: 'SIBLING' });
  });
  after(() => host.close());
  afterEach(() => assert.deepEqual(host.logged, []));

  /** Another number each time, of those the simulated operator delivers to. */
  const nextPhone = (): string => `+254711${String(++phones).padStart(3, '0')}100`;

  /** Something of the kind a path names, for an account. */
  async function make(path: string, { account }: OpenedAccount): Promise<Owned | null> {
    const kind = Object.keys(makers)
      .filter((beginning) => path.startsWith(`${beginning}/`))
      .sort((a, b) => b.length - a.length)[0];
    assert.ok(kind !== undefined, `say in makers how an account comes to have what ${path} names`);
    const owned = (await makers[kind]?.(host.sms, account.id, nextPhone())) ?? null;
    if (owned && account.id === theirs.account.id) for (const id of Object.values(owned)) theirIds.add(id);
    return owned;
  }

  for (const one of naming) {
    const title = titleOf(one);
    it(title, async () => {
      const path = one.dialect.prefix + one.endpoint.path;
      const variables = variablesOf(path);
      const ask = (by: OpenedAccount, owned: Owned): ReturnType<typeof askWith> => askWith(host, by, one, owned);
      const [my, their] = [await make(path, mine), await make(path, theirs)];
      if (!my || !their) {
        const none = await ask(mine, Object.fromEntries(variables.map((name) => [name, unknownOf(name)])));
        assert.equal(none.status, 404, none.text);
        return;
      }
      for (const foreign of subsetsOf(variables)) {
        const mixed = (value: (name: string) => string): Owned =>
          Object.fromEntries(variables.map((name) => [name, foreign.has(name) ? value(name) : (my[name] ?? '')]));
        const hidden = await ask(
          mine,
          mixed((name) => their[name] ?? ''),
        );
        const missing = await ask(mine, mixed(unknownOf));
        assert.equal(hidden.status, 404, `${[...foreign].join()}: ${hidden.text}`);
        // Nobody can tell what another has from what nobody has.
        assert.deepEqual([hidden.status, hidden.text], [missing.status, missing.text]);
      }
      // A tenant has nothing of its partner's and nothing of its sibling's.
      for (const foreign of [their, (await make(path, sibling)) ?? {}]) {
        const hidden = await ask(child, foreign);
        assert.equal(hidden.status, 404, hidden.text);
      }
      const found = await ask(theirs, their);
      assert.ok(found.status < 500 && found.status !== 404 && found.status !== 401, `${found.status} ${found.text}`);
    });
  }

  for (const one of endpoints.filter(({ dialect, endpoint }) => dialect.readTenant && endpoint.credential !== null)) {
    it(`${titleOf(one)} is a tenant’s for its partner alone`, async () => {
      const path = one.dialect.prefix + one.endpoint.path;
      const owned = naming.includes(one) ? await make(path, child) : null;
      const ids = owned ?? Object.fromEntries(variablesOf(path).map((name) => [name, unknownOf(name)]));
      const ask = (by: OpenedAccount, acting: string): ReturnType<typeof askWith> =>
        askWith(host, by, one, ids, { 'x-ujumbe-account': acting });
      const notFound = { status: 404, text: '{"success":false,"error":"tenant not found","code":"not_found"}' };
      for (const tenant of [child.account.id, theirs.account.id, mine.account.id, nobody]) {
        assert.deepEqual(await ask(mine, tenant), notFound);
      }
      assert.deepEqual(await ask(child, sibling.account.id), notFound);
      for (const nonsense of ['', 'nonsense', `${child.account.id}, ${nobody}`, "'; --"]) {
        assert.equal((await ask(theirs, nonsense)).status, 400, nonsense);
      }
      // What it has is there for its partner under its name. A tenant has no tenants.
      if ((naming.includes(one) && !owned) || one.endpoint.path.startsWith('/tenants')) return;
      const found = await ask(theirs, child.account.id.toUpperCase());
      assert.ok(found.status < 500 && found.status !== 404 && found.status !== 401, `${found.status} ${found.text}`);
      if (owned) assert.equal((await askWith(host, theirs, one, owned)).status, 404);
    });
  }

  for (const one of lists) {
    it(`${titleOf(one)} lists nothing of it`, async () => {
      assert.ok(theirIds.size > 0);
      const { status, text } = await askWith(host, mine, one, {});
      assert.ok(status < 500 && status !== 401 && status !== 404, `${status} ${text}`);
      for (const id of theirIds) assert.ok(!text.includes(id), text);
    });
  }
});

/** All ways to take at least one of some names. */
function subsetsOf(names: readonly string[]): ReadonlySet<string>[] {
  const all = [new Set<string>()];
  for (const name of names) all.push(...all.map((taken) => new Set([...taken, name])));
  return all.slice(1);
}

async function askWith(
  host: DialectHost,
  by: OpenedAccount,
  { dialect, endpoint }: { dialect: Dialect; endpoint: Endpoint },
  owned: Owned,
  more: Readonly<Record<string, string>> = {},
): Promise<{ status: number; text: string }> {
  const path = `${dialect.prefix}${endpoint.path}`;
  const body = bodies[`${endpoint.method} ${path}`];
  const answer = await fetch(host.url + path.replace(/\{(\w+)\}/g, (_, name: string) => owned[name] ?? ''), {
    method: endpoint.method,
    headers: { ...(await credentialsOf(host.sms, by, dialect, endpoint)), 'content-type': 'application/json', ...more },
    body: body === undefined ? null : JSON.stringify(body),
  });
  // Some vendors tell the time in each answer.
  return { status: answer.status, text: (await answer.text()).replace(/"timestamp":"[^"]*"/, '') };
}

/** The first of an account's credentials that an endpoint takes. */
async function credentialsOf(
  sms: Sms,
  opened: OpenedAccount,
  dialect: Dialect,
  { credential, scope, permission, path }: Endpoint,
): Promise<Record<string, string>> {
  const read = credential ?? dialect.credential;
  for (const headers of await everyCredential(sms, opened)) {
    try {
      const source = { headers, address: '127.0.0.1', query: () => ({}), body: () => Promise.resolve({}) };
      const shown = await read(source);
      if (!shown) continue;
      const access = await sms.credentials.authenticate(shown);
      const isEnough = scope === undefined || access.scopes.includes(scope);
      if (isEnough && (permission === undefined || hasPermission(access, permission))) return headers;
    } catch {
      // It is another that this endpoint asks for.
    }
  }
  return assert.fail(`no credential of an account is good for ${path}`);
}

async function everyCredential(
  sms: Sms,
  { apiToken, keys, client, user }: OpenedAccount,
): Promise<Record<string, string>[]> {
  const life = { accessMs: 60_000, refreshMs: 60_000 };
  const { tokens } = await sms.users.logIn(
    { login: user.username, password: user.password, address: '127.0.0.1' },
    life,
  );
  const issued = await sms.clients.issueToken({ clientId: client.id, clientSecret: client.secret }, 60_000);
  const pair = Buffer.from(`${user.username}:${user.password}`).toString('base64');
  return [
    ...[apiToken, ...Object.values(keys), tokens.access, issued].map((raw) => ({ authorization: `Bearer ${raw}` })),
    { authorization: `Basic ${pair}` },
  ];
}
