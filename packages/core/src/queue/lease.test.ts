import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { silentLogger, type Database } from '../runtime.js';
import { LeaseWorker } from './lease.worker.js';

describe('a lease that was found to be over', () => {
  const muchLater = 60_000;
  let nowMs = 0;
  let writes = 0;
  let answer: () => Promise<void>;
  let lease: LeaseWorker;

  beforeEach(async () => {
    writes = 0;
    answer = () => Promise.resolve();
    const write = (): Promise<void> => {
      writes++;
      return answer();
    };
    lease = new LeaseWorker('worker', { write } as unknown as Database, { now: () => nowMs }, silentLogger);
    await lease.start();
    assert.equal(lease.isHeld(), true);
    nowMs += muchLater;
    writes = 0;
  });
  afterEach(async () => {
    answer = () => Promise.resolve();
    await lease.stop();
  });

  it('is renewed at once, and not held before that', async () => {
    assert.equal(lease.isHeld(), false);
    await turn();
    assert.equal(lease.isHeld(), true);
    assert.equal(writes, 1);
  });

  it('gave away what was claimed before, though it has been renewed since', async () => {
    const { term } = lease;
    assert.equal(lease.isStill(term), false);
    await turn();
    assert.equal(lease.isHeld(), true);
    assert.equal(lease.isStill(term), false);
    assert.equal(lease.isStill(lease.term), true);
  });

  it('is renewed once, however often it is asked for', async () => {
    let finish = (): void => {};
    answer = () => new Promise((resolve) => (finish = resolve));
    for (let n = 0; n < 5; n++) assert.equal(lease.isHeld(), false);
    finish();
    await turn();
    assert.equal(writes, 1);
    assert.equal(lease.isHeld(), true);
  });

  it('is left to the next heartbeat when the database does not take it', async () => {
    answer = () => Promise.reject(new Error('the database is down'));
    for (let n = 0; n < 5; n++) {
      assert.equal(lease.isHeld(), false);
      await turn();
    }
    assert.equal(writes, 1);
  });

  it('stays over when the process has stopped', async () => {
    await lease.stop();
    writes = 0;
    assert.equal(lease.isHeld(), false);
    await turn();
    assert.deepEqual([writes, lease.isHeld()], [0, false]);
  });
});
