import assert from 'node:assert/strict';
import { SmsError } from '../errors.js';
import { assertKey, fingerprintOf, mismatch, stillRunning } from './answer.js';

describe('assertKey', () => {
  for (const key of ['a', 'order 7', '~'.repeat(255), '8e03978e-40d5-43e8-bc93-6894a57f9324', '!']) {
    it(`takes ${key.slice(0, 20)}`, () => assert.doesNotThrow(() => assertKey(key)));
  }

  for (const key of ['', ' a', '~'.repeat(256), 'a\0', 'a\n', 'ö', '\x7f', '🙂']) {
    it(`refuses ${JSON.stringify(key.slice(0, 20))}`, () => {
      assert.throws(
        () => assertKey(key),
        (error) => error instanceof SmsError && error.code === 'invalid_request',
      );
    });
  }
});

describe('fingerprintOf', () => {
  it('is the same for the same request and differs for another', () => {
    const request = { to: ['+255712345678'], message: 'Habari' };
    assert.equal(fingerprintOf(request), fingerprintOf(structuredClone(request)));
    assert.notEqual(fingerprintOf(request), fingerprintOf({ ...request, message: 'habari' }));
    assert.notEqual(fingerprintOf(request), fingerprintOf({ ...request, to: ['+255712345679'] }));
  });

  it('does not hold the request itself', () => {
    assert.match(fingerprintOf({ message: 'x'.repeat(10_000) }), /^[A-Za-z0-9+/]{43}=$/);
  });
});

describe('the refusals', () => {
  it('say whether asking again may help', () => {
    assert.deepEqual([mismatch().status, mismatch().retryable], [422, false]);
    assert.deepEqual([stillRunning().status, stillRunning().retryable], [409, true]);
    assert.equal(stillRunning().retryAfterMs, 1_000);
  });
});
