import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSms, simulator, zenoPayProviders, type OpenedAccount, type Sms } from '@ujumbe/core';
import { createSmsRouter, defaultDialects, type Dialect, type LimitSettings, type Mail } from '@ujumbe/express-router';
import express from 'express';
import { listen, portOf } from '../api/api-host.js';
import { MovableClock } from '../contracts/platform.js';
import { ScriptedWallet } from '../contracts/scripted-wallet.js';
import type { OpenTestDatabase, TestDatabase } from '../support/databases.js';
import type { Names } from './golden.js';

/** Every API of the platform on a port of this machine, in a host that trusts its proxy unless it is told otherwise. */
export interface DialectHost {
  sms: Sms;
  clock: MovableClock;
  /** Where payments in shillings of Tanzania go; nobody pays until the test says so. */
  wallet: ScriptedWallet;
  url: string;
  /** Where files come in. */
  uploadFolder: string;
  /** Where the platform keeps what it has, to look for what it should not. */
  database: TestDatabase;
  /** What was logged as an error. */
  logged: object[];
  /** What was mailed, oldest first. */
  mailed: Mail[];
  /** The account that pays for the codes that are sent as SMS. */
  payerId: string;
  open(account?: Partial<Parameters<Sms['accounts']['open']>[0]>): Promise<OpenedAccount>;
  close(): Promise<void>;
}

export interface HostOptions {
  dialects?: readonly Dialect[];
  limits?: LimitSettings;
  /** Express's `trust proxy`; all of them unless given. */
  trustProxy?: boolean | number | string[];
}

const secret = Buffer.alloc(32, 7).toString('base64');

export async function openDialectHost(open: OpenTestDatabase, options: HostOptions = {}): Promise<DialectHost> {
  const database = await open();
  const clock = new MovableClock();
  const uploadFolder = mkdtempSync(join(tmpdir(), 'ujumbe-uploads-'));
  const wallet = new ScriptedWallet(zenoPayProviders);
  const sms = await createSms({
    database: database.options,
    payments: { wallets: [wallet], buyerEmail: 'duka@example.com' },
    uploads: { folder: uploadFolder },
    secret,
    transports: [simulator({ delayMs: 10 })],
    webhookAllow: ['127.0.0.1'],
    ports: { clock },
    migrate: false,
  });
  const payer = await sms.accounts.open({
    name: 'The platform',
    country: 'TZ',
    currency: 'TZS',
    credits: 1_000_000,
    sender: 'UJUMBE',
  });
  const payerId = payer.account.id;
  const mailed: Mail[] = [];
  const sendMail = (mail: Mail): Promise<void> => Promise.resolve(void mailed.push(mail));
  const { dialects = defaultDialects({ mifumo: { codes: { accountId: payerId }, sendMail } }) } = options;
  const logged: object[] = [];
  const logger = { debug() {}, info() {}, warn() {}, error: (fields: object) => void logged.push(fields) };
  const app = express();
  const { trustProxy = true, limits } = options;
  app.set('trust proxy', trustProxy);
  try {
    app.use(createSmsRouter(sms, { logger, dialects, ...(limits && { limits }) }));
  } catch (error) {
    await sms.stop();
    throw error;
  }
  await sms.start();
  const server = await listen(createServer(app));
  return {
    sms,
    clock,
    wallet,
    database,
    url: `http://127.0.0.1:${portOf(server)}`,
    uploadFolder,
    logged,
    mailed,
    payerId,
    open: (account) =>
      sms.accounts.open({ name: 'Duka', country: 'KE', currency: 'KES', credits: 100_000, ...account }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await sms.stop({ deadlineMs: 1_000 });
      rmSync(uploadFolder, { recursive: true });
    },
  };
}

/** What an account may show, under the names `ujumbe account create` prints it under. */
export const namesOf = ({ account, apiToken, keys, client, user }: OpenedAccount): Names =>
  new Map([
    ['account_uuid', account.id],
    ['team_code', account.teamCode],
    ['api_token', apiToken],
    ['mifumo_api_key', keys.mif],
    ['mboa_api_key', keys.mboa],
    ['client_id', client.id],
    ['client_secret', client.secret],
    ['username', user.username],
    ['password', user.password],
  ]);
