import { createServer, request, type Server } from 'node:http';
import { listen, portOf } from '../../api/api-host.js';

/** A way to the platform on which an answer can be held back: what was asked for is done, and nobody hears of it. */
export class HoldingProxy {
  /** Whether the answer to a request is kept back for good. */
  holds: (method: string, path: string) => boolean = () => false;
  retryAfter = '1';
  /** Answered in the platform's place, with this status. */
  refuses: (method: string, path: string) => number | undefined = () => undefined;
  held = 0;
  readonly requests: string[] = [];
  #server: Server | undefined;

  constructor(private readonly target: string) {}

  async start(): Promise<string> {
    const { port } = new URL(this.target);
    this.#server = await listen(
      createServer((asked, answer) => {
        const { method = '', url = '', headers } = asked;
        this.requests.push(`${method} ${url}`);
        const status = this.refuses(method, url);
        if (status !== undefined) {
          asked.resume();
          answer.writeHead(status, { 'retry-after': this.retryAfter, 'content-type': 'application/json' });
          answer.end(JSON.stringify({ success: false, error: 'come back later', code: 'rate_limited' }));
          return;
        }
        const on = request({ host: '127.0.0.1', port, method, path: url, headers }, (got) => {
          if (this.holds(method, url)) {
            got.resume().on('end', () => this.held++);
            return;
          }
          answer.writeHead(got.statusCode ?? 502, got.headers);
          got.pipe(answer);
        });
        on.on('error', () => answer.destroy());
        asked.pipe(on);
      }),
    );
    return `http://127.0.0.1:${portOf(this.#server)}`;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    const server = this.#server;
    if (server) await new Promise((resolve) => server.close(resolve));
  }
}
