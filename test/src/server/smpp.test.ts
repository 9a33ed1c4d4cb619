import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { eventually } from '../contracts/eventually.js';
import { makeCertificate } from '../smpp/peers/own-certificate.js';
import { Esme, receiptedId, textOf } from '../smpp/server/esme.js';
import { endProcesses, newFolder, ujumbe, UjumbeProcess, type Environment } from './ujumbe-process.js';

const RBINDFAIL = 0x0d;
const RINVPASWD = 0x0e;
const RINVDSTADR = 0x0b;

interface Refusal {
  error: string;
  code: string;
}

const sqlite = (): Environment => ({
  UJUMBE_DATABASE_URL: `sqlite:${join(newFolder(), 'sms.sqlite')}`,
  UJUMBE_SIMULATOR_DELAY_MS: '5',
});

async function json<T>(env: Environment, ...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await ujumbe([...args, '--json'], env);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as T;
}

/** What a command that refuses to start says, which is one sentence and no secret. */
async function refusal(env: Environment, ...args: string[]): Promise<Refusal> {
  const { code, stdout, stderr } = await ujumbe([...args, '--json'], env);
  assert.deepEqual([code, stdout], [1, '']);
  return JSON.parse(stderr) as Refusal;
}

/** Takes a port for the time of the work. */
async function withPortTaken<T>(work: (port: number) => Promise<T>): Promise<T> {
  const holder: Server = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  try {
    return await work((holder.address() as AddressInfo).port);
  } finally {
    holder.close();
  }
}

describe('SMPP from the command line', function () {
  this.timeout(60_000);
  afterEach(async () => {
    await Esme.closeAll();
    await endProcesses();
  });

  describe('ujumbe serve', () => {
    interface Customer {
      systemId: string;
      password: string;
    }

    async function openAccount(env: Environment): Promise<Customer> {
      const details = [
        '--name',
        'Bank',
        '--country',
        'TZ',
        '--currency',
        'TZS',
        '--credits',
        '100',
        '--sender',
        'DUKA',
      ];
      const opened = await json<{ team_code: string; smpp_password: string }>(env, 'account', 'create', ...details);
      return { systemId: opened.team_code, password: opened.smpp_password };
    }

    async function serve(
      env: Environment,
    ): Promise<{ server: UjumbeProcess; url?: string; smpp?: { port: number; tls_port: number | null } }> {
      const server = new UjumbeProcess(['serve', '--json'], env);
      const [line] = await server.shows(/^\{.*\}$/m);
      return { server, ...(JSON.parse(line) as object) };
    }

    const bindStatus = async (port: number, customer: Customer, tls = false): Promise<number> => {
      const esme = await Esme.connect(port, { tls });
      return (await esme.bind(customer)).status;
    };

    it('lets customers bind, with TLS too, submit and hear of it', async () => {
      const folder = newFolder();
      const { file } = makeCertificate(folder);
      const env = {
        ...sqlite(),
        UJUMBE_SMPP_TLS_PORT: '0',
        UJUMBE_SMPP_TLS_CERT: file,
        UJUMBE_SMPP_TLS_KEY: join(folder, 'key.pem'),
      };
      const customer = await openAccount(env);
      const { server, smpp } = await serve(env);
      assert.ok(smpp?.tls_port);
      for (const [port, tls] of [
        [smpp.port, false],
        [smpp.tls_port, true],
      ] as const) {
        const esme = await Esme.bound(port, customer, { tls });
        const { status, body } = await esme.submit({ destination_addr: '255712345678' });
        assert.equal(status, 0);
        assert.equal(receiptedId(await esme.delivery()), body.message_id);
        assert.match(textOf(await esme.delivery()), /stat:DELIVRD/);
      }
      const { code, stdout } = await server.stop();
      assert.equal(code, 0);
      assert.equal(stdout.split('\n').length, 2, 'only one value is printed');
    });

    it('shows sessions, windows, refusals and what waits for a bind to Prometheus', async () => {
      const env = sqlite();
      const customer = await openAccount(env);
      const { url, smpp } = await serve(env);
      assert.equal(await bindStatus(smpp!.port, { ...customer, password: 'wrong' }), RINVPASWD);
      const esme = await Esme.bound(smpp!.port, customer);
      esme.answer = () => undefined;
      assert.equal((await esme.submit({ destination_addr: '255712345678' })).status, 0);
      assert.equal((await esme.submit({ destination_addr: '12' })).status, RINVDSTADR);
      await esme.delivery();
      const metrics = async (): Promise<string> => (await fetch(new URL('/metrics', url))).text();
      const text = await metrics();
      for (const line of [
        '# TYPE ujumbe_smpp_sessions gauge',
        'ujumbe_smpp_sessions{bind="transceiver"} 1',
        'ujumbe_smpp_in_hand{state="window"} 1',
        'ujumbe_smpp_connections{state="open"} 1',
        '# TYPE ujumbe_smpp_events_total counter',
        'ujumbe_smpp_events_total{what="submitted"} 1',
        'ujumbe_smpp_refused_total{status="ESME_RINVDSTADR"} 1',
        'ujumbe_smpp_refused_total{status="bind ESME_RINVPASWD"} 1',
      ]) {
        assert.ok(text.includes(`${line}\n`), `${line} is not in\n${text.replaceAll(/^(?!.*smpp).*\n/gm, '')}`);
      }
      await esme.close();
      await eventually('the receipt waits for a bind', async () =>
        (await metrics()).includes('ujumbe_smpp_in_hand{state="waiting"} 1\n'),
      );
    });

    it('says where ESMEs bind, or that none may', async () => {
      const open = new UjumbeProcess(['serve'], sqlite());
      await open.shows(/^ESMEs bind at 127\.0\.0\.1:\d+$/m);
      assert.equal((await open.stop()).code, 0);
      const { server, smpp } = await serve({ ...sqlite(), UJUMBE_SMPP_PORT: 'off' });
      assert.equal(smpp, undefined);
      assert.equal((await server.stop()).code, 0);
    });

    it('ends the sessions of a password that is rotated by another process', async () => {
      const env = sqlite();
      const customer = await openAccount(env);
      const { smpp } = await serve(env);
      const esme = await Esme.bound(smpp!.port, customer);
      const rotate = ['smpp', 'password', 'rotate', '--account', customer.systemId];
      const { smpp_password: password } = await json<{ smpp_password: string }>(env, ...rotate);
      await esme.closed();
      assert.ok(esme.received.some(({ command }) => command === 'unbind'));
      assert.equal(await bindStatus(smpp!.port, customer), RINVPASWD);
      assert.equal(await bindStatus(smpp!.port, { ...customer, password }), 0);
    });

    it('holds customers to what smpp configure sets', async () => {
      const env = sqlite();
      const customer = await openAccount(env);
      const { smpp } = await serve(env);
      const configure = (...settings: string[]): Promise<Record<string, unknown>> =>
        json(env, 'smpp', 'configure', '--account', customer.systemId, ...settings);
      await configure('--addresses', '10.0.0.0/8');
      assert.equal(await bindStatus(smpp!.port, customer), RBINDFAIL);
      const { max_sessions: sessions, alphabet } = await configure(
        ...['--addresses', '127.0.0.0/8', '--sessions', '1', '--alphabet', 'latin1'],
      );
      assert.deepEqual([sessions, alphabet], [1, 'latin1']);
      const first = await Esme.bound(smpp!.port, customer);
      assert.equal(await bindStatus(smpp!.port, customer), RBINDFAIL);
      await first.close();
    });

    const wrong: [string, () => Environment, RegExp][] = [
      ['a port that is none', () => ({ UJUMBE_SMPP_PORT: '70000' }), /^UJUMBE_SMPP_PORT must be a port/],
      ['a port in words', () => ({ UJUMBE_SMPP_PORT: 'on' }), /^UJUMBE_SMPP_PORT must be a port .* or off/],
      ['a TLS port that is none', () => ({ UJUMBE_SMPP_TLS_PORT: 'off' }), /^UJUMBE_SMPP_TLS_PORT must be a port/],
      ['a misspelt setting', () => ({ UJUMBE_SMPP_TLS_CERTS: 'x' }), /did you mean UJUMBE_SMPP_TLS_CERT\?/],
      ['half a certificate', () => ({ UJUMBE_SMPP_TLS_CERT: '/tmp/x.pem' }), /must be set together/],
      [
        'a certificate that is not there',
        () => ({ UJUMBE_SMPP_TLS_CERT: '/nonexistent/x.pem', UJUMBE_SMPP_TLS_KEY: '/nonexistent/y.pem' }),
        /^UJUMBE_SMPP_TLS_CERT must be a file that can be read/,
      ],
      [
        'a certificate that is a letter',
        () => {
          const file = join(newFolder(), 'letter.pem');
          writeFileSync(file, 'Dear hunter2');
          return { UJUMBE_SMPP_TLS_CERT: file, UJUMBE_SMPP_TLS_KEY: file };
        },
        /^UJUMBE_SMPP_TLS_CERT and UJUMBE_SMPP_TLS_KEY must be/,
      ],
      [
        'the key of another certificate',
        () => {
          const other = newFolder();
          makeCertificate(other);
          const { file } = makeCertificate(newFolder());
          return { UJUMBE_SMPP_TLS_CERT: file, UJUMBE_SMPP_TLS_KEY: join(other, 'key.pem') };
        },
        /^UJUMBE_SMPP_TLS_CERT and UJUMBE_SMPP_TLS_KEY must be/,
      ],
    ];
    for (const [what, settings, sentence] of wrong) {
      it(`refuses ${what}`, async () => {
        const refused = await refusal({ ...sqlite(), ...settings() }, 'serve');
        assert.equal(refused.code, 'configuration');
        assert.match(refused.error, sentence);
        assert.ok(!refused.error.includes('hunter2'));
      });
    }

    it('names the port that is in use', async () => {
      const folder = newFolder();
      const { file } = makeCertificate(folder);
      const tls = { UJUMBE_SMPP_TLS_CERT: file, UJUMBE_SMPP_TLS_KEY: join(folder, 'key.pem') };
      await withPortTaken(async (port) => {
        for (const [setting, env] of [
          ['UJUMBE_SMPP_PORT', { UJUMBE_SMPP_PORT: String(port) }],
          ['UJUMBE_SMPP_TLS_PORT', { ...tls, UJUMBE_SMPP_TLS_PORT: String(port) }],
        ] as const) {
          const refused = await refusal({ ...sqlite(), ...env }, 'serve');
          assert.equal(refused.code, 'port_in_use');
          assert.equal(refused.error, `127.0.0.1:${port} is in use by another program; set ${setting} to a free port.`);
        }
      });
    });
  });

  describe('ujumbe simulate smsc', () => {
    const start = async (...options: string[]): Promise<{ smsc: UjumbeProcess; port: number }> => {
      const smsc = new UjumbeProcess(['simulate', 'smsc', '--port', '0', '--json', ...options], {});
      const [line] = await smsc.shows(/^\{.*\}$/m);
      return { smsc, port: (JSON.parse(line) as { port: number }).port };
    };
    const anybody = { systemId: 'anybody', password: 'secret' };

    it('takes a free port, and answers and reports as it is told to', async () => {
      const { smsc, port } = await start('--delay', '1', '--ids', 'hex', '--no-tlvs', '--password', 'secret');
      const stranger = await Esme.connect(port);
      assert.notEqual((await stranger.bind({ ...anybody, password: 'guess' })).status, 0);
      const esme = await Esme.bound(port, anybody);
      const { status, body } = await esme.submit({ destination_addr: '255712345678' });
      assert.equal(status, 0);
      const receipt = await esme.delivery();
      assert.deepEqual(receipt.tlvs, []);
      assert.match(body.message_id, /^[0-9A-F]{10,}$/);
      assert.ok(textOf(receipt).startsWith(`id:${body.message_id} `), textOf(receipt));
      const { code, stderr } = await smsc.stop('SIGTERM');
      assert.deepEqual([code, stderr], [0, '']);
    });

    it('throttles, and drops connections', async () => {
      const { port } = await start('--tps', '1', '--drop-every', '3');
      const esme = await Esme.bound(port, anybody);
      const statuses = [await esme.submit({}), await esme.submit({})].map(({ status }) => status);
      assert.ok(statuses.includes(0x58), String(statuses));
      esme.send('submit_sm', {});
      await esme.closed();
    });

    it('counts for people what it did', async () => {
      const smsc = new UjumbeProcess(['simulate', 'smsc', '--port', '0', '--delay', '0'], {});
      const [, port] = await smsc.shows(/answers SMPP on 127\.0\.0\.1:(\d+);/);
      const esme = await Esme.bound(Number(port), anybody);
      await esme.submit({ destination_addr: '255712345678' });
      await esme.delivery();
      assert.match((await smsc.stop()).stdout, /Stopped after 1 submits and 1 deliveries\.\n$/);
    });

    it('refuses what it cannot mean', async () => {
      for (const [options, sentence] of [
        [['--port', '70000'], /^--port must be a whole number up to 65535\.$/],
        [['--port', '-1'], /--port/],
        [['--ids', 'octal'], /^--ids must be decimal or hex\.$/],
        [['--delay', 'soon'], /^--delay must be a whole number/],
        [['--tps', '1.5'], /^--tps must be a whole number/],
        [['--drop-every', ''], /^--drop-every must be a whole number/],
        [['--colour', 'red'], /--colour/],
      ] as const) {
        const refused = await refusal({}, 'simulate', 'smsc', ...options);
        assert.equal(refused.code, 'usage', refused.error);
        assert.match(refused.error, sentence);
      }
      await withPortTaken(async (port) => {
        const refused = await refusal({}, 'simulate', 'smsc', '--port', String(port));
        assert.match(refused.error, /is in use by another program; set --port to a free port\.$/);
      });
    });
  });
});
