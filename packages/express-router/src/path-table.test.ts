import assert from 'node:assert/strict';
import { canonical } from './api/index.js';
import { PathTable } from './path-table.js';

describe('paths', () => {
  const api = canonical();
  const table = new PathTable([api]);

  const found = (path: string): string[] | undefined => {
    const match = table.find(api.prefix + path);
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

  it('knows whose a path is that nothing answers at', () => {
    const mine = { ...api, name: 'mine', prefix: '/api/v1/mine', endpoints: [], owns: ['/api/v1/mine'] };
    const both = new PathTable([api, mine]);
    for (const [path, owner] of [
      ['/api/v1', 'canonical'],
      ['/api/v1/', 'canonical'],
      ['/api/v1/x/y', 'canonical'],
      ['/api/v1/mine/x', 'mine'],
      ['/api/v1/mines', 'canonical'],
      ['/api/v10', undefined],
      ['/api', undefined],
      ['/x/api/v1/messages', undefined],
      ['', undefined],
    ] as const) {
      assert.equal(both.ownerOf(path)?.name, owner, path);
    }
  });

  it('refuses an endpoint that is listed twice', () => {
    assert.throws(() => new PathTable([api, canonical()]), /listed twice/);
  });
});
