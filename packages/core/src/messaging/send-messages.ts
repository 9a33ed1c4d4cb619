import type { Access } from '../accounts/access.js';
import type { Authenticator } from '../accounts/authenticate.js';
import { SmsError, type SmsErrorCode } from '../errors.js';
import { assertKey, type Idempotency } from '../idempotency/answer.js';
import type { Clock, Database, Ids, RunStatements, Transaction } from '../runtime.js';
import { suppressedAmong } from '../suppression/suppression.store.js';
import { StaleDecision, SuppressedRecipient, type AcceptMessages, type Acceptance } from './accept-messages.js';
import type { Attached } from './attached.store.js';
import type { Message } from './message.js';
import {
  prepareMessages,
  type PreparedMessages,
  type RejectedItem,
  type SendingLimits,
  type SendCommand,
} from './prepare-messages.js';
import type { RouteTable } from './route.js';
import type { SendingPolicies, SendingPolicy } from './sending-policy.js';

/** Who sends: an account by its id, for the host's own code, or by a token, for a customer's request. */
export type Sender = string | Access;

export interface SendOptions {
  idempotency?: Idempotency | undefined;
  /** Answers a command whose only item is refused, as it does one of several, instead of throwing. */
  partial?: boolean | undefined;
  /** What is to be written with the messages, in their commit; asked again when the decision is made again. */
  attach?: ((messages: PreparedMessages['messages']) => Attached) | undefined;
  /** Holds the credit and stores no message; see `Acceptance`. */
  isParked?: boolean | undefined;
  /** Accept inside this transaction; see `Sms.send`. */
  within?: Transaction | undefined;
}

/** What became of a command. Items that were refused are neither stored nor charged. */
export interface SendResult {
  /** The accepted messages, with the index of the item each came from. */
  accepted: AcceptedMessage[];
  rejected: RejectedItem[];
  /** True when this is the stored answer of an earlier request with the same key. */
  replayed: boolean;
}

/** An accepted message as it is answered; `index` is its item's place in the command. */
export type AcceptedMessage = Omit<Message, 'history' | 'holdState' | 'route'> & { index: number };

export interface SenderDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  routes: RouteTable;
  limits: SendingLimits;
  policies: SendingPolicies;
  authenticator: Authenticator;
  acceptor: AcceptMessages;
  /** Writes inside a transaction of the host's, which goes on when the statements fail. */
  runWithin: RunStatements;
}

/** Decisions may be overtaken by a change of the account, but not for ever. */
const maxDecisions = 5;

/** What an account's state and senders decide, and what may therefore be otherwise by now. */
const decidedByAccount: readonly SmsErrorCode[] = [
  'account_suspended',
  'sender_unknown',
  'sender_not_approved',
  'sender_suspended',
];

const nothing: PreparedMessages = { messages: [], rejected: [] };

/** Accepts messages: decides what is sent and paid, and has it written. */
export class SendMessages {
  constructor(private readonly deps: SenderDeps) {}

  async send(sender: Sender, command: SendCommand, options: SendOptions = {}): Promise<SendResult> {
    const { policies, authenticator } = this.deps;
    if (options.idempotency) assertKey(options.idempotency.key);
    let access = sender;
    const accountId = typeof sender === 'string' ? sender : sender.accountId;
    let optedOut = new Set<string>();
    for (let decisions = 1; ; decisions++) {
      const policy = await policies.of(accountId, options.within);
      if (typeof access !== 'string' && access.version !== policy.account.version) {
        // One of the two is older than the other: read both again before anything is decided.
        access = await authenticator.refresh(access);
        if (access.version !== policy.account.version) policies.forget(accountId);
        if (decisions < maxDecisions) continue;
      }
      let prepared = nothing;
      try {
        prepared = this.#withoutOptedOut(this.#prepare(command, policy), optedOut);
        if (options.partial !== true) this.#refuseSingle(command, prepared);
        return await this.#accept(policy, prepared, options);
      } catch (error) {
        if (decisions >= maxDecisions) throw error;
        if (error instanceof StaleDecision) policies.forget(accountId);
        else if (error instanceof SuppressedRecipient) optedOut = await this.#optedOut(accountId, prepared, options);
        else if (!(await this.#isOutdated(policy, error, options))) throw error;
      }
    }
  }

  /** Whether a refusal was decided on a reading of the account that no longer holds. */
  async #isOutdated({ account }: SendingPolicy, error: unknown, { within }: SendOptions): Promise<boolean> {
    if (within || !(error instanceof SmsError) || !decidedByAccount.includes(error.code)) return false;
    this.deps.policies.forget(account.id);
    return (await this.deps.policies.of(account.id)).account.version !== account.version;
  }

  #prepare(command: SendCommand, policy: SendingPolicy): PreparedMessages {
    const { clock, ids, routes, limits } = this.deps;
    return prepareMessages(command, policy, { nowMs: clock.now(), ids, routes, limits });
  }

  /** A command of one item that is refused is refused as a whole, in the item's own words. */
  #refuseSingle(command: SendCommand, { rejected }: PreparedMessages): void {
    const [only] = rejected;
    if (command.items.length === 1 && only) throw new SmsError(only.code, only.reason);
  }

  async #accept(policy: SendingPolicy, prepared: PreparedMessages, options: SendOptions): Promise<SendResult> {
    const { acceptor, runWithin } = this.deps;
    const accepted = prepared.messages.map(({ index, message }) => acceptedView(index, message));
    const result = { accepted, rejected: prepared.rejected };
    const messages = prepared.messages.map(({ message }) => message);
    const request: Acceptance = {
      policy,
      messages,
      attached: messages.length > 0 ? options.attach?.(prepared.messages) : undefined,
      isParked: options.isParked,
      idempotency: options.idempotency,
      answer: options.idempotency ? JSON.stringify(result) : '',
    };
    const { answer, replayed } = options.within
      ? await acceptor.acceptWithin(options.within, request, runWithin)
      : await acceptor.accept(request);
    return replayed ? { ...(JSON.parse(answer) as typeof result), replayed } : { ...result, replayed };
  }

  #optedOut(accountId: string, { messages }: PreparedMessages, { within }: SendOptions): Promise<Set<string>> {
    const phones = messages.map(({ message }) => message.recipient);
    const look = (tx: Transaction): Promise<Set<string>> => suppressedAmong(tx, accountId, phones);
    return within ? look(within) : this.deps.database.read(look);
  }

  #withoutOptedOut({ messages, rejected }: PreparedMessages, optedOut: Set<string>): PreparedMessages {
    if (optedOut.size === 0) return { messages, rejected };
    const refused = messages.filter(({ message }) => optedOut.has(message.recipient));
    return {
      messages: messages.filter(({ message }) => !optedOut.has(message.recipient)),
      rejected: [
        ...rejected,
        ...refused.map(({ index, message }) => ({
          index,
          to: message.recipient,
          code: 'opted_out' as const,
          reason: 'this number has opted out of messages from this account',
        })),
      ].sort((a, b) => a.index - b.index),
    };
  }
}

/** Field by field: leaving three out of twenty by a rest pattern costs as much as all the other decisions. */
function acceptedView(index: number, message: Message): AcceptedMessage {
  return {
    index,
    id: message.id,
    accountId: message.accountId,
    recipient: message.recipient,
    sender: message.sender,
    text: message.text,
    encoding: message.encoding,
    segments: message.segments,
    cost: message.cost,
    lane: message.lane,
    state: message.state,
    errorCode: message.errorCode,
    errorDetail: message.errorDetail,
    upstreamError: message.upstreamError,
    clientRef: message.clientRef,
    resendOf: message.resendOf,
    batchId: message.batchId,
    campaignId: message.campaignId,
    fileId: message.fileId,
    scheduledAt: message.scheduledAt,
    expiresAt: message.expiresAt,
    createdAt: message.createdAt,
    submittedAt: message.submittedAt,
    finalAt: message.finalAt,
  };
}
