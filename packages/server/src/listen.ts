import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { explainListenError } from './explain-error.js';

/** Listens, and resolves with the URL people and programs on this machine reach it by. */
export async function listen(server: Server, where: { host: string; port: number }): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explainListenError(error, where)));
    server.listen(where.port, where.host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
  const { port, address, family } = server.address() as AddressInfo;
  const everywhere = address === '0.0.0.0' || address === '::';
  const host = everywhere ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${host}:${port}`;
}

const lookEveryMs = 50;

/** Accepts no more connections, lets requests that are under way finish, and cuts what is left at the deadline. */
export async function drainServer(server: Server, deadlineMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  // A kept-alive connection becomes idle when its last answer is out, and would otherwise linger.
  const sweep = setInterval(() => server.closeIdleConnections(), lookEveryMs);
  const cut = setTimeout(() => server.closeAllConnections(), deadlineMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}

/** Event streams never finish by themselves, so a drain ends them first; their readers reconnect elsewhere. */
export class OpenStreams {
  readonly #open = new Set<ServerResponse>();

  add(response: ServerResponse): void {
    this.#open.add(response);
    response.once('close', () => this.#open.delete(response));
  }

  end(): void {
    for (const response of this.#open) {
      const isStream = String(response.getHeader('content-type')).startsWith('text/event-stream');
      if (isStream && response.headersSent) response.end();
    }
  }
}
