import { connect } from 'node:net';
import { Percentiles } from '../percentiles.js';
import { ResponseReader } from '../response-reader.js';
import { recipient, text } from '../workload.js';

/**
 * A client of the HTTP API that takes as little of the machine as it can: raw sockets that are kept alive, requests
 * written down beforehand, answers read no further than their status and length.
 */
export interface LoadInput {
  port: number;
  token: string;
  connections: number;
  /** Requests under way on each connection. More than one is pipelining, to ask for more than the server can do. */
  depth: number;
  /** Messages in one request: 1 posts to `/messages`, more to `/messages/batch`. */
  perRequest: number;
  /** Not counted. */
  warmUpMs: number;
  /** How long to go on; or, when `requests` is given, ignored. */
  durationMs: number;
  /** How many requests are to be taken: those answered 429 are sent again. */
  requests?: number;
}

export interface LoadOutput {
  seconds: number;
  /** How many answers had which status. */
  statuses: Record<string, number>;
  p50: number;
  p99: number;
}

export async function run(input: LoadInput): Promise<LoadOutput> {
  const load = new Load(input);
  await Promise.all(Array.from({ length: input.connections }, () => load.connection()));
  return load.result();
}

class Load {
  readonly #requests: Buffer[];
  readonly #times = new Percentiles();
  readonly #statuses: Record<string, number> = {};
  readonly #beganMs = performance.now();
  #endedMs = 0;
  #sent = 0;

  constructor(private readonly input: LoadInput) {
    // Fewer different batches than single messages, since each takes a hundred kilobytes.
    this.#requests = Array.from({ length: input.perRequest === 1 ? 1_800 : 20 }, (_, index) => this.#request(index));
  }

  /** Sends over one connection until the load is over and every answer is in. */
  connection(): Promise<void> {
    const socket = connect(this.input.port, '127.0.0.1').setNoDelay(true);
    const sentMs: number[] = [];
    let pausing = 0;
    const endOrSend = (): void => {
      if (!this.#isOver()) {
        sentMs.push(performance.now());
        socket.write(this.#requests[this.#sent++ % this.#requests.length] ?? '');
      } else if (sentMs.length + pausing === 0) {
        socket.end();
      }
    };
    const reader = new ResponseReader((status, retryAfter) => {
      this.#count(status, sentMs.shift() ?? 0);
      if (status !== '429') {
        endOrSend();
        return;
      }
      // As a well-behaved client does.
      pausing++;
      this.#sent--;
      setTimeout(() => {
        pausing--;
        endOrSend();
      }, retryAfter * 1_000);
    });
    return new Promise((resolve, reject) => {
      socket.on('connect', () => {
        for (let request = 0; request < this.input.depth; request++) endOrSend();
      });
      socket.on('data', (chunk: Buffer) => reader.read(chunk));
      socket.on('error', reject);
      socket.on('close', () =>
        sentMs.length === 0 ? resolve() : reject(new Error('The server hung up on a request.')),
      );
    });
  }

  result(): LoadOutput {
    const seconds = (this.#endedMs - this.#beganMs - this.input.warmUpMs) / 1_000;
    return { seconds, statuses: this.#statuses, ...this.#times.spread() };
  }

  #count(status: string, sentMs: number): void {
    const nowMs = performance.now();
    if (nowMs < this.#beganMs + this.input.warmUpMs) return;
    this.#endedMs = nowMs;
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
    this.#times.add(nowMs - sentMs);
  }

  #isOver(): boolean {
    const { requests, warmUpMs, durationMs } = this.input;
    if (requests !== undefined) return this.#sent >= requests;
    return performance.now() >= this.#beganMs + warmUpMs + durationMs;
  }

  #request(index: number): Buffer {
    const { perRequest, token } = this.input;
    const row = (place: number): object => ({ to: recipient(index * perRequest + place), message: text });
    const body = JSON.stringify(
      perRequest === 1 ? row(0) : { messages: Array.from({ length: perRequest }, (_, at) => row(at)) },
    );
    const head = [
      `POST /api/v1/messages${perRequest === 1 ? '' : '/batch'} HTTP/1.1`,
      'Host: 127.0.0.1',
      `Authorization: Bearer ${token}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
  }
}
