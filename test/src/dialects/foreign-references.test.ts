import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import type { OpenedAccount } from '@ujumbe/core';
import { describeOnDatabases } from '../support/databases.js';
import { openDialectHost, type DialectHost } from './dialect-host.js';

const nobody = '01890000-0000-7000-8000-000000000000';
const phone = '0712345678';

const draft = { name: 'x', message: 'x', numbers: [phone] };
const watch = { url: 'http://127.0.0.1:9/', within_seconds: 60 };

/** What there is of another account's to be named. */
type Kind =
  'sender' | 'group' | 'segment' | 'contact' | 'plan' | 'template' | 'package' | 'message' | 'payment' | 'file';

interface Request {
  kind: Kind;
  api: 'ours' | 'web' | 'mifumo';
  line: string;
  body?: (id: string) => object;
  /** What is answered where having nothing is no error. */
  none?: RegExp;
  /** Sent as a form with a file. */
  form?: (id: string) => Record<string, string>;
}

/** Requests that name something beside their path: in a body, a form or a query. */
const requests: readonly Request[] = [
  { kind: 'sender', api: 'ours', line: 'POST /messages', body: (id) => ({ to: phone, message: 'x', sender_id: id }) },
  { kind: 'sender', api: 'ours', line: 'POST /quotes', body: (id) => ({ to: [phone], message: 'x', sender_id: id }) },
  { kind: 'sender', api: 'ours', line: 'POST /campaigns', body: (id) => ({ ...draft, sender_id: id }) },
  { kind: 'group', api: 'ours', line: 'POST /campaigns', body: (id) => ({ ...draft, group_ids: [id] }) },
  { kind: 'segment', api: 'ours', line: 'POST /campaigns', body: (id) => ({ ...draft, segment_ids: [id] }) },
  { kind: 'plan', api: 'ours', line: 'POST /campaigns/{campaign}/send', body: (id) => ({ plan_id: id }) },
  { kind: 'package', api: 'ours', line: 'POST /payments', body: (id) => ({ package_uuid: id, phone }) },
  { kind: 'message', api: 'ours', line: 'POST /watches', body: (id) => ({ ...watch, message_uuids: [id] }) },
  { kind: 'payment', api: 'ours', line: 'POST /watches', body: (id) => ({ ...watch, payment_uuids: [id] }) },
  { kind: 'group', api: 'ours', line: 'POST /contacts/import', form: (id) => ({ group_uuid: id }) },
  { kind: 'segment', api: 'ours', line: 'GET /contacts?segment_uuid={id}' },
  { kind: 'file', api: 'ours', line: 'GET /messages?file_uuid={id}', none: /"total":0/ },
  { kind: 'segment', api: 'web', line: 'POST /messaging/campaigns/', body: (id) => ({ ...draft, segment_ids: [id] }) },
  { kind: 'contact', api: 'web', line: 'POST /messaging/campaigns/', body: (id) => ({ ...draft, contact_ids: [id] }) },
  { kind: 'sender', api: 'web', line: 'POST /messaging/campaigns/', body: (id) => ({ ...draft, sender_id: id }) },
  {
    kind: 'template',
    api: 'web',
    line: 'POST /messaging/sms/send/',
    body: (id) => ({ recipient: '+255712345678', sender_id: 'DUKA', template_id: id }),
  },
  {
    kind: 'contact',
    api: 'web',
    line: 'POST /messaging/contacts/bulk-delete/',
    body: (id) => ({ contact_ids: [id] }),
    none: /"deleted":0/,
  },
  {
    kind: 'sender',
    api: 'mifumo',
    line: 'POST /integration/v1/sms/send/',
    body: (id) => ({ message: 'x', recipients: ['+255712345678'], sender_id: id }),
  },
];

/** An account, with what it shows to each API. */
interface Side {
  tokens: Record<Request['api'], string>;
  campaign: string;
}

describeOnDatabases('Dialects: what a request names that is another account’s', (open) => {
  let host: DialectHost;
  let mine: Side;
  let their: Side;
  let theirs: Record<Kind, string>;

  before(async () => {
    host = await openDialectHost(open);
    const { sms } = host;
    const shared = { country: 'TZ', currency: 'TZS' };
    const { account: partner } = await host.open({ ...shared, kind: 'partner' });
    mine = await sideOf(await host.open({ ...shared, sender: 'DUKA' }));
    const owner = await host.open({ ...shared, sender: 'DUKA', kind: 'tenant', parentId: partner.id });
    their = await sideOf(owner);
    const { id } = owner.account;
    const { accepted } = await sms.send(id, { to: phone, message: 'x' });
    const scheduledAt = Date.now() + 86_400_000;
    const upload = await sms.uploads.receive(Readable.from([Buffer.from('+255712000002,x\n')]));
    const offer = { partnerId: partner.id, name: 'x', credits: 100_000, price: 180_000, currency: 'TZS' };
    theirs = {
      sender: (await sms.accounts.senders(id))[0]?.id ?? '',
      group: (await sms.groups.create(id, { name: 'x' })).id,
      segment: (await sms.segments.create(id, { name: 'x', rule: { active: true } })).id,
      contact: (await sms.contacts.create(id, { phone })).id,
      plan: (await sms.campaigns.plan(id, their.campaign)).id,
      template: (await sms.templates.create(id, { name: 'x', category: 'x', language: 'en', text: 'x' })).id,
      package: (await sms.packages.create(offer)).id,
      message: accepted[0]?.id ?? '',
      payment: (await sms.payments.create(id, { credits: 100_000, phone: '0744963858' })).payment.id,
      file: (await sms.files.send(id, upload, { scheduledAt })).file.id,
    };
  });
  after(() => host.close());
  afterEach(() => assert.deepEqual(host.logged, []));

  async function sideOf({ account, apiToken, keys, user }: OpenedAccount): Promise<Side> {
    const { sms } = host;
    const life = { accessMs: 60_000, refreshMs: 60_000 };
    const login = { login: user.username, password: user.password, address: '127.0.0.1' };
    const { tokens } = await sms.users.logIn(login, life);
    const { id } = await sms.campaigns.create(account.id, { name: 'x', text: 'x', numbers: [phone] });
    return { tokens: { ours: apiToken, web: tokens.access, mifumo: keys.mif }, campaign: id };
  }

  async function ask(
    by: Side,
    { api, line, body, form }: Request,
    id: string,
  ): Promise<{ status: number; text: string }> {
    const [method = '', path = ''] = line.replace('{campaign}', by.campaign).replace('{id}', id).split(' ');
    const answer = await fetch(`${host.url}${api === 'ours' ? '/api/v1' : '/api'}${path}`, {
      method,
      headers: { authorization: `Bearer ${by.tokens[api]}`, ...(body && { 'content-type': 'application/json' }) },
      body: form ? formOf(form(id)) : body ? JSON.stringify(body(id)) : null,
    });
    const text = (await answer.text()).replaceAll(id, '…').replace(/"timestamp":"[^"]*"/, '');
    return { status: answer.status, text };
  }

  for (const request of requests) {
    it(`${request.line}: a ${request.kind} of theirs is one that nobody has`, async () => {
      const id = theirs[request.kind];
      const hidden = await ask(mine, request, id);
      assert.deepEqual(hidden, await ask(mine, request, nobody));
      if (request.none) assert.match(hidden.text, request.none);
      else assert.ok([400, 403, 404, 409].includes(hidden.status), `${hidden.status} ${hidden.text}`);
      // It is nothing else that was wrong with the request.
      const found = await ask(their, request, id);
      assert.ok(found.status < 300, `${found.status} ${found.text}`);
    });
  }
});

function formOf(fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob(['phone\n+255712000003\n']), 'contacts.csv');
  return form;
}
