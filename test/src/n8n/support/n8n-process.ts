import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../support/free-ports.js';
import { pathOf } from '../install/cached-folder.js';
import { nodeOf, type Flavour } from '../install/flavours.js';
import { communityManifest, installInto } from './packed-nodes.js';

const startWithinMs = 120_000;
const stopWithinMs = 10_000;

/** A real n8n with the packed nodes in it, in a folder of its own. It can be stopped, killed and started again. */
export class N8nProcess {
  output = '';
  #child: ChildProcess | undefined;
  #port = 0;

  #folder: string | undefined;

  constructor(readonly flavour: Flavour) {}

  get folder(): string {
    return (this.#folder ??= mkdtempSync(join(tmpdir(), 'ujumbe-n8n-')));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Installs the nodes at the first start; keeps its port and data from one start to the next. */
  async start(): Promise<void> {
    if (this.#port === 0) {
      await installInto(this.folder);
      writeFileSync(join(this.folder, '.n8n/nodes/package.json'), JSON.stringify(communityManifest));
      this.#port = await freePort();
    }
    this.output = '';
    const child = spawn(nodeOf(this.flavour), [join(pathOf(this.flavour), 'node_modules/n8n/bin/n8n'), 'start'], {
      cwd: this.folder,
      env: { ...inherited(), ...(await this.#environment()) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    await this.#ready(child);
  }

  async #environment(): Promise<Record<string, string>> {
    const off = ['DIAGNOSTICS', 'VERSION_NOTIFICATIONS', 'TEMPLATES', 'VERIFIED_PACKAGES', 'DYNAMIC_BANNERS'];
    return {
      ...Object.fromEntries(
        [...off, 'PERSONALIZATION', 'HIRING_BANNER'].map((name) => [`N8N_${name}_ENABLED`, 'false']),
      ),
      N8N_USER_FOLDER: this.folder,
      N8N_PORT: String(this.#port),
      N8N_HOST: '127.0.0.1',
      N8N_LISTEN_ADDRESS: '127.0.0.1',
      WEBHOOK_URL: `${this.url}/`,
      N8N_RUNNERS_BROKER_PORT: String(await freePort()),
      N8N_ENCRYPTION_KEY: 'a key for tests',
      N8N_SECURE_COOKIE: 'false',
      N8N_DISABLED_MODULES: this.flavour.disabledModules,
      N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'false',
      GENERIC_TIMEZONE: 'Africa/Dar_es_Salaam',
    };
  }

  async #ready(child: ChildProcess): Promise<void> {
    for (const end = Date.now() + startWithinMs; Date.now() < end;) {
      if (child.exitCode !== null || child.signalCode !== null) break;
      if (this.output.includes('Editor is now accessible') && (await this.#answers())) return;
      await sleep(100);
    }
    throw new Error(`${this.flavour.title} did not start:\n${this.output.slice(-4_000)}`);
  }

  async #answers(): Promise<boolean> {
    const answer = await fetch(`${this.url}/healthz/readiness`).catch(() => undefined);
    return answer?.ok === true;
  }

  /** Ends it in order; by force when it does not heed. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
    await closed;
    clearTimeout(timer);
  }

  /** Ends it as a power cut does. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  }

  async remove(): Promise<void> {
    await this.stop();
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Nothing of the developer's own n8n may leak in. */
const inherited = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(N8N_|npm_|DB_|EXECUTIONS_|NODE_OPTIONS)/.test(name)),
  );
