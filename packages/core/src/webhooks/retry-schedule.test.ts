import assert from 'node:assert/strict';
import { maxRetryAfterMs, nextAttemptAt, parseRetryAfter, retryDelaysMs } from './retry-schedule.js';

const nowMs = Date.UTC(2026, 0, 1);
const least = (): number => 0;
const most = (): number => 1 - Number.EPSILON;

describe('nextAttemptAt', () => {
  it('waits as published: 0 s, 5 s, 5 min, 30 min, then 2, 5, 10, 14, 20 and 24 h', () => {
    const waits = retryDelaysMs.map((_, attempt) => (nextAttemptAt({ attempt, nowMs, random: least }) ?? 0) - nowMs);
    const hours = [2, 5, 10, 14, 20, 24].map((hour) => hour * 3_600_000);
    assert.deepEqual(waits, [0, 5_000, 300_000, 1_800_000, ...hours]);
  });

  it('is exhausted after ten attempts, whatever the receiver asks for', () => {
    assert.equal(nextAttemptAt({ attempt: 10, nowMs, random: least }), null);
    assert.equal(nextAttemptAt({ attempt: 10, nowMs, retryAfterMs: 1_000, random: least }), null);
    assert.notEqual(nextAttemptAt({ attempt: 9, nowMs, random: least }), null);
  });

  it('spreads attempts over a tenth of the wait, never earlier', () => {
    assert.equal(nextAttemptAt({ attempt: 1, nowMs, random: least }), nowMs + 5_000);
    assert.equal(nextAttemptAt({ attempt: 1, nowMs, random: () => 0.5 }), nowMs + 5_250);
    assert.equal(nextAttemptAt({ attempt: 1, nowMs, random: most }), nowMs + 5_500);
  });

  it('lets Retry-After lengthen the wait and never shorten it', () => {
    const at = (retryAfterMs: number | null): number | null =>
      nextAttemptAt({ attempt: 1, nowMs, retryAfterMs, random: least });
    assert.equal(at(null), nowMs + 5_000);
    assert.equal(at(1_000), nowMs + 5_000);
    assert.equal(at(60_000), nowMs + 60_000);
    assert.equal(at(Number.MAX_SAFE_INTEGER), nowMs + maxRetryAfterMs);
  });
});

describe('parseRetryAfter', () => {
  it('reads seconds and HTTP dates', () => {
    assert.equal(parseRetryAfter('0', nowMs), 0);
    assert.equal(parseRetryAfter(' 120 ', nowMs), 120_000);
    assert.equal(parseRetryAfter('Thu, 01 Jan 2026 00:01:00 GMT', nowMs), 60_000);
    assert.equal(parseRetryAfter('Thursday, 01-Jan-26 00:01:00 GMT', nowMs), 60_000);
  });

  it('takes a date that has passed as now', () => {
    assert.equal(parseRetryAfter('Wed, 31 Dec 2025 23:59:00 GMT', nowMs), 0);
  });

  it('caps at 24 hours', () => {
    assert.equal(parseRetryAfter('999999999999999999999', nowMs), maxRetryAfterMs);
    assert.equal(parseRetryAfter('Fri, 01 Jan 2027 00:00:00 GMT', nowMs), maxRetryAfterMs);
  });

  it('ignores what is neither', () => {
    for (const header of [undefined, null, '', '-5', '1.5', 'soon', '2026-01-01', 'Thu, 99 Foo 2026 GMT']) {
      assert.equal(parseRetryAfter(header, nowMs), null);
    }
  });
});
