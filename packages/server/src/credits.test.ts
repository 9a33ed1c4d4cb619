import assert from 'node:assert/strict';
import { parseCredits, toCredits } from './credits.js';

describe('credits on the command line', () => {
  it('are read exactly, to a thousandth', () => {
    for (const [text, thousandths] of [
      ['0', 0],
      ['1000', 1_000_000],
      ['12.5', 12_500],
      ['0.001', 1],
      ['1.29', 1_290],
      ['999999999999.999', 999_999_999_999_999],
    ] as const) {
      assert.equal(parseCredits(text, '--credits'), thousandths);
      assert.equal(toCredits(thousandths), Number(text));
    }
  });

  it('are refused in any other form', () => {
    for (const text of ['', '-1', '1.2345', '1e3', '1,000', ' 1', '.5', '1.', 'NaN', '1000000000000000']) {
      assert.throws(() => parseCredits(text, '--amount'), /--amount must be a number of credits/, text);
    }
  });
});
