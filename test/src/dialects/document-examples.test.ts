import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../api/api-host.js';
import { describeOnDatabases } from '../support/databases.js';
import { skipBecause } from '../support/skip.js';
import { sheetRows, workbookMaker } from '../support/workbooks.js';
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
  'https://api.mboasms.com': 'url',
  'http://127.0.0.1:8001': 'url',
  'https://mifumosms.mifumolabs.com': 'url',
  YOUR_CLIENT_ID: 'client_id',
  YOUR_CLIENT_SECRET: 'client_secret',
  mbs_your_token_here: 'api_token',
  YOUR_JWT_TOKEN: 'jwt',
  'dXNlcm5hbWU6cGFzc3dvcmQ=': 'basic',
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
  /** Where examples find the files they send. */
  let work: string;

  before(async () => {
    host = await openDialectHost(open);
    work = mkdtempSync(join(tmpdir(), 'ujumbe-examples-'));
    const rows = sheetRows([
      ['+237670000000', 'Bonjour Jean!'],
      ['+33612345678', 'Hello Paul!'],
    ]);
    writeFileSync(join(work, 'contacts.xlsx'), (await workbookMaker()).workbook({ rows }));
    writeFileSync(join(work, 'phone_numbers.csv'), '+237670000000\n+237680000000\n');
  });
  after(async () => {
    await host.close();
    rmSync(work, { recursive: true });
  });

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
      for (const sender of ['KIMISMS', 'MYAPP', 'MOBILESASA', 'MIFUMO', 'QUANTUM', 'MboaSMS', 'MyApp']) {
        await host.sms.accounts.approveSender(opened.account.id, sender);
      }
      const { username, password } = opened.user;
      const life = { accessMs: 60_000, refreshMs: 60_000 };
      const { tokens } = await host.sms.users.logIn({ login: username, password, address: '127.0.0.1' }, life);
      const names = namesOf(opened)
        .set('url', host.url)
        .set('jwt', tokens.access)
        .set('basic', Buffer.from(`${username}:${password}`).toString('base64'));
      let code = readFileSync(join(folder, vendor, 'examples', file), 'utf8');
      for (const [place, name] of Object.entries({ ...written, ...writtenBy[vendor] })) {
        code = code.replaceAll(place, names.get(name) ?? '');
      }
      const { stdout } = await run(command, args(code), { cwd: work, timeout: 15_000 });
      assert.doesNotMatch(stdout, /['"]?success['"]?: ?(false|False)/);
      const messages = await until(async () => {
        const found = await host.sms.messages.list(opened.account.id, {}, { limit: 10, offset: 0 });
        return found.messages.length > 0 ? found.messages : undefined;
      });
      // Named one by one, or as what they were sent in.
      const ids = messages.flatMap(({ id, batchId, fileId }) => [id, batchId, fileId]);
      assert.ok(
        ids.some((id) => id !== null && stdout.includes(id)),
        stdout,
      );
    });
  }
});
