import assert from 'node:assert/strict';
import { addressRangeOf } from './address-range.js';

describe('an address range', () => {
  const cases: [range: string, address: string, isServed: boolean | undefined][] = [
    ['', 'DUKA', undefined],
    ['DUKA', 'DUKA', true],
    ['DUKA', 'BENKI', false],
    ['255', '+255712345678', true],
    ['+255', '255712345678', true],
    ['^255.*', '+255712345678', true],
    ['255*', '+254712345678', false],
    ['^15055$', '15055', true],
    ['^15055$', '150551', false],
    ['^1505.*$', '150551', true],
    ['(a+)+$', 'aaaa', undefined],
    ['[0-9]+', '15055', undefined],
  ];
  for (const [range, address, isServed] of cases) {
    it(`${JSON.stringify(range)} and ${address}: ${isServed}`, () => {
      assert.equal(addressRangeOf(range)?.(address), isServed);
    });
  }
});
