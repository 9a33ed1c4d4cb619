import type { AddressInfo } from 'node:net';
import type { DatabaseOptions } from '@ujumbe/core';
import { createSmsRouter } from '@ujumbe/express-router';
import { smppTransport } from '@ujumbe/smpp-adapter';
import express from 'express';
import { createHttpServer } from 'ujumbe';
import type { Stage } from '../child.js';
import { openPlatform } from '../workload.js';
import type { Serving } from './serve.js';

export interface HttpToSmppInput {
  database: DatabaseOptions;
  smscPort: number;
  window: number;
  messages: number;
}

/** HTTP on one side, an operator over SMPP on the other; answers when every message has been delivered. */
export async function run(input: HttpToSmppInput, stage: Stage): Promise<{ seconds: number; delivered: number }> {
  const { database, smscPort, window, messages } = input;
  const operator = {
    name: 'operator',
    host: '127.0.0.1',
    port: smscPort,
    systemId: 'bench',
    password: 'bench',
    window,
  };
  const { sms, token } = await openPlatform({ database, transports: [smppTransport(operator)] });
  let startedMs = 0;
  let delivered = 0;
  let isDone: () => void = () => {};
  const done = new Promise<void>((resolve) => (isDone = resolve));
  sms.on('*', ({ type }) => {
    if (type === 'message.accepted') startedMs ||= performance.now();
    if (type === 'message.delivered' && ++delivered === messages) isDone();
  });
  await sms.start();
  const app = express();
  app.use(createSmsRouter(sms));
  const server = createHttpServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stage.ready({ port: (server.address() as AddressInfo).port, token } satisfies Serving);
  await done;
  const seconds = (performance.now() - startedMs) / 1_000;
  await stage.stopped;
  server.close();
  server.closeAllConnections();
  await sms.stop();
  return { seconds, delivered };
}
