import { laneNames, type Idempotency, type SendCommand } from '@ujumbe/core';
import { z } from 'zod';
import type { ApiRequest } from '../endpoint.js';
import { idempotencyOf } from '../idempotency.js';
import { time } from './fields.js';

/**
 * One message of a request. Lengths, numbers and texts are the core's to judge: it refuses them one by one, and says
 * why, so that one bad row of a batch does not fail the others.
 */
export const itemFields = { to: z.string(), message: z.string(), client_ref: z.string().optional() };

/** What is said once for all messages of a request. */
export const sendFields = {
  sender_id: z.string().optional(),
  lane: z.enum(laneNames).optional(),
  scheduled_at: time.optional(),
  validity_seconds: z.int().min(1).max(31_536_000).optional(),
};

type SendOptions = z.output<z.ZodObject<typeof sendFields>>;
type Item = z.output<z.ZodObject<typeof itemFields>>;

export function commandOf(items: readonly Item[], options: SendOptions): SendCommand {
  const { sender_id: senderId, lane, scheduled_at: scheduledAt, validity_seconds: validity } = options;
  return {
    items: items.map(({ to, message, client_ref: clientRef }) => ({ to, text: message, clientRef })),
    senderId,
    lane,
    scheduledAt,
    validityMs: validity === undefined ? undefined : validity * 1_000,
  };
}

/** The request's `Idempotency-Key` as `messages.send` takes it. */
export const keyOf = (request: ApiRequest): { idempotency: Idempotency | undefined } => ({
  idempotency: idempotencyOf(request),
});
