import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { FromTill, TillAnswer, TillRequest, TillSettings } from './till-messages.js';

/** The till ended before it answered: nobody knows whether the request was done. */
export class TillEnded extends Error {}

interface Waiting {
  resolve: (answer: TillAnswer) => void;
  reject: (error: Error) => void;
}

const running = new Set<TillProcess>();

/** The test's end of a process that takes payments. */
export class TillProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly ended: Promise<unknown>;
  #lastNumber = 0;
  /** Resolves when it is at work. */
  readonly ready: Promise<void>;

  constructor(settings: TillSettings) {
    running.add(this);
    this.#child = fork(join(__dirname, 'till-main.js'), [JSON.stringify(settings)], { execArgv: [] });
    this.ended = once(this.#child, 'exit');
    this.ready = Promise.race([
      once(this.#child, 'message').then(() => undefined),
      this.ended.then(() => {
        throw new TillEnded('A till ended before it was at work.');
      }),
    ]);
    this.ready.catch(() => undefined);
    this.#child.on('message', (message: FromTill) => {
      if (message.kind === 'ready') return;
      const { number, ...answer } = message;
      this.#waiting.get(number)?.resolve(answer);
      this.#waiting.delete(number);
    });
    void this.ended.then(() => {
      running.delete(this);
      for (const { reject } of this.#waiting.values()) reject(new TillEnded('The till ended before it answered.'));
      this.#waiting.clear();
    });
  }

  get isRunning(): boolean {
    return running.has(this);
  }

  /** @throws TillEnded */
  ask(request: TillRequest): Promise<TillAnswer> {
    return new Promise((resolve, reject) => {
      const number = ++this.#lastNumber;
      this.#waiting.set(number, { resolve, reject });
      this.#child.send({ ...request, number }, (error) => {
        if (!error) return;
        this.#waiting.delete(number);
        reject(new TillEnded('The till cannot be reached.'));
      });
    });
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  /** Lets it finish what it has begun. */
  async stop(): Promise<void> {
    await this.ask({ kind: 'stop' });
    await this.ended;
  }
}

/** For the end of every suite: a test that failed leaves no process behind. */
export async function killTills(): Promise<void> {
  await Promise.all([...running].map((till) => till.kill()));
}
