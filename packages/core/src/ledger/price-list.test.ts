import assert from 'node:assert/strict';
import { PriceList, type Price } from './price-list.js';

const nowMs = 1_000;
const price = (scope: Price['scope'], prefix: string, credits: number, effectiveAt = 0): Price => ({
  scope,
  prefix,
  credits,
  effectiveAt,
});
const perSegment = (msisdn: string, ...prices: Price[]): number => new PriceList(prices, nowMs).perSegment(msisdn);

describe('PriceList', () => {
  it('takes one credit where no list says otherwise', () => {
    assert.equal(perSegment('+255712345678'), 1_000);
    assert.equal(perSegment('+255712345678', price('account', '254', 5)), 1_000);
  });

  it('goes by the longest prefix, up to seven digits', () => {
    const prices = [
      price('platform', '', 1),
      price('platform', '255', 2),
      price('platform', '25571', 3),
      price('platform', '2557123', 4),
    ];
    assert.equal(perSegment('+254712345678', ...prices), 1);
    assert.equal(perSegment('+255652345678', ...prices), 2);
    assert.equal(perSegment('+255713345678', ...prices), 3);
    assert.equal(perSegment('+255712345678', ...prices), 4);
  });

  it('lets a nearer scope win over a farther one with a longer prefix', () => {
    const platform = price('platform', '25571', 1);
    const parent = price('parent', '255', 2);
    const own = price('account', '', 3);
    assert.equal(perSegment('+255712345678', platform), 1);
    assert.equal(perSegment('+255712345678', platform, parent), 2);
    assert.equal(perSegment('+255712345678', platform, parent, own), 3);
    assert.equal(perSegment('+254712345678', platform, parent), 1_000);
  });

  it('goes by the latest price that holds already, in whatever order they are listed', () => {
    const first = price('account', '255', 1, 100);
    const second = price('account', '255', 2, nowMs);
    const future = price('account', '255', 3, nowMs + 1);
    assert.equal(perSegment('+255712345678', second, future, first), 2);
    assert.equal(perSegment('+255712345678', first, future), 1);
    assert.equal(perSegment('+255712345678', future), 1_000);
  });

  it('may ask nothing at all', () => assert.equal(perSegment('+255712345678', price('account', '255', 0)), 0));

  describe('by network', () => {
    const ofNetwork = (scope: Price['scope'], mccmnc: string, credits: number): Price => ({
      ...price(scope, '', credits),
      mccmnc,
    });

    it('goes before every prefix of its scope, and after a nearer scope', () => {
      const prices = [price('platform', '25574', 1), ofNetwork('platform', '64004', 2), price('platform', '255', 3)];
      assert.equal(perSegment('+255742345678', ...prices), 2);
      assert.equal(perSegment('+255652345678', ...prices), 3);
      assert.equal(perSegment('+255742345678', ...prices, price('account', '', 4)), 4);
    });

    it('is nothing to numbers whose network is not known', () => {
      assert.equal(perSegment('+14155550100', ofNetwork('platform', '64004', 2)), 1_000);
    });
  });

  it('knows when it is one of the past', () => {
    const until = (...prices: Price[]): number => new PriceList(prices, nowMs).nextChangeAt;
    assert.equal(until(price('account', '', 1)), Infinity);
    assert.equal(until(price('account', '', 1, 3_000), price('account', '', 1, 2_000)), 2_000);
    assert.equal(until(price('account', '', 1, nowMs)), Infinity);
  });

  it('has no price where it is told to have none', () => {
    const list = new PriceList([price('platform', '255', 5)], nowMs, { fallback: null });
    assert.equal(list.find('+255712345678')?.credits, 5);
    assert.equal(list.find('+254712345678'), undefined);
    assert.throws(() => list.perSegment('+254712345678'), { code: 'price_missing' });
  });
});
