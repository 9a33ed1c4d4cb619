import { endpoint, type Endpoint } from '../../endpoint.js';
import { answer } from './answer.js';
import { idOf, optionalTimeView } from './fields.js';
import { findSent, laterStatusView, statusView } from './message-view.js';
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
        const sent = await findSent(sms, request.access.accountId, idOf(request.params, 'message_id'));
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
