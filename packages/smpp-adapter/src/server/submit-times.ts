import { PduError } from '../pdu/errors.js';
import { commandStatus } from '../status-codes.js';
import { readSmppTime } from './smpp-time.js';

const dayMs = 86_400_000;
/** Clocks differ, and a time that has just passed means now. */
const latenessMs = 60_000;
const farthestMs = 365 * dayMs;
const longestValidityMs = dayMs;

/** When a message may leave, and for how long it is worth sending from then on; undefined where nothing was said. */
export interface SubmitTimes {
  readonly scheduledAt: number | undefined;
  readonly validityMs: number | undefined;
}

const unsaid: SubmitTimes = { scheduledAt: undefined, validityMs: undefined };

/**
 * Reads schedule_delivery_time and validity_period. A validity above 24 hours is shortened to them; a span counts from
 * when the message may leave, so that one scheduled for tomorrow may be valid for an hour. Source: contracts/smpp.md
 * §5.3.
 *
 * @throws PduError `ESME_RINVSCHED`, `ESME_RINVEXPIRY`
 */
export function readSubmitTimes(
  submit: { readonly schedule_delivery_time: string; readonly validity_period: string },
  nowMs: number,
): SubmitTimes {
  const { schedule_delivery_time: schedule, validity_period: validity } = submit;
  if (schedule === '' && validity === '') return unsaid;
  const scheduledAt = schedule === '' ? undefined : readSchedule(schedule, nowMs);
  const validityMs = validity === '' ? undefined : readValidity(validity, nowMs, Math.max(nowMs, scheduledAt ?? 0));
  return { scheduledAt, validityMs };
}

function readSchedule(text: string, nowMs: number): number {
  const time = readSmppTime(text, nowMs);
  if (!time || time.at < nowMs - latenessMs || time.at > nowMs + farthestMs) {
    throw new PduError(commandStatus.ESME_RINVSCHED, 'schedule_delivery_time is no time to come.');
  }
  return time.at;
}

function readValidity(text: string, nowMs: number, leavesAt: number): number {
  const time = readSmppTime(text, nowMs);
  const validityMs = time && Math.round(time.at - (time.isRelative ? nowMs : leavesAt));
  if (validityMs === undefined || validityMs < 1_000) {
    throw new PduError(commandStatus.ESME_RINVEXPIRY, 'validity_period is over or no time.');
  }
  return Math.min(validityMs, longestValidityMs);
}
