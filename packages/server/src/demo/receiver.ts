import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { isGenuine } from './verify-webhook.js';

/** A delivery whose signature was right. */
export interface ReceivedWebhook {
  type: string;
  /** The message it is about, when it is about one. */
  messageId: string | undefined;
}

/** A customer's side of a webhook, played by the demo on a port of its own. */
export interface Receiver {
  /** `127.0.0.1:port`, for the address guard to let through. */
  address: string;
  url: string;
  /** Begins to answer: 204 to what is signed with the secret, 401 to everything else. */
  expect(secret: string, onWebhook: (webhook: ReceivedWebhook) => void): void;
  close(): void;
}

const largestBodyBytes = 65_536;
const bodyForm = z.object({ type: z.string(), data: z.object({ uuid: z.string().optional() }) });

/** Opens a receiver on a port the system chooses; the platform is told the address before there is a secret. */
export async function openReceiver(): Promise<Receiver> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address,
    url: `http://${address}/webhooks`,
    expect: (secret, onWebhook) => answerRequests(server, secret, onWebhook),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function answerRequests(server: Server, secret: string, onWebhook: (webhook: ReceivedWebhook) => void): void {
  server.on('request', (request, response) => {
    receive(request, secret).then(
      (webhook) => {
        end(response, webhook ? 204 : 401);
        if (webhook) onWebhook(webhook);
      },
      () => end(response, 400),
    );
  });
}

async function receive(request: IncomingMessage, secret: string): Promise<ReceivedWebhook | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > largestBodyBytes) throw new Error('The body is too large.');
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  if (!isGenuine(secret, request.headers, body, Date.now())) return undefined;
  const { type, data } = bodyForm.parse(JSON.parse(body.toString('utf8')));
  return { type, messageId: data.uuid };
}

function end(response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.end();
}
