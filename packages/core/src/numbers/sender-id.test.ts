import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SmsError } from '../errors.js';
import { measureText } from '../text/segments.js';
import { parseSenderId, senderKind } from './sender-id.js';

function kind(input: string): string {
  try {
    return senderKind(parseSenderId(input));
  } catch (error) {
    assert.ok(error instanceof SmsError);
    return error.code;
  }
}

describe('parseSenderId', () => {
  const vectors: [input: string, expected: string][] = [
    ['MIFUMO', 'alphanumeric'],
    ['Taarifa-SMS', 'alphanumeric'],
    ['A', 'alphanumeric'],
    ['Duka & Co.', 'alphanumeric'],
    ['24_7 News', 'alphanumeric'],
    ['123', 'short_code'],
    ['15000', 'short_code'],
    ['12345678', 'short_code'],
    ['123456789', 'long_number'],
    ['255712345678', 'long_number'],
    ['+255712345678', 'long_number'],
    ['+1234567', 'long_number'],
    ['123456789012345', 'long_number'],
    ['1234567890123456', 'sender_unknown'],
    ['12', 'sender_unknown'],
    ['+12', 'sender_unknown'],
    ['ABCDEFGHIJKL', 'sender_unknown'],
    ['MIFUMO@', 'sender_unknown'],
    ['MIFUMÓ', 'sender_unknown'],
    ['MI\nFUMO', 'sender_unknown'],
    ['12-34', 'sender_unknown'],
    ['255 712', 'sender_unknown'],
    ['...', 'sender_unknown'],
    ['٣٤٥', 'sender_unknown'],
    ['', 'invalid_request'],
    ['   ', 'invalid_request'],
  ];
  for (const [input, expected] of vectors) {
    it(`takes ${JSON.stringify(input)} for ${expected}`, () => assert.equal(kind(input), expected));
  }

  it('drops the spaces around and keeps the case', () => {
    assert.equal(parseSenderId(' Mifumo '), 'Mifumo');
  });

  it('lets nothing through that an address field of SMPP could not hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 17 }), (input) => {
        if (kind(input) === 'sender_unknown' || kind(input) === 'invalid_request') return;
        const senderId = parseSenderId(input);
        const { encoding, units } = measureText(senderId);
        assert.equal(encoding, 'gsm7');
        assert.ok(units <= (senderKind(senderId) === 'alphanumeric' ? 11 : 16));
        assert.ok(!senderId.includes('@'));
      }),
      { numRuns: 5000 },
    );
  });
});
