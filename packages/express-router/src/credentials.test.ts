import assert from 'node:assert/strict';
import { apiKeyOf, basicOf, bearerOf, tokenOrSession } from './credentials.js';

const basic = (text: string): { authorization: string } => ({
  authorization: `Basic ${Buffer.from(text).toString('base64')}`,
});

describe('credentials of a request', () => {
  it('are a bearer, whatever the case of the scheme', () => {
    for (const authorization of ['Bearer abc', 'bearer abc', 'BEARER  abc ']) {
      assert.equal(bearerOf({ authorization }), 'abc');
    }
    for (const authorization of [undefined, 'abc', 'Bearer', 'Basic abc', 'Bearerabc']) {
      assert.equal(bearerOf({ authorization }), undefined);
    }
  });

  it('are a name and a password that may have colons and any letters', () => {
    assert.deepEqual(basicOf(basic('asha@example.com:pa:ss:')), { login: 'asha@example.com', password: 'pa:ss:' });
    assert.deepEqual(basicOf(basic('asha:nywila yangu é 😀')), { login: 'asha', password: 'nywila yangu é 😀' });
    assert.deepEqual(basicOf(basic(':')), { login: '', password: '' });
    assert.deepEqual(basicOf(basic('nobody')), { login: 'nobody', password: '' });
    assert.deepEqual(basicOf({ authorization: 'basic %%%' }), { login: '', password: '' });
    assert.equal(basicOf({ authorization: 'Bearer abc' }), undefined);
  });

  it('are a key in a header of its own', () => {
    assert.equal(apiKeyOf({ 'x-api-key': ' abc ' }), 'abc');
    assert.equal(apiKeyOf({ 'x-api-key': ['a', 'b'] }), undefined);
  });

  it('are told apart by their form', () => {
    assert.equal(tokenOrSession('a.b.c', ['mbs']).kind, 'session');
    assert.equal(tokenOrSession('a.b.', ['mbs']).kind, 'session');
    assert.equal(tokenOrSession('mbs_abc', ['mbs']).kind, 'token');
    assert.equal(tokenOrSession('', ['mbs']).kind, 'token');
  });
});
