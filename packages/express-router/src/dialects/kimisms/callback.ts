import type { CallbackFormat } from '@ujumbe/core';

const minuteMs = 60_000;
const failed = { status: 'Failed', description: 'Message delivery failed' };

/** Told once, at a message's end; four names and no others. Source: contracts/kimisms.md §5. */
export const callback: CallbackFormat = {
  name: 'kimisms',
  words: {
    'message.delivered': { status: 'Delivered', description: 'Message delivered successfully' },
    'message.failed': failed,
    'message.cancelled': failed,
  },
  headers: {},
  body: { message_id: '{message_id}', contact: '{fields.contact}', status: '{status}', description: '{description}' },
  timeoutMs: 5_000,
  retryDelaysMs: [minuteMs, 5 * minuteMs, 15 * minuteMs],
};
