import assert from 'node:assert/strict';
import { endpoints } from './api/endpoints.js';
import { PathTable } from './path-table.js';

describe('paths', () => {
  const table = new PathTable(endpoints);

  const found = (path: string): string[] | undefined => {
    const match = table.find(path);
    return (
      match &&
      [...match.methods.values()]
        .map((endpoint) => endpoint.path)
        .slice(0, 1)
        .concat(Object.values(match.params))
    );
  };

  it('finds fixed paths before variable ones', () => {
    assert.deepEqual(found('/messages'), ['/messages']);
    assert.deepEqual(found('/messages/batch'), ['/messages/batch']);
    assert.deepEqual(found('/messages/abc'), ['/messages/{uuid}', 'abc']);
    assert.deepEqual(found('/webhooks/a/deliveries/b/replay'), [
      '/webhooks/{uuid}/deliveries/{delivery_uuid}/replay',
      'a',
      'b',
    ]);
  });

  it('takes a slash at the end, and none of more, less or broken escapes', () => {
    assert.deepEqual(found('/messages/'), ['/messages']);
    assert.deepEqual(found('/messages/a%2Bb+c'), ['/messages/{uuid}', 'a+b+c']);
    for (const path of [
      '',
      '/',
      '/message',
      '/messages/a/b',
      '/messages//',
      '/messages/%zz',
      '//messages',
      '/Messages',
    ]) {
      assert.equal(found(path), undefined, path);
    }
  });

  it('refuses an endpoint that is listed twice', () => {
    const [first] = endpoints;
    assert.ok(first);
    assert.throws(() => new PathTable([first, first]), /listed twice/);
  });
});
