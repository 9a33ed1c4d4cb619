import assert from 'node:assert/strict';
import { LockOut } from './lock-out.js';

const options = { failuresPerSystemId: 3, failuresPerAddress: 5, lockOutMs: 1_000 };

describe('the lock-out', () => {
  let lockOut: LockOut;
  beforeEach(() => {
    lockOut = new LockOut(options);
  });

  const fail = (address: string, systemId: string, times: number, nowMs = 0): void => {
    for (let n = 0; n < times; n++) lockOut.noteFailure(address, systemId, nowMs);
  };

  it('shuts a name after some failures, from wherever they came, for a while', () => {
    fail('10.0.0.1', 'BANK', 2);
    assert.equal(lockOut.isLocked('10.0.0.9', 'BANK', 0), false);
    assert.equal(lockOut.noteFailure('10.0.0.2', 'BANK', 0), true);
    assert.equal(lockOut.isLocked('10.0.0.9', 'BANK', 999), true);
    assert.equal(lockOut.isLocked('10.0.0.9', 'SHOP', 999), false);
    assert.equal(lockOut.isLocked('10.0.0.9', 'BANK', 1_000), false);
    fail('10.0.0.1', 'BANK', 2, 1_000);
    assert.equal(lockOut.isLocked('10.0.0.9', 'BANK', 1_000), false);
  });

  it('shuts an address that tries one name after another', () => {
    for (let n = 0; n < 5; n++) fail('10.0.0.1', `NAME${n}`, 1);
    assert.equal(lockOut.isLocked('10.0.0.1', 'OTHER', 0), true);
    assert.equal(lockOut.isLocked('10.0.0.2', 'OTHER', 0), false);
  });

  it('counts the IPv6 addresses of one network as one', () => {
    for (let n = 0; n < 5; n++) fail(`2001:db8:1:2::${n}`, `NAME${n}`, 1);
    assert.equal(lockOut.isLocked('2001:db8:1:2:ffff::1', 'OTHER', 0), true);
    assert.equal(lockOut.isLocked('2001:db8:1:3::1', 'OTHER', 0), false);
    assert.equal(lockOut.isLocked('::1', 'OTHER', 0), false);
  });

  it('shuts nobody out who has bound from there', () => {
    lockOut.noteSuccess('10.0.0.1', 'BANK', 0);
    fail('10.0.0.1', 'BANK', 20);
    assert.equal(lockOut.isLocked('10.0.0.1', 'BANK', 0), false);
    assert.equal(lockOut.isLocked('10.0.0.2', 'BANK', 0), true);
    assert.equal(lockOut.isLocked('10.0.0.1', 'SHOP', 0), true);
    const [day] = [24 * 3_600_000];
    fail('10.0.0.1', 'BANK', 20, day);
    assert.equal(lockOut.isLocked('10.0.0.1', 'BANK', day), true);
  });

  it('forgets failures that are long ago', () => {
    fail('10.0.0.1', 'BANK', 2);
    fail('10.0.0.1', 'BANK', 2, 2_000);
    assert.equal(lockOut.isLocked('10.0.0.1', 'BANK', 2_000), false);
  });

  it('keeps a table that does not grow, whatever names are tried', () => {
    const before = process.memoryUsage().heapUsed;
    for (let n = 0; n < 100_000; n++) lockOut.noteFailure(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, `NAME${n}`, 0);
    assert.ok(process.memoryUsage().heapUsed - before < 50_000_000);
    fail('10.0.0.1', 'BANK', 3);
    assert.equal(lockOut.isLocked('10.0.0.1', 'BANK', 0), true);
  });
});
