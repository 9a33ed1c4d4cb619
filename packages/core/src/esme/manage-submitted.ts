import type { Clock, Database, Transaction } from '../runtime.js';
import { CommitConflict } from '../runtime.js';
import { SmsError } from '../errors.js';
import { cancelMessage, type CancelDeps } from '../messaging/cancel-message.js';
import type { Message } from '../messaging/message.js';
import { findMessage } from '../messaging/message.store.js';
import type { SendMessages } from '../messaging/send-messages.js';
import { withdrawMessages } from '../messaging/withdraw-messages.js';
import { parseMsisdn } from '../numbers/msisdn.js';
import type { EsmeApi, EsmeLogin, EsmeStatus } from './esme.js';
import { findPart, findSubmitted, pendingTo, repoint, type Submitted } from './submitted.store.js';

const notFound = (): SmsError => new SmsError('not_found', 'no message was submitted under this id');
const idForm = /^\d{1,15}$/;
const maxPending = 1_000;

/** As `EsmeApi.query`. */
export async function querySubmitted(database: Database, accountId: string, id: string): Promise<EsmeStatus> {
  return database.read(async (tx) => {
    const ofMessage = async (): Promise<EsmeStatus | undefined> => {
      const [submitted] = await existing(tx, accountId, id);
      if (!submitted) return undefined;
      const { state, finalAt, errorCode, upstreamError } = await messageOf(tx, submitted);
      return { state, finalAt, errorCode, upstreamError, envelope: submitted.envelope };
    };
    const found = await ofMessage();
    if (found) return found;
    const part = await findPart(tx, accountId, Number(id));
    if (part) {
      const { envelope } = JSON.parse(part.submission) as { envelope: string };
      return { state: 'queued', finalAt: null, errorCode: null, upstreamError: null, envelope };
    }
    // Between the two looks the part may have become a piece of a message.
    const joined = await ofMessage();
    if (!joined) throw notFound();
    return joined;
  });
}

/** As `EsmeApi.cancel`: of a long message all parts go, whichever was named. */
export async function cancelSubmitted(deps: CancelDeps, accountId: string, id: string): Promise<void> {
  const submitted = await deps.database.read((tx) => existing(tx, accountId, id));
  if (submitted.length === 0) throw notFound();
  const results = await Promise.allSettled(submitted.map(({ messageId }) => cancelMessage(deps, accountId, messageId)));
  // A submission to several numbers is cancelled when any of its messages could be.
  const failed = results.find((result) => result.status === 'rejected');
  if (failed && results.every(({ status }) => status === 'rejected')) throw failed.reason;
}

/** As `EsmeApi.cancelPending`. */
export async function cancelPending(
  deps: CancelDeps,
  { accountId, country }: { accountId: string; country: string },
  of: Parameters<EsmeApi['cancelPending']>[1],
): Promise<number> {
  const ids = await deps.database.read(async (tx) => {
    if ('replacedBy' in of) return replacedBy(tx, accountId, of.replacedBy);
    const recipient = parseMsisdn(of.to, country);
    return pendingTo(tx, { accountId, recipient, sender: of.senderId, limit: maxPending });
  });
  const results = await Promise.allSettled(ids.map((id) => cancelMessage(deps, accountId, id)));
  return results.filter(({ status }) => status === 'fulfilled').length;
}

/** What is pending and older than a submission, to its numbers under its sender. */
async function replacedBy(tx: Transaction, accountId: string, id: string): Promise<string[]> {
  const replaced: string[] = [];
  for (const submitted of await existing(tx, accountId, id)) {
    const { recipient, sender } = await messageOf(tx, submitted);
    replaced.push(...(await pendingTo(tx, { accountId, recipient, sender, before: submitted, limit: maxPending })));
  }
  return replaced;
}

/**
 * As `EsmeApi.replace`: the message is taken back and another put in its place, in one commit, so that it is never
 * sent twice, nor lost because the new one cannot be paid.
 */
export async function replaceSubmitted(
  deps: { database: Database; clock: Clock; sending: SendMessages },
  login: EsmeLogin,
  id: string,
  change: Parameters<EsmeApi['replace']>[2],
): Promise<void> {
  const { database, clock, sending } = deps;
  const { accountId } = login;
  const [submitted, message] = await database.read(async (tx) => {
    const [first, ...others] = await existing(tx, accountId, id);
    if (!first) throw notFound();
    if (others.length > 0) throw tooLate('a submission to several numbers cannot be replaced');
    return [first, await messageOf(tx, first)] as const;
  });
  if (message.state !== 'queued' && message.state !== 'scheduled') throw tooLate();
  const { text, validityMs, tell, envelope } = change;
  const scheduledAt = change.scheduledAt ?? message.scheduledAt ?? undefined;
  try {
    await sending.send(
      login.access ?? accountId,
      {
        items: [{ to: message.recipient, text, clientRef: message.clientRef ?? undefined }],
        senderId: message.sender,
        lane: message.lane,
        scheduledAt,
        validityMs,
        source: 'smpp',
      },
      {
        attach: ([prepared]) => {
          if (!prepared) return {};
          const { statements, transfers, events } = withdrawMessages(database.kind, [message], {
            nowMs: clock.now(),
            source: 'replace',
          });
          const taken = repoint(submitted, { messageId: prepared.message.id, tell, envelope });
          return { statements: [...statements, taken], transfers, events };
        },
      },
    );
  } catch (error) {
    if (error instanceof CommitConflict) throw tooLate();
    throw error;
  }
}

const tooLate = (
  sentence = 'this message can no longer be replaced; it is with the operator or at its end',
): SmsError => new SmsError('conflict', sentence);

async function existing(tx: Transaction, accountId: string, id: string): Promise<Submitted[]> {
  if (!idForm.test(id)) throw notFound();
  return findSubmitted(tx, accountId, Number(id));
}

async function messageOf(tx: Transaction, { accountId, messageId }: Submitted): Promise<Message> {
  const message = await findMessage(tx, accountId, messageId);
  if (!message) throw notFound();
  return message;
}
