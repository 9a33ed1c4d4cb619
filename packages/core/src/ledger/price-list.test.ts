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
});
