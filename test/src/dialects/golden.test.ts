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
  const { method, path, headers = {}, body, text, form } = fill(request, names);
  const sent =
    form !== undefined
      ? new URLSearchParams(form).toString()
      : (text ?? (body === undefined ? null : JSON.stringify(body)));
  const type = form !== undefined ? 'application/x-www-form-urlencoded' : 'application/json';
  const answer = await fetch(url + path, {
    method,
    headers: { ...(sent === null ? {} : { 'content-type': type }), ...headers },
    body: sent,
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
