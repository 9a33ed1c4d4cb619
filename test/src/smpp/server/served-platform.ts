import assert from 'node:assert/strict';
import { createSmppServer, type SmppServer, type SmppServerOptions } from '@ujumbe/smpp-adapter';
import type { NewAccount } from '@ujumbe/core';
import type { OpenTestDatabase } from '../../support/databases.js';
import { newNumber, openPlatform, type Platform } from '../../contracts/platform.js';
import { assertInvariants } from '../../support/ledger-invariants.js';
import { Esme } from './esme.js';

/** A platform that is bound to over SMPP. */
export interface ServedPlatform extends Platform {
  server: SmppServer;
  port: number;
  tlsPort: number | undefined;
}

/** An account with what it binds with. */
export interface Customer {
  accountId: string;
  systemId: string;
  password: string;
  apiToken: string;
}

/** Short times, so that no test waits for what is only waited for. */
const quick: SmppServerOptions = { host: '127.0.0.1', port: 0 };
const quickLimits = { refusalDelayMs: [1, 5], silenceMs: 200, loginsEveryMs: 50, otherSessionAfterMs: 100 } as const;

/** One platform and one server for the tests of a suite. */
export function servedPlatformFor(open: OpenTestDatabase, options: SmppServerOptions = {}): () => ServedPlatform {
  let served: ServedPlatform | undefined;
  const logged: string[] = [];
  const log = (fields: object, message: string): void => void logged.push(`${JSON.stringify(fields)} ${message}`);
  before(async () => {
    const logger = { debug: log, info: log, warn: log, error: log };
    served = await serve(await openPlatform(await open()), { logger, ...options });
    await served.sms.start();
  });
  afterEach(() => Esme.closeAll());
  after(async () => {
    if (!served) return;
    await served.server.stop({ deadlineMs: 2_000 });
    await served.sms.stop({ deadlineMs: 1_000 });
    await assertInvariants(served.database);
    assert.match(logged.join('\n'), /an ESME has bound/);
    // No number, text, name or password of a customer is in the log.
    assert.doesNotMatch(logged.join('\n'), /2557\d{8}|Habari|Mpya|mbs_|wrong|BANK|DUKA/);
  });
  return () => served!;
}

/** Opens a server on a platform. */
export async function serve(platform: Platform, options: SmppServerOptions = {}): Promise<ServedPlatform> {
  const limits = { ...quickLimits, ...options.limits };
  const server = createSmppServer(platform.sms, { ...quick, clock: platform.clock, ...options, limits });
  const { port, tlsPort } = await server.start();
  return { ...platform, server, port, tlsPort };
}

export async function openCustomer(
  { sms }: Pick<Platform, 'sms'>,
  changes: Partial<NewAccount> = {},
): Promise<Customer> {
  const wanted = { name: 'Bank', country: 'TZ', currency: 'TZS', credits: 1_000_000, sender: 'DUKA' };
  const { account, smppPassword, apiToken } = await sms.accounts.open({ ...wanted, ...changes });
  return { accountId: account.id, systemId: account.teamCode, password: smppPassword, apiToken };
}

/** A number as an ESME writes it: without the plus. */
export const newDigits = (): string => newNumber().slice(1);
