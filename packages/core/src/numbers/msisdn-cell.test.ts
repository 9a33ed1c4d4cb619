import assert from 'node:assert/strict';
import { SmsError } from '../errors.js';
import { parseMsisdnCell } from './msisdn-cell.js';

describe('a number in a spreadsheet', () => {
  for (const cell of [
    ...['+255712345678', '0712345678', '712345678', '255712345678.0', '="0712345678"', "'0712345678"],
    ...['255,712,345,678', '2.55712345678E+11', ' 0712 345\u00a0678 '],
  ]) {
    it(`is read from ${cell}`, () => assert.equal(parseMsisdnCell(cell, 'TZ'), '+255712345678'));
  }

  for (const [cell, code, sentence] of [
    ['', 'number_invalid', /no phone number/],
    ['2.55712E+11', 'number_invalid', /rounded the number and lost digits/],
    ['Asha', 'number_invalid', /may have digits/],
    ['+255222110000', 'not_mobile', /not a mobile number/],
    ['0712', 'number_invalid', /no such number/],
  ] as const) {
    it(`is refused for ${cell || 'nothing'}`, () => {
      assert.throws(
        () => parseMsisdnCell(cell, 'TZ'),
        (error) => error instanceof SmsError && error.code === code && sentence.test(error.message),
      );
    });
  }
});
