import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** One POST as it came over the wire. */
export interface Post {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

type AnswerTo = (post: Post, nth: number) => Answer | Promise<Answer>;

/** A customer's server on a port of this machine, which can be down. */
export class Receiver {
  readonly posts: Post[] = [];
  /** What it answers; 200 when the test says nothing else. */
  answer: AnswerTo = () => ({ status: 200 });
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const post = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() };
      void this.#reply(post).then(({ status, headers, body }) => response.writeHead(status, headers).end(body));
    });
  });
  #port = 0;

  async #reply(post: Post): Promise<Answer> {
    this.posts.push(post);
    return this.answer(post, this.posts.length);
  }

  /** Takes the port it had before, as a server does after a deploy. */
  async up(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async down(): Promise<void> {
    const closed = new Promise<unknown>((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  url(path = '/hook'): string {
    return `http://127.0.0.1:${this.#port}${path}`;
  }

  to(path: string): Post[] {
    return this.posts.filter((post) => post.path === path);
  }
}

export interface Told {
  id: string;
  type: string;
  timestamp: string;
  account_uuid: string;
  data: Record<string, unknown>;
}

/** Checks a POST the way customers are told to, with the public package, and reads it. */
export function verified({ headers, body }: Post, secret: string): Told {
  return new Webhook(secret).verify(body, headers as Record<string, string>) as Told;
}
