import {
  allAccounts,
  approveSender,
  changeAccountState,
  createToken,
  getAccount,
  getAccountByTeamCode,
} from './accounts/manage-accounts.js';
import { revokeTokenOf, senderIds, tokensOf } from './accounts/manage-accounts.js';
import { openAccount } from './accounts/open-account.js';
import { checkHealth, countWork } from './check-health.js';
import { compose, eventConsumer } from './compose.js';
import { manageContacts } from './contacts/manage-contacts.js';
import { manageGroups } from './contacts/manage-groups.js';
import { manageSegments } from './contacts/manage-segments.js';
import { transactionOf } from './database/knex-database.js';
import { SmsError } from './errors.js';
import { firstPassword } from './esme/authenticate-esme.js';
import { isUuid } from './ids.js';
import { fingerprintOf } from './idempotency/answer.js';
import { onlyOnce } from './idempotency/only-once.js';
import { recordInbound } from './inbound/record-inbound.js';
import { setPrice } from './ledger/set-price.js';
import { balance, fundStatements, topUp } from './ledger/top-up.js';
import { cancelMessage } from './messaging/cancel-message.js';
import { findMessage, listMessages } from './messaging/message.store.js';
import { previewMessage } from './messaging/preview-message.js';
import { resendMessage } from './messaging/resend-message.js';
import type { Transport, UpstreamReport } from './messaging/transport.js';
import { callHandlers, type EventHandler } from './outbox/call-handlers.js';
import type { EventConsumer } from './outbox/consume-events.worker.js';
import { beginning, cursorOf, eventsAfter, lastPosition, parseCursor, rebaseEvents } from './outbox/event.store.js';
import { disputesOf } from './receipts/receipt.store.js';
import type { Sms } from './sms.js';
import type { SmsOptions } from './sms-options.js';
import { manageSuppressions } from './suppression/manage-suppressions.js';
import { watchMessages } from './webhooks/watch-messages.js';
import { manageWebhooks } from './webhooks/manage-webhooks.js';

type Part = Awaited<ReturnType<typeof compose>>;

const defaultDeadlineMs = 10_000;

/**
 * Makes an SMS platform in this process, on the database given, whose schema it brings up to date.
 *
 * @throws Error when the database cannot be opened, SmsError `invalid_request` when an option is wrong
 */
export async function createSms(options: SmsOptions): Promise<Sms> {
  const part = await compose(options);
  // Whatever is wrong with the options is said now and not at the first message.
  part('routes');
  part('guard');
  if (options.migrate !== false) await part('opened').migrate();
  const readers = new Readers(part);
  connectTransports(part);
  let running: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;

  return {
    ...capabilities(part),
    send: async (accountId, request, { within } = {}) => {
      const { to, message, senderId, clientRef, lane, scheduledAt, validityMs, idempotencyKey } = request;
      const items = (typeof to === 'string' ? [to] : to).map((number) => ({ to: number, text: message, clientRef }));
      return part('sending').send(
        knownId(accountId, 'account'),
        { items, senderId, lane, scheduledAt: scheduledAt === undefined ? undefined : Number(scheduledAt), validityMs },
        {
          within: within && transactionOf(within),
          idempotency:
            idempotencyKey === undefined ? undefined : { key: idempotencyKey, fingerprint: fingerprintOf(request) },
        },
      );
    },
    on: (type, handler, { name = 'host' } = {}) =>
      readers.on(name, { type, handle: handler as EventHandler['handle'] }),
    migrate: () => part('opened').migrate(),
    start: () => (running ??= startWorkers(part, readers)),
    stop: ({ deadlineMs = defaultDeadlineMs } = {}) => (stopped ??= stopWorkers(part, readers, running, deadlineMs)),
  };
}

/** What can be asked of the platform, each from its folder. */
function capabilities(part: Part): Omit<Sms, 'send' | 'on' | 'migrate' | 'start' | 'stop'> {
  const deps = {
    database: part('database'),
    clock: part('clock'),
    ids: part('ids'),
    runStatements: part('runStatements'),
    eventsReady: part('eventsReady'),
    secrets: part('secrets'),
  };
  const { database } = deps;
  const fund = (accountId: string, credits: number, nowMs: number) => fundStatements(deps, accountId, credits, nowMs);
  const countryOf = async (accountId: string): Promise<string> =>
    (await part('policies').of(knownId(accountId, 'account'))).account.country;
  return {
    accounts: {
      open: (account) => openAccount({ ...deps, fund, firstPassword }, account),
      get: async (accountId) => getAccount(deps, knownId(accountId, 'account')),
      getByTeamCode: (teamCode) => getAccountByTeamCode(deps, teamCode),
      list: () => allAccounts(deps),
      suspend: async (accountId) => changeAccountState(deps, knownId(accountId, 'account'), 'suspended'),
      resume: async (accountId) => changeAccountState(deps, knownId(accountId, 'account'), 'active'),
      topUp: async (accountId, credits, reference) => topUp(deps, knownId(accountId, 'account'), credits, reference),
      balance: async (accountId) => balance(deps, knownId(accountId, 'account')),
      approveSender: async (accountId, sender) => approveSender(deps, knownId(accountId, 'account'), sender),
      senders: async (accountId) => senderIds(deps, knownId(accountId, 'account')),
      setPrice: (price) => setPrice(deps, price),
    },
    messages: {
      send: (sender, command, sending = {}) => part('sending').send(sender, command, sending),
      get: async (accountId, messageId) => {
        const message = await database.read((tx) => findMessage(tx, accountId, knownId(messageId, 'message')));
        if (!message) throw new SmsError('not_found', 'message not found');
        return message;
      },
      disputes: async (messageId) => database.read((tx) => disputesOf(tx, knownId(messageId, 'message'))),
      list: (accountId, filter, page) => database.read((tx) => listMessages(tx, accountId, filter, page)),
      resend: async (sender, messageId, { idempotency } = {}) =>
        resendMessage({ database, sending: part('sending') }, sender, knownId(messageId, 'message'), idempotency),
      cancel: async (accountId, messageId) => cancelMessage(deps, accountId, knownId(messageId, 'message')),
      preview: async (accountId, text, to) => previewMessage(text, await part('policies').of(accountId), to),
    },
    tokens: {
      authenticate: (raw, how) => part('authenticator').authenticate(raw, how),
      create: async (accountId, token) => createToken(deps, knownId(accountId, 'account'), token),
      list: (accountId) => tokensOf(deps, accountId),
      revoke: async (accountId, tokenId) => revokeTokenOf(deps, accountId, knownId(tokenId, 'token')),
    },
    events: {
      after: async (accountId, cursor, limit) => {
        const position = cursor === undefined ? beginning : parseCursor(cursor);
        return database.read((tx) => eventsAfter(tx, position, limit, accountId ?? undefined));
      },
      lastCursor: async () => cursorOf(await database.read((tx) => lastPosition(tx))),
      waiter: () => part('eventsReady').waiter(),
    },
    webhooks: manageWebhooks({
      ...deps,
      allowHosts: part('options').webhookAllow ?? [],
      deliveriesReady: part('deliveriesReady'),
      changed: () => part('fanOut').subscriptionsChanged(),
    }),
    watches: watchMessages({
      ...deps,
      allowHosts: part('options').webhookAllow ?? [],
      deliveriesReady: part('deliveriesReady'),
    }),
    suppressions: manageSuppressions({ ...deps, countryOf }),
    contacts: manageContacts({ ...deps, countryOf }),
    groups: manageGroups({ ...deps, countryOf }),
    segments: manageSegments({ ...deps, countryOf }),
    health: { check: () => checkHealth(part), counts: () => countWork(part) },
    onlyOnce: onlyOnce(deps),
    esme: part('esme'),
  };
}

/**
 * An id from outside; what cannot be one is of nothing, and would be an error of the database's on PostgreSQL. It throws,
 * so those who call it are async: what answers with a promise refuses with one.
 */
function knownId(id: string, of: string): string {
  if (!isUuid(id)) throw new SmsError('not_found', `${of} not found`);
  return id;
}

/** Hands what operators tell to those who record it. */
function connectTransports(part: Part): void {
  const record = async (transport: Transport, reports: readonly UpstreamReport[]): Promise<void> => {
    const deps = {
      database: part('database'),
      clock: part('clock'),
      ids: part('ids'),
      eventsReady: part('eventsReady'),
      runStatements: part('runStatements'),
    };
    await Promise.all(
      reports.map((report) =>
        report.kind === 'receipt'
          ? part('reports').record({ transport: transport.name, report })
          : recordInbound(deps, transport.name, report),
      ),
    );
  };
  for (const transport of part('transports')) transport.onReports((reports) => record(transport, reports));
}

/** The host's handlers, by the names they read under. */
class Readers {
  readonly #byName = new Map<string, { handlers: Set<EventHandler>; consumer: EventConsumer }>();
  #started = false;

  constructor(private readonly part: Part) {}

  on(name: string, handler: EventHandler): () => void {
    let reader = this.#byName.get(name);
    if (!reader) {
      const handlers = new Set<EventHandler>();
      reader = { handlers, consumer: eventConsumer(this.part, name, callHandlers(handlers)) };
      this.#byName.set(name, reader);
      if (this.#started) void reader.consumer.start();
    }
    const { handlers } = reader;
    handlers.add(handler);
    return () => handlers.delete(handler);
  }

  async start(): Promise<void> {
    this.#started = true;
    for (const { consumer } of this.#byName.values()) await consumer.start();
  }

  async stop(deadlineMs: number): Promise<void> {
    await Promise.all([...this.#byName.values()].map(({ consumer }) => consumer.stop(deadlineMs)));
  }
}

async function startWorkers(part: Part, readers: Readers): Promise<void> {
  await part('database').commit(rebaseEvents(part('database').kind));
  await part('lease').start();
  await part('fanOutConsumer').start();
  await readers.start();
  for (const transport of part('transports')) await transport.start?.();
  part('orphans').start();
  part('followUp').start();
  part('deliver').start();
  part('housekeeping').start();
  for (const dispatcher of part('dispatchers')) dispatcher.start();
}

/** In the order messages flow, so that what one has in hand still finds the next at work. */
async function stopWorkers(
  part: Part,
  readers: Readers,
  running: Promise<void> | undefined,
  deadlineMs: number,
): Promise<void> {
  await part('acceptor').drained();
  if (running) {
    await running;
    await Promise.all(part('dispatchers').map((dispatcher) => dispatcher.stop(deadlineMs)));
    await part('followUp').stop();
    part('outcomes').hurry();
    await part('outcomes').drained();
    for (const transport of part('transports')) await transport.stop?.();
    await part('orphans').stop();
    await part('reports').drained();
    await part('fanOutConsumer').stop(deadlineMs);
    await readers.stop(deadlineMs);
    await part('esme').close(deadlineMs);
    await part('deliver').stop(deadlineMs);
    await part('housekeeping').stop();
    await part('lease').stop();
  }
  await part('guard').close();
  await part('opened').close();
}
