import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { silentLogger, type Database } from '../runtime.js';
import { LeaseWorker } from './lease.worker.js';

describe('a lease', () => {
  it('that was over is renewed at once, and what was claimed before is no longer its worker’s', async () => {
    let nowMs = 1_000_000;
    const database = { write: () => Promise.resolve() } as unknown as Database;
    const lease = new LeaseWorker('worker', database, { now: () => nowMs }, silentLogger);
    assert.equal(lease.isHeld(), false);
    await lease.start();
    const { term } = lease;
    nowMs += 10_000;
    assert.equal(lease.isStill(term), true);
    nowMs += 10_000;
    assert.equal(lease.isStill(term), false, 'it is over');
    await turn();
    assert.equal(lease.isHeld(), true, 'it was renewed');
    assert.equal(lease.isStill(term), false, 'somebody else may have what was claimed then');
    assert.equal(lease.isStill(lease.term), true);
    await lease.stop();
    assert.equal(lease.isHeld(), false);
  });
});
