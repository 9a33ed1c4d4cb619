import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeOnDatabases } from '../support/databases.js';
import { skipBecause } from '../support/skip.js';
import { namesOf, openDialectHost, type DialectHost } from './dialect-host.js';

const run = promisify(execFile);
const folder = join(__dirname, '../../dialects');

/** What runs an example, by how its file's name ends, and how to ask whether it is there. */
const runners: Readonly<Record<string, { command: string; args: (code: string) => string[]; probe: string[] }>> = {
  '.sh': { command: 'bash', args: (code) => ['-c', code], probe: ['-c', 'curl --version'] },
  '.py': { command: 'python3', args: (code) => ['-c', code], probe: ['-c', 'import requests'] },
  '.mjs': {
    command: process.execPath,
    args: (code) => ['--input-type=module', '-e', code],
    probe: ['--version'],
  },
};

/** Each vendor's base URLs and the places of credentials in its examples, with what is there for our account. */
const written: Readonly<Record<string, string>> = {
  'https://app.kimisms.com': 'url',
  'https://api.yourdomain.com': 'url',
  'https://api.mobilesasa.com': 'url',
  'http://127.0.0.1:8001': 'url',
  'https://mifumosms.mifumolabs.com': 'url',
  YOUR_CLIENT_ID: 'client_id',
  YOUR_CLIENT_SECRET: 'client_secret',
  mbs_your_token_here: 'api_token',
};

/** A place that several vendors have, with what each means by it. */
const writtenBy: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  mifumo: { YOUR_API_KEY: 'mifumo_api_key' },
  mboasms: { YOUR_API_KEY: 'mboa_api_key' },
};

const examples = readdirSync(folder, { withFileTypes: true }).flatMap(({ name: vendor }) => {
  try {
    return readdirSync(join(folder, vendor, 'examples')).map((file) => ({ vendor, file }));
  } catch {
    return [];
  }
});

describeOnDatabases('Dialects: the examples of vendors’ documents', (open) => {
  let host: DialectHost;

  before(async () => {
    host = await openDialectHost(open);
  });
  after(() => host.close());

  for (const { vendor, file } of examples) {
    it(`${vendor}: ${file} sends a message, with another base URL and other credentials`, async function () {
      this.timeout(20_000);
      const ending = Object.keys(runners).find((one) => file.endsWith(one)) ?? '';
      const runner = runners[ending];
      assert.ok(runner, file);
      const { command, args, probe } = runner;
      const isThere = await run(command, probe).then(
        () => true,
        () => false,
      );
      if (!isThere) skipBecause(this, `what runs ${ending} is not installed here`);
      const opened = await host.open();
      for (const sender of ['KIMISMS', 'MYAPP', 'MOBILESASA', 'MIFUMO', 'QUANTUM']) {
        await host.sms.accounts.approveSender(opened.account.id, sender);
      }
      const names = namesOf(opened).set('url', host.url);
      let code = readFileSync(join(folder, vendor, 'examples', file), 'utf8');
      for (const [place, name] of Object.entries({ ...written, ...writtenBy[vendor] }))
        code = code.replaceAll(place, names.get(name) ?? '');
      const { stdout } = await run(command, args(code), { timeout: 15_000 });
      const { messages } = await host.sms.messages.list(opened.account.id, {}, { limit: 10, offset: 0 });
      assert.equal(messages.length, 1, stdout);
      const { id, batchId } = messages[0]!;
      assert.ok(stdout.includes(batchId ?? id), stdout);
    });
  }
});
