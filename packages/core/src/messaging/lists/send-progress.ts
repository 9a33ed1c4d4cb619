import type { DomainEvent, MessageEventData } from '../../events.js';

/** How far the messages of a campaign or a file have come. */
export interface SendProgress {
  /** Handed over to an operator. */
  submitted: number;
  delivered: number;
  /** Came to any other end, whether it was handed over or not. */
  failed: number;
  /** Taken back. */
  cancelled: number;
  /** How the last ones ended, oldest first: `d` delivered, `f` failed for good, `e` their time was over. */
  recent: string;
  /** How many were handed over in a second lately, in thousandths; null while it is not known. */
  rate: number | null;
  /** When that was measured, and how many had been handed over by then. */
  measuredAt: number;
  measured: number;
  /** When its owner was last told. */
  toldAt: number;
}

export const noProgress = (nowMs: number): SendProgress => ({
  submitted: 0,
  delivered: 0,
  failed: 0,
  cancelled: 0,
  recent: '',
  rate: null,
  measuredAt: nowMs,
  measured: 0,
  toldAt: nowMs,
});

/** How many ends a judgement looks back on. */
const judgedEnds = 200;
/** How many of them may fail for good before sending is stopped: a twentieth. */
const bearableFailures = judgedEnds / 20;
const measureEveryMs = 2_000;

/** The progress after more events, in their order. Pure. */
export function countEvents(before: SendProgress, events: readonly DomainEvent[], nowMs: number): SendProgress {
  const after = { ...before };
  for (const { type, data } of events) {
    if (type === 'message.submitted') after.submitted++;
    else if (type === 'message.cancelled') after.cancelled++;
    else if (type === 'message.delivered') {
      after.delivered++;
      after.recent += 'd';
    } else if (type === 'message.failed') {
      after.failed++;
      after.recent += (data as MessageEventData).state === 'expired' ? 'e' : 'f';
    }
  }
  after.recent = after.recent.slice(-judgedEnds);
  const elapsedMs = nowMs - before.measuredAt;
  if (elapsedMs >= measureEveryMs) {
    after.rate = Math.round(((after.submitted - before.measured) / elapsedMs) * 1_000_000);
    after.measuredAt = nowMs;
    after.measured = after.submitted;
  }
  return after;
}

/**
 * Whether so many of the last 200 that came to an end failed for good that something must be wrong with the list. One
 * whose time was over says more of its handset than of the list.
 */
export const failsTooOften = ({ recent }: SendProgress): boolean =>
  recent.length === judgedEnds && recent.split('f').length - 1 > bearableFailures;
