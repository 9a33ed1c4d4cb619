import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { FromWorker, WorkerAnswer, WorkerRequest, WorkerSettings } from './worker-messages.js';

/** The worker ended before it answered: nobody knows whether the request was done. */
export class WorkerEnded extends Error {}

interface Waiting {
  resolve: (answer: WorkerAnswer) => void;
  reject: (error: Error) => void;
}

const running = new Set<WorkerProcess>();

/** The test's end of a worker process. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<unknown>;
  #lastNumber = 0;
  /** Resolves when it is at work; rejects with WorkerEnded when it never will be. */
  readonly ready: Promise<void>;

  constructor(settings: WorkerSettings) {
    running.add(this);
    this.#child = fork(join(__dirname, 'worker-main.js'), [JSON.stringify(settings)], { execArgv: [] });
    this.#ended = once(this.#child, 'exit');
    this.ready = Promise.race([
      once(this.#child, 'message').then(() => undefined),
      this.#ended.then(() => {
        throw new WorkerEnded('A worker ended before it was at work.');
      }),
    ]);
    // Whoever kills a worker at once does not wait for this.
    this.ready.catch(() => undefined);
    this.#child.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') return;
      const { number, ...answer } = message;
      this.#waiting.get(number)?.resolve(answer);
      this.#waiting.delete(number);
    });
    void this.#ended.then(() => this.#giveUp());
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** @throws WorkerEnded */
  ask(request: WorkerRequest): Promise<WorkerAnswer> {
    return new Promise((resolve, reject) => {
      const number = ++this.#lastNumber;
      this.#waiting.set(number, { resolve, reject });
      this.#child.send({ ...request, number }, (error) => {
        if (!error) return;
        this.#waiting.delete(number);
        reject(new WorkerEnded('The worker cannot be reached.'));
      });
    });
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** Lets it finish what it has begun. */
  async stop(): Promise<void> {
    await this.ask({ kind: 'stop' });
    await this.#ended;
  }

  #giveUp(): void {
    running.delete(this);
    for (const { reject } of this.#waiting.values()) reject(new WorkerEnded('The worker ended before it answered.'));
    this.#waiting.clear();
  }
}

/** For the end of every suite: a test that failed leaves no process behind. */
export async function killWorkers(): Promise<void> {
  await Promise.all([...running].map((worker) => worker.kill()));
}
