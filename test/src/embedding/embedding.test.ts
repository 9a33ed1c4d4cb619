import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a host process tells when it is ready. */
interface Ready {
  apiToken: string;
  expresses: string[];
  apps: { prefix: string; parser: string; port: number }[];
}

// The hosts are JavaScript that is not compiled, as a customer's may be.
const sources = join(__dirname, '../../src/embedding');
const hosts = { CommonJS: 'commonjs-host.js', 'ES module': 'esm-host.mjs' };
const prefixes = ['/', '/a/b'];
const parsers = ['no parser', 'a parser before', 'a parser after', 'a parser of everything'];

for (const [kind, file] of Object.entries(hosts)) {
  for (const express of ['express4', 'express']) {
    describe(`embedded in a host (${kind}, ${express})`, function () {
      this.timeout(30_000);
      const folder = mkdtempSync(join(tmpdir(), 'ujumbe-embedding-'));
      let host: ChildProcess;
      let ready: Ready;

      before(async () => {
        host = fork(join(sources, file), [express, join(folder, 'sms.sqlite')], {
          execArgv: express === 'express4' ? ['--require', join(sources, 'express4-installed.js')] : [],
        });
        const [told] = (await Promise.race([once(host, 'message'), once(host, 'exit')])) as [Ready | number];
        assert.ok(typeof told === 'object', 'the host ended before it was ready');
        ready = told;
      });
      after(async () => {
        const exited = once(host, 'exit');
        if (host.connected) host.disconnect();
        const [code] = (await exited) as [number];
        rmSync(folder, { recursive: true, force: true });
        assert.equal(code, 0, 'a host that stops the platform ends by itself');
      });

      it('has the router on the Express of the host', () => assert.deepEqual(ready.expresses, [express]));

      for (const prefix of prefixes) {
        for (const parser of parsers) {
          it(`imports a file from below ${prefix} with ${parser}`, async () => {
            const { port } = ready.apps.find((app) => app.prefix === prefix && app.parser === parser)!;
            await importFile(`http://127.0.0.1:${port}${prefix === '/' ? '' : prefix}`, ready.apiToken);
          });

          it(`sends a message from below ${prefix} with ${parser}`, async () => {
            const { port } = ready.apps.find((app) => app.prefix === prefix && app.parser === parser)!;
            await sendDelivered(`http://127.0.0.1:${port}${prefix === '/' ? '' : prefix}`, ready.apiToken);
          });
        }
      }
    });
  }
}

async function sendDelivered(url: string, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const message = { to: '+255712345678', message: 'Habari — ç' };
  const sent = await fetch(`${url}/api/v1/messages`, { method: 'POST', headers, body: JSON.stringify(message) });
  const { data } = (await sent.json()) as { data: { uuid: string; message: string } };
  assert.deepEqual([sent.status, data.message], [200, message.message]);
  await untilDelivered(`${url}/api/v1/messages/${data.uuid}?a=b`, headers);
  const elsewhere = await fetch(`${url}/orders?page=1`);
  assert.equal(await elsewhere.text(), `the host's own ${new URL(`${url}/orders?page=1`).pathname}?page=1`);
  const unknown = await fetch(`${url}/api/v1/orders`);
  assert.deepEqual([unknown.status, unknown.headers.get('content-type')], [404, 'application/json; charset=utf-8']);
}

async function importFile(url: string, token: string): Promise<void> {
  const form = new FormData();
  form.set('merge', 'overwrite');
  form.set('file', new Blob(['phone,first_name\n0712345678,Asha\n']), 'watu.csv');
  const headers = { authorization: `Bearer ${token}` };
  const started = await fetch(`${url}/api/v1/contacts/import`, { method: 'POST', headers, body: form });
  const { data } = (await started.json()) as { data: { uuid: string } };
  assert.equal(started.status, 200);
  for (const end = Date.now() + 10_000; Date.now() < end;) {
    const answer = await fetch(`${url}/api/v1/contacts/uploads/${data.uuid}`, { headers });
    const shown = (await answer.json()) as { data: { status: string; total_rows: number; failed: number } };
    if (shown.data.status === 'completed') {
      assert.deepEqual([shown.data.total_rows, shown.data.failed], [1, 0]);
      return;
    }
    await sleep(20);
  }
  assert.fail('the file was not imported within ten seconds');
}

async function untilDelivered(url: string, headers: Record<string, string>): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end;) {
    const { data } = (await (await fetch(url, { headers })).json()) as { data: { status: string } };
    if (data.status === 'delivered') return;
    await sleep(20);
  }
  assert.fail('the message was not delivered within ten seconds');
}
