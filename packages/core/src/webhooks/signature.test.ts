import assert from 'node:assert/strict';
import { Webhook } from 'standardwebhooks';
import { generateWebhookSecret, signWebhook } from './signature.js';

const id = '019b0000-0000-7000-8000-000000000001';
const body = JSON.stringify({ type: 'message.delivered', data: { text: 'Habari 🌍' } });
const sign = (...secrets: string[]): Record<string, string> =>
  signWebhook({ id, timestampMs: Date.now(), body, secrets });

describe('signWebhook', () => {
  it('makes what the public library accepts', () => {
    const secret = generateWebhookSecret();
    assert.deepEqual(new Webhook(secret).verify(body, sign(secret)), JSON.parse(body));
  });

  it('makes the signature of the specification’s own example', () => {
    const headers = signWebhook({
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestampMs: 1_614_265_330_999,
      body: '{"test": 2432232314}',
      secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    });
    assert.deepEqual(headers, {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('signs bytes as it signs the text they spell', () => {
    const options = { id, timestampMs: 0, secrets: [generateWebhookSecret()] };
    assert.deepEqual(signWebhook({ ...options, body }), signWebhook({ ...options, body: Buffer.from(body) }));
  });

  it('is refused with another secret, another body, another id and another time', () => {
    const secret = generateWebhookSecret();
    const headers = sign(secret);
    const receiver = new Webhook(secret);
    const later = String(Number(headers['webhook-timestamp']) + 1);
    assert.throws(() => new Webhook(generateWebhookSecret()).verify(body, headers), /No matching signature/);
    assert.throws(() => receiver.verify(body.replace('Habari', 'habari'), headers), /No matching signature/);
    assert.throws(() => receiver.verify(body, { ...headers, 'webhook-id': 'other' }), /No matching signature/);
    assert.throws(() => receiver.verify(body, { ...headers, 'webhook-timestamp': later }), /No matching signature/);
  });

  it('is accepted with either secret while one rotates', () => {
    const former = generateWebhookSecret();
    const next = generateWebhookSecret();
    const headers = sign(next, former);
    assert.equal(headers['webhook-signature']?.split(' ').length, 2);
    for (const secret of [former, next]) assert.ok(new Webhook(secret).verify(body, headers));
  });

  it('refuses to send unsigned or with a weak secret', () => {
    const weak = `whsec_${Buffer.alloc(23).toString('base64')}`;
    for (const secrets of [[], [''], ['whsec_'], [weak], [`${generateWebhookSecret()}\n`], ['a'.repeat(40)]]) {
      assert.throws(() => sign(...secrets), { name: 'SmsError', code: 'internal' });
    }
  });
});

describe('generateWebhookSecret', () => {
  it('makes 32 bytes that differ every time', () => {
    const secret = generateWebhookSecret();
    assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
    assert.notEqual(secret, generateWebhookSecret());
  });
});
