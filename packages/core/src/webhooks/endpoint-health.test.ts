import assert from 'node:assert/strict';
import { healthAfter, type EndpointHealth } from './endpoint-health.js';

const nowMs = 1_000_000_000_000;
const dayMs = 86_400_000;
const well: EndpointHealth = { state: 'active', failingSince: null, pausedUntil: null };
const failing = (forMs: number): EndpointHealth => ({ ...well, failingSince: nowMs - forMs });

describe('healthAfter', () => {
  it('forgets every failure at the first success', () => {
    assert.deepEqual(healthAfter(failing(4 * dayMs), 'succeeded', nowMs), well);
  });

  it('pauses a failing endpoint longer and longer: five seconds at first, five minutes at most', () => {
    const pause = (forMs: number): number => (healthAfter(failing(forMs), 'failed', nowMs).pausedUntil ?? 0) - nowMs;
    assert.deepEqual(healthAfter(well, 'failed', nowMs), {
      state: 'active',
      failingSince: nowMs,
      pausedUntil: nowMs + 5_000,
    });
    assert.deepEqual([1_000, 20_000, 60_000, 600_000, dayMs].map(pause), [5_000, 10_000, 30_000, 300_000, 300_000]);
  });

  it('remembers since when it fails', () => {
    assert.equal(healthAfter(failing(60_000), 'failed', nowMs).failingSince, nowMs - 60_000);
  });

  it('disables an endpoint that has failed for five days, not sooner', () => {
    assert.equal(healthAfter(failing(5 * dayMs - 1), 'failed', nowMs).state, 'active');
    assert.equal(healthAfter(failing(5 * dayMs), 'failed', nowMs).state, 'disabled');
  });

  it('disables an endpoint that says it is gone', () => {
    assert.deepEqual(healthAfter(well, 'gone', nowMs), { state: 'disabled', failingSince: nowMs, pausedUntil: null });
  });
});
