import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkTiers, fewestPayable, priceByTier, usualTiers } from './tier.js';

const credit = 1_000;
const step = 100;

describe('the fewest credits that can be bought', () => {
  const usual = usualTiers.TZS ?? [];
  const fewest = (wanted: number, leastCredits = 100, leastAmount = 100_000): number =>
    fewestPayable(usual, wanted, { leastCredits, leastAmount, step });

  it('are those that are wanted, in whole ones, where nothing asks for more', () => {
    assert.equal(fewest(150 * credit), 150 * credit);
    assert.equal(fewest(150_001), 151 * credit);
    assert.equal(fewest(60_000 * credit), 60_000 * credit);
  });

  it('are no fewer than are sold at a time, and cost no less than may be paid', () => {
    assert.equal(fewest(1), 100 * credit);
    assert.equal(fewest(1, 1), 56 * credit);
    assert.equal(fewest(1, 1, 0), credit);
  });

  it('cost enough in every list of tiers, and one less would not', () => {
    const tiers = fc
      .uniqueArray(
        fc.record({ from: fc.integer({ min: 2, max: 500 }), unitPrice: fc.integer({ min: 1, max: 3_000 }) }),
        {
          selector: ({ from }) => from,
          maxLength: 5,
        },
      )
      .map((more) =>
        checkTiers([{ from: 1, unitPrice: 1_000 }, ...more].map((tier, n) => ({ ...tier, name: String(n) }))),
      );
    const amount = fc.integer({ min: 0, max: 10_000 }).map((steps) => steps * step);
    const wanted = fc.integer({ min: 1, max: 800 * credit });
    fc.assert(
      fc.property(tiers, wanted, amount, (list, gap, leastAmount) => {
        const bought = fewestPayable(list, gap, { leastCredits: 1, leastAmount, step });
        assert.ok(bought >= gap && bought % credit === 0);
        assert.ok(priceByTier(list, bought, step).amount >= leastAmount);
        const isExact = bought - gap < credit;
        const { amount: oneLess } = priceByTier(list, Math.max(credit, bought - credit), step);
        assert.ok(isExact || oneLess < leastAmount || bought === credit);
      }),
    );
  });
});
