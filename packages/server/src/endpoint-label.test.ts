import assert from 'node:assert/strict';
import { endpointLabel } from './endpoint-label.js';

describe('endpoint labels', () => {
  it('are patterns, without ids and queries', () => {
    assert.equal(endpointLabel('/api/v1/messages'), '/api/v1/messages');
    assert.equal(endpointLabel('/api/v1/messages/?phone=%2B255712345678'), '/api/v1/messages');
    assert.equal(endpointLabel('/api/v1/messages/batch'), '/api/v1/messages/batch');
    assert.equal(endpointLabel('/api/v1/messages/01a1fd43-dacf-7000-87cb-2132364c4116'), '/api/v1/messages/{uuid}');
    assert.equal(endpointLabel('/healthz'), '/healthz');
  });

  it('never repeat what a stranger sent', () => {
    for (const url of ['/', '/+255712345678', '/api/v1/nope', '/api/v1/messages/a/b/c', '/api/v2/messages']) {
      assert.equal(endpointLabel(url), 'unmatched', url);
    }
  });
});
