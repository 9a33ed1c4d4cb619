import type { CallbackFormat, EventType, JsonTemplate } from '@ujumbe/core';

const minuteMs = 60_000;

/** The vendor's events, each with what the platform calls it. */
export const webhookEvents = {
  'message.sent': ['message.submitted'],
  'message.delivered': ['message.delivered'],
  // A message that was taken back never arrives either.
  'message.failed': ['message.failed', 'message.cancelled'],
} as const satisfies Record<string, readonly EventType[]>;

const failed: JsonTemplate = {
  event: 'message.failed',
  message_id: '{id}',
  recipient: '{recipient}',
  status: 'failed',
  failed_at: '{at}',
  error_code: '{error_code}',
  error_message: '{reason}',
  timestamp: '{at}',
};

/**
 * What an account's webhooks are told. Source: contracts/mifumo.md §5.2.
 *
 * @param unit what a credit is worth to the account
 */
export const webhookFormat = (provider: string, unit: { amount: number; currency: string }): CallbackFormat => ({
  name: 'mifumo-webhook',
  unitPrice: unit.amount,
  words: {
    'message.submitted': {},
    'message.delivered': {},
    'message.failed': { reason: 'The message could not be delivered' },
    'message.cancelled': { reason: 'The message was taken back' },
  },
  headers: {},
  body: failed,
  bodies: {
    'message.submitted': {
      event: 'message.sent',
      message_id: '{id}',
      recipients: ['{recipient}'],
      sender_id: '{sender}',
      content: '{text}',
      sent_at: '{at}',
      cost: '{money}',
      currency: unit.currency,
      provider,
      timestamp: '{at}',
    },
    'message.delivered': {
      event: 'message.delivered',
      message_id: '{id}',
      recipient: '{recipient}',
      status: 'delivered',
      delivered_at: '{at}',
      provider_status: 'DELIVRD',
      error_message: null,
      timestamp: '{at}',
    },
  },
  signature: 'x-webhook-signature',
  timeoutMs: 30_000,
  retryDelaysMs: [minuteMs, 5 * minuteMs, 15 * minuteMs],
});
