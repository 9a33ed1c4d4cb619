import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WalletBook, type BookedOrder } from '@ujumbe/core';
import { z } from 'zod';

export interface SimulatedZenoPayOptions {
  /** The key requests must show, and callbacks show. */
  apiKey: string;
  /** `127.0.0.1` unless given. */
  host?: string;
  /** 0 takes a free one, and is what is taken unless given. */
  port?: number;
  /** From the start to the payer's PIN; 50 unless given. */
  delayMs?: number;
  /** How long a payer whose number ends in 910 takes; 30,000 unless given. */
  slowMs?: number;
}

/** A wallet over HTTP that answers like ZenoPay and takes no money. */
export interface SimulatedZenoPay {
  /** Resolves with the port it listens on. */
  start(): Promise<number>;
  stop(): Promise<void>;
  /** How many orders were placed. */
  placed(): number;
}

const whole = 100;
const largestBodyBytes = 65_536;
const callbackTimeoutMs = 10_000;

/** What is said where ZenoPay's own answers are not published; source: contracts/zenopay.md §1 and §2. */
const invalid = 'Invalid API Key or request payload';

const orderForm = z.object({
  order_id: z.string().min(1).max(100),
  buyer_email: z.email(),
  buyer_name: z.string().min(1),
  buyer_phone: z.string().regex(/^0[67]\d{8}$/),
  amount: z.number().int().positive().max(10_000_000),
  webhook_url: z.url({ protocol: /^https?$/ }).optional(),
});

/** Plays ZenoPay: the payer's last three digits decide what happens (docs/reference/simulated-wallet.md). */
export function createSimulatedZenoPay(options: SimulatedZenoPayOptions): SimulatedZenoPay {
  const { apiKey, host = '127.0.0.1', port = 0, delayMs, slowMs } = options;
  const book = new WalletBook({
    ...(delayMs === undefined ? {} : { delayMs }),
    ...(slowMs === undefined ? {} : { slowMs }),
    tell: (order) => callBack(order, apiKey),
  });
  const server = createServer((request, response) => {
    answer(book, apiKey, request).then(
      (given) => end(response, given),
      () => end(response, { status: 400, body: error(invalid) }),
    );
  });
  return {
    start: () => listen(server, host, port),
    stop: async () => {
      book.close();
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
    placed: () => book.placed,
  };
}

/** Nothing is answered where there is no body: the connection just ends. */
interface Given {
  status: number;
  body?: object;
}

const error = (message: string): object => ({ status: 'error', message });

async function answer(book: WalletBook, apiKey: string, request: IncomingMessage): Promise<Given> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://wallet');
  const body = await readText(request);
  if (request.headers['x-api-key'] !== apiKey) return { status: 403, body: error(invalid) };
  if (request.method === 'POST' && pathname === '/api/payments/mobile_money_tanzania') return place(book, body);
  if (request.method === 'GET' && pathname === '/api/payments/order-status') {
    return status(book, searchParams.get('order_id') ?? '');
  }
  return { status: 404, body: error('Not found') };
}

async function place(book: WalletBook, body: string): Promise<Given> {
  const order = orderForm.safeParse(JSON.parse(body));
  if (!order.success) return { status: 400, body: error(invalid) };
  const { order_id: orderId, amount, buyer_phone: phone, webhook_url: callbackUrl } = order.data;
  const placing = await book.place({ orderId, amount: amount * whole, payer: `+255${phone.slice(1)}`, callbackUrl });
  switch (placing) {
    case 'accepted': {
      const message = 'Request in progress. You will receive a callback shortly';
      return { status: 200, body: { status: 'success', resultcode: '000', message, order_id: orderId } };
    }
    case 'refused':
      return { status: 400, body: error('The simulated wallet refuses this number') };
    case 'duplicate':
      return { status: 400, body: error('Duplicate order_id') };
    case 'unanswered':
      return { status: 0 };
  }
}

function status(book: WalletBook, orderId: string): Given {
  const order = book.find(orderId);
  if (!order) return { status: 404, body: error('Order not found') };
  const isPaid = order.status === 'completed';
  const data = {
    order_id: orderId,
    creation_date: localTime(order.createdAt),
    amount: String(order.amount / whole),
    payment_status: order.status.toUpperCase(),
    transid: isPaid ? `SIM${order.reference}` : null,
    channel: isPaid ? 'MPESA-TZ' : null,
    reference: isPaid ? order.reference : null,
    msisdn: isPaid ? order.payer.slice(1) : null,
  };
  return {
    status: 200,
    body: {
      reference: order.reference,
      resultcode: '000',
      result: 'SUCCESS',
      message: 'Order fetch successful',
      data: [data],
    },
  };
}

/** `YYYY-MM-DD HH:MM:SS` in Dar es Salaam, without a zone, as ZenoPay writes it. */
const localTime = (ms: number): string => new Date(ms + 3 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

/** Tells that an order was paid: four fields, no amount and no signature, only the merchant's own key. */
async function callBack(order: BookedOrder, apiKey: string): Promise<boolean> {
  if (order.callbackUrl === undefined) return true;
  const response = await fetch(order.callbackUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
    body: JSON.stringify({ order_id: order.orderId, payment_status: 'COMPLETED', reference: order.reference }),
    redirect: 'manual',
    signal: AbortSignal.timeout(callbackTimeoutMs),
  });
  await response.text();
  return response.status === 200;
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > largestBodyBytes) throw new Error('The body is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function end(response: ServerResponse, { status, body }: Given): void {
  if (!body) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
