import 'reflect-metadata';
import { container as root, instanceCachingFactory, type DependencyContainer } from 'tsyringe';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Authenticator } from './accounts/authenticate.js';
import { CheckLogin } from './accounts/check-login.js';
import { Jwts } from './accounts/jwt.js';
import type { CampaignDeps } from './campaigns/campaign-deps.js';
import { noteSteps } from './campaigns/note-steps.js';
import { StartDueWorker } from './campaigns/start-due.worker.js';
import { StartFundedWorker } from './campaigns/start-funded.worker.js';
import { ImportWorker } from './contacts/import-contacts.worker.js';
import { manageGroups } from './contacts/manage-groups.js';
import { manageSegments } from './contacts/manage-segments.js';
import type { Groups } from './contacts/group.js';
import type { Segments } from './contacts/segment.js';
import { openDatabase, type OpenDatabase } from './database/open-database.js';
import { runBehindSavepoint, runStatements } from './database/knex-database.js';
import { SmsError } from './errors.js';
import { ClaimDeliveries } from './esme/claim-deliveries.js';
import { DecimalIds } from './esme/decimal-ids.js';
import type { EsmeApi } from './esme/esme.js';
import { esmeApi } from './esme/esme-api.js';
import { JoinParts } from './esme/join-parts.worker.js';
import { heardByEsmes, queueDeliveries } from './esme/queue-deliveries.js';
import { HousekeepingWorker } from './housekeeping.worker.js';
import { isUuid, uuidV7Ids } from './ids.js';
import { LowBalanceWorker } from './ledger/low-balance.worker.js';
import { MemoryRateLimits } from './limits/memory-rate-limits.js';
import type { RateLimits } from './limits/rate-limit.js';
import { SharedRateLimits } from './limits/shared-rate-limits.js';
import { AcceptMessages } from './messaging/accept-messages.js';
import { DispatchWorker } from './messaging/dispatch.worker.js';
import { NamesUnderWay } from './messaging/names-under-way.js';
import { FollowUpWorker } from './messaging/follow-up.worker.js';
import { fileOwner } from './messaging/files/file-owner.js';
import { countProgress } from './messaging/lists/count-progress.js';
import { defaultMaxAhead, ExpandListsWorker } from './messaging/lists/expand-lists.worker.js';
import type { ListDeps } from './messaging/lists/list-deps.js';
import type { ListOwners } from './messaging/lists/list-owner.js';
import { RecordOutcomes } from './messaging/record-outcomes.js';
import { RouteTable } from './messaging/route.js';
import { SendMessages } from './messaging/send-messages.js';
import { SendingPolicies } from './messaging/sending-policy.js';
import { defaultSendingLimits } from './messaging/prepare-messages.js';
import { receiptGraceMs } from './messaging/settle-outcome.js';
import type { Transport } from './messaging/transport.js';
import { EventConsumer, type Heard } from './outbox/consume-events.worker.js';
import { CheckPayments } from './payments/check-payment.js';
import type { CreatePaymentDeps } from './payments/create-payment.js';
import type { MobileMoney } from './payments/mobile-money.js';
import { usualSchedule } from './payments/payment.js';
import { PollPayments } from './payments/poll-payments.worker.js';
import { requestFunds } from './payments/request-funds.js';
import type { EventFilter } from './outbox/event.store.js';
import { handleTogether, heardTogether } from './outbox/handle-together.js';
import { LeaseWorker } from './queue/lease.worker.js';
import { Turns } from './queue/turns.js';
import { OrphanWorker } from './receipts/orphan.worker.js';
import { RecordReports } from './receipts/record-reports.js';
import {
  silentLogger,
  systemClock,
  type Clock,
  type Database,
  type Ids,
  type Logger,
  type Random,
  type RunStatements,
} from './runtime.js';
import { createSecretBox, loadOrCreateSecretFile, parseSecret, type SecretBox } from './secret-box.js';
import { Signal } from './signal.js';
import type { SmsOptions } from './sms-options.js';
import { UploadFolder } from './uploads/upload-folder.js';
import { createGuardedDispatcher, type GuardedDispatcher } from './webhooks/address-guard.js';
import { CallBackWorker } from './webhooks/call-back.worker.js';
import { DeliverWorker } from './webhooks/deliver.worker.js';
import { fanOut } from './webhooks/fan-out.js';
import { Callbacks } from './webhooks/manage-callbacks.js';
import { webhookTimeoutMs } from './webhooks/post-webhook.js';
import { heardByCallbacks, queueCallbacks } from './webhooks/queue-callbacks.js';

/** Everything a platform is made of. Each part is made once, when it is first asked for. */
export interface Parts {
  options: SmsOptions;
  opened: OpenDatabase;
  secret: Buffer | undefined;

  clock: Clock;
  ids: Ids;
  random: Random;
  logger: Logger;
  database: Database;
  runStatements: RunStatements;
  secrets: () => SecretBox;
  guard: GuardedDispatcher;
  jwts: () => Jwts;
  limits: RateLimits;

  eventsReady: Signal;
  jobsReady: Signal;
  listsReady: Signal;
  deliveriesReady: Signal;
  callbacksReady: Signal;
  esmeDeliveriesReady: Signal;
  importsReady: Signal;

  wallets: readonly MobileMoney[];
  /** Aborted when the platform stops: no wallet is waited for any longer. */
  paymentsStopping: AbortController;
  payments: CreatePaymentDeps;
  paymentChecks: CheckPayments;
  pollPayments: PollPayments;
  lowBalance: LowBalanceWorker;

  transports: readonly Transport[];
  routes: RouteTable;
  turns: Turns;
  lease: LeaseWorker;
  policies: SendingPolicies;
  checkLogin: CheckLogin;
  authenticator: Authenticator;
  acceptor: AcceptMessages;
  sending: SendMessages;
  naming: NamesUnderWay;
  outcomes: RecordOutcomes;
  reports: RecordReports;
  orphans: OrphanWorker;
  dispatchers: DispatchWorker[];
  followUp: FollowUpWorker;
  uploads: UploadFolder;
  imports: ImportWorker;
  /** The capabilities that send lists; each notes what its lists do. */
  listOwners: ListOwners;
  lists: ListDeps;
  expandLists: ExpandListsWorker;
  groups: Groups;
  segments: Segments;
  campaigns: CampaignDeps;
  startDue: StartDueWorker;
  startFunded: StartFundedWorker;
  progressConsumer: EventConsumer;
  fanOut: ReturnType<typeof fanOut>;
  fanOutConsumer: EventConsumer;
  deliver: DeliverWorker;
  callbacks: Callbacks;
  callBack: CallBackWorker;
  housekeeping: HousekeepingWorker;
  decimalIds: DecimalIds;
  joinParts: JoinParts;
  esmeDeliveries: ClaimDeliveries;
  esmeConsumer: EventConsumer;
  esme: EsmeApi;
}

type GetPart = <K extends keyof Parts>(name: K) => Parts[K];
type Given = Pick<Parts, 'options' | 'opened' | 'secret'>;

/** Several parts under their own names, for what is made of them. */
export function some<K extends keyof Parts>(part: GetPart, ...names: readonly K[]): Pick<Parts, K> {
  return Object.fromEntries(names.map((name) => [name, part(name)])) as unknown as Pick<Parts, K>;
}

const defaultMaxWaiting = 20_000;
const monthMs = 30 * 86_400_000;
/** Counting takes little for each event, so what costs is the commit. */
const countedAtOnce = 1_000;

/** How each part is made of the others. */
const factories: { [K in Exclude<keyof Parts, keyof Given>]: (part: GetPart) => Parts[K] } = {
  clock: (part) => part('options').ports?.clock ?? systemClock,
  ids: (part) => part('options').ports?.ids ?? uuidV7Ids(part('clock')),
  random: (part) => part('options').ports?.random ?? Math.random,
  logger: (part) => part('options').logger ?? silentLogger,
  database: (part) => part('opened').database,
  runStatements: () => runStatements,
  secrets: (part) => withSecret(part('secret'), createSecretBox),
  jwts: (part) => withSecret(part('secret'), (secret) => new Jwts(secret, part('clock'))),
  // On SQLite the platform is one process.
  limits: (part) =>
    part('database').kind === 'postgres'
      ? new SharedRateLimits(part('database'), part('clock'))
      : new MemoryRateLimits(),
  guard: (part) =>
    createGuardedDispatcher({ allowHosts: part('options').webhookAllow ?? [], timeoutMs: webhookTimeoutMs }),

  eventsReady: () => new Signal(),
  jobsReady: () => new Signal(),
  listsReady: () => new Signal(),
  deliveriesReady: () => new Signal(),
  callbacksReady: () => new Signal(),
  esmeDeliveriesReady: () => new Signal(),
  importsReady: () => new Signal(),

  wallets: (part) => checkedWallets(part('options').payments?.wallets ?? []),
  paymentsStopping: () => new AbortController(),
  payments: (part) => ({
    ...some(part, 'database', 'clock', 'ids', 'logger', 'eventsReady', 'wallets'),
    schedule: { ...usualSchedule, ...part('options').payments?.schedule },
    options: part('options').payments ?? { wallets: [] },
    stopping: part('paymentsStopping').signal,
  }),
  paymentChecks: (part) => new CheckPayments(part('payments')),
  pollPayments: (part) =>
    new PollPayments({
      ...some(part, 'database', 'clock', 'logger', 'wallets'),
      checks: part('paymentChecks'),
    }),

  lowBalance: (part) => new LowBalanceWorker(some(part, 'database', 'clock', 'ids', 'logger', 'eventsReady')),

  transports: (part) => part('options').transports,
  routes: (part) => new RouteTable(part('transports'), part('options').routes),
  turns: () => new Turns(),
  lease: (part) => new LeaseWorker(part('ids').next(), part('database'), part('clock'), part('logger')),
  policies: (part) => new SendingPolicies(part('database'), part('clock')),
  checkLogin: (part) => new CheckLogin({ database: part('database'), limits: part('limits') }),
  authenticator: (part) => new Authenticator(some(part, 'database', 'clock', 'jwts', 'checkLogin')),
  acceptor: (part) =>
    new AcceptMessages({
      ...some(part, 'database', 'clock', 'ids', 'turns', 'jobsReady', 'eventsReady'),
      dispatcherOf: (name) => part('dispatchers').find(({ route }) => route === name),
      maxWaiting: part('options').limits?.maxWaiting ?? defaultMaxWaiting,
    }),
  sending: (part) =>
    new SendMessages({
      ...some(part, 'database', 'clock', 'ids', 'routes', 'policies', 'authenticator', 'acceptor'),
      limits: { ...defaultSendingLimits, ...part('options').limits },
      runWithin: runBehindSavepoint,
    }),
  outcomes: (part) =>
    new RecordOutcomes({
      ...some(part, 'database', 'clock', 'ids', 'random', 'logger', 'eventsReady'),
      receiptGraceMs: part('options').receiptGraceMs ?? receiptGraceMs,
      naming: part('naming'),
      onSegments: (segments) => part('orphans').segmentsNamed(segments),
      onUnanswered: () => part('orphans').sweepSoon(),
    }),
  naming: () => new NamesUnderWay(),
  reports: (part) =>
    new RecordReports({
      ...some(part, 'database', 'clock', 'ids', 'policies', 'naming', 'eventsReady'),
      onOrphans: (orphans) => part('orphans').filled(orphans),
    }),
  orphans: (part) => new OrphanWorker(some(part, 'database', 'clock', 'logger', 'reports')),
  dispatchers: (part) =>
    part('transports').map(
      (transport) =>
        new DispatchWorker(
          transport,
          some(part, 'database', 'clock', 'logger', 'turns', 'lease', 'outcomes', 'jobsReady'),
        ),
    ),
  followUp: (part) =>
    new FollowUpWorker({
      ...some(
        part,
        'database',
        'clock',
        'ids',
        'logger',
        'transports',
        'outcomes',
        'policies',
        'jobsReady',
        'eventsReady',
      ),
      workerId: part('lease').workerId,
    }),
  uploads: (part) => new UploadFolder(uploadPlace(part('options'), part('opened').filename), part('ids')),
  imports: (part) =>
    new ImportWorker({
      ...peopleDeps(part),
      ...some(part, 'logger', 'lease', 'uploads', 'importsReady'),
    }),
  listOwners: (part) => ({
    campaign: noteSteps({ database: part('database') }),
    file: fileOwner(part('database')),
  }),
  lists: (part) => ({
    ...some(part, 'database', 'clock', 'ids', 'routes', 'policies', 'eventsReady', 'listsReady'),
    maxSegments: part('options').limits?.maxSegments ?? defaultSendingLimits.maxSegments,
  }),
  expandLists: (part) =>
    new ExpandListsWorker({
      ...part('lists'),
      ...some(part, 'logger', 'turns'),
      owners: part('listOwners'),
      jobsReady: part('jobsReady'),
      maxAhead: part('options').limits?.maxAhead ?? defaultMaxAhead,
    }),
  groups: (part) => manageGroups(peopleDeps(part)),
  segments: (part) => manageSegments(peopleDeps(part)),
  campaigns: (part) => ({
    ...part('lists'),
    ...some(part, 'groups', 'segments'),
    requestFunds: requestFunds(part('payments')),
  }),
  startDue: (part) => new StartDueWorker({ ...part('campaigns'), logger: part('logger'), lease: part('lease') }),
  startFunded: (part) => new StartFundedWorker({ ...part('campaigns'), logger: part('logger') }),
  progressConsumer: (part) =>
    eventConsumer(
      part,
      'progress',
      countProgress({
        ...some(part, 'database', 'clock', 'ids'),
        owners: part('listOwners'),
      }),
      { counted: true },
      countedAtOnce,
    ),
  fanOut: (part) => fanOut(some(part, 'database', 'clock', 'ids', 'deliveriesReady')),
  fanOutConsumer: (part) =>
    eventConsumer(
      part,
      'webhooks',
      handleTogether(part('fanOut').handle, queueCallbacks(some(part, 'database', 'clock', 'ids', 'callbacksReady'))),
      heardTogether(part('fanOut').heard, heardByCallbacks(part('database'))),
    ),
  deliver: (part) =>
    new DeliverWorker({
      ...some(
        part,
        'database',
        'clock',
        'ids',
        'random',
        'logger',
        'lease',
        'secrets',
        'deliveriesReady',
        'eventsReady',
      ),
      dispatcher: part('guard').dispatcher,
    }),
  callbacks: (part) =>
    new Callbacks({
      ...some(part, 'database', 'clock'),
      allowHosts: part('options').webhookAllow ?? [],
      keepsSecrets: part('secret') !== undefined,
    }),
  callBack: (part) =>
    new CallBackWorker({
      ...some(part, 'database', 'clock', 'random', 'logger', 'lease', 'secrets', 'callbacksReady'),
      dispatcher: part('guard').dispatcher,
    }),
  housekeeping: (part) =>
    new HousekeepingWorker({
      ...some(part, 'database', 'clock', 'logger', 'ids', 'runStatements', 'eventsReady', 'uploads'),
      keepEventsMs: part('options').keepEventsMs ?? monthMs,
    }),
  decimalIds: (part) => new DecimalIds(part('database')),
  joinParts: (part) =>
    new JoinParts({
      ...some(part, 'database', 'clock', 'ids', 'logger', 'sending'),
      deliveriesReady: part('esmeDeliveriesReady'),
    }),
  esmeDeliveries: (part) =>
    new ClaimDeliveries({ database: part('database'), clock: part('clock'), lease: part('lease') }),
  esmeConsumer: (part) =>
    eventConsumer(
      part,
      'esme',
      queueDeliveries({
        ...some(part, 'database', 'clock', 'ids'),
        deliveriesReady: part('esmeDeliveriesReady'),
        claims: part('esmeDeliveries'),
      }),
      heardByEsmes,
    ),
  esme: (part) =>
    esmeApi({
      ...some(part, 'database', 'clock', 'ids', 'eventsReady', 'authenticator', 'decimalIds', 'sending', 'joinParts'),
      maxSegments: part('options').limits?.maxSegments ?? defaultSendingLimits.maxSegments,
      workerId: part('lease').workerId,
      deliveries: part('esmeDeliveries'),
      consumer: part('esmeConsumer'),
      esmeDeliveriesReady: part('esmeDeliveriesReady'),
    }),
};

/** What contacts, groups and segments need of the platform. */
export function peopleDeps(part: GetPart) {
  return {
    ...some(part, 'database', 'clock', 'ids', 'runStatements', 'eventsReady'),
    countryOf: async (accountId: string): Promise<string> => {
      if (!isUuid(accountId)) throw new SmsError('not_found', 'account not found');
      return (await part('policies').of(accountId)).account.country;
    },
  };
}

/** Makes a reader of the outbox under a name. */
export function eventConsumer(
  part: GetPart,
  name: string,
  handle: EventConsumer['handle'],
  heard: EventFilter | Heard = {},
  batch?: number,
): EventConsumer {
  const deps = {
    ...some(part, 'database', 'clock', 'logger'),
    workerId: part('lease').workerId,
    eventsReady: part('eventsReady'),
  };
  return new EventConsumer(name, handle, deps, heard, batch);
}

/** Opens the database and lays out the parts; one container for each platform, so that two share nothing. */
export async function compose(options: SmsOptions): Promise<GetPart> {
  const opened = await openDatabase(options.database);
  const given: Given = { options, opened, secret: await findSecret(options, opened.filename) };
  const container: DependencyContainer = root.createChildContainer();
  const part: GetPart = (name) => container.resolve(name);
  for (const [name, value] of Object.entries(given)) container.register(name, { useFactory: () => value as unknown });
  for (const [name, factory] of Object.entries(factories)) {
    container.register<unknown>(name, { useFactory: instanceCachingFactory<unknown>(() => factory(part)) });
  }
  return part;
}

/** The folder of the options, else one beside the SQLite file, else one of this user's among the temporary files. */
function uploadPlace({ uploads }: SmsOptions, filename: string | undefined): { folder: string; isPublic: boolean } {
  if (uploads) return { folder: uploads.folder, isPublic: false };
  if (filename !== undefined) return { folder: `${filename}.uploads`, isPublic: false };
  const own = process.getuid !== undefined;
  return { folder: join(tmpdir(), `ujumbe-uploads${own ? `-${userInfo().uid}` : ''}`), isPublic: own };
}

/** The secret from the options, else the file beside the SQLite file, else none: then nothing secret can be kept. */
async function findSecret(options: SmsOptions, filename: string | undefined): Promise<Buffer | undefined> {
  if (options.secret !== undefined) return parseSecret(options.secret);
  return filename === undefined ? undefined : loadOrCreateSecretFile(`${filename}.secret`);
}

/** A payment is found again by its wallet's name, so that no two may have one. */
function checkedWallets(wallets: readonly MobileMoney[]): readonly MobileMoney[] {
  const names = wallets.map(({ name }) => name);
  if (new Set(names).size !== names.length || names.some((name) => !/^[a-z0-9_-]{1,30}$/.test(name))) {
    throw new SmsError('invalid_request', 'each wallet must have a name of its own, of small letters and digits');
  }
  return wallets;
}

/** What is made of the secret, once it is needed; a platform without one refuses what needs it and does the rest. */
function withSecret<T>(secret: Buffer | undefined, make: (secret: Buffer) => T): () => T {
  const made = secret && make(secret);
  return () => {
    if (made) return made;
    throw new SmsError('invalid_request', 'this platform keeps no secrets yet: give it a secret of 32 bytes in base64');
  };
}
