import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { simulator, type DatabaseOptions, type Logger, type Sms } from '@ujumbe/core';
import { createSmsRouter } from '@ujumbe/express-router';
import express, { type Express } from 'express';
import { createHttpServer } from 'ujumbe';
import { BareStore } from '../bare-store.js';
import { BareWork } from '../bare-work.js';
import type { Stage } from '../child.js';
import { compiled } from '../compiled.js';
import { openPlatform } from '../workload.js';

export interface ServeInput {
  /** An ordinary Express application, or the servers that do without its price: `packages/server`, bare node:http. */
  host: 'express' | 'server';
  /** The platform, or the same work in the fewest steps. */
  work: 'platform' | 'bare';
  /** Without one, bare work stores nothing. */
  database?: DatabaseOptions;
  /** Whether the messages move on as well, as they do in production. */
  workers?: boolean;
}

/** What a server tells its clients. */
export interface Serving {
  port: number;
  token: string;
}

/** What `packages/server` makes of a platform; its public face starts a whole process. */
interface ServerApp {
  createApp(parts: {
    config: { trustProxy: number; requireHttps: boolean };
    sms: Sms;
    metrics: unknown;
    logger: Logger;
    isDraining: () => boolean;
    streams: unknown;
  }): Express;
}

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** Serves sends until it is told to stop; answers with the number of messages it then holds. */
export function run(input: ServeInput, stage: Stage): Promise<{ stored: number }> {
  return input.work === 'bare' ? runBare(input, stage) : runPlatform(input, stage);
}

async function runBare({ host, database }: ServeInput, stage: Stage): Promise<{ stored: number }> {
  const token = 'mbs_0123456789abcdefghijABCDEFGHIJ01';
  const store = database === undefined ? undefined : await BareStore.open(database);
  const work = store ? new BareWork(token, () => store.store()) : new BareWork(token);
  await serve(host === 'express' ? createServer(bareExpress(work)) : bareServer(work), token, stage);
  await store?.close();
  return { stored: 0 };
}

async function runPlatform({ host, database, workers }: ServeInput, stage: Stage): Promise<{ stored: number }> {
  if (!database) throw new Error('The platform needs a database.');
  const { sms, token, accountId } = await openPlatform({ database, transports: [simulator()] });
  if (workers) await sms.start();
  await serve(host === 'express' ? createServer(expressHost(sms)) : await serverHost(sms), token, stage);
  const { total } = await sms.messages.list(accountId, {}, { limit: 1, offset: 0 });
  await sms.stop();
  return { stored: total };
}

async function serve(server: Server, token: string, stage: Stage): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stage.ready({ port: (server.address() as AddressInfo).port, token } satisfies Serving);
  await stage.stopped;
  server.close();
  server.closeAllConnections();
}

function expressHost(sms: Sms): Express {
  const app = express();
  app.use(createSmsRouter(sms));
  return app;
}

async function serverHost(sms: Sms): Promise<Server> {
  const server = await compiled<ServerApp>('server/dist/app.js');
  const { Metrics } = await compiled<{ Metrics: new () => unknown }>('server/dist/metrics.js');
  const { OpenStreams } = await compiled<{ OpenStreams: new () => unknown }>('server/dist/listen.js');
  const parts = {
    config: { trustProxy: 0, requireHttps: false },
    sms,
    metrics: new Metrics(),
    logger: silent,
    isDraining: () => false,
    streams: new OpenStreams(),
  };
  return createHttpServer(server.createApp(parts));
}

function bareExpress(work: BareWork): Express {
  const app = express();
  app.use(express.json());
  app.post('/api/v1/messages', async (request, response) => {
    const { status, body } = await work.answer(request.headers.authorization, request.body);
    response.status(status).json(body);
  });
  return app;
}

function bareServer(work: BareWork): Server {
  return createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const input: unknown = JSON.parse(Buffer.concat(chunks).toString());
      void work.answer(request.headers.authorization, input).then(({ status, body }) => {
        const json = JSON.stringify(body);
        const length = Buffer.byteLength(json);
        response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': length });
        response.end(json);
      });
    });
  });
}
