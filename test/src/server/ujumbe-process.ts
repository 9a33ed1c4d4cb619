import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const bin = join(dirname(require.resolve('ujumbe/package.json')), 'bin', 'ujumbe.js');
const waitMs = 20_000;

export type Environment = Readonly<Record<string, string>>;

/** How a process ended and what it said. */
export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

const running = new Set<ChildProcess>();
const folders = new Set<string>();

/** A process of the real command line. Whatever a test leaves running is ended after it by {@link endProcesses}. */
export class UjumbeProcess {
  stdout = '';
  stderr = '';
  readonly finished: Promise<Finished>;
  readonly #child: ChildProcess;

  constructor(args: readonly string[], env: Environment, cwd = tmpdir()) {
    // Nothing of the developer's own settings may leak in: an unknown name would stop the start.
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('UJUMBE_'));
    this.#child = spawn(process.execPath, [bin, ...args], {
      env: { ...Object.fromEntries(inherited), UJUMBE_PORT: '0', UJUMBE_SMPP_PORT: '0', ...env },
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(this.#child);
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.finished = once(this.#child, 'close').then(([code, signal]) => {
      running.delete(this.#child);
      return {
        code: code as number | null,
        signal: signal as NodeJS.Signals | null,
        stdout: this.stdout,
        stderr: this.stderr,
      };
    });
  }

  /** Waits until stdout shows what is looked for; fails early when the process ends first. */
  async shows(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = Date.now() + waitMs;
    for (;;) {
      const match = pattern.exec(this.stdout);
      if (match) return match;
      if (this.#child.exitCode !== null) throw new Error(`it ended before ${String(pattern)}: ${this.stderr}`);
      if (Date.now() > deadline) throw new Error(`no ${String(pattern)} in: ${this.stdout}${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Tells it to stop, and waits until it has. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<Finished> {
    this.signal(signal);
    return this.finished;
  }
}

/** Runs a command to its end. */
export function ujumbe(args: readonly string[], env: Environment): Promise<Finished> {
  return new UjumbeProcess(args, env).finished;
}

/** A folder of one test's own, removed after it. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ujumbe-server-'));
  folders.add(folder);
  return folder;
}

/** Ends what is still running, by its own handle, and removes the folders. */
export async function endProcesses(): Promise<void> {
  for (const child of running) {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  running.clear();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}
