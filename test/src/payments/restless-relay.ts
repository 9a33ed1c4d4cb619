import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { SeededRandom } from '../faults/seeded-random.js';
import { ProcessEnded } from '../support/asked-process.js';
import type { TillProcess } from './till-process.js';

interface Callback {
  key: string;
  apiKey: string | undefined;
  body: { order_id?: string };
}

/**
 * What lies between the wallet and the platform, and loses, repeats, delays and reorders callbacks, and makes up some
 * of its own. A forged one that is not refused ends the test.
 */
export class RestlessRelay {
  readonly counts = { passed: 0, lost: 0, repeated: 0, delayed: 0, forged: 0, processed: 0 };
  /** Forgeries that were not refused. */
  readonly believed: string[] = [];
  readonly #server: Server;
  readonly #underWay = new Set<Promise<unknown>>();
  #recent: Callback[] = [];

  constructor(
    private readonly random: SeededRandom,
    private readonly tillNow: () => TillProcess | undefined,
  ) {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const apiKey = request.headers['x-api-key'];
        const callback: Callback = {
          key: request.url?.split('/').at(-1) ?? '',
          apiKey: typeof apiKey === 'string' ? apiKey : undefined,
          body: JSON.parse(Buffer.concat(chunks).toString('utf8')) as Callback['body'],
        };
        void this.#relay(callback).then((status) => response.writeHead(status).end());
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/api/v1`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await Promise.all(this.#underWay);
  }

  async #relay(callback: Callback): Promise<number> {
    const { random, counts } = this;
    this.#recent = [...this.#recent.slice(-20), callback];
    if (random.happens(0.2)) this.#later(0, () => this.#forge(callback));
    if (random.happens(0.2)) {
      counts.lost++;
      return 200;
    }
    if (random.happens(0.2)) {
      counts.delayed++;
      this.#later(random.between(50, 800), () => this.#pass(callback));
      return 200;
    }
    if (random.happens(0.2)) {
      counts.repeated++;
      this.#later(random.between(0, 200), () => this.#pass(callback));
    }
    return this.#pass(callback);
  }

  async #pass({ key, apiKey, body }: Callback): Promise<number> {
    this.counts.passed++;
    const answer = await this.#ask({ key, apiKey, body });
    if (answer === 200) this.counts.processed++;
    return answer;
  }

  /** With a wrong key, on another order's URL, for another's order, or with an amount of its own. */
  async #forge({ key, apiKey, body }: Callback): Promise<void> {
    const { random, counts } = this;
    counts.forged++;
    const other = random.pick(this.#recent);
    const forgeries: [string, Callback][] = [
      ['without a key', { key, apiKey: undefined, body }],
      ['with a wrong key', { key, apiKey: 'guessed', body }],
      ['at a guessed address', { key: 'A'.repeat(43), apiKey, body }],
    ];
    if (other.key !== key) forgeries.push(['for another order', { key, apiKey, body: other.body }]);
    const [name, forged] = random.pick(forgeries);
    const status = await this.#ask({ ...forged, body: { ...forged.body, amount: 99_999_999 } as Callback['body'] });
    if (status === 200) this.believed.push(name);
  }

  async #ask({ key, apiKey, body }: Callback): Promise<number> {
    const till = this.tillNow();
    if (!till?.isRunning) return 503;
    try {
      const answer = await till.ask({ kind: 'callback', key, apiKey, body });
      return answer.kind === 'replied' ? answer.reply.status : 500;
    } catch (error) {
      if (error instanceof ProcessEnded) return 503;
      throw error;
    }
  }

  #later(delayMs: number, work: () => Promise<unknown>): void {
    const done = pause(delayMs)
      .then(work)
      .finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
  }
}
