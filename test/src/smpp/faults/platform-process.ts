import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { PlatformReady, PlatformSettings } from './platform-messages.js';

const running = new Set<PlatformProcess>();

/** The test's end of a platform process. */
export class PlatformProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  /** Resolves with the port ESMEs bind to when it is at work; rejects when it never will be. */
  readonly ready: Promise<number>;

  constructor(settings: PlatformSettings) {
    running.add(this);
    this.#child = fork(require.resolve('./platform-main.js'), [JSON.stringify(settings)], { execArgv: [] });
    this.#ended = once(this.#child, 'exit').then(() => running.delete(this));
    this.ready = Promise.race([
      once(this.#child, 'message').then(([ready]) => (ready as PlatformReady).port),
      this.#ended.then(() => {
        throw new Error('A platform ended before it was at work.');
      }),
    ]);
    // Whoever kills a platform at once does not wait for this.
    this.ready.catch(() => undefined);
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** Lets it finish what it has begun. */
  async stop(): Promise<void> {
    this.#child.send('stop');
    await this.#ended;
  }
}

/** For the end of every suite: a test that failed leaves no process behind. */
export async function killPlatforms(): Promise<void> {
  await Promise.all([...running].map((platform) => platform.kill()));
}
