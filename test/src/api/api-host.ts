import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSms, simulator, type NewAccount, type Scope, type Sms, type SmsOptions } from '@ujumbe/core';
import { createSmsRouter, type SmsRouterOptions } from '@ujumbe/express-router';
import express from 'express';
import supertest, { type Test } from 'supertest';
import type { OpenTestDatabase } from '../support/databases.js';

/** 32 bytes that seal the webhook secrets of tests. */
const secret = Buffer.alloc(32, 7).toString('base64');
const prefix = '/sms/api/v1';

/** An application with the router in it, as a customer meets it over HTTP. */
export interface ApiHost {
  sms: Sms;
  /** Where the API is, for clients other than supertest. */
  url: string;
  /** What the router logged as unexpected; a test of a refusal leaves it empty. */
  logged: object[];
  /** Where files wait until they have been read. */
  uploadFolder: string;
  open(account?: Partial<NewAccount>): Promise<Customer>;
  close(): Promise<void>;
}

/** A paying customer with a token. */
export interface Customer {
  accountId: string;
  token: string;
  get(path: string): Test;
  post(path: string, body?: object | string): Test;
  put(path: string, body?: object): Test;
  patch(path: string, body?: object): Test;
  delete(path: string): Test;
  /** Sends a form with a file; a name of null leaves the file out. */
  upload(path: string, file: string | Buffer | null, fields?: Record<string, string>, fileName?: string): Test;
  /** The same customer with another token of his. */
  withScopes(...scopes: Scope[]): Promise<Customer>;
  balance(): Promise<{ available: number; held: number }>;
}

/** The fields that tests look at, of whatever the API shows. */
export interface Shown {
  [field: string]: unknown;
  uuid: string;
  name: string;
  state: string;
  secret: string;
  url: string;
  raw_token: string;
  created_at: string;
  cursor: string;
  total: number;
  token: Shown;
  items: Shown[];
  messages: Shown[];
  history: Shown[];
  log: Shown[];
}

/** What a successful answer holds. */
export async function dataOf(test: Test): Promise<Shown> {
  const { body } = await test.expect(200);
  return (body as { data: Shown }).data;
}

/** What a successful answer lists. */
export async function listOf(test: Test): Promise<Shown[]> {
  const { body } = await test.expect(200);
  return (body as { data: Shown[] }).data;
}

export interface Refusal {
  success: false;
  error: string;
  code: string;
}

export async function refusalOf(test: Test, status = 400): Promise<Refusal> {
  const { body } = await test.expect(status);
  return body as Refusal;
}

export async function openApiHost(
  open: OpenTestDatabase,
  routerOptions: Omit<SmsRouterOptions, 'logger'> = {},
  options: Partial<SmsOptions> = {},
): Promise<ApiHost> {
  const database = await open();
  const uploadFolder = mkdtempSync(join(tmpdir(), 'ujumbe-uploads-'));
  const sms = await createSms({
    database: database.options,
    uploads: { folder: uploadFolder },
    secret,
    transports: [simulator({ delayMs: 10 })],
    webhookAllow: ['127.0.0.1'],
    ...options,
  });
  await sms.start();
  const logged: object[] = [];
  const logger = {
    debug() {},
    info() {},
    warn() {},
    error: (fields: object) => {
      logged.push(fields);
    },
  };
  const app = express();
  app.use('/sms', createSmsRouter(sms, { ...routerOptions, logger }));
  const server = await listen(createServer(app));
  return {
    sms,
    url: `http://127.0.0.1:${portOf(server)}${prefix}`,
    logged,
    uploadFolder,
    open: async (account) => {
      const opened = await sms.accounts.open({
        name: 'Duka',
        country: 'TZ',
        currency: 'TZS',
        credits: 100_000,
        sender: 'MYAPP',
        ...account,
      });
      return customer(sms, server, opened.account.id, opened.apiToken);
    },
    close: async () => {
      await sms.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(uploadFolder, { recursive: true });
    },
  };
}

function customer(sms: Sms, server: Server, accountId: string, token: string): Customer {
  const ask = supertest(server);
  const signed = (test: Test): Test => test.set('authorization', `Bearer ${token}`);
  const withBody = (test: Test, body: object | string | undefined): Test =>
    body === undefined ? signed(test) : signed(test).set('content-type', 'application/json').send(body);
  return {
    accountId,
    token,
    get: (path) => signed(ask.get(prefix + path)),
    post: (path, body) => withBody(ask.post(prefix + path), body),
    put: (path, body) => withBody(ask.put(prefix + path), body),
    patch: (path, body) => withBody(ask.patch(prefix + path), body),
    delete: (path) => signed(ask.delete(prefix + path)),
    upload: (path, file, fields = {}, fileName = 'watu.csv') => {
      const test = signed(ask.post(prefix + path));
      for (const [name, value] of Object.entries(fields)) void test.field(name, value);
      return file === null ? test : test.attach('file', Buffer.from(file), fileName);
    },
    withScopes: async (...scopes) => {
      const { raw } = await sms.tokens.create(accountId, { name: scopes.join(' '), scopes });
      return customer(sms, server, accountId, raw);
    },
    balance: async () => {
      const { available, held } = await sms.accounts.balance(accountId);
      return { available, held };
    },
  };
}

export function listen(server: Server): Promise<Server> {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      resolve(server);
    }),
  );
}

export const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** Asks until something is so; fails after ten seconds. */
export async function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const end = Date.now() + 10_000; Date.now() < end;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await sleep(10);
  }
  assert.fail('it did not come to pass within ten seconds');
}

/** Waits for a message to have a state, and answers it as the API does. */
export function untilState(by: Customer, uuid: string, state: string): Promise<Shown> {
  return until(async () => {
    const message = await dataOf(by.get(`/messages/${uuid}`));
    return message.state === state ? message : undefined;
  });
}
