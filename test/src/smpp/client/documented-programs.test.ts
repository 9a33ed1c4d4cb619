import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createSmscSimulator } from '@ujumbe/smpp-adapter';

const run = promisify(execFile);
// Below the tests, so that the packages are found as a host finds them.
const here = join(__dirname, '../../..');
const page = join(here, '../docs/how-to/speak-smpp.md');

describe('the programs of the page about SMPP', () => {
  const [client = '', codec = ''] = [...readFileSync(page, 'utf8').matchAll(/^```js\n(.+?)^```$/gms)].map(
    ([, program = '']) => program,
  );
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(here, 'dist/documented-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function outputOf(program: string, ...args: string[]): Promise<string> {
    const file = join(folder, 'program.cjs');
    writeFileSync(file, program);
    return (await run(process.execPath, [file, ...args], { timeout: 20_000 })).stdout;
  }

  it('submit a message and read its receipt', async () => {
    const smsc = createSmscSimulator({ delayMs: 20 });
    const port = await smsc.start();
    try {
      const output = await outputOf(client, String(port), 'duka', 'secret');
      const [, id] = /^taken as (\d+)$/m.exec(output) ?? [];
      assert.match(output, new RegExp(`^receipt or reply: id:${id} .*stat:DELIVRD`, 'm'));
    } finally {
      await smsc.stop();
    }
  });

  it('use the codec, which loads nothing else', async () => {
    const loaded = `console.log(Object.keys(require.cache).filter((file) => /(core|session|client|server)\\/dist|dist\\/(session|client|server)/.test(file)).length);`;
    assert.equal(await outputOf(`${codec}\n${loaded}`), 'submit_sm 7 255712345678 1\n0\n');
  });
});
