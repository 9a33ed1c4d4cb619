import assert from 'node:assert/strict';
import { mostWithin, priceByTier, usualTiers } from './tier.js';

const tiers = usualTiers.TZS ?? [];
const shilling = 100;

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
