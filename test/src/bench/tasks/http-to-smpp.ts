import type { AddressInfo } from 'node:net';
import type { DatabaseOptions } from '@ujumbe/core';
import { createSmsRouter } from '@ujumbe/express-router';
import { smppTransport } from '@ujumbe/smpp-adapter';
import express from 'express';
import { createHttpServer } from 'ujumbe';
import type { Stage } from '../child.js';
import { benchOperator } from '../smpp-workload.js';
import { openPlatform } from '../workload.js';
import type { Serving } from './serve.js';

export interface HttpToSmppInput {
  database: DatabaseOptions;
  smscPort: number;
  window: number;
}

export interface HttpToSmppOutput {
  /** From the first message accepted to the last delivered. */
  seconds: number;
  accepted: number;
  delivered: number;
  /** Ended otherwise. */
  failed: number;
}

const silenceMs = 15_000;

/** HTTP on one side, an operator over SMPP on the other; told to stop, it answers when what was accepted has its end. */
export async function run(input: HttpToSmppInput, stage: Stage): Promise<HttpToSmppOutput> {
  const { database, smscPort, window } = input;
  const { sms, accountId, token } = await openPlatform({
    database,
    transports: [smppTransport({ ...benchOperator, port: smscPort, window })],
  });
  const counts = { delivered: 0, failed: 0 };
  let startedMs = 0;
  let heardMs = 0;
  sms.on('*', ({ type }) => {
    heardMs = performance.now();
    if (type === 'message.accepted') startedMs ||= heardMs;
    else if (type === 'message.delivered') counts.delivered++;
    else if (type === 'message.failed' || type === 'message.unknown') counts.failed++;
  });
  await sms.start();
  const app = express();
  app.use(createSmsRouter(sms));
  const server = createHttpServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stage.ready({ port: (server.address() as AddressInfo).port, token } satisfies Serving);
  await stage.stopped;
  const { total: accepted } = await sms.messages.list(accountId, {}, { limit: 1, offset: 0 });
  const isOver = (): boolean => counts.delivered + counts.failed >= accepted || performance.now() - heardMs > silenceMs;
  while (!isOver()) await new Promise((resolve) => setTimeout(resolve, 5));
  const seconds = (heardMs - startedMs) / 1_000;
  server.close();
  server.closeAllConnections();
  await sms.stop();
  return { seconds, accepted, ...counts };
}
