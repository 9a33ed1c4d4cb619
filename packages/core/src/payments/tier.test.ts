import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkTiers, fewestPayable, mostWithin, priceByTier, usualTiers } from './tier.js';

const tiers = usualTiers.TZS ?? [];
const shilling = 100;
const credit = 1_000;

describe('tiers', () => {
  const bought = (amount: number): [credits: number, amount: number, tier: string] => {
    const { credits, amount: asked, tier } = mostWithin(tiers, amount * shilling, shilling);
    return [credits / 1_000, asked / shilling, tier.name];
  };

  it('sell for an amount the most credits that it pays for', () => {
    assert.deepEqual(bought(18_000), [1_000, 18_000, 'Lite']);
    assert.deepEqual(bought(18_017), [1_000, 18_000, 'Lite']);
    assert.deepEqual(bought(18), [1, 18, 'Lite']);
    // 49,999 credits at 18 would be 899,982: where the next tier begins, more cost less.
    assert.deepEqual(bought(699_999), [38_888, 699_984, 'Lite']);
    assert.deepEqual(bought(700_000), [50_000, 700_000, 'Standard']);
    assert.deepEqual(bought(899_982), [64_284, 899_976, 'Standard']);
    assert.deepEqual(bought(3_000_000), [250_000, 3_000_000, 'Pro']);
  });

  it('sell nothing for less than a credit costs', () => {
    assert.throws(() => mostWithin(tiers, 17 * shilling, shilling), /less than one credit costs/);
    assert.throws(() => mostWithin([], 17 * shilling, shilling), /have no price/);
  });

  it('never ask for more than was offered', () => {
    for (let amount = 18; amount < 4_000_000; amount = Math.ceil(amount * 1.07)) {
      const price = mostWithin(tiers, amount * shilling, shilling);
      assert.ok(price.amount <= amount * shilling);
      assert.deepEqual(priceByTier(tiers, price.credits, shilling), price);
    }
  });
});

describe('the fewest credits that can be bought', () => {
  const fewest = (wanted: number, leastCredits = 100, leastAmount = 100_000): number =>
    fewestPayable(tiers, wanted, { leastCredits, leastAmount, step: shilling });

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
    const anyTiers = fc
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
    const amount = fc.integer({ min: 0, max: 10_000 }).map((steps) => steps * shilling);
    const wanted = fc.integer({ min: 1, max: 800 * credit });
    fc.assert(
      fc.property(anyTiers, wanted, amount, (list, gap, leastAmount) => {
        const bought = fewestPayable(list, gap, { leastCredits: 1, leastAmount, step: shilling });
        assert.ok(bought >= gap && bought % credit === 0);
        assert.ok(priceByTier(list, bought, shilling).amount >= leastAmount);
        const isExact = bought - gap < credit;
        const { amount: oneLess } = priceByTier(list, Math.max(credit, bought - credit), shilling);
        assert.ok(isExact || oneLess < leastAmount || bought === credit);
      }),
    );
  });
});
