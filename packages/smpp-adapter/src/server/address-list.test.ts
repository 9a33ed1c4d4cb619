import assert from 'node:assert/strict';
import { AddressList, plainAddress } from './address-list.js';

describe('an address list', () => {
  const cases: [entries: string[], address: string, has: boolean][] = [
    [['10.0.0.1'], '10.0.0.1', true],
    [['10.0.0.1'], '10.0.0.2', false],
    [['10.0.0.1'], '::ffff:10.0.0.1', true],
    [['::ffff:10.0.0.1'], '10.0.0.1', true],
    [['::ffff:10.0.0.0/104'], '10.9.9.9', true],
    [['10.0.0.0/8'], '10.255.0.1', true],
    [['10.0.0.0/8'], '11.0.0.1', false],
    [['0.0.0.0/0'], '192.0.2.1', true],
    [['0.0.0.0/0'], '2001:db8::1', false],
    [['2001:db8::/32'], '2001:db8:1::1', true],
    [['2001:db8::/32'], '2001:db9::1', false],
    [['2001:DB8::1'], '2001:db8:0:0::1', true],
    [['10.0.0.0/8', '192.0.2.7'], '192.0.2.7', true],
    [[' 192.0.2.7 '], '192.0.2.7', true],
    [['10.0.0.0/33', '10.0.0.0/x', '10.0.0', 'mama', ''], '10.0.0.0', false],
    [[], '10.0.0.1', false],
    [['0.0.0.0/0'], 'nowhere', false],
  ];
  for (const [entries, address, has] of cases) {
    it(`of ${JSON.stringify(entries)} ${has ? 'has' : 'does not have'} ${address}`, () => {
      assert.equal(new AddressList(entries).has(address), has);
    });
  }

  it('writes an IPv4 address as people do', () => {
    assert.equal(plainAddress('::ffff:192.0.2.1'), '192.0.2.1');
    assert.equal(plainAddress('::1'), '::1');
  });
});
