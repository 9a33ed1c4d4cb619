import assert from 'node:assert/strict';
import { CommitByAccount } from './commit-by-account.js';
import type { Verdict } from './group-commit.js';
import { LockTimeout } from './runtime.js';

interface Item {
  account: string;
  serial: number;
}

describe('CommitByAccount', () => {
  /** Writes everything but what is of a locked account, and keeps the batches. */
  function lockable(patienceMs?: number): {
    group: CommitByAccount<Item, number>;
    locked: Set<string>;
    batches: { items: Item[]; lockWaitMs: number }[];
  } {
    const locked = new Set<string>();
    const batches: { items: Item[]; lockWaitMs: number }[] = [];
    const write = async (items: Item[], { lockWaitMs }: { lockWaitMs: number }): Promise<Verdict<number>[]> => {
      batches.push({ items, lockWaitMs });
      await new Promise((resolve) => setTimeout(resolve, 2));
      return items.map(({ account, serial }) =>
        locked.has(account) ? { error: new LockTimeout() } : { result: serial },
      );
    };
    const options = { maxWeight: 10, accountOf: ({ account }: Item) => account };
    const group = new CommitByAccount(write, patienceMs === undefined ? options : { ...options, patienceMs });
    return { group, locked, batches };
  }

  it('writes an account whose wallet is locked apart, until it is free', async () => {
    const { group, locked, batches } = lockable();
    locked.add('a');
    const waiting = group.add({ account: 'a', serial: 1 });
    assert.equal(await group.add({ account: 'b', serial: 2 }), 2);
    const later = group.add({ account: 'a', serial: 3 });
    assert.equal(await group.add({ account: 'b', serial: 4 }), 4);
    const together = Math.min(...batches.map(({ lockWaitMs }) => lockWaitMs));
    const ofSerial = (serial: number): number[] =>
      batches.filter(({ items }) => items.some((item) => item.serial === serial)).map(({ lockWaitMs }) => lockWaitMs);
    locked.delete('a');
    assert.deepEqual(await Promise.all([waiting, later]), [1, 3]);
    assert.equal(ofSerial(1)[0], together);
    assert.ok(ofSerial(3).every((lockWaitMs) => lockWaitMs > together));
    assert.equal(await group.add({ account: 'a', serial: 5 }), 5);
    assert.deepEqual(ofSerial(5), [together]);
    await group.drained();
  });

  it('tells the lock to who has waited long enough', async () => {
    const { group, locked } = lockable(10);
    locked.add('a');
    await assert.rejects(group.add({ account: 'a', serial: 1 }), LockTimeout);
  });

  it('waits no longer when it is told to hurry', async () => {
    const { group, locked } = lockable();
    locked.add('a');
    const waiting = group.add({ account: 'a', serial: 1 });
    group.hurry();
    await assert.rejects(waiting, LockTimeout);
    await group.drained();
  });
});
