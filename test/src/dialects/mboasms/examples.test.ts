import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { describeOnDatabases } from '../../support/databases.js';
import { skipBecause } from '../../support/skip.js';
import { workbookMaker, sheetRows } from '../../support/workbooks.js';
import { openDialectHost, type DialectHost } from '../dialect-host.js';

const run = promisify(execFile);
const folder = join(__dirname, '../../../dialects/mboasms/examples');

/** What runs an example, by its ending, and how to tell that it is there. */
const programs: Readonly<Record<string, { command: string; probe: string[] }>> = {
  '.sh': { command: 'bash', probe: ['-c', 'curl --version'] },
  '.mjs': { command: process.execPath, probe: ['--version'] },
  '.py': { command: 'python3', probe: ['-c', 'import requests'] },
};

/** The documents' own examples, run as they stand but for where the API is and who asks. */
describeOnDatabases('MboaSMS: the documents’ examples', (open) => {
  let host: DialectHost;
  let work: string;
  let token: string;

  before(async () => {
    work = mkdtempSync(join(tmpdir(), 'ujumbe-examples-'));
    writeFileSync(join(work, 'phone_numbers.csv'), '+237670000000\n+237680000000\n');
    const rows = sheetRows([
      ['+237670000000', 'Bonjour Jean!'],
      ['+33612345678', 'Hello Paul!'],
    ]);
    writeFileSync(join(work, 'contacts.xlsx'), (await workbookMaker()).workbook({ rows }));
    host = await openDialectHost(open);
    const { account } = await host.open({ country: 'CM', currency: 'XAF', sender: 'MboaSMS' });
    await host.sms.accounts.approveSender(account.id, 'MyApp');
    // Whom the documents' Basic header names.
    await host.sms.users.create(account.id, { username: 'username', password: 'password' });
    const life = { accessMs: 60_000, refreshMs: 60_000 };
    const { tokens } = await host.sms.users.logIn({ login: 'username', password: 'password', address: '' }, life);
    token = tokens.access;
  });
  after(async () => {
    await host.close();
    rmSync(work, { recursive: true });
  });
  afterEach(() => assert.deepEqual(host.logged, []));

  for (const name of readdirSync(folder).sort()) {
    it(name, async function () {
      const { command, probe } = programs[extname(name)] ?? { command: 'false', probe: [] };
      const isThere = await run(command, probe).then(
        () => true,
        () => false,
      );
      if (!isThere) skipBecause(this, `${command} cannot run ${name} on this machine`);
      const source = readFileSync(join(folder, name), 'utf8')
        .replaceAll('https://api.mboasms.com', host.url)
        .replaceAll('YOUR_JWT_TOKEN', token);
      writeFileSync(join(work, name), source);
      const { stdout } = await run(command, [name], { cwd: work });
      const answers = stdout.match(/['"]?success['"]?: ?(true|True|false|False)/g) ?? [];
      const asked = source.match(/developer\/sms\//g) ?? [];
      assert.equal(answers.length, asked.length, stdout);
      for (const answer of answers) assert.match(answer, /rue$/, stdout);
    });
  }
});
