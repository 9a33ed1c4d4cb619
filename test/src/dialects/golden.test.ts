import assert from 'node:assert/strict';
import type { OpenedAccount } from '@ujumbe/core';
import { describeOnDatabases } from '../support/databases.js';
import { namesOf, openDialectHost, type DialectHost } from './dialect-host.js';
import { fill, match, readGoldens, type Exchange, type Names } from './golden.js';
import { setUp } from './set-up.js';

describeOnDatabases('Dialects: golden exchanges', (open) => {
  let host: DialectHost;

  before(async () => {
    host = await openDialectHost(open);
  });
  after(() => host.close());
  afterEach(() => assert.deepEqual(host.logged, []));
  // What one file offers is not for sale in the next.
  afterEach(async () => {
    for (const { id } of await host.sms.packages.list()) await host.sms.packages.retire(id);
  });

  for (const { vendor, golden } of readGoldens()) {
    it(`${vendor}: ${golden.name}`, async () => {
      const opened = await openFor(host, golden.setUp);
      const names = namesOf(opened);
      for (const step of golden.setUp) await setUp(host, opened, names, step);
      for (const [at, exchange] of golden.exchanges.entries()) {
        for (const step of exchange.setUp ?? []) await setUp(host, opened, names, step);
        await exchanged(host.url, exchange, names, `exchange ${at + 1}`);
      }
    });
  }
});

/** An account of a country, when the first step says so. */
function openFor(host: DialectHost, steps: readonly string[]): Promise<OpenedAccount> {
  const [country, currency] = /^country (\w\w) (\w{3})$/.exec(steps[0] ?? '')?.slice(1) ?? [];
  return host.open(country === undefined || currency === undefined ? {} : { country, currency });
}

async function exchanged(url: string, { request, response }: Exchange, names: Names, title: string): Promise<void> {
  const { method, path, headers = {}, ...content } = fill(request, names);
  const { type, body } = bodyOf(content);
  const answer = await fetch(url + path, {
    method,
    headers: { ...(type === undefined ? {} : { 'content-type': type }), ...headers },
    body,
    redirect: 'manual',
  });
  const said = await answer.text();
  assert.equal(answer.status, response.status, `${title}: ${said}`);
  for (const [name, expected] of Object.entries(response.headers ?? {})) {
    if (expected === null) assert.equal(answer.headers.get(name), null, `${title}: ${name}`);
    else match(answer.headers.get(name), expected, names, `${title}: ${name}`);
  }
  if (response.body === undefined) assert.equal(said, '', title);
  else match(JSON.parse(said), response.body, names, title);
}

/** What is sent, and as what; `fetch` names the type of a form with a file itself, with its boundary. */
function bodyOf({ body, text, form, upload }: Omit<Exchange['request'], 'method' | 'path'>): {
  type: string | undefined;
  body: string | FormData | null;
} {
  if (upload) {
    const parts = new FormData();
    for (const [name, value] of Object.entries(upload.fields)) parts.set(name, value);
    parts.set('file', new Blob([upload.text]), upload.name);
    return { type: undefined, body: parts };
  }
  if (form) return { type: 'application/x-www-form-urlencoded', body: new URLSearchParams(form).toString() };
  const json = text ?? (body === undefined ? undefined : JSON.stringify(body));
  return json === undefined ? { type: undefined, body: null } : { type: 'application/json', body: json };
}
