import { renderEvent, type DomainEvent, type Sms } from '@ujumbe/core';

export interface StreamTimes {
  /** How often a quiet stream says that it is alive, so that proxies keep it open. */
  heartbeatMs: number;
  /** How often the token is looked at again. */
  checkMs: number;
  /** The longest wait between looks for events that another process stored. */
  pollMs: number;
}

const usualTimes: StreamTimes = { heartbeatMs: 15_000, checkMs: 3_000, pollMs: 1_000 };
const eventsAtOnce = 100;

/** Whose events a stream tells, from where on, and for how long. */
export interface StreamRequest {
  accountId: string;
  /** The cursor after which it begins. */
  after: string;
  /** Aborted when the client has left. */
  signal: AbortSignal;
  /** Throws when the stream may not go on. */
  reauthenticate: () => Promise<unknown>;
}

/**
 * The account's events as `text/event-stream` (HTML Standard §9.2) as they happen. It reads no further while its
 * reader is busy, and ends when the client has left, when the token is no longer good, or when the platform stops.
 */
export async function* eventStream(
  sms: Pick<Sms, 'events'>,
  { accountId, after, signal, reauthenticate }: StreamRequest,
  times: StreamTimes = usualTimes,
): AsyncGenerator<string> {
  const waiter = sms.events.waiter();
  let cursor = after;
  let checkedAt = Date.now();
  let spokeAt = checkedAt;
  // Something to read at once tells the client, and every proxy between, that the stream is open.
  yield ': open\n\n';
  while (!signal.aborted) {
    if (Date.now() - checkedAt >= times.checkMs) {
      if (!(await stillGood(reauthenticate))) return;
      checkedAt = Date.now();
    }
    const events = await sms.events.after(accountId, cursor, eventsAtOnce);
    const last = events.at(-1);
    if (last) {
      cursor = last.cursor;
      yield events.map(frameOf).join('');
      spokeAt = Date.now();
    } else {
      if (Date.now() - spokeAt >= times.heartbeatMs) {
        yield ': alive\n\n';
        spokeAt = Date.now();
      }
      await waiter.wait(Math.min(times.pollMs, times.checkMs, times.heartbeatMs), signal);
    }
  }
}

/** One event; its JSON has no line breaks, so that one `data:` line holds it. */
function frameOf(event: DomainEvent): string {
  return `id: ${event.cursor}\nevent: ${event.type}\ndata: ${JSON.stringify(renderEvent(event))}\n\n`;
}

async function stillGood(reauthenticate: () => Promise<unknown>): Promise<boolean> {
  try {
    await reauthenticate();
    return true;
  } catch {
    return false;
  }
}
