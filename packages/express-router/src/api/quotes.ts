import { SmsError, laneNames, mostQuoted, type SendCommand } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../endpoint.js';
import { success } from '../envelope.js';
import { creditsView } from './fields.js';
import { commandOf } from './send-command.js';

const body = z.strictObject({
  to: z.array(z.string()).min(1).max(mostQuoted).optional(),
  message: z.string().optional(),
  messages: z
    .array(z.strictObject({ to: z.string(), message: z.string() }))
    .min(1)
    .max(mostQuoted)
    .optional(),
  sender_id: z.string().optional(),
  lane: z.enum(laneNames).optional(),
});

/** One text to many, or a text for each. */
function commandIn({ to, message, messages, ...options }: z.output<typeof body>): SendCommand {
  if (messages !== undefined) {
    if (to !== undefined || message !== undefined) {
      throw new SmsError('invalid_request', 'give to and message, or messages, not both');
    }
    return commandOf(messages, options);
  }
  if (to === undefined) throw new SmsError('invalid_request', 'to is required');
  if (message === undefined) throw new SmsError('invalid_request', 'message is required');
  return commandOf(
    to.map((number) => ({ to: number, message })),
    options,
  );
}

const create = endpoint({
  method: 'POST',
  path: '/quotes',
  summary: 'Tell what messages would come to: who is accepted and refused, what it costs, and how long it takes',
  scope: 'messages',
  body,
  async handle({ body: asked, access }, sms) {
    const quote = await sms.messages.quote(access.accountId, commandIn(asked));
    return success({
      accepted_count: quote.accepted.length,
      rejected_count: quote.rejected.length,
      accepted: quote.accepted.map(({ index, to, segments, cost }) => ({
        index,
        to,
        parts: segments,
        cost: creditsView(cost),
      })),
      rejected: quote.rejected.map(({ index, to, code, reason }) => ({ index, to, code, error: reason })),
      parts: quote.segments,
      parts_histogram: quote.histogram,
      networks: quote.networks.map(({ network, country, mccmnc, messages, segments, cost }) => ({
        network,
        country,
        mccmnc,
        messages,
        parts: segments,
        cost: creditsView(cost),
      })),
      cost: creditsView(quote.cost),
      balance: creditsView(quote.balance),
      balance_after: creditsView(quote.balanceAfter),
      shortfall: creditsView(Math.max(0, -quote.balanceAfter)),
      seconds_to_finish: quote.seconds,
    });
  },
});

export const quoteEndpoints: readonly Endpoint[] = [create];
