import assert from 'node:assert/strict';
import fc from 'fast-check';
import { healSpreadsheetNumber } from './heal.js';
import { parseMsisdn } from './msisdn.js';

describe('healSpreadsheetNumber', () => {
  const healed: [cell: string, expected: string][] = [
    ['712345678', '712345678'],
    ['712345678.0', '712345678'],
    ['255712345678,00', '255712345678'],
    ['255,712,345,678', '255712345678'],
    ['255,712,345,678.00', '255712345678'],
    ['2.55712345678E+11', '255712345678'],
    ['2,55712345678e11', '255712345678'],
    ['2.557123456780E+11', '255712345678'],
    ['7.12345678E+08', '712345678'],
    ['\u00a0+255\u00a0712\u202f345\u00a0678 ', '+255712345678'],
    ["'0712345678", '0712345678'],
    ['="0712345678"', '0712345678'],
    ['"0712345678"', '0712345678'],
    ['0712-345-678', '0712-345-678'],
    ['(0712) 345.678', '(0712)345.678'],
  ];
  for (const [cell, expected] of healed) {
    it(`heals ${JSON.stringify(cell)}`, () => {
      assert.equal(healSpreadsheetNumber(cell), expected);
      assert.equal(parseMsisdn(expected, 'TZ'), '+255712345678');
    });
  }

  it('does not take the last three digits for decimals', () => {
    assert.equal(healSpreadsheetNumber('255,712,345,000'), '255712345000');
  });

  const refused: [cell: string, reason: string][] = [
    ['2.55712E+11', 'digits_lost'],
    ['2.55E+11', 'digits_lost'],
    ['3E+11', 'digits_lost'],
    ['2.5571234567E+11', 'digits_lost'],
    ['2.557123456781E+11', 'not_a_number'],
    ['2.55712345678E-11', 'not_a_number'],
    ['', 'empty'],
    [' \u00a0', 'empty'],
    ["'", 'empty'],
    ['#####', 'not_a_number'],
    ['#VALUE!', 'not_a_number'],
    ['Asha', 'not_a_number'],
    ['712345678x', 'not_a_number'],
    ['0712345678;0712345679', 'not_a_number'],
    ['+', 'not_a_number'],
    ['1'.repeat(65), 'not_a_number'],
  ];
  for (const [cell, reason] of refused) {
    it(`refuses ${JSON.stringify(cell)}: ${reason}`, () =>
      assert.deepEqual(healSpreadsheetNumber(cell), { refused: reason }));
  }

  it('never invents a digit: what it heals from scientific notation is the number that was written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 10n ** 8n, max: 10n ** 15n - 1n }), fc.nat({ max: 16 }), (number, decimals) => {
        const cell = Number(number).toExponential(decimals);
        const answer = healSpreadsheetNumber(cell);
        if (typeof answer === 'string') assert.equal(answer, number.toString());
        else assert.ok(decimals < number.toString().length - 1, cell);
      }),
    );
  });
});
