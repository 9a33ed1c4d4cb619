import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describeOnDatabases } from '../support/databases.js';
import { endProcesses, newFolder, UjumbeProcess, type Environment } from './ujumbe-process.js';

const curlForm = /^curl -X POST (\S+) -H 'Authorization: (Bearer mbs_\w+)' .* -d '(.+)'$/m;
const secret = Buffer.alloc(32, 9).toString('base64');

interface Demo {
  demo: { api_token: string; credits: number };
}

interface Sent {
  success: boolean;
  data: { uuid: string };
}

/** Pastes the line as a person would; without a curl the same request is made here. */
async function paste(line: string): Promise<Sent> {
  const pasted = spawnSync('sh', ['-c', `${line} --silent`], { encoding: 'utf8' });
  if (pasted.status === 0) return JSON.parse(pasted.stdout) as Sent;
  const [, url, authorization, body] = curlForm.exec(line)!;
  const headers = { authorization: authorization!, 'content-type': 'application/json' };
  return (await (await fetch(url!, { method: 'POST', headers, body: body! })).json()) as Sent;
}

describeOnDatabases('npm start', (open) => {
  afterEach(endProcesses);

  /** A database of its own, and a folder of its own, since on PostgreSQL the token is kept where the demo runs. */
  async function demo(): Promise<(...args: string[]) => UjumbeProcess> {
    const { options } = await open({ empty: true });
    const env: Environment =
      typeof options === 'string'
        ? { UJUMBE_DATABASE_URL: options, UJUMBE_SECRET: secret }
        : { UJUMBE_DATABASE_URL: 'sqlite:demo.sqlite' };
    const folder = newFolder();
    return (...args) => new UjumbeProcess(['serve', '--demo', ...args], env, folder);
  }

  it('prints a request to paste, shows the message moving, and drains on Ctrl-C', async () => {
    const server = (await demo())();
    const [line] = await server.shows(curlForm);
    const { success, data } = await paste(line);
    assert.equal(success, true);

    const id = `…${data.uuid.slice(-8)}`;
    await server.shows(new RegExp(`webhook +${id}  message.delivered, signature verified`));
    const { code, stdout, stderr } = await server.stop();
    assert.equal(code, 0, stderr);
    assert.equal(stderr, '');
    const lines = stdout.split('\n').filter((shown) => shown.includes(id));
    assert.deepEqual(
      lines.map((shown) => shown.split(/ +/)[1]),
      ['accepted', 'submitted', 'delivered', 'webhook'],
    );
    const afterThePaste = stdout.slice(stdout.indexOf(line) + line.length);
    assert.ok(!afterThePaste.includes('255712345678') && !afterThePaste.includes('Habari'));
    assert.match(stdout, /Stopped\.\n$/);
  });

  it('prints a request that buys credits by phone, and tells when they are there', async () => {
    const server = (await demo())();
    const [line] = await server.shows(/^curl -X POST \S+\/payments .*$/m);
    const { success, data } = await paste(line);
    assert.equal(success, true);
    const id = `…${data.uuid.slice(-8)}`;
    await server.shows(new RegExp(`payment.completed +${id}`));
    await server.shows(new RegExp(`webhook +${id}  payment.completed, signature verified`));
    const { code, stderr } = await server.stop();
    assert.equal(code, 0, stderr);
    assert.equal(stderr, '');
  });

  it('prints a working request at the next start too, without a second account or webhook', async () => {
    const start = await demo();
    const first = start('--json');
    const before = demoOf(await first.shows(/^\{.*\}$/m));
    assert.equal((await first.stop('SIGTERM')).code, 0);

    const second = start();
    const [line, , authorization] = await second.shows(curlForm);
    assert.equal(authorization, `Bearer ${before.demo.api_token}`);
    const { data } = await paste(line);
    await second.shows(new RegExp(`webhook +…${data.uuid.slice(-8)} `));
    const webhooks = await fetch(new URL('/api/v1/webhooks', curlForm.exec(line)![1]), {
      headers: { authorization: authorization },
    });
    const listed = (await webhooks.json()) as { data: unknown[] | { items: unknown[] } };
    assert.equal((Array.isArray(listed.data) ? listed.data : listed.data.items).length, 1);
    assert.equal((await second.stop()).code, 0);
  });
});

describe('the demo on SQLite', () => {
  afterEach(endProcesses);

  it('keeps its token where only its owner reads it', async () => {
    const folder = newFolder();
    const file = join(folder, 'demo.sqlite');
    const server = new UjumbeProcess(['serve', '--demo', '--json'], { UJUMBE_DATABASE_URL: `sqlite:${file}` });
    const { demo } = demoOf(await server.shows(/^\{.*\}$/m));
    assert.equal(demo.credits, 1_000);
    assert.equal(statSync(`${file}.demo.json`).mode & 0o777, 0o600);
    assert.ok(readFileSync(`${file}.demo.json`, 'utf8').includes(demo.api_token));
    const { code, stdout } = await server.stop();
    assert.equal(code, 0);
    assert.equal(stdout.trim().split('\n').length, 1);
  });
});

const demoOf = ([json]: RegExpExecArray): Demo => JSON.parse(json) as Demo;
