import { renderEvent, type Sms } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type ApiRequest, type ApiResponse, type Endpoint } from '../endpoint.js';
import { success } from '../envelope.js';
import { eventStream } from './event-stream.js';
import { text, wholeNumber } from './fields.js';
import { countStream } from './stream-limit.js';

const query = z.strictObject({
  /** A cursor of an earlier answer, or `latest` for what comes from now on. */
  after: text(100).optional(),
  limit: wholeNumber(1, 1_000).default(100),
});

type EventsRequest = ApiRequest<unknown, z.output<typeof query>>;

const read = endpoint({
  method: 'GET',
  path: '/events',
  summary: 'Read events after a cursor, or with `Accept: text/event-stream` as they happen',
  scope: 'messages',
  query,
  async handle(request, sms) {
    if (String(request.headers.accept).includes('text/event-stream')) return stream(request, sms);
    const { after: asked, limit } = request.query;
    const after = asked === 'latest' ? await sms.events.lastCursor() : asked;
    const events = asked === 'latest' ? [] : await sms.events.after(request.access.accountId, after, limit);
    // Without events the reader goes on from where it was.
    return success({ items: events.map(renderEvent), cursor: events.at(-1)?.cursor ?? after ?? null });
  },
});

/** A client that reconnects says in `Last-Event-ID` what it had last; without a word it hears what comes from now on. */
async function stream(request: EventsRequest, sms: Sms): Promise<ApiResponse> {
  const { access, headers, signal } = request;
  const last = headers['last-event-id'];
  const asked = typeof last === 'string' && last !== '' ? last : request.query.after;
  const after = asked === undefined || asked === 'latest' ? await sms.events.lastCursor() : asked;
  // A cursor that is none is refused here, where there is still a status to say so with.
  await sms.events.after(access.accountId, after, 1);
  countStream(access.accountId, signal);
  return {
    status: 200,
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    },
    body: eventStream(sms, {
      accountId: access.accountId,
      after,
      signal,
      reauthenticate: () => request.reauthenticate(),
    }),
  };
}

export const eventEndpoints: readonly Endpoint[] = [read];
