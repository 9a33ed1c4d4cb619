import assert from 'node:assert/strict';
import {
  createSms,
  SmsError,
  type DomainEvent,
  type Message,
  type MessageState,
  type NewAccount,
  type Sms,
  type SmsErrorCode,
  type SmsOptions,
} from '@ujumbe/core';
import type { OpenTestDatabase, TestDatabase } from '../support/databases.js';
import { assertInvariants } from '../support/ledger-invariants.js';
import { eventually } from './eventually.js';
import { ScriptedOperator } from './scripted-operator.js';
import { storedRows } from './stored-rows.js';

/** A clock that runs as ours does, ahead of it by as much as the test says. */
export class MovableClock {
  #aheadMs = 0;

  now(): number {
    return Date.now() + this.#aheadMs;
  }

  move(byMs: number): void {
    this.#aheadMs += byMs;
  }
}

/** A platform with an operator and a clock in the test's hands. */
export interface Platform {
  sms: Sms;
  operator: ScriptedOperator;
  clock: MovableClock;
  database: TestDatabase;
}

/** 32 bytes, the same for all: a platform that is opened again must be able to read what it sealed. */
const secret = Buffer.alloc(32, 7).toString('base64');

/** Makes a platform on a database that may have been used before. It is not started. */
export async function openPlatform(
  database: TestDatabase,
  { operator = new ScriptedOperator(), ...options }: Partial<SmsOptions> & { operator?: ScriptedOperator } = {},
): Promise<Platform> {
  const clock = new MovableClock();
  const sms = await createSms({
    database: database.options,
    transports: [operator],
    secret,
    ports: { clock },
    migrate: false,
    ...options,
  });
  return { sms, operator, clock, database };
}

/** One started platform for the tests of a suite; when they are over the ledger must be sound. */
export function platformFor(
  open: OpenTestDatabase,
  options: () => Parameters<typeof openPlatform>[1] = () => ({}),
): () => Platform {
  let platform: Platform | undefined;
  before(async () => {
    platform = await openPlatform(await open(), options());
    await platform.sms.start();
  });
  after(async () => {
    if (!platform) return;
    await platform.sms.stop({ deadlineMs: 1_000 });
    await assertInvariants(platform.database);
  });
  return () => platform!;
}

/** An account with a thousand credits and the sender DUKA; answers its id. */
export async function openAccount(sms: Sms, changes: Partial<NewAccount> = {}): Promise<string> {
  const wanted = { name: 'Duka', country: 'TZ', currency: 'TZS', credits: 1_000_000, sender: 'DUKA' };
  return (await sms.accounts.open({ ...wanted, ...changes })).account.id;
}

let lastNumber = 0;

/** A Tanzanian number nobody else in the run has, whose last three digits ask the simulated operator for nothing. */
export const newNumber = (): string => {
  const serial = ++lastNumber;
  return `+25571${String(Math.floor(serial / 900)).padStart(4, '0')}${String(serial % 900).padStart(3, '0')}`;
};

/** Sends one message and answers its id. */
export async function sendOne(
  sms: Sms,
  account: string,
  request: Partial<Parameters<Sms['send']>[1]> = {},
): Promise<string> {
  const { accepted } = await sms.send(account, { to: newNumber(), message: 'Habari', ...request });
  assert.equal(accepted.length, 1);
  return accepted[0]!.id;
}

export function reaches(sms: Sms, account: string, messageId: string, state: MessageState): Promise<Message> {
  return eventually(`${messageId} becomes ${state}`, async () => {
    const message = await sms.messages.get(account, messageId);
    return message.state === state && message;
  });
}

/**
 * All an account has been told. On PostgreSQL an event is shown when every transaction that began before it has ended,
 * so what is stored by now may take a moment to be seen.
 */
export async function toldTo(
  { sms, database }: Pick<Platform, 'sms' | 'database'>,
  account: string,
): Promise<DomainEvent[]> {
  const stored = (await storedRows(database, 'sms_events')).filter((row) => row.account_id === account).length;
  return eventually(`${stored} events are shown`, async () => {
    const events = await sms.events.after(account, undefined, stored + 1);
    return events.length >= stored && events;
  });
}

/** The code something is refused with; what is not refused, or refused in another way, fails the test. */
export async function refusal(refused: Promise<unknown>): Promise<SmsErrorCode> {
  const outcome = await refused.then(
    () => new Error('It was not refused.'),
    (error: unknown) => error,
  );
  if (outcome instanceof SmsError) return outcome.code;
  throw outcome;
}
