import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Throttle } from './throttle.js';

/** Sends as much as is allowed, at every step, and answers how many segments left at which time. */
function flood(throttle: Throttle, fromMs: number, untilMs: number, stepMs: number, segments = 1): [number, number][] {
  const sent: [number, number][] = [];
  for (let nowMs = fromMs; nowMs < untilMs; nowMs += stepMs) {
    while (throttle.available(nowMs) >= 1) {
      throttle.take(segments);
      sent.push([nowMs, segments]);
    }
  }
  return sent;
}

const total = (sent: [number, number][], fromMs = 0, untilMs = Infinity): number =>
  sent.filter(([at]) => at >= fromMs && at < untilMs).reduce((sum, [, segments]) => sum + segments, 0);

describe('Throttle', () => {
  it('lets no second see more than its pace and one burst, and uses the pace', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000 }),
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 1, max: 10 }),
        (pace, stepMs, segments) => {
          const sent = flood(new Throttle(pace, 0), 0, 10_000, stepMs, segments);
          // A long message leaves as a whole, so a window may hold all but one of its segments too many.
          const most = pace + Math.max(1, pace / 10) + (segments - 1);
          for (let fromMs = 0; fromMs <= 9_000; fromMs += 250) {
            assert.ok(total(sent, fromMs, fromMs + 1_000) <= most + 1e-6, `${pace}/s in steps of ${stepMs} ms`);
          }
          // A slow pace has one segment in its bucket, and whoever looks late for it by a step loses that step.
          const usable = pace <= 20 ? 10_000 / (1_000 / pace + stepMs) : pace * 10;
          if (stepMs < 50) assert.ok(total(sent) >= usable * 0.9 - segments, `${total(sent)} at ${pace}/s`);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('does not save up what was not sent', () => {
    const throttle = new Throttle(100, 0);
    assert.equal(throttle.available(3_600_000), 10);
  });

  it('tells how long until a segment may leave', () => {
    const throttle = new Throttle(10, 0);
    assert.equal(throttle.available(0), 1);
    assert.equal(throttle.waitMs(), 0);
    throttle.take(1);
    assert.equal(throttle.available(0), 0);
    const waitMs = throttle.waitMs();
    assert.equal(waitMs, 100);
    assert.equal(throttle.available(waitMs - 1), 0);
    assert.equal(throttle.available(waitMs), 1);
  });

  it('makes the next wait for all segments of a long message', () => {
    const throttle = new Throttle(10, 0);
    throttle.take(10);
    assert.equal(throttle.waitMs(), 1_000);
    assert.equal(throttle.available(999), 0);
    assert.equal(throttle.available(1_000), 1);
  });

  it('halves when the operator complains and recovers by a twentieth a second', () => {
    const throttle = new Throttle(100, 0);
    total(flood(throttle, 0, 2_000, 10));
    throttle.slowDown(2_000);
    const second = total(flood(throttle, 2_000, 3_000, 10));
    assert.ok(second >= 48 && second <= 60, `${second} in the second after a complaint`);
    flood(throttle, 3_000, 7_000, 10);
    const sixth = total(flood(throttle, 7_000, 8_000, 10));
    assert.ok(sixth > second && sixth < 90, `${sixth} after five seconds`);
    flood(throttle, 8_000, 12_000, 10);
    const recovered = total(flood(throttle, 12_000, 13_000, 10));
    assert.ok(recovered >= 97 && recovered <= 110, `${recovered} after ten seconds`);
  });

  it('never stops altogether, however often the operator complains', () => {
    const throttle = new Throttle(100, 0);
    for (let second = 0; second < 1_000; second++) throttle.slowDown(second * 1_000);
    assert.ok(total(flood(throttle, 1_000_000, 1_003_000, 10)) >= 3);
  });

  it('halves once for a whole burst that is refused', () => {
    const throttle = new Throttle(100, 0);
    for (let complaint = 0; complaint < 50; complaint++) throttle.slowDown(complaint);
    const second = total(flood(throttle, 50, 1_050, 10));
    assert.ok(second >= 45 && second <= 65, `${second} in the second after`);
  });

  it('lets everything through where no pace is set', () => {
    const throttle = new Throttle(Infinity, 0);
    throttle.take(1_000_000);
    throttle.slowDown(0);
    assert.equal(throttle.available(0), Infinity);
  });
});
