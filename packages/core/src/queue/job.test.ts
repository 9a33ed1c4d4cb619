import assert from 'node:assert/strict';
import fc from 'fast-check';
import { retryDelayMs } from './job.js';

describe('retryDelayMs', () => {
  it('doubles from a second to five minutes', () => {
    const longest = [1, 2, 3, 4, 9, 10, 11, 1_000].map((attempt) => retryDelayMs(attempt, 1));
    assert.deepEqual(longest, [1_000, 2_000, 4_000, 8_000, 256_000, 300_000, 300_000, 300_000]);
  });

  it('is shortened by chance, by half at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
        const longest = retryDelayMs(attempt, 1);
        const delay = retryDelayMs(attempt, random);
        assert.ok(delay >= longest / 2 && delay <= longest, `${delay} of ${longest}`);
      }),
    );
    assert.ok(retryDelayMs(5, 0.2) < retryDelayMs(5, 0.8));
  });

  it('waits as long as the operator asks, never less', () => {
    assert.equal(retryDelayMs(1, 0, 60_000), 60_000);
    assert.equal(retryDelayMs(1, 1, 10), 1_000);
  });
});
