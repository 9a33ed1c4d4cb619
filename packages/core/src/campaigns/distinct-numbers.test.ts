import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DistinctNumbers } from './distinct-numbers.js';

describe('DistinctNumbers', () => {
  it('tells the same as a set, however many there are', () => {
    const number = fc.integer({ min: 1, max: 3_000 }).map((digits) => `+2557${String(digits).padStart(8, '0')}`);
    fc.assert(
      fc.property(fc.array(number, { maxLength: 5_000 }), (numbers) => {
        const set = new Set<string>();
        const distinct = new DistinctNumbers();
        for (const one of numbers) {
          assert.equal(distinct.add(one), !set.has(one));
          set.add(one);
        }
        assert.equal(distinct.size, set.size);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps numbers of fifteen digits apart', () => {
    const distinct = new DistinctNumbers();
    assert.equal(distinct.add('+999999999999999'), true);
    assert.equal(distinct.add('+999999999999998'), true);
    assert.equal(distinct.add('+999999999999999'), false);
  });
});
