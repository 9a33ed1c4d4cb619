import {
  allAccounts,
  changeAccountState,
  changePlan,
  getAccount,
  getAccountByTeamCode,
} from './accounts/manage-accounts.js';
import { manageCodes } from './accounts/manage-codes.js';
import { manageClients } from './accounts/manage-clients.js';
import { manageSenders } from './accounts/manage-senders.js';
import { manageTokens } from './accounts/manage-tokens.js';
import { manageUsers } from './accounts/manage-users.js';
import { openAccount } from './accounts/open-account.js';
import { registerAccount } from './accounts/register-account.js';
import { checkHealth, countWork } from './check-health.js';
import { manageCampaigns } from './campaigns/manage-campaigns.js';
import { compose, eventConsumer, peopleDeps, some } from './compose.js';
import { manageContacts } from './contacts/manage-contacts.js';
import { manageImports } from './contacts/manage-imports.js';
import { transactionOf } from './database/knex-database.js';
import { SmsError } from './errors.js';
import { firstPassword } from './esme/authenticate-esme.js';
import { isUuid } from './ids.js';
import { fingerprintOf } from './idempotency/answer.js';
import { onlyOnce } from './idempotency/only-once.js';
import { recordInbound } from './inbound/record-inbound.js';
import { setPrice } from './ledger/set-price.js';
import { listTopUps } from './ledger/top-up.store.js';
import { readStatements } from './ledger/read-statement.js';
import { lowBalance, setLowBalance } from './ledger/set-low-balance.js';
import { balance, fundStatements, topUp } from './ledger/top-up.js';
import { findBatch, listBatches, tenantWithMessage } from './messaging/batch.store.js';
import { cancelMessage } from './messaging/cancel-message.js';
import { manageFiles } from './messaging/files/manage-files.js';
import { findMessage, listMessages } from './messaging/message.store.js';
import { quoteMessages } from './messaging/quote-messages.js';
import { previewMessage } from './messaging/preview-message.js';
import { defaultSendingLimits } from './messaging/prepare-messages.js';
import { resendMessage } from './messaging/resend-message.js';
import { totalsByDay } from './messaging/totals.store.js';
import type { Transport, UpstreamReport } from './messaging/transport.js';
import { readUsage } from './messaging/usage/read-usage.js';
import { callHandlers, heardBy, type EventHandler } from './outbox/call-handlers.js';
import type { EventConsumer } from './outbox/consume-events.worker.js';
import { beginning, cursorOf, eventsAfter, lastPosition, parseCursor, rebaseEvents } from './outbox/event.store.js';
import { managePackages } from './payments/manage-packages.js';
import { managePayments } from './payments/manage-payments.js';
import { receiveHint } from './payments/receive-callback.js';
import { disputesOf } from './receipts/receipt.store.js';
import type { Sms } from './sms.js';
import type { SmsOptions } from './sms-options.js';
import { readSurveys } from './surveys/read-surveys.js';
import { manageTenants } from './tenants/manage-tenants.js';
import { manageTemplates } from './templates/manage-templates.js';
import { manageSuppressions } from './suppression/manage-suppressions.js';
import { listCodes, listExtensions } from './ussd/ussd-code.store.js';
import { manageWatches } from './webhooks/manage-watches.js';
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
  part('wallets');
  if (options.migrate !== false) await part('opened').migrate();
  const readers = new Readers(part);
  connectTransports(part);
  connectWallets(part);
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
  const deps = some(part, 'database', 'clock', 'ids', 'runStatements', 'eventsReady', 'secrets');
  const { database } = deps;
  const seal = part('secret') && ((plain: string) => part('secrets')().seal(plain));
  const keys = manageTokens({ ...deps, seal });
  const senders = manageSenders(deps);
  const fund = (accountId: string, credits: number, nowMs: number) => fundStatements(deps, accountId, credits, nowMs);
  return {
    accounts: {
      open: (account) => openAccount({ ...deps, seal, fund, firstPassword }, account),
      register: (registration) => registerAccount({ ...deps, fund }, registration),
      get: async (accountId) => getAccount(deps, knownId(accountId, 'account')),
      getByTeamCode: (teamCode) => getAccountByTeamCode(deps, teamCode),
      list: () => allAccounts(deps),
      suspend: async (accountId) => changeAccountState(deps, knownId(accountId, 'account'), 'suspended'),
      resume: async (accountId) => changeAccountState(deps, knownId(accountId, 'account'), 'active'),
      setPlan: async (accountId, plan) => changePlan(deps, knownId(accountId, 'account'), plan),
      topUp: async (accountId, credits, reference) => topUp(deps, knownId(accountId, 'account'), credits, reference),
      topUps: async (accountId, page) => database.read((tx) => listTopUps(tx, knownId(accountId, 'account'), page)),
      balance: async (accountId) => balance(deps, knownId(accountId, 'account')),
      lowBalance: async (accountId) => lowBalance(deps, knownId(accountId, 'account')),
      setLowBalance: async (accountId, below) => setLowBalance(deps, knownId(accountId, 'account'), below),
      approveSender: async (accountId, sender) => senders.approve(knownId(accountId, 'account'), sender),
      rejectSender: async (accountId, sender, reason) => senders.reject(knownId(accountId, 'account'), sender, reason),
      requestSender: async (accountId, wanted) => senders.request(knownId(accountId, 'account'), wanted),
      senders: async (accountId) => senders.list(knownId(accountId, 'account')),
      setPrice: (price) =>
        setPrice({ ...deps, logger: part('logger'), onBelowCost: part('options').belowCost ?? 'warn' }, price),
    },
    messages: {
      send: async (sender, command, { callback, ...sending } = {}) => {
        const attach = callback && (await part('callbacks').prepare(sender, callback));
        return part('sending').send(sender, command, attach ? { ...sending, attach } : sending);
      },
      get: async (accountId, messageId) => {
        const message = await database.read((tx) => findMessage(tx, accountId, knownId(messageId, 'message')));
        if (!message) throw new SmsError('not_found', 'message not found');
        return message;
      },
      disputes: async (messageId) => database.read((tx) => disputesOf(tx, knownId(messageId, 'message'))),
      list: (accountId, filter, page) => database.read((tx) => listMessages(tx, accountId, filter, page)),
      batch: async (accountId, batchId) => {
        const batch = await database.read((tx) => findBatch(tx, accountId, knownId(batchId, 'message')));
        if (!batch) throw new SmsError('not_found', 'message not found');
        return batch;
      },
      tenantOf: async (partnerId, id) => {
        const known = knownId(id, 'message');
        const tenantId = await database.read((tx) => tenantWithMessage(tx, partnerId, known));
        if (tenantId === undefined) throw new SmsError('not_found', 'message not found');
        return tenantId;
      },
      batches: (accountId, filter, page) => database.read((tx) => listBatches(tx, accountId, filter, page)),
      totals: (accountId, range) => database.read((tx) => totalsByDay(tx, accountId, range)),
      resend: async (sender, messageId, { idempotency } = {}) =>
        resendMessage({ database, sending: part('sending') }, sender, knownId(messageId, 'message'), idempotency),
      cancel: async (accountId, messageId) => cancelMessage(deps, accountId, knownId(messageId, 'message')),
      quote: async (accountId, command) =>
        quoteMessages(
          {
            ...deps,
            routes: part('routes'),
            limits: { ...defaultSendingLimits, ...part('options').limits },
            policies: part('policies'),
            dispatchers: part('dispatchers'),
          },
          knownId(accountId, 'account'),
          command,
        ),
      preview: async (accountId, text, to) => previewMessage(text, await part('policies').of(accountId), to),
    },
    tokens: {
      authenticate: (raw, how) => part('authenticator').authenticate({ kind: 'token', raw, forms: ['mbs'] }, how),
      create: async (accountId, token) => keys.create(knownId(accountId, 'account'), { ...token, form: 'mbs' }),
      list: (accountId) => keys.list(accountId, 'mbs'),
      revoke: (accountId, tokenId) => keys.revoke(accountId, 'mbs', tokenId),
    },
    credentials: {
      authenticate: (shown, how) => part('authenticator').authenticate(shown, how),
      refresh: (access) => part('authenticator').refresh(access),
    },
    keys: { ...keys, create: async (accountId, key) => keys.create(knownId(accountId, 'account'), key) },
    clients: manageClients({ ...deps, jwts: part('jwts') }),
    tenants: manageTenants({ ...deps, logger: part('logger'), authenticator: part('authenticator') }),
    users: manageUsers({ ...deps, jwts: part('jwts'), checkLogin: part('checkLogin') }),
    codes: manageCodes(deps),
    limits: part('limits'),
    events: {
      after: async (accountId, cursor, limit) => {
        const position = cursor === undefined ? beginning : parseCursor(cursor);
        return database.read((tx) => eventsAfter(tx, position, limit, { accountId: accountId ?? undefined }));
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
    watches: manageWatches({
      ...deps,
      allowHosts: part('options').webhookAllow ?? [],
      deliveriesReady: part('deliveriesReady'),
    }),
    suppressions: manageSuppressions(peopleDeps(part)),
    contacts: manageContacts(peopleDeps(part)),
    imports: manageImports({ ...peopleDeps(part), uploads: part('uploads'), importsReady: part('importsReady') }),
    ...some(part, 'uploads', 'groups', 'segments'),
    campaigns: manageCampaigns(part('campaigns')),
    files: manageFiles({ ...part('lists'), uploads: part('uploads') }),
    surveys: readSurveys(deps),
    ussd: {
      codes: (accountId) => database.read((tx) => listCodes(tx, accountId)),
      extensions: (accountId) => database.read((tx) => listExtensions(tx, accountId)),
    },
    templates: manageTemplates(deps),
    statements: readStatements(deps),
    usage: { read: (accountId, query) => readUsage(deps, accountId, query) },
    payments: managePayments({ ...part('payments'), checks: part('paymentChecks') }),
    packages: managePackages({
      ...deps,
      stepOf: (currency) => part('wallets').find((wallet) => wallet.currency === currency)?.step ?? 1,
    }),
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
    const deps = some(part, 'database', 'clock', 'ids', 'eventsReady', 'runStatements');
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

/** Hears wallets of the same process. */
function connectWallets(part: Part): void {
  const deps = {
    ...some(part, 'database', 'clock', 'logger', 'wallets'),
    checks: part('paymentChecks'),
  };
  for (const wallet of part('wallets')) wallet.onHint?.((orderId) => receiveHint(deps, wallet.name, orderId));
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
      reader = { handlers, consumer: eventConsumer(this.part, name, callHandlers(handlers), heardBy(handlers)) };
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
  await part('progressConsumer').start();
  await readers.start();
  for (const transport of part('transports')) await transport.start?.();
  part('orphans').start();
  part('followUp').start();
  part('expandLists').start();
  part('startDue').start();
  part('startFunded').start();
  part('deliver').start();
  part('callBack').start();
  part('imports').start();
  part('pollPayments').start();
  part('lowBalance').start();
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
  part('paymentsStopping').abort();
  await part('acceptor').drained();
  if (running) {
    await running;
    await part('startDue').stop();
    await part('startFunded').stop();
    await part('expandLists').stop();
    await Promise.all(part('dispatchers').map((dispatcher) => dispatcher.stop(deadlineMs)));
    await part('followUp').stop();
    await part('imports').stop();
    part('outcomes').hurry();
    await part('outcomes').drained();
    for (const transport of part('transports')) await transport.stop?.();
    await part('orphans').stop();
    await part('reports').drained();
    await part('pollPayments').stop();
    await part('lowBalance').stop();
    await part('progressConsumer').stop(deadlineMs);
    await part('fanOutConsumer').stop(deadlineMs);
    await readers.stop(deadlineMs);
    await part('esme').close(deadlineMs);
    await Promise.all([part('deliver').stop(deadlineMs), part('callBack').stop(deadlineMs)]);
    await part('housekeeping').stop();
    await part('lease').stop();
  }
  await part('guard').close();
  for (const wallet of part('wallets')) await wallet.close?.();
  await part('opened').close();
}
