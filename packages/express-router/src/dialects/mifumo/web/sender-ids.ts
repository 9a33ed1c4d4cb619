import { SmsError, type AccountSenderId } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../../../endpoint.js';
import { chars } from '../../rest-framework.js';
import { optionalTimeView, senderName, timeView } from '../fields.js';
import { senderStatus } from '../sender-view.js';
import { json } from './answer.js';

/** Source: contracts/mifumo.md §9.2. */
const senderView = (sender: AccountSenderId): Record<string, unknown> => ({
  id: sender.id,
  sender_id: sender.name,
  status: senderStatus(sender.state),
});

const list = endpoint({
  method: 'GET',
  path: '/messaging/sender-ids',
  summary: 'List sender IDs with how far their approval has come',
  scope: 'messages',
  async handle({ access: { accountId } }, sms) {
    const [senders, { defaultSenderId }] = await Promise.all([
      sms.accounts.senders(accountId),
      sms.accounts.get(accountId),
    ]);
    const results = senders.map((sender) => ({
      ...senderView(sender),
      is_default: sender.id === defaultSenderId,
      created_at: timeView(sender.createdAt),
    }));
    return json({ count: results.length, results });
  },
});

const request = endpoint({
  method: 'POST',
  path: '/messaging/sender-ids/request',
  summary: 'Ask for a sender ID to be approved',
  scope: 'messages',
  body: z.object({
    sender_id: chars(11).pipe(senderName),
    reason: chars(500),
  }),
  async handle({ body, access }, sms) {
    const wanted = { name: body.sender_id, purpose: body.reason };
    const { sender } = await sms.accounts.requestSender(access.accountId, wanted);
    const shown = { ...senderView(sender), created_at: timeView(sender.createdAt) };
    return json({ success: true, message: 'Sender ID request submitted', sender_id: shown }, 201);
  },
});

/** By its name or its id. */
const status = endpoint({
  method: 'GET',
  path: '/messaging/sender-ids/{sender_id}/status',
  summary: 'Get how far the approval of a sender ID has come',
  scope: 'messages',
  async handle({ params, access: { accountId } }, sms) {
    const [senders, { defaultSenderId }] = await Promise.all([
      sms.accounts.senders(accountId),
      sms.accounts.get(accountId),
    ]);
    const sender = senders.find(({ id, name }) => name === params.sender_id || id === params.sender_id);
    if (!sender) throw new SmsError('not_found', 'sender ID not found');
    return json({
      ...senderView(sender),
      approved_at: sender.state === 'approved' ? optionalTimeView(sender.decidedAt) : null,
      is_default: sender.id === defaultSenderId,
    });
  },
});

export const senderIdEndpoints: readonly Endpoint[] = [list, request, status];
