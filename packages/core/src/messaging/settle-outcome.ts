import { holdStateAfter, settlementOf, type Transfer } from '../ledger/transfer.js';
import type { NewEvent } from '../events.js';
import { retryDelayMs, type ClaimedJob } from '../queue/job.js';
import { storableText } from '../text/storable-text.js';
import { parsePayload } from './job-payload.js';
import { messageEvent } from './message-event.js';
import type { StateChange } from './message.store.js';
import type { SubmitOutcome, Transport } from './transport.js';

/** An outcome beyond the operator's: the message's time was over before it could be submitted. */
export type DispatchOutcome = SubmitOutcome | { kind: 'expired' };

/** A segment as the operator knows it. */
export interface NewSegment {
  transport: string;
  messageId: string;
  accountId: string;
  segment: number;
  upstreamId: string;
}

/** What an outcome changes, before anything is written. */
export interface Settlement {
  /** When to try again; the job is over otherwise. */
  retryAt: number | null;
  change: StateChange | null;
  transfers: Transfer[];
  segments: NewSegment[];
  events: NewEvent[];
}

/** How long after a message's validity a receipt may still come before it counts as lost. */
export const receiptGraceMs = 3_600_000;

const longestDetail = 300;
/** SMPP's message_id has 64 characters; HTTP vendors' are longer. */
const longestUpstreamId = 100;

/** What becomes of a message, its money and its job by an outcome. Pure. */
export function settleOutcome(
  job: ClaimedJob,
  outcome: DispatchOutcome,
  transport: Pick<Transport, 'name' | 'receiptsPerMessage'>,
  world: { nowMs: number; random: number; receiptGraceMs: number },
): Settlement {
  const { nowMs } = world;
  const payload = parsePayload(job.payload);
  const settlement: Settlement = { retryAt: null, change: null, transfers: [], segments: [], events: [] };
  if (outcome.kind === 'deferred') {
    const retryAt = nowMs + retryDelayMs(job.attempts, world.random, outcome.retryAfterMs);
    if (retryAt < payload.x) return { ...settlement, retryAt };
    return settleOutcome(job, { kind: 'expired' }, transport, world);
  }
  const handedOver = outcome.kind === 'accepted';
  const transferKind =
    outcome.kind === 'unknown'
      ? null
      : settlementOf('held', payload.p, { handedOver, delivered: handedOver ? null : false });
  const { to, errorCode, errorDetail } = stateAfter(outcome);
  const message = {
    id: job.id,
    accountId: job.accountId,
    recipient: payload.r,
    sender: payload.f,
    segments: job.segments,
    clientRef: payload.k,
    batchId: payload.b ?? null,
    campaignId: payload.g ?? null,
    fileId: payload.u ?? null,
  };
  const sent = to === 'submitted';
  settlement.change = {
    accountId: job.accountId,
    messageId: job.id,
    from: { state: payload.s, segmentsDelivered: 0, segmentsFailed: 0 },
    to,
    holdState: transferKind ? holdStateAfter[transferKind] : 'held',
    segmentsDelivered: 0,
    segmentsFailed: 0,
    receiptsDue: handedOver ? receiptsDue(outcome.upstreamIds, transport) : null,
    errorCode,
    errorDetail,
    upstreamError: null,
    submittedAt: sent ? nowMs : null,
    finalAt: sent ? null : nowMs,
    watchUntil: sent ? payload.x + world.receiptGraceMs : null,
    transition: { state: to, at: nowMs, source: transport.name },
  };
  if (transferKind) {
    settlement.transfers.push({
      subjectId: job.id,
      accountId: job.accountId,
      kind: transferKind,
      amount: payload.c,
      at: nowMs,
    });
  }
  if (handedOver) {
    settlement.segments = outcome.upstreamIds.map((upstreamId, index) => ({
      transport: transport.name,
      messageId: job.id,
      accountId: job.accountId,
      segment: index + 1,
      upstreamId: storableText(upstreamId, longestUpstreamId),
    }));
  }
  settlement.events = messageEvent(message, to, nowMs, errorCode);
  return settlement;
}

function stateAfter(
  outcome: Exclude<DispatchOutcome, { kind: 'deferred' }>,
): Pick<StateChange, 'to' | 'errorCode' | 'errorDetail'> {
  switch (outcome.kind) {
    case 'accepted':
      return { to: 'submitted', errorCode: null, errorDetail: null };
    case 'unknown':
      return {
        to: 'submitted',
        errorCode: 'upstream_unknown',
        errorDetail: storableText(outcome.detail, longestDetail),
      };
    case 'rejected':
      return { to: 'rejected', errorCode: outcome.code, errorDetail: storableText(outcome.detail, longestDetail) };
    case 'expired':
      return { to: 'expired', errorCode: 'expired', errorDetail: 'its validity was over before an operator took it' };
  }
}

const receiptsDue = (
  upstreamIds: readonly string[],
  { receiptsPerMessage }: Pick<Transport, 'receiptsPerMessage'>,
): number => (receiptsPerMessage === 'one' ? 1 : Math.max(1, upstreamIds.length));
