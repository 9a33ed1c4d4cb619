import { SmsError } from '../errors.js';
import type { Idempotency } from '../idempotency/answer.js';
import type { Database } from '../runtime.js';
import { isFailed } from './message.js';
import { findMessage } from './message.store.js';
import type { AcceptedMessage, Sender, SendMessages } from './send-messages.js';

/**
 * Sends a failed message again as a new one, which is charged anew.
 *
 * @throws SmsError `not_found`, `not_failed`, and what a send throws
 */
export async function resendMessage(
  deps: { database: Database; sending: SendMessages },
  sender: Sender,
  messageId: string,
  idempotency?: Idempotency,
): Promise<{ message: AcceptedMessage; replayed: boolean }> {
  const { database, sending } = deps;
  const accountId = typeof sender === 'string' ? sender : sender.accountId;
  const failed = await database.read((tx) => findMessage(tx, accountId, messageId));
  if (!failed) throw new SmsError('not_found', 'message not found');
  if (!isFailed(failed.state)) throw new SmsError('not_failed', 'only failed messages can be resent');
  const { accepted, replayed } = await sending.send(
    sender,
    {
      items: [{ to: failed.recipient, text: failed.text, clientRef: failed.clientRef ?? undefined }],
      senderId: failed.sender,
      lane: failed.lane,
      resendOf: failed.id,
    },
    { idempotency },
  );
  const [message] = accepted;
  if (!message) throw new SmsError('internal', 'the message could not be sent again');
  return { message, replayed };
}
