import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { isGenuine } from './verify-webhook.js';

const key = randomBytes(32);
const secret = `whsec_${key.toString('base64')}`;
const body = Buffer.from('{"type":"message.delivered"}');
const nowMs = 1_770_000_000_000;

const signed = (atMs = nowMs, by = key): Record<string, string> => {
  const timestamp = String(Math.floor(atMs / 1_000));
  const signature = createHmac('sha256', by).update(`dlv_1.${timestamp}.`).update(body).digest('base64');
  return { 'webhook-id': 'dlv_1', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
};

describe('the demo receiver', () => {
  it('believes what is signed with the secret', () => {
    assert.equal(isGenuine(secret, signed(), body, nowMs), true);
  });

  it('takes one fitting signature among several', () => {
    const headers = signed();
    headers['webhook-signature'] = `v1,AAAA v2,x ${headers['webhook-signature'] ?? ''}`;
    assert.equal(isGenuine(secret, headers, body, nowMs), true);
  });

  it('refuses another key, another body, another id, an old or missing time and no signature', () => {
    assert.equal(isGenuine(secret, signed(nowMs, randomBytes(32)), body, nowMs), false);
    assert.equal(isGenuine(secret, signed(), Buffer.from('{}'), nowMs), false);
    assert.equal(isGenuine(secret, { ...signed(), 'webhook-id': 'dlv_2' }, body, nowMs), false);
    assert.equal(isGenuine(secret, signed(nowMs - 301_000), body, nowMs), false);
    assert.equal(isGenuine(secret, { ...signed(), 'webhook-timestamp': '' }, body, nowMs), false);
    assert.equal(isGenuine(secret, { ...signed(), 'webhook-signature': '' }, body, nowMs), false);
    assert.equal(isGenuine(secret, {}, body, nowMs), false);
  });
});
