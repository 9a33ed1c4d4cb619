import assert from 'node:assert/strict';
import type { RefundPolicy } from '../accounts/account.js';
import type { ClaimedJob } from '../queue/job.js';
import type { JobPayload } from './job-payload.js';
import { receiptGraceMs, settleOutcome, type DispatchOutcome, type Settlement } from './settle-outcome.js';

const nowMs = 1_000_000;
const expiresAt = nowMs + 60_000;

function job(changes: Partial<JobPayload> = {}, attempts = 1): ClaimedJob {
  const payload: JobPayload = {
    r: '+255712345678',
    f: 'DUKA',
    t: 'Habari',
    e: 'gsm7',
    c: 2_000,
    x: expiresAt,
    s: 'queued',
    p: 'on_submit',
    k: 'order 7',
    ...changes,
  };
  return { id: 'm', accountId: 'a', lane: 1, turn: 1, attempts, segments: 2, payload: JSON.stringify(payload) };
}

const settle = (outcome: DispatchOutcome, of = job(), receiptsPerMessage: 'every' | 'one' = 'every'): Settlement =>
  settleOutcome(of, outcome, { name: 'operator', receiptsPerMessage }, { nowMs, random: 1, receiptGraceMs });

const moved = ({ transfers }: Settlement): string[] => transfers.map(({ kind, amount }) => `${kind} ${amount}`);
const accepted: DispatchOutcome = { kind: 'accepted', upstreamIds: ['10', '11'] };
const rejected = { kind: 'rejected', code: 'upstream_rejected', detail: 'no' } as const;
const unknown = { kind: 'unknown', detail: 'no answer' } as const;

describe('settleOutcome', () => {
  it('captures what was accepted, names its segments and waits for their receipts', () => {
    const settlement = settle(accepted);
    assert.equal(settlement.retryAt, null);
    assert.deepEqual(moved(settlement), ['capture 2000']);
    assert.equal(settlement.change?.to, 'submitted');
    assert.equal(settlement.change.holdState, 'captured');
    assert.equal(settlement.change.receiptsDue, 2);
    assert.equal(settlement.change.submittedAt, nowMs);
    assert.equal(settlement.change.finalAt, null);
    assert.equal(settlement.change.watchUntil, expiresAt + receiptGraceMs);
    assert.deepEqual(settlement.change.transition, { state: 'submitted', at: nowMs, source: 'operator' });
    assert.deepEqual(
      settlement.segments.map(({ segment, upstreamId, transport }) => [segment, upstreamId, transport]),
      [
        [1, '10', 'operator'],
        [2, '11', 'operator'],
      ],
    );
    const [event] = settlement.events;
    assert.equal(event?.type, 'message.submitted');
    assert.deepEqual(event.data, {
      messageId: 'm',
      recipient: '+255712345678',
      sender: 'DUKA',
      state: 'submitted',
      segments: 2,
      clientRef: 'order 7',
      errorCode: null,
    });
  });

  it('waits for one receipt where the operator sends one a message, or named none', () => {
    assert.equal(settle(accepted, job(), 'one').change?.receiptsDue, 1);
    assert.equal(settle({ kind: 'accepted', upstreamIds: [] }).change?.receiptsDue, 1);
  });

  it('releases what was rejected, and ends it', () => {
    const settlement = settle(rejected);
    assert.deepEqual(moved(settlement), ['release 2000']);
    assert.equal(settlement.change?.to, 'rejected');
    assert.equal(settlement.change.holdState, 'released');
    assert.equal(settlement.change.finalAt, nowMs);
    assert.equal(settlement.change.watchUntil, null);
    assert.equal(settlement.change.errorCode, 'upstream_rejected');
    assert.equal(settlement.change.errorDetail, 'no');
    assert.deepEqual(settlement.segments, []);
    assert.equal(settlement.events[0]?.type, 'message.failed');
  });

  it('releases what expired before it left', () => {
    const settlement = settle({ kind: 'expired' });
    assert.deepEqual(moved(settlement), ['release 2000']);
    assert.equal(settlement.change?.to, 'expired');
    assert.equal(settlement.change.errorCode, 'expired');
    assert.equal(settlement.change.finalAt, nowMs);
    assert.equal(settlement.retryAt, null);
  });

  it('keeps the hold of what was not answered, and waits for its receipt', () => {
    const settlement = settle(unknown);
    assert.deepEqual(moved(settlement), []);
    assert.equal(settlement.retryAt, null);
    assert.equal(settlement.change?.to, 'submitted');
    assert.equal(settlement.change.holdState, 'held');
    assert.equal(settlement.change.errorCode, 'upstream_unknown');
    assert.equal(settlement.change.receiptsDue, null);
    assert.equal(settlement.change.watchUntil, expiresAt + receiptGraceMs);
  });

  it('tries what was deferred again, later with each attempt, and changes nothing else', () => {
    const nothing = { change: null, transfers: [], segments: [], events: [] };
    assert.deepEqual(settle({ kind: 'deferred' }), { ...nothing, retryAt: nowMs + 1_000 });
    assert.deepEqual(settle({ kind: 'deferred' }, job({}, 4)), { ...nothing, retryAt: nowMs + 8_000 });
    assert.equal(settle({ kind: 'deferred', retryAfterMs: 30_000 }).retryAt, nowMs + 30_000);
  });

  it('expires what could be tried again only after its time', () => {
    const settlement = settle({ kind: 'deferred', retryAfterMs: 60_000 });
    assert.equal(settlement.retryAt, null);
    assert.equal(settlement.change?.to, 'expired');
    assert.deepEqual(moved(settlement), ['release 2000']);
  });

  const kinds: Record<RefundPolicy, Record<string, string[]>> = {
    on_accept: { accepted: ['capture 2000'], rejected: ['capture 2000'], expired: ['capture 2000'], unknown: [] },
    on_submit: { accepted: ['capture 2000'], rejected: ['release 2000'], expired: ['release 2000'], unknown: [] },
    on_delivered: { accepted: ['capture 2000'], rejected: ['release 2000'], expired: ['release 2000'], unknown: [] },
  };
  for (const [p, expected] of Object.entries(kinds) as [RefundPolicy, Record<string, string[]>][]) {
    it(`moves money as ${p} says`, () => {
      const outcomes: DispatchOutcome[] = [accepted, rejected, { kind: 'expired' }, unknown];
      const found = outcomes.map((outcome) => [outcome.kind, moved(settle(outcome, job({ p })))]);
      assert.deepEqual(Object.fromEntries(found), expected);
    });
  }

  it('starts from the state the message was accepted in', () => {
    assert.equal(settle(accepted, job({ s: 'scheduled' })).change?.from.state, 'scheduled');
    assert.equal(settle(accepted).change?.from.state, 'queued');
  });

  it('cuts what an operator says to what can be stored', () => {
    const detail = `${'x'.repeat(1_000)}\0`;
    assert.equal(settle({ ...rejected, detail }).change?.errorDetail?.length, 300);
    assert.equal(settle({ ...unknown, detail: 'a\0b\ud83d' }).change?.errorDetail, 'a\uFFFDb\uFFFD');
    const upstreamIds = ['9'.repeat(500), 'a\0'];
    const ids = settle({ kind: 'accepted', upstreamIds }).segments.map(({ upstreamId }) => upstreamId);
    assert.deepEqual(ids, ['9'.repeat(100), 'a\uFFFD']);
  });
});
