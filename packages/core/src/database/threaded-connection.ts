import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CommitConflict, type Statement } from '../runtime.js';
import { notOpened, type ThreadReply, type ThreadRequest } from './sqlite-thread-messages.js';

type Result = ThreadReply['result'];
type Omitted<T> = T extends unknown ? Omit<T, 'id'> : never;

/** The near end of a SQLite connection that lives in a worker thread. Requests are answered in the order asked. */
export class ThreadedConnection {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve(result: Result): void; reject(error: Error): void }>();
  #lastId = 0;
  #broken: Error | undefined;

  constructor(filename: string, readonly: boolean) {
    this.#worker = new Worker(join(__dirname, 'sqlite-thread.js'), { workerData: { filename, readonly } });
    this.#worker.on('message', (reply: ThreadReply) => this.#settle(reply));
    this.#worker.on('error', (error: Error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('The SQLite thread has ended.')));
    // The open questions keep the process alive, not the thread itself: a script that forgets to stop still exits.
    this.#worker.unref();
  }

  /** True once the thread is gone; knex's pool then makes another. */
  get broken(): boolean {
    return this.#broken !== undefined;
  }

  query(sql: string, bindings: readonly unknown[]): Promise<Result> {
    return this.#ask({ kind: 'query', sql, bindings });
  }

  async commit(statements: readonly Statement[]): Promise<void> {
    const { conflict } = await this.#ask({ kind: 'commit', statements });
    if (conflict !== undefined) throw new CommitConflict(conflict);
  }

  async close(): Promise<void> {
    if (this.#broken) return;
    await this.#ask({ kind: 'close' });
    await this.#worker.terminate();
  }

  #ask(request: Omitted<ThreadRequest>): Promise<Result> {
    if (this.#broken) return Promise.reject(this.#broken);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      if (this.#waiting.size === 0) this.#worker.ref();
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ ...request, id });
    });
  }

  #settle({ id, result, error }: ThreadReply): void {
    if (id === notOpened && error) {
      this.#fail(errorOf(error));
      return;
    }
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (error) waiting.reject(errorOf(error));
    else waiting.resolve(result);
  }

  #fail(error: Error): void {
    this.#broken ??= error;
    for (const waiting of this.#waiting.values()) waiting.reject(this.#broken);
    this.#waiting.clear();
  }
}

const errorOf = ({ message, code }: NonNullable<ThreadReply['error']>): Error =>
  Object.assign(new Error(message), { code });
