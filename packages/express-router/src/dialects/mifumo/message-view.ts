import { SmsError, statusOfBatch, statusOfState, type Batch, type Message, type Sms } from '@ujumbe/core';
import { optionalTimeView, timeView } from './fields.js';

/** The most recipients one id can cover. */
const everyRecipient = { limit: 1_000, offset: 0 };
const previewLength = 100;

/** A send as it stands: of one command to many, or a message of another of the platform's APIs. */
export interface Sent {
  batch: Pick<Batch, 'id' | 'sender' | 'text' | 'recipients' | 'createdAt' | 'updatedAt' | 'deliveredAt'>;
  status: string;
  messages: readonly Message[];
}

/** @throws SmsError `not_found` */
export async function findSent(sms: Sms, accountId: string, id: string): Promise<Sent> {
  const batch = await sms.messages.batch(accountId, id).catch(unlessMissing);
  if (!batch) return sentOf(await sms.messages.get(accountId, id));
  const { messages } = await sms.messages.list(accountId, { batchId: id }, everyRecipient);
  return { batch, status: statusOfBatch(batch.states), messages: messages.reverse() };
}

function unlessMissing(error: unknown): undefined {
  if (!(error instanceof SmsError) || error.code !== 'not_found') throw error;
}

function sentOf(message: Message): Sent {
  const { id, sender, text, createdAt, state } = message;
  const updatedAt = message.finalAt ?? message.submittedAt ?? createdAt;
  const batch = { id, sender, text, recipients: 1, createdAt, updatedAt, deliveredAt: deliveredAt(message) };
  return { batch, status: statusOfState(state), messages: [message] };
}

const deliveredAt = ({ state, finalAt }: Message): number | null => (state === 'delivered' ? finalAt : null);

/** The first characters of a text, as the vendor shows it in lists. */
export function previewOf(text: string): string {
  const characters = Array.from(text.slice(0, 2 * previewLength + 2));
  return characters.length > previewLength ? `${characters.slice(0, previewLength).join('')}...` : text;
}

/** Source: contracts/mifumo.md §3.2, the first guide's names. */
export function statusView({ batch, status, messages }: Sent): object {
  return {
    message_id: batch.id,
    status,
    delivery_time: status === 'delivered' ? optionalTimeView(batch.deliveredAt) : null,
    recipients: messages.map((message) => ({
      phone: message.recipient,
      status: statusOfState(message.state),
      delivery_time: optionalTimeView(deliveredAt(message)),
    })),
  };
}

/** What later versions add to {@link statusView}. */
export function laterStatusView({ batch, messages }: Sent): object {
  return {
    created_at: timeView(batch.createdAt),
    updated_at: timeView(batch.updatedAt),
    recipient_count: batch.recipients,
    content: previewOf(batch.text),
    sender_id: batch.sender,
    delivery_details: messages.map((message) => ({
      recipient: message.recipient,
      status: statusOfState(message.state),
      delivered_at: optionalTimeView(deliveredAt(message)),
      error_message: message.errorDetail ?? message.errorCode?.replaceAll('_', ' ') ?? null,
    })),
  };
}

/** A send in the list of reports; source: contracts/mifumo.md §3.3. */
export const reportView = (batch: Batch): object => ({
  message_id: batch.id,
  status: statusOfBatch(batch.states),
  created_at: timeView(batch.createdAt),
  recipient_count: batch.recipients,
  content_preview: previewOf(batch.text),
  sender_id: batch.sender,
});
