import { SmsError } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../../endpoint.js';
import { answer } from './answer.js';
import { idOf, optional, saying, senderName, text, timeView } from './fields.js';
import { requestView, senderStatus } from './sender-view.js';
import type { Settings } from './settings.js';

/** The vendor's pages call the same things by several names. Source: contracts/mifumo.md §3.6. */
const fields = z
  .object({
    requested_sender_id: optional(senderName),
    sender_name: optional(senderName),
    sender_id: optional(senderName),
    request_type: optional(z.literal('custom')),
    sample_content: optional(text(500)),
    message: optional(text(500)),
    use_case: optional(text(500)),
  })
  .transform((body) => ({
    name: body.requested_sender_id ?? body.sender_name ?? body.sender_id,
    purpose: body.use_case,
    sample: body.sample_content ?? body.message,
  }))
  .refine(({ name }) => name !== undefined, {
    ...saying('MISSING_FIELD', 'Missing required field: requested_sender_id'),
    path: ['requested_sender_id'],
  });

const request = (settings: Settings): Endpoint =>
  endpoint({
    method: 'POST',
    path: '/v1/sms/sender-id/request',
    summary: 'Ask for a sender ID to be approved',
    scope: 'messages',
    permission: 'write',
    body: fields,
    async handle(incoming, sms) {
      const { name = '', purpose, sample } = incoming.body;
      const wanted = { name, purpose: purpose ?? sample, sample };
      const { sender, isNew } = await sms.accounts.requestSender(incoming.access.accountId, wanted);
      return answer(settings, incoming, {
        status: isNew ? 201 : 200,
        message: 'Sender ID request submitted successfully. It will be reviewed by our team.',
        data: {
          request_id: sender.id,
          sender_id: sender.name,
          status: senderStatus(sender.state),
          use_case: sender.purpose,
          created_at: timeView(sender.createdAt),
        },
      });
    },
  });

const list = (settings: Settings): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/v1/sms/sender-id/requests',
    summary: 'List what was asked for, and what became of it',
    scope: 'messages',
    permission: 'read',
    async handle(incoming, sms) {
      const senders = await sms.accounts.senders(incoming.access.accountId);
      return answer(settings, incoming, {
        message: 'Sender ID requests retrieved successfully',
        data: { requests: senders.map(requestView), total: senders.length },
      });
    },
  });

const get = (settings: Settings): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/v1/sms/sender-id/requests/{id}',
    summary: 'Get what became of a request',
    scope: 'messages',
    permission: 'read',
    async handle(incoming, sms) {
      const id = idOf(incoming.params);
      const sender = (await sms.accounts.senders(incoming.access.accountId)).find((one) => one.id === id);
      if (!sender) throw new SmsError('not_found', 'request not found');
      return answer(settings, incoming, {
        message: 'Sender ID request retrieved successfully',
        data: requestView(sender),
      });
    },
  });

const available = (settings: Settings): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/v1/sms/sender-id/available',
    summary: 'List the sender IDs messages can come from',
    scope: 'messages',
    permission: 'read',
    async handle(incoming, sms) {
      const senders = await sms.accounts.senders(incoming.access.accountId);
      const approved = senders.filter(({ state }) => state === 'approved');
      return answer(settings, incoming, {
        message: 'Available sender IDs retrieved successfully',
        data: {
          sender_ids: approved.map((sender) => ({
            sender_id: sender.name,
            status: senderStatus(sender.state),
            provider: settings.provider,
            provider_name: settings.provider,
            created_at: timeView(sender.createdAt),
            approved_at: timeView(sender.decidedAt ?? sender.createdAt),
          })),
          total: approved.length,
        },
      });
    },
  });

export const senderIdEndpoints = (settings: Settings): Endpoint[] =>
  [request, list, get, available].map((made) => made(settings));
