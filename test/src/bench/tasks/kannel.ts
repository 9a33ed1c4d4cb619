import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, get } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../support/free-ports.js';
import { concurrently } from '../workload.js';
import { recipient, text } from '../workload.js';

export interface KannelInput {
  smscPort: number;
  window: number;
  messages: number;
}

export interface KannelOutput {
  /** From the first text handed over to the last receipt told. */
  seconds: number;
  told: number;
}

const connections = 50;
const silenceMs = 15_000;
const startUpMs = 20_000;

/** Hands texts to Kannel's sendsms one by one, as its interface has them, until its last receipt has been told. */
export async function run({ smscPort, window, messages }: KannelInput): Promise<KannelOutput> {
  const folder = mkdtempSync(join(tmpdir(), 'ujumbe-bench-kannel-'));
  let told = 0;
  let toldMs = 0;
  const sink = createServer((_request, response) => {
    response.end();
    told++;
    toldMs = performance.now();
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  const dlrUrl = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/?type=%d`;
  const [adminPort = 0, boxPort = 0, sendPort = 0] = await freePorts(3);
  writeFileSync(join(folder, 'kannel.conf'), configuration({ folder, smscPort, window, adminPort, boxPort, sendPort }));
  const bearerbox = start('bearerbox', folder);
  // Its other box ends when it finds nobody to connect to; and who connects to the port between them is taken for one.
  await listening(adminPort);
  const boxes = [bearerbox, start('smsbox', folder)];
  await listening(sendPort);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const startedMs = performance.now();
  await concurrently(messages, connections, (index) => send(agent, sendPort, dlrUrl, index));
  const isOver = (): boolean => told >= messages || performance.now() - toldMs > silenceMs;
  while (!isOver()) await new Promise((resolve) => setTimeout(resolve, 5));
  agent.destroy();
  sink.close();
  sink.closeAllConnections();
  for (const box of boxes.reverse()) await end(box);
  rmSync(folder, { recursive: true, force: true });
  return { seconds: (toldMs - startedMs) / 1_000, told };
}

/** Resolves when something listens there. */
async function listening(port: number): Promise<void> {
  for (const until = performance.now() + startUpMs; performance.now() < until;) {
    const socket = connect(port, '127.0.0.1');
    const isThere = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('Kannel does not listen.');
}

function start(box: string, folder: string): ChildProcess {
  return spawn(box, ['-v', '4', join(folder, 'kannel.conf')], { cwd: folder, stdio: 'ignore' });
}

async function end(box: ChildProcess): Promise<void> {
  if (box.exitCode !== null) return;
  const ended = once(box, 'exit');
  box.kill('SIGTERM');
  const timer = setTimeout(() => box.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}

function send(agent: Agent, port: number, dlrUrl: string, index: number): Promise<void> {
  const query = new URLSearchParams({
    username: 'kannel',
    password: 'kannel',
    from: 'MYAPP',
    to: recipient(index),
    text,
    'dlr-mask': '1',
    'dlr-url': dlrUrl,
  });
  return new Promise((resolve, reject) => {
    get({ agent, host: '127.0.0.1', port, path: `/cgi-bin/sendsms?${query.toString()}` }, (response) => {
      response.resume();
      response.on('end', () => {
        if (response.statusCode === 202) resolve();
        else reject(new Error(`Kannel answered ${response.statusCode}.`));
      });
    }).on('error', reject);
  });
}

/** Its file store, one transceiver, and as little log as it writes. */
function configuration({
  folder,
  smscPort,
  window,
  adminPort,
  boxPort,
  sendPort,
}: Record<'smscPort' | 'window' | 'adminPort' | 'boxPort' | 'sendPort', number> & { folder: string }): string {
  return `group = core
admin-port = ${adminPort}
admin-password = kannel
smsbox-port = ${boxPort}
box-allow-ip = "127.0.0.1"
store-type = file
store-location = "${folder}/store"
log-level = 4

group = smsc
smsc = smpp
smsc-id = operator
host = "127.0.0.1"
port = ${smscPort}
transceiver-mode = true
smsc-username = bench
smsc-password = bench
system-type = ""
max-pending-submits = ${window}

group = smsbox
bearerbox-host = "127.0.0.1"
bearerbox-port = ${boxPort}
sendsms-port = ${sendPort}
log-level = 4

group = sendsms-user
username = kannel
password = kannel
`;
}
