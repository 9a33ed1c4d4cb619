import type { Knex } from 'knex';
import type { Account, AccountSenderId, WantedSenderId } from './accounts/account.js';
import type { Codes } from './accounts/code.js';
import type { Registration } from './accounts/register-account.js';
import type { NewAccount, OpenedAccount } from './accounts/open-account.js';
import type { Access, ShownCredential } from './accounts/access.js';
import type { Clients } from './accounts/client.js';
import type { Tokens } from './accounts/manage-tokens.js';
import type { Token } from './accounts/token.js';
import type { User, Users } from './accounts/user.js';
import type { Campaigns } from './campaigns/campaign.js';
import type { Contacts } from './contacts/contact.js';
import type { ContactImports } from './contacts/contact-import.js';
import type { Groups } from './contacts/group.js';
import type { Segments } from './contacts/segment.js';
import type { DomainEvent, EventType } from './events.js';
import type { EsmeApi } from './esme/esme.js';
import type { Idempotency } from './idempotency/answer.js';
import type { OnlyOnce } from './idempotency/only-once.js';
import type { TopUp } from './ledger/top-up.js';
import type { BelowCost } from './ledger/below-cost.js';
import type { NewPrice } from './ledger/set-price.js';
import type { Statements } from './ledger/read-statement.js';
import type { Balance } from './ledger/transfer.js';
import type { RateLimits } from './limits/rate-limit.js';
import type { Batch } from './messaging/batch.js';
import type { BatchFilter } from './messaging/batch.store.js';
import type { BulkFiles } from './messaging/files/bulk-file.js';
import type { Message } from './messaging/message.js';
import type { MessageFilter } from './messaging/message.store.js';
import type { SendCommand } from './messaging/prepare-messages.js';
import type { Quote } from './messaging/quote.js';
import type { MessagePreview } from './messaging/preview-message.js';
import type { AcceptedMessage, Sender, SendOptions, SendResult } from './messaging/send-messages.js';
import type { DayTotals, TimeRange } from './messaging/totals.js';
import type { UsageQuery } from './messaging/usage/read-usage.js';
import type { Usage } from './messaging/usage/usage.js';
import type { Lane } from './queue/job.js';
import type { Packages } from './payments/package.js';
import type { Payments } from './payments/payments.js';
import type { MessageDispute } from './receipts/receipt.store.js';
import type { Waiter } from './signal.js';
import type { Surveys } from './surveys/survey.js';
import type { UssdCodes } from './ussd/ussd-code.js';
import type { Templates } from './templates/template.js';
import type { Tenants } from './tenants/tenant.js';
import type { WantedCallback } from './webhooks/manage-callbacks.js';
import type { Uploads } from './uploads/uploaded-file.js';
import type { Watches } from './webhooks/watch.js';
import type { Webhooks } from './webhooks/webhook.js';
import type { Suppression } from './suppression/suppression.js';

/** One text to one or many numbers, as a developer says it in the host application. */
export interface SendRequest {
  /** E.164, or any form that is clear in the account's country. At most 1,000. */
  to: readonly string[] | string;
  message: string;
  /** An approved sender ID's name or id; the account's default when absent. */
  senderId?: string;
  /** Your own reference, given back in answers and events. */
  clientRef?: string;
  /** `transactional` unless said otherwise. */
  lane?: Lane;
  scheduledAt?: Date | number;
  /** How long it is worth sending; a day unless said otherwise. */
  validityMs?: number;
  /** The same key with the same request within 24 h gives the first answer again and sends nothing. */
  idempotencyKey?: string;
}

/** The SMS platform in a host application. Made by `createSms`. */
export interface Sms {
  /**
   * Accepts messages: checks them, holds their credit, queues them. Resolves once they are stored.
   *
   * @param account the account's id
   * @param options.within a transaction of the host's own, on the database the platform was given: what is rolled
   *   back there was never accepted.
   * @throws SmsError when nothing was accepted; with several numbers, those refused are in `rejected`.
   */
  send(account: string, request: SendRequest, options?: { within?: Knex.Transaction }): Promise<SendResult>;

  /**
   * Hears events from the outbox: durably, at least once, from where it left off before a restart. The handler is
   * called again until it resolves; the events after it wait for it meanwhile.
   *
   * @param options.name names the reader; its place is kept under this name (default: `host`). One process at a
   *   time reads under a name.
   * @returns a function that stops listening
   */
  on<T extends EventType>(
    type: T | '*',
    handler: (event: DomainEvent<T>) => void | Promise<void>,
    options?: { name?: string },
  ): () => void;

  /** Brings the schema up to date; `start` does so too. Returns the names of the migrations that ran. */
  migrate(): Promise<string[]>;
  /** Starts the workers. */
  start(): Promise<void>;
  /** Stops claiming, waits for what is under way until the deadline, and loses nothing. Closes what it opened. */
  stop(options?: { deadlineMs?: number }): Promise<void>;

  readonly accounts: AccountsApi;
  readonly messages: MessagesApi;
  readonly tokens: TokensApi;
  /** Whatever else a request may show to say whose it is. */
  readonly credentials: CredentialsApi;
  /** API keys in the forms of vendors. */
  readonly keys: Tokens;
  /** Programs that get tokens for an id and a secret. */
  readonly clients: Clients;
  /** The customers of partners. */
  readonly tenants: Tenants;
  /** People who log in. */
  readonly users: Users;
  /** Codes that prove that somebody reads what is sent to an address. */
  readonly codes: Codes;
  /** Counts published limits, across processes where there may be several. */
  readonly limits: RateLimits;
  readonly events: EventsApi;
  readonly webhooks: Webhooks;
  /** Told once, when messages are settled. */
  readonly watches: Watches;
  readonly suppressions: SuppressionsApi;
  /** The people an account writes to. */
  readonly contacts: Contacts;
  /** Contacts out of CSV and XLSX files. */
  readonly imports: ContactImports;
  /** Files whose rows are messages. */
  readonly files: BulkFiles;
  /** Where files come in. */
  readonly uploads: Uploads;
  /** Contacts put together by hand. */
  readonly groups: Groups;
  /** Contacts by rule. */
  readonly segments: Segments;
  /** One text, or one template, to many people. */
  readonly campaigns: Campaigns;
  readonly surveys: Surveys;
  readonly ussd: UssdCodes;
  /** Texts that are sent again and again. */
  readonly templates: Templates;
  /** What happened to an account's credits. */
  readonly statements: Statements;
  readonly usage: UsageApi;
  /** Credits bought by phone. */
  readonly payments: Payments;
  /** What can be bought, and for how much. */
  readonly packages: Packages;
  readonly health: HealthApi;
  readonly onlyOnce: OnlyOnce;
  /** For the SMPP server. */
  readonly esme: EsmeApi;
}

export interface AccountsApi {
  open(account: NewAccount): Promise<OpenedAccount>;
  /** Opens an account with its owner, who makes keys when logged in. @throws SmsError `conflict` when a name is taken */
  register(registration: Registration): Promise<{ account: Account; user: User }>;
  get(accountId: string): Promise<Account>;
  /** @throws SmsError `not_found` */
  getByTeamCode(teamCode: string): Promise<Account>;
  list(): Promise<Account[]>;
  /** A partner's tenants are suspended with it, and resumed with it unless they were suspended themselves. */
  suspend(accountId: string): Promise<void>;
  resume(accountId: string): Promise<void>;
  /** Sets which published limits hold for the account; null for the usual ones. */
  setPlan(accountId: string, plan: string | null): Promise<void>;
  /** Pays credits in (thousandths). `reference` is a UUID that names the payment: paid once, however often it is told. */
  topUp(accountId: string, credits: number, reference?: string): Promise<Balance>;
  /** What was paid in, newest first. */
  topUps(accountId: string, page: { limit: number; offset: number }): Promise<{ topUps: TopUp[]; total: number }>;
  balance(accountId: string): Promise<Balance>;
  /** The balance that `credits.low` tells of when it is passed downwards (thousandths); null when there is none. */
  lowBalance(accountId: string): Promise<number | null>;
  setLowBalance(accountId: string, below: number | null): Promise<void>;
  approveSender(accountId: string, sender: string): Promise<AccountSenderId>;
  /** Refuses a sender ID that was asked for, or takes one back. @throws SmsError `not_found` */
  rejectSender(accountId: string, sender: string, reason: string): Promise<AccountSenderId>;
  /** Asks for a sender ID. What is approved, or waits for a decision, stays as it is. */
  requestSender(accountId: string, wanted: WantedSenderId): Promise<{ sender: AccountSenderId; isNew: boolean }>;
  senders(accountId: string): Promise<AccountSenderId[]>;
  /**
   * Sets what a segment costs from a time on (thousandths of a credit), by prefix or network, for an account or for all.
   * Answers where that is below what it costs the seller.
   *
   * @throws SmsError `invalid_request`; `conflict` when it is below cost and the platform refuses that
   */
  setPrice(price: NewPrice): Promise<{ belowCost: BelowCost[] }>;
}

export interface UsageApi {
  /** An account's messages, added up. @throws SmsError `invalid_request` */
  read(accountId: string, query: UsageQuery): Promise<Usage>;
}

export interface MessagesApi {
  /** As `Sms.send`, with a text for each number and a token's access or an account's id. */
  send(
    sender: Sender,
    command: SendCommand,
    options?: Omit<SendOptions, 'within' | 'attach' | 'isParked'> & {
      /** Where to tell what becomes of the messages, beside webhooks. */
      callback?: WantedCallback | undefined;
    },
  ): Promise<SendResult>;
  /** @throws SmsError `not_found`, also for another account's message */
  get(accountId: string, messageId: string): Promise<Message>;
  /** Final receipts that contradicted an earlier one; kept, and not applied. */
  disputes(messageId: string): Promise<MessageDispute[]>;
  list(
    accountId: string,
    filter: MessageFilter,
    page: { limit: number; offset: number },
  ): Promise<{ messages: Message[]; total: number }>;
  /** The messages of a command that asked for one id, as a whole. @throws SmsError `not_found` */
  batch(accountId: string, batchId: string): Promise<Batch>;
  /** The tenant of a partner's that a message, or a batch, is of. @throws SmsError `not_found` */
  tenantOf(partnerId: string, id: string): Promise<string>;
  batches(
    accountId: string,
    filter: BatchFilter,
    page: { limit: number; offset: number },
  ): Promise<{ batches: Batch[]; total: number }>;
  /** What was sent in a time, by the days on which something was. */
  totals(accountId: string, range: TimeRange): Promise<DayTotals[]>;
  /** Sends a failed message again, as a new one that is charged anew. @throws SmsError `not_failed` */
  resend(
    sender: Sender,
    messageId: string,
    options?: { idempotency?: Idempotency | undefined },
  ): Promise<{ message: AcceptedMessage; replayed: boolean }>;
  /** Takes a message back that no operator has yet, and releases its hold. @throws SmsError `conflict` */
  cancel(accountId: string, messageId: string): Promise<Message>;
  /** Says what a command would come to: who is accepted and refused, and what it costs. At most 10,000 items. */
  quote(accountId: string, command: SendCommand): Promise<Quote>;
  /** Says what a text would take and cost, and which characters make it dearer. */
  preview(accountId: string, text: string, to?: string): Promise<MessagePreview>;
}

export interface TokensApi {
  /**
   * Tells whose a token is.
   *
   * @param options.cached lets memory answer; only for `messages.send`, whose commit finds out a revoked token.
   * @throws SmsError `unauthenticated`, `token_revoked`, `token_expired`, `account_suspended`
   */
  authenticate(raw: string, options?: { cached?: boolean }): Promise<Access>;
  /** The raw token is returned this once. */
  create(
    accountId: string,
    token: { name: string; scopes: readonly string[]; expiresAt?: number | undefined },
  ): Promise<{ raw: string; token: Token }>;
  list(accountId: string): Promise<Token[]>;
  revoke(accountId: string, tokenId: string): Promise<Token>;
}

export interface CredentialsApi {
  /**
   * Tells whose a credential is, whatever its form.
   *
   * @param options.cached lets memory answer; only for `messages.send`, whose commit finds out what was revoked.
   * @throws SmsError `unauthenticated`, `token_revoked`, `token_expired`, `account_suspended`, `rate_limited`
   */
  authenticate(shown: ShownCredential, options?: { cached?: boolean }): Promise<Access>;
  /** Reads a credential again. @throws SmsError when it is no longer good */
  refresh(access: Access): Promise<Access>;
}

export interface EventsApi {
  /** Events after a cursor, oldest first, of one account or (null) of all; from the beginning when there is none. */
  after(accountId: string | null, cursor: string | undefined, limit: number): Promise<DomainEvent[]>;
  /** The cursor of the newest event now: what comes after it is new. */
  lastCursor(): Promise<string>;
  /** A place to wait for events this process stores; look again after a while for those of others. */
  waiter(): Waiter;
}

/** The numbers an account may not write to. Whoever is on it answers `opted_out` to every send. */
export interface SuppressionsApi {
  /** Puts a number on the list; one that is there keeps its reason and time. */
  add(accountId: string, phone: string, reason?: string): Promise<Suppression>;
  /** False when it was not on the list. */
  remove(accountId: string, phone: string): Promise<boolean>;
  /** Undefined when it is not on the list. */
  find(accountId: string, phone: string): Promise<Suppression | undefined>;
  /** The latest first. */
  list(
    accountId: string,
    page: { limit: number; offset: number },
  ): Promise<{ suppressions: Suppression[]; total: number }>;
}

/** What a person or a probe asks of the running platform. */
export interface Health {
  /** True when messages can be accepted and sent. */
  ok: boolean;
  checks: { name: string; ok: boolean; detail: string }[];
}

export interface HealthApi {
  check(): Promise<Health>;
  counts(): Promise<{ ready: number; waiting: number; claimed: number; inFlight: number; orphans: number }>;
}
