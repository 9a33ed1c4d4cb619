import { createHash } from 'node:crypto';
import { parseMsisdn } from '@ujumbe/core';
import { z } from 'zod';

/** What the canonical API accepts for a single message. */
const sendBody = z.strictObject({
  to: z.string().min(1),
  message: z.string(),
  client_ref: z.string().optional(),
  sender_id: z.string().optional(),
});

export interface BareAnswer {
  status: number;
  body: object;
}

/** Stores an accepted message; resolves with its id. */
export type Store = () => Promise<string>;

let sent = 0;
const storeNothing: Store = () => Promise.resolve(`019a0000-0000-7000-8000-${String(++sent).padStart(12, '0')}`);

/**
 * What any server does for a single send, in the fewest steps: token lookup, validation, phone parsing, storing, and
 * an answer as long as the platform's. It is the limit that sends over HTTP are held against.
 */
export class BareWork {
  readonly #countries = new Map<string, string>();

  constructor(
    token: string,
    private readonly store: Store = storeNothing,
  ) {
    this.#countries.set(hashOf(token), 'TZ');
  }

  async answer(authorization: string | undefined, input: unknown): Promise<BareAnswer> {
    const country = this.#countries.get(hashOf(authorization?.slice('Bearer '.length) ?? ''));
    if (country === undefined) return { status: 401, body: { success: false, error: 'invalid or missing token' } };
    const parsed = sendBody.safeParse(input);
    if (!parsed.success) return { status: 400, body: { success: false, error: 'the request is not valid' } };
    const { to, message, client_ref: clientRef = null, sender_id: sender = 'MYAPP' } = parsed.data;
    const recipient = parseMsisdn(to, country);
    const uuid = await this.store();
    const at = new Date().toISOString();
    return {
      status: 200,
      body: {
        success: true,
        data: {
          ...{ uuid, to: recipient, message, sender_id: sender, status: 'queued', parts: 1, created_at: at },
          ...{ state: 'queued', encoding: 'gsm7', cost: 1, client_ref: clientRef, lane: 'transactional' },
          ...{ resend_of: null, scheduled_at: null, expires_at: at, sent_at: null, delivered_at: null },
        },
      },
    };
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
