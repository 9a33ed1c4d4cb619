import assert from 'node:assert/strict';
import type { RateLimit, Sms } from '@ujumbe/core';
import type { DatabaseName, OpenTestDatabase } from '../../support/databases.js';
import { openPlatform, platformFor } from '../platform.js';

const perMinute = (limit: number): RateLimit => ({ name: `test ${limit}`, limit, windowMs: 60_000 });

/** How many of so many attempts were within the limit. */
async function takenOf(platforms: readonly Sms[], attempts: number, limit: RateLimit, key: string): Promise<number> {
  const states = await Promise.all(
    Array.from({ length: attempts }, (_, at) => platforms[at % platforms.length]!.limits.take(limit, key)),
  );
  return states.filter(({ isWithin }) => isWithin).length;
}

export function limitsSuite(open: OpenTestDatabase, name: DatabaseName): void {
  const given = platformFor(open);

  it('give what they allow to each key, and no more', async () => {
    const { sms } = given();
    for (const limit of [1, 7, 60]) {
      assert.equal(await takenOf([sms], limit + 20, perMinute(limit), 'a'), limit);
      assert.equal(await takenOf([sms], 1, perMinute(limit), 'b'), 1);
    }
  });

  it('say how much is left, and until when', async () => {
    const { sms } = given();
    const limit = perMinute(10);
    const first = await sms.limits.take(limit, 'c');
    assert.deepEqual([first.isWithin, first.limit, first.remaining], [true, 10, 9]);
    assert.ok(first.resetsInMs > 0 && first.resetsInMs <= 60_000);
    assert.equal((await sms.limits.take(limit, 'c', 4)).remaining, 5);
  });

  it('take nothing for what is too much, and take back what was not used', async () => {
    const { sms } = given();
    const limit = perMinute(11);
    assert.equal((await sms.limits.take(limit, 'd', 12)).isWithin, false);
    assert.equal((await sms.limits.take(limit, 'd', 8)).isWithin, true);
    assert.equal((await sms.limits.take(limit, 'd', 4)).isWithin, false);
    assert.equal((await sms.limits.take(limit, 'd', 3)).isWithin, true);
    await sms.limits.giveBack(limit, 'd', 2);
    assert.equal((await sms.limits.take(limit, 'd', 2)).isWithin, true);
    assert.equal((await sms.limits.take(limit, 'd')).isWithin, false);
  });

  if (name !== 'postgres') return;

  it('begin again when their window is over', async () => {
    const { sms, clock } = given();
    const limit = perMinute(12);
    assert.equal(await takenOf([sms], 30, limit, 'e'), 12);
    clock.move(60_001);
    assert.equal(await takenOf([sms], 30, limit, 'e'), 12);
  });

  it('are one for all processes', async () => {
    const { database } = given();
    const processes = await Promise.all([1, 2, 3].map(() => openPlatform(database)));
    const platforms = processes.map(({ sms }) => sms);
    try {
      for (const limit of [5, 60, 1_000]) {
        const taken = await takenOf(platforms, limit * 2, perMinute(limit + 1), 'f');
        // Never more, and what one took and did not use is an eighth of the whole at most.
        assert.ok(taken <= limit + 1, `${taken} of ${limit + 1}`);
        assert.ok(taken >= Math.floor((limit + 1) * 0.75), `${taken} of ${limit + 1}`);
      }
    } finally {
      await Promise.all(platforms.map((sms) => sms.stop()));
    }
  });
}
