import { SmsError, isUuid, messageStatuses, parseMsisdn, statesOfStatus, type Sms } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../endpoint.js';
import { success, successOnce } from '../envelope.js';
import { idOf, pageFields, pageRange, pageView, text, time } from './fields.js';
import { messageView, messageWithHistory } from './message-view.js';
import { commandOf, itemFields, keyOf, sendFields } from './send-command.js';

const send = endpoint({
  method: 'POST',
  path: '/messages',
  summary: 'Send a message',
  scope: 'messages',
  cachedToken: true,
  body: z.strictObject({ ...itemFields, to: z.string().min(1), ...sendFields }),
  async handle(request, sms) {
    const { body, access } = request;
    const { accepted, rejected, replayed } = await sms.messages.send(access, commandOf([body], body), keyOf(request));
    const [message] = accepted;
    if (!message) throw new SmsError(rejected[0]?.code ?? 'internal', rejected[0]?.reason ?? 'nothing was accepted');
    return successOnce(messageView(message), replayed);
  },
});

const list = endpoint({
  method: 'GET',
  path: '/messages',
  summary: 'List messages, newest first',
  scope: 'messages',
  query: z.strictObject({
    ...pageFields,
    phone: z.string().min(1).optional(),
    status: z.enum(messageStatuses).optional(),
    client_ref: text(100).optional(),
    sender_id: text(36).optional(),
    file_uuid: z.uuid({ error: 'must be a uuid' }).optional(),
    created_after: time.optional(),
    created_before: time.optional(),
  }),
  async handle({ query, access }, sms) {
    const filter = {
      recipient: query.phone === undefined ? undefined : await phoneOf(sms, access.accountId, query.phone),
      states: query.status && statesOfStatus(query.status),
      clientRef: query.client_ref,
      sender: query.sender_id && (await senderNameOf(sms, access.accountId, query.sender_id)),
      fileId: query.file_uuid?.toLowerCase(),
      createdAfter: query.created_after,
      createdBefore: query.created_before,
    };
    const { messages, total } = await sms.messages.list(access.accountId, filter, pageRange(query));
    return success(pageView(query, messages.map(messageView), total));
  },
});

/** A query string makes a space of a plus that nobody escaped; no number begins with a space. */
async function phoneOf(sms: Sms, accountId: string, written: string): Promise<string> {
  const { country } = await sms.accounts.get(accountId);
  return parseMsisdn(written.startsWith(' ') ? `+${written.slice(1)}` : written, country);
}

/** A sender ID may be named by its uuid; messages carry its name. */
async function senderNameOf(sms: Sms, accountId: string, written: string): Promise<string> {
  if (!isUuid(written)) return written;
  const senders = await sms.accounts.senders(accountId);
  return senders.find(({ id }) => id === written)?.name ?? written;
}

const get = endpoint({
  method: 'GET',
  path: '/messages/{uuid}',
  summary: 'Get a message with its history',
  scope: 'messages',
  async handle({ params, access }, sms) {
    const message = await sms.messages.get(access.accountId, idOf(params, 'uuid', 'message'));
    return success(messageWithHistory(message, await sms.messages.disputes(message.id)));
  },
});

const resend = endpoint({
  method: 'POST',
  path: '/messages/{uuid}/resend',
  summary: 'Send a failed message again, as a new one that is charged anew',
  scope: 'messages',
  async handle(request, sms) {
    const id = idOf(request.params, 'uuid', 'message');
    const { message, replayed } = await sms.messages.resend(request.access, id, keyOf(request));
    return successOnce(messageView(message), replayed);
  },
});

const cancel = endpoint({
  method: 'DELETE',
  path: '/messages/{uuid}',
  summary: 'Take back a message that no operator has yet',
  scope: 'messages',
  async handle({ params, access }, sms) {
    return success(messageView(await sms.messages.cancel(access.accountId, idOf(params, 'uuid', 'message'))));
  },
});

export const messageEndpoints: readonly Endpoint[] = [send, list, get, resend, cancel];
