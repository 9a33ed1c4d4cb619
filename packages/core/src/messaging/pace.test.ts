import assert from 'node:assert/strict';
import { Pace } from './pace.js';

describe('Pace', () => {
  it('is not known before anything has moved, nor a minute after it has', () => {
    const pace = new Pace();
    assert.equal(pace.perSecond(0), null);
    pace.add(5, 1_000);
    assert.equal(pace.perSecond(60_000), 5);
    assert.equal(pace.perSecond(62_001), null);
  });

  it('is that of the fastest second', () => {
    const pace = new Pace();
    for (const [count, nowMs] of [
      [3, 10_000],
      [4, 10_900],
      [6, 11_000],
      [1, 40_000],
    ] as const) {
      pace.add(count, nowMs);
    }
    assert.equal(pace.perSecond(41_000), 7);
    assert.equal(pace.perSecond(70_500), 6);
    assert.equal(pace.perSecond(80_000), 1);
  });

  it('keeps a minute of seconds and no more', () => {
    const pace = new Pace();
    for (let second = 0; second < 10_000; second++) pace.add(1, second * 1_000);
    assert.equal(pace.perSecond(10_000_000), 1);
  });
});
