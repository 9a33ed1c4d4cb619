import assert from 'node:assert/strict';
import fc from 'fast-check';
import { currencyDigits, fromMajor, toMajor } from './money.js';

describe('money', () => {
  it('has as many decimals as its currency', () => {
    const digits = ['TZS', 'KES', 'USD', 'XAF', 'UGX', 'RWF', 'QQQ'].map(currencyDigits);
    assert.deepEqual(digits, [2, 2, 2, 0, 0, 0, 2]);
  });

  it('is read as it is written, and nothing else is', () => {
    assert.equal(fromMajor('1000', 'TZS'), 100_000);
    assert.equal(fromMajor('1000.00', 'TZS'), 100_000);
    assert.equal(fromMajor('17.5', 'TZS'), 1_750);
    assert.equal(fromMajor('1000.00', 'XAF'), 1_000);
    for (const written of ['', '-1', '+1', '1e3', '0x10', '1,000', '1.', '.5', ' 1', '1.001', '9'.repeat(14)]) {
      assert.equal(fromMajor(written, 'TZS'), undefined, written);
    }
    assert.equal(fromMajor('0.5', 'XAF'), undefined);
  });

  it('comes back as the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000_000 }), fc.constantFrom('TZS', 'XAF'), (amount, currency) => {
        assert.equal(fromMajor(String(toMajor(amount, currency)), currency), amount);
      }),
    );
  });
});
