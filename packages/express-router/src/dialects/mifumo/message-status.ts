import { SmsError, type Sms } from '@ujumbe/core';
import { endpoint, type Endpoint } from '../../endpoint.js';
import { answer } from './answer.js';
import { idOf, optionalTimeView } from './fields.js';
import { findSent, laterStatusView, statusView, type Sent } from './message-view.js';
import type { Settings } from './settings.js';

/** How a send stands, at its two addresses. Source: contracts/mifumo.md §3.2 and §3.3. */
export const messageStatus = (settings: Settings): Endpoint[] =>
  ['/v1/sms/status/{message_id}', '/v1/sms/messages/{message_id}'].map((path) =>
    endpoint({
      method: 'GET',
      path,
      summary: 'Get the status of a message, with each recipient',
      scope: 'messages',
      permission: 'read',
      async handle(request, sms) {
        const sent = await findReadable(sms, request.access.accountId, idOf(request.params, 'message_id'));
        const { batch, status } = sent;
        return answer(settings, request, {
          message: 'Message status retrieved successfully',
          data: statusView(sent),
          more: laterStatusView(sent),
          flat: {
            message_id: batch.id,
            status,
            delivered_at: status === 'delivered' ? optionalTimeView(batch.deliveredAt) : null,
          },
        });
      },
    }),
  );

/** The account's own, or a tenant's of it: a partner's key may read both. Source: contracts/mifumo.md §11. */
async function findReadable(sms: Sms, accountId: string, id: string): Promise<Sent> {
  try {
    return await findSent(sms, accountId, id);
  } catch (error) {
    if (!(error instanceof SmsError) || error.code !== 'not_found') throw error;
    return findSent(sms, await sms.messages.tenantOf(accountId, id), id);
  }
}
