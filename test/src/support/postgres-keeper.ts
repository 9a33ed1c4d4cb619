import { spawn, type ChildProcess } from 'node:child_process';
import { chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A process between the tests and their PostgreSQL. It makes a cluster, runs the server, and ends both the server and
 * the cluster's files when the channel to the tests closes: on their order, or because they were killed outright.
 */
export interface ClusterPlan {
  initdb: string;
  postgres: string;
  /** A new directory; everything the cluster writes goes below it. */
  directory: string;
  port: number;
  password: string;
  durable: boolean;
  /** Whom to run as, since PostgreSQL refuses root. */
  user?: { uid: number; gid: number };
}

export type KeeperReport = { kind: 'ready' } | { kind: 'failed'; reason: string };

const plan = JSON.parse(process.argv[2] ?? '') as ClusterPlan;
const data = join(plan.directory, 'data');
const passwordFile = join(plan.directory, 'password');
const readyLine = 'database system is ready to accept connections';
const stopGraceMs = 5_000;
const logLimit = 4_000;

let child: ChildProcess | undefined;
let stopping = false;

function report(message: KeeperReport): void {
  // The tests may be gone already; then there is nobody to tell.
  if (process.connected) process.send?.(message, () => {});
}

/** Runs one program as the cluster's user until it ends; `onLog` sees what it has printed so far. */
function run(program: string, args: string[], onLog: (log: string) => void = () => {}): Promise<string> {
  return new Promise((resolve, reject) => {
    let log = '';
    const started = spawn(program, args, {
      ...plan.user,
      cwd: plan.directory,
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    const keep = (chunk: Buffer): void => {
      log = (log + chunk.toString()).slice(-logLimit);
      onLog(log);
    };
    started.stdout.on('data', keep);
    started.stderr.on('data', keep);
    started.on('error', reject);
    started.on('close', (code) =>
      code === 0 ? resolve(log) : reject(new Error(`${program} ended: ${complaint(log)}`)),
    );
  });
}

/** The lines that say what is wrong, out of the much that both programs print. */
function complaint(log: string): string {
  const lines = log.trim().split('\n');
  return lines.filter((line) => /\b(error|fatal|panic):/i.test(line)).join(' ') || (lines.at(-1) ?? '');
}

async function initialize(): Promise<void> {
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(passwordFile, plan.password, { mode: 0o600 });
  if (plan.user) {
    for (const path of [plan.directory, data, passwordFile]) chownSync(path, plan.user.uid, plan.user.gid);
  }
  const cluster = ['--pgdata', data, '--username', 'postgres', '--encoding', 'UTF8', '--no-locale', '--no-sync'];
  await run(plan.initdb, [...cluster, '--auth', 'scram-sha-256', '--pwfile', passwordFile]);
}

async function serve(): Promise<void> {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: plan.port,
    // The default directory of the socket belongs to the system's own server.
    unix_socket_directories: '',
    // Several processes of tests share it, each with some platforms at once.
    max_connections: 300,
    timezone: 'UTC',
    ...(plan.durable ? {} : { fsync: 'off', full_page_writes: 'off', max_wal_size: '256MB' }),
  };
  let ready = false;
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  await run(plan.postgres, ['-D', data, ...args], (log) => {
    if (ready || !log.includes(readyLine)) return;
    ready = true;
    report({ kind: 'ready' });
  });
}

/** SIGINT is PostgreSQL's fast shutdown and SIGQUIT its immediate one. */
function stop(): void {
  stopping = true;
  child?.kill('SIGINT');
  setTimeout(() => child?.kill('SIGQUIT'), stopGraceMs).unref();
}

async function keep(): Promise<void> {
  try {
    await initialize();
    if (!stopping) await serve();
  } catch (error) {
    report({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
  }
  rmSync(plan.directory, { recursive: true, force: true });
  if (process.connected) process.disconnect();
}

process.on('disconnect', stop);
void keep();
