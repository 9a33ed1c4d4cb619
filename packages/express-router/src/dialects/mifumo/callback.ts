import type { CallbackFormat } from '@ujumbe/core';

const minuteMs = 60_000;
const failed = { status: 'failed' };

/** When a message becomes sent, delivered or failed; shows the customer's own key. Source: contracts/mifumo.md §5.1. */
export const callback: CallbackFormat = {
  name: 'mifumo',
  words: {
    'message.submitted': { status: 'sent' },
    'message.delivered': { status: 'delivered' },
    'message.failed': failed,
    'message.cancelled': failed,
  },
  headers: { authorization: 'Bearer {key}' },
  body: {
    message_id: '{id}',
    status: '{status}',
    recipients: [{ phone: '{recipient}', status: '{status}', delivery_time: '{delivered_at}' }],
    metadata: { sender_id: '{sender}', cost: '{fields.cost}', currency: '{fields.currency}' },
  },
  timeoutMs: 30_000,
  retryDelaysMs: [minuteMs, 5 * minuteMs, 15 * minuteMs],
};
