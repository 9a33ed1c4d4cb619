import assert from 'node:assert/strict';
import { SegmentRate } from './segment-rate.js';

describe('the rate of a session', () => {
  it('lets a second’s worth through at once, holds the next second’s back, and refuses more', () => {
    const rate = new SegmentRate(50, 0);
    const waits = Array.from({ length: 120 }, () => rate.take(1, 0, 1_000));
    assert.deepEqual(waits.slice(0, 50), Array(50).fill(0));
    assert.deepEqual(
      waits.slice(50, 100),
      Array.from({ length: 50 }, (_, n) => (n + 1) * 20),
    );
    assert.deepEqual(waits.slice(100), Array(20).fill(undefined));
  });

  it('is what it says over time', () => {
    const rate = new SegmentRate(50, 0);
    let taken = 0;
    for (let nowMs = 0; nowMs < 60_000; nowMs += 5) if (rate.take(1, nowMs, 1_000) !== undefined) taken++;
    assert.ok(taken >= 3_000 && taken <= 3_110, String(taken));
  });

  it('counts segments, and lets more than it holds go when it is full', () => {
    const rate = new SegmentRate(50, 0);
    assert.equal(rate.take(254, 0, 1_000), 0);
    assert.equal(rate.take(1, 0, 1_000), undefined);
    assert.equal(rate.take(1, 3_100, 1_000), 1_000);
    assert.equal(rate.take(254, 20_000, 1_000), 0);
  });

  it('follows a change of plan', () => {
    const rate = new SegmentRate(50, 0);
    rate.change(1);
    assert.equal(rate.take(1, 0, 1_000), 0);
    assert.equal(rate.take(1, 0, 1_000), 1_000);
    assert.equal(rate.segmentsPerSecond, 1);
  });
});
