import { memoryUsage } from 'node:process';
import { simulator, type DatabaseOptions, type Sms } from '@ujumbe/core';
import type { Stage } from '../child.js';
import { openPlatform, recipient, text, timed } from '../workload.js';

export interface EndToEndInput {
  database: DatabaseOptions;
  messages: number;
  /** Messages in one call of the client. */
  perCall: number;
  /** The client sends on when fewer than this many of its messages are on their way. */
  onTheWay: number;
  simulatorDelayMs: number;
  /** The rate is told for each so many messages. */
  tellEvery: number;
}

export interface EndToEndOutput {
  seconds: number;
  /** Messages a second in each stretch of `tellEvery`. */
  rates: number[];
}

/** Sends messages and counts them as they are heard to be delivered: accepted → submitted → delivered → event. */
export async function run(input: EndToEndInput, stage: Stage): Promise<EndToEndOutput> {
  const transports = [simulator({ delayMs: input.simulatorDelayMs })];
  const { sms, accountId } = await openPlatform({ database: input.database, transports });
  const deliveries = new Deliveries(input.tellEvery, stage);
  sms.on('message.delivered', () => deliveries.add());
  await sms.start();
  const seconds = await timed(async () => {
    deliveries.begin();
    await feed(sms, accountId, input, deliveries);
    await deliveries.reached(input.messages);
  });
  await sms.stop();
  return { seconds, rates: deliveries.rates };
}

/** A client that slows down when the platform does. */
async function feed(sms: Sms, accountId: string, input: EndToEndInput, deliveries: Deliveries): Promise<void> {
  const { messages, perCall, onTheWay } = input;
  for (let first = 0; first < messages; first += perCall) {
    await deliveries.reached(first + perCall - onTheWay);
    const items = Array.from({ length: Math.min(perCall, messages - first) }, (_, row) => ({
      to: recipient(first + row),
      text,
    }));
    await sms.messages.send(accountId, { items });
  }
}

class Deliveries {
  readonly rates: number[] = [];
  #count = 0;
  #lastMs = 0;
  #waited = { count: Infinity, resolve: () => {} };

  constructor(
    private readonly tellEvery: number,
    private readonly stage: Stage,
  ) {}

  begin(): void {
    this.#lastMs = performance.now();
  }

  add(): void {
    this.#count++;
    if (this.#count % this.tellEvery === 0) this.#tell();
    if (this.#count < this.#waited.count) return;
    this.#waited.count = Infinity;
    this.#waited.resolve();
  }

  async reached(count: number): Promise<void> {
    if (this.#count >= count) return;
    await new Promise<void>((resolve) => (this.#waited = { count, resolve }));
  }

  #tell(): void {
    const nowMs = performance.now();
    const rate = (this.tellEvery / (nowMs - this.#lastMs)) * 1_000;
    this.#lastMs = nowMs;
    this.rates.push(rate);
    const { rss, heapUsed, external } = memoryUsage();
    const mb = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
    this.stage.say(
      `${this.#count.toLocaleString('en')} delivered, ${Math.round(rate).toLocaleString('en')}/s, ` +
        `RSS ${mb(rss)} MB, heap of the main thread ${mb(heapUsed)} MB, outside it ${mb(external)} MB`,
    );
  }
}
