import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { SmsError } from '../errors.js';
import { matchMobilePlan, mobilePlans } from './mobile-plan.js';
import { parseMsisdn, parsePossibleMsisdn } from './msisdn.js';

/** The E.164 form, or the code of the refusal. */
function parsed(input: string, country: string): string {
  try {
    return parseMsisdn(input, country);
  } catch (error) {
    assert.ok(error instanceof SmsError);
    assert.ok(!/\d{4}/.test(error.message), 'a sentence may be logged, so it must not hold the number');
    return error.code;
  }
}

describe('parseMsisdn', () => {
  const tanzanian = [
    '+255712345678', '255712345678', '00255712345678', '000255712345678', '0712345678', '712345678',
    '+255 712 345 678', '0712-345-678', '(0712) 345 678', '+255 (0) 712 345 678', '0712\u00a0345\u00a0678',
    '0712\u202f345678', '0712.345.678', '0712–345–678', '\u202a+255\u00a0712\u00a0345678\u202c', ' 0712345678\n',
    '2550712345678', '0255712345678', '(+255) 712345678',
  ]; // prettier-ignore
  for (const input of tanzanian) {
    it(`reads ${JSON.stringify(input)}`, () => assert.equal(parsed(input, 'TZ'), '+255712345678'));
  }

  const others: [input: string, country: string, expected: string][] = [
    ['671234567', 'CM', '+237671234567'],
    ['0671234567', 'CM', '+237671234567'],
    ['237671234567', 'CM', '+237671234567'],
    ['0110123456', 'KE', '+254110123456'],
    ['+254712345678', 'TZ', '+254712345678'],
    ['254712345678', 'TZ', '+254712345678'],
    ['447400123456', 'TZ', '+447400123456'],
    ['07400 123456', 'GB', '+447400123456'],
    ['+12025550123', 'TZ', '+12025550123'],
    ['(202) 555-0123', 'US', '+12025550123'],
    ['255712345678', 'FR', '+255712345678'],
    ['+255712345678', 'XX', '+255712345678'],
    ['0712345678', 'XX', 'number_invalid'],
    ['+255222345678', 'TZ', 'not_mobile'],
    ['0222345678', 'TZ', 'not_mobile'],
    ['+254202345678', 'TZ', 'not_mobile'],
    ['+255800123456', 'TZ', 'not_mobile'],
    ['+255900123456', 'TZ', 'not_mobile'],
    ['', 'TZ', 'number_invalid'],
    ['+', 'TZ', 'number_invalid'],
    ['Taarifa', 'TZ', 'number_invalid'],
    ['0712345678x', 'TZ', 'number_invalid'],
    ['0712345678 ext 5', 'TZ', 'number_invalid'],
    ['0712345678,0712345679', 'TZ', 'number_invalid'],
    ['2.55712345678E+11', 'TZ', 'number_invalid'],
    ['071234567', 'TZ', 'number_invalid'],
    ['07123456789', 'TZ', 'number_invalid'],
    ['+2557123456789', 'TZ', 'number_invalid'],
    ['+255642345678', 'TZ', 'number_invalid'],
    ['+0712345678', 'TZ', 'number_invalid'],
    // One digit too many in Tanzania is a valid number of Singapore, and must not be sent there.
    ['6581234567', 'TZ', 'number_invalid'],
    ['+6581234567', 'TZ', '+6581234567'],
    ['15000', 'TZ', 'number_invalid'],
    [' '.repeat(40) + '0712345678', 'TZ', 'number_invalid'],
  ];
  for (const [input, country, expected] of others) {
    it(`reads ${JSON.stringify(input)} in ${country} as ${expected}`, () =>
      assert.equal(parsed(input, country), expected));
  }

  it('reads what it wrote', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[67]\d{8}$/), (national) => {
        const once = parsed(national, 'TZ');
        if (once.startsWith('+')) assert.equal(parsed(once, 'KE'), once);
      }),
    );
  });
});

describe('the mobile plans', () => {
  it('judge every prefix as libphonenumber does', function () {
    this.timeout(20_000);
    for (const [country, { callingCode }] of Object.entries(mobilePlans)) {
      for (let prefix = 0; prefix < 10_000; prefix++) {
        const national = `${prefix.toString().padStart(4, '0')}12345`;
        const number = parsePhoneNumberFromString(`+${callingCode}${national}`);
        const expected = number?.isValid() === true && number.getType() === 'MOBILE' ? number.number : null;
        // Behind the country code the library also takes a trunk zero, which the plans leave to it.
        if (expected?.length !== 13) assert.equal(matchMobilePlan(`+${callingCode}${national}`, country), null);
        else assert.equal(matchMobilePlan(`+${callingCode}${national}`, country), expected, country + national);
      }
    }
  });

  it('accept digits without a plus only where the library reads them the same', () => {
    const countries = Object.keys(mobilePlans);
    const mobiles = Object.values(mobilePlans).map(({ callingCode, mobile }) =>
      fc.tuple(fc.constantFrom('', '0', callingCode), fc.stringMatching(new RegExp(`^(?:${mobile})$`))),
    );
    const digits = fc.oneof(
      ...mobiles.map((mobile) => mobile.map(([head, tail]) => head + tail)),
      fc.stringMatching(/^(?:0|237|25[0456])?[1267]\d{7,9}$/),
      fc.stringMatching(/^\d{7,13}$/),
    );
    let accepted = 0;
    fc.assert(
      fc.property(digits, fc.constantFrom(...countries), (input, country) => {
        const quick = matchMobilePlan(input, country);
        if (quick === null) return;
        accepted++;
        const national = parsePhoneNumberFromString(input, country as 'TZ');
        const number = national?.isValid() === true ? national : parsePhoneNumberFromString(`+${input}`);
        assert.equal(number?.isValid(), true);
        assert.equal(number.getType(), 'MOBILE');
        assert.equal(number.number, quick);
      }),
      { numRuns: 5000 },
    );
    assert.ok(accepted > 500, `only ${accepted} numbers took the fast path`);
  });
});

describe('parsePossibleMsisdn', () => {
  const possible: [input: string, expected: string][] = [
    ['0712345678', '+255712345678'],
    ['+255123456789', '+255123456789'],
    ['255123456789', '+255123456789'],
    ['00255 123 456 789', '+255123456789'],
    ['0123456789', '+255123456789'],
    ['+255987654321', '+255987654321'],
    ['+254712345678', '+254712345678'],
  ];
  for (const [input, expected] of possible) {
    it(`reads ${input}`, () => assert.equal(parsePossibleMsisdn(input, 'TZ'), expected));
  }

  for (const input of [
    '',
    '12',
    '+',
    '123456789',
    '+25512345',
    '+2551234567890',
    '0012',
    'abc',
    '+999123456789',
    'x'.repeat(99),
  ]) {
    it(`refuses ${JSON.stringify(input.slice(0, 20))}`, () =>
      assert.throws(() => parsePossibleMsisdn(input, 'TZ'), SmsError));
  }
});
