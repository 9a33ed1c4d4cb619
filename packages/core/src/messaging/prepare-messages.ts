import { SmsError, type SmsErrorCode } from '../errors.js';
import { parseMsisdnBy, type NumberRule } from '../numbers/msisdn.js';
import { laneNames, type Lane } from '../queue/job.js';
import type { Ids } from '../runtime.js';
import { isWellFormed, measureText } from '../text/segments.js';
import type { Message } from './message.js';
import type { RouteTable } from './route.js';
import type { SendingPolicy } from './sending-policy.js';

/** What a customer asks to be sent: one text to many numbers, or a text for each. */
export interface SendCommand {
  items: readonly SendItem[];
  /** An approved name or its id; the account's default when absent. */
  senderId?: string | undefined;
  /** `transactional` unless said otherwise. */
  lane?: Lane | undefined;
  /** Milliseconds since the epoch; at most a year ahead. */
  scheduledAt?: number | undefined;
  /** How long it is worth sending, from when it may leave; a day unless said otherwise, three at most. */
  validityMs?: number | undefined;
  resendOf?: string | undefined;
  /** Gives the messages one id in common, by which they can be asked for together. */
  isBatch?: boolean | undefined;
  /** The country its numbers are read in, ISO 3166 alpha-2; the account's unless the API it came by is one country's. */
  country?: string | undefined;
  /** How strictly its numbers are judged; `assigned` unless an API has promised less. */
  numbers?: NumberRule | undefined;
  /** The most segments in one message, where an API counts lengths otherwise; the platform's limit when absent. */
  maxSegments?: number | undefined;
  /** Sends a number that is named more than once one message; what names it again is passed over. */
  isDistinct?: boolean | undefined;
  /** Errors of single items that refuse the whole command; see {@link RejectedItem} for the others. */
  refusedBy?: readonly SmsErrorCode[] | undefined;
  /** On whose word it is sent, for the message's history; `api` unless said otherwise. */
  source?: string | undefined;
}

export interface SendItem {
  to: string;
  text: string;
  /** The customer's own reference, given back in every answer and event; at most 100 characters. */
  clientRef?: string | undefined;
  /** What it is charged as, where an API's units are not segments; whole, 1 or more. See docs/decisions/010. */
  billingUnits?: number | undefined;
}

/** An item that was refused, with its place in the command. */
export interface RejectedItem {
  index: number;
  to: string;
  code: SmsErrorCode;
  reason: string;
}

export interface PreparedMessages {
  /** In the order of the items, with the index of each. */
  messages: { index: number; message: Message }[];
  rejected: RejectedItem[];
}

export interface SendingLimits {
  /** The most items in one command. */
  maxRecipients: number;
  /** The most segments in one message. */
  maxSegments: number;
}

export const defaultSendingLimits: SendingLimits = { maxRecipients: 1_000, maxSegments: 10 };

const dayMs = 86_400_000;
const longestValidityMs = 3 * dayMs;
const farthestScheduleMs = 366 * dayMs;
const longestClientRef = 100;

/** Everything that can be decided about a command without the database. Throws what concerns the whole of it. */
export function prepareMessages(
  command: SendCommand,
  policy: SendingPolicy,
  world: { nowMs: number; ids: Ids; routes: RouteTable; limits: SendingLimits },
): PreparedMessages {
  const { account, prices } = policy;
  const { nowMs, ids, routes, limits } = world;
  if (account.state !== 'active') {
    throw new SmsError('account_suspended', 'this account is suspended; ask for it to be resumed');
  }
  if (command.items.length === 0) throw new SmsError('invalid_request', 'to must name at least one number');
  if (command.items.length > limits.maxRecipients) {
    throw new SmsError('too_many_recipients', `at most ${limits.maxRecipients} messages can be sent in one request`);
  }
  const lane = command.lane ?? 'transactional';
  if (!laneNames.includes(lane)) throw new SmsError('invalid_request', `lane must be one of ${laneNames.join(', ')}`);
  const sender = resolveSender(policy, command.senderId);
  const scheduledAt = checkSchedule(command.scheduledAt, nowMs);
  const state = scheduledAt === null ? 'queued' : 'scheduled';
  const expiresAt = (scheduledAt ?? nowMs) + checkValidity(command.validityMs);
  const history = [{ state, at: nowMs, source: command.source ?? 'api' } as const];
  const batchId = command.isBatch === true ? ids.next() : null;
  const country = command.country ?? account.country;
  const measure = measureOnce(command.maxSegments ?? limits.maxSegments);

  const named = new Set<string>();
  const prepared: PreparedMessages = { messages: [], rejected: [] };
  command.items.forEach((item, index) => {
    try {
      const { encoding, segments } = measure(item.text);
      const recipient = parseMsisdnBy(command.numbers, item.to, country);
      if (command.isDistinct === true && named.has(recipient)) return;
      named.add(recipient);
      const message: Message = {
        id: ids.next(),
        accountId: account.id,
        recipient,
        sender: sender.name,
        text: item.text,
        encoding,
        segments,
        cost: checkUnits(item.billingUnits ?? segments) * prices.perSegment(recipient),
        lane,
        route: routes.transportFor(recipient),
        state,
        holdState: 'held',
        errorCode: null,
        errorDetail: null,
        upstreamError: null,
        clientRef: checkClientRef(item.clientRef),
        resendOf: command.resendOf ?? null,
        batchId,
        campaignId: null,
        fileId: null,
        scheduledAt,
        expiresAt,
        createdAt: nowMs,
        submittedAt: null,
        finalAt: null,
        history,
      };
      prepared.messages.push({ index, message });
    } catch (error) {
      if (!(error instanceof SmsError) || command.refusedBy?.includes(error.code) === true) throw error;
      prepared.rejected.push({ index, to: item.to, code: error.code, reason: error.message });
    }
  });
  return prepared;
}

/** @throws SmsError `sender_unknown`, `sender_suspended`, `sender_not_approved` */
export function resolveSender(
  { account, senders }: SendingPolicy,
  asked: string | undefined,
): SendingPolicy['senders'][number] {
  const wanted = asked ?? account.defaultSenderId;
  if (wanted === null) {
    throw new SmsError('sender_unknown', 'sender_id is required: this account has no default sender ID');
  }
  const sender = senders.find(({ id, name }) => name === wanted || id === wanted);
  if (!sender) throw new SmsError('sender_unknown', 'sender_id is not one of this account; ask for it to be approved');
  if (sender.state === 'suspended') throw new SmsError('sender_suspended', 'sender_id is suspended');
  if (sender.state !== 'approved') throw new SmsError('sender_not_approved', 'sender_id is not approved yet');
  return sender;
}

/** @throws SmsError `invalid_request` */
export function checkSchedule(scheduledAt: number | undefined, nowMs: number): number | null {
  if (scheduledAt === undefined) return null;
  if (!Number.isSafeInteger(scheduledAt)) throw new SmsError('invalid_request', 'scheduled_at is not a time');
  if (scheduledAt > nowMs + farthestScheduleMs) {
    throw new SmsError('invalid_request', 'scheduled_at is more than a year ahead');
  }
  // A time that has just passed is a slow network, not a mistake.
  return scheduledAt <= nowMs ? null : scheduledAt;
}

/** @throws SmsError `invalid_request` */
export function checkValidity(validityMs: number | undefined): number {
  if (validityMs === undefined) return dayMs;
  if (!Number.isSafeInteger(validityMs) || validityMs < 1_000) {
    throw new SmsError('invalid_request', 'validity must be at least one second');
  }
  return Math.min(validityMs, longestValidityMs);
}

function checkUnits(units: number): number {
  if (!Number.isSafeInteger(units) || units < 1) throw new RangeError('billing units must be whole, 1 or more');
  return units;
}

/** @throws SmsError `invalid_request` */
export function checkClientRef(clientRef: string | undefined): string | null {
  if (clientRef === undefined) return null;
  if (clientRef.length > longestClientRef || clientRef.includes('\0') || !isWellFormed(clientRef)) {
    throw new SmsError('invalid_request', `client_ref must be text of at most ${longestClientRef} characters`);
  }
  return clientRef;
}

/**
 * Measures a text, remembering the last one: most commands send one text to many. What it returns throws SmsError
 * `message_empty`, `message_too_long`, `invalid_request`.
 */
export function measureOnce(maxSegments: number): (text: string) => Pick<Message, 'encoding' | 'segments'> {
  const longestText = maxSegments * 160;
  let last: { text: string; measured: Pick<Message, 'encoding' | 'segments'> } | undefined;
  return (text) => {
    if (last?.text === text) return last.measured;
    if (text === '') throw new SmsError('message_empty', 'message is required');
    const tooLong = `message is longer than ${maxSegments} segments; shorten it or send it in pieces`;
    // Length first: a million characters are refused without being looked at.
    if (text.length > longestText) throw new SmsError('message_too_long', tooLong);
    if (text.includes('\0')) throw new SmsError('invalid_request', 'message has a NUL character; take it out');
    if (!isWellFormed(text)) {
      throw new SmsError('invalid_request', 'message has half of a surrogate pair; send well-formed Unicode');
    }
    const { encoding, segments } = measureText(text);
    if (segments > maxSegments) throw new SmsError('message_too_long', tooLong);
    last = { text, measured: { encoding, segments } };
    return last.measured;
  };
}
