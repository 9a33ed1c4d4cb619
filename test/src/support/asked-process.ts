import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { FromAsked, NotDone, ToAsked } from './asked-messages.js';

/** The process ended before it answered: nobody knows whether the request was done. */
export class ProcessEnded extends Error {}

type Told<Answer> = Answer | NotDone | 'stopped';

interface Waiting<Answer> {
  resolve: (answer: Told<Answer>) => void;
  reject: (error: Error) => void;
}

const running = new Set<{ kill(): Promise<void> }>();

/** The test's end of a process with a platform in it, which answers what it is asked and may be killed at any time. */
export class AskedProcess<Request, Answer> {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting<Answer>>();
  readonly ended: Promise<unknown>;
  #lastNumber = 0;
  /** Resolves when it is at work; rejects with ProcessEnded when it never will be. */
  readonly ready: Promise<void>;

  /** @param main the compiled file that it runs, which calls `answerTest` */
  constructor(main: string, settings: object) {
    running.add(this);
    this.#child = fork(main, [JSON.stringify(settings)], { execArgv: [] });
    this.ended = once(this.#child, 'exit');
    this.ready = Promise.race([
      once(this.#child, 'message').then(() => undefined),
      this.ended.then(() => {
        throw new ProcessEnded('A process ended before it was at work.');
      }),
    ]);
    // Whoever kills one at once does not wait for this.
    this.ready.catch(() => undefined);
    this.#child.on('message', (message: FromAsked<Answer>) => {
      if (message === 'ready') return;
      this.#waiting.get(message.number)?.resolve(message.answer);
      this.#waiting.delete(message.number);
    });
    void this.ended.then(() => this.#giveUp());
  }

  get isRunning(): boolean {
    return running.has(this);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** @throws ProcessEnded */
  async ask(request: Request): Promise<Answer | NotDone> {
    return (await this.#tell(request)) as Answer | NotDone;
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  /** Lets it finish what it has begun. */
  async stop(): Promise<void> {
    await this.#tell('stop');
    await this.ended;
  }

  #tell(request: Request | 'stop'): Promise<Told<Answer>> {
    return new Promise((resolve, reject) => {
      const number = ++this.#lastNumber;
      this.#waiting.set(number, { resolve, reject });
      const message = { number, request } as ToAsked<Request>;
      this.#child.send(message, (error) => {
        if (!error) return;
        this.#waiting.delete(number);
        reject(new ProcessEnded('The process cannot be reached.'));
      });
    });
  }

  #giveUp(): void {
    running.delete(this);
    for (const { reject } of this.#waiting.values()) reject(new ProcessEnded('The process ended before it answered.'));
    this.#waiting.clear();
  }
}

/** For the end of every suite: a test that failed leaves no process behind. */
export async function killProcesses(): Promise<void> {
  await Promise.all([...running].map((one) => one.kill()));
}
