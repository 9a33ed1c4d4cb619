import assert from 'node:assert/strict';
import { CommitByAccount, type AccountWork } from './commit-by-account.js';
import { CommitConflict, LockTimeout } from './runtime.js';

interface Item {
  account: string;
  serial: number;
}

describe('CommitByAccount', () => {
  /** Commits what is of no locked account and no bad item, and keeps what was tried. */
  function ledger(patienceMs?: number): {
    group: CommitByAccount<Item, number>;
    locked: Set<string>;
    bad: Set<number>;
    tried: { items: readonly Item[]; lockWaitMs: number }[];
  } {
    const locked = new Set<string>();
    const bad = new Set<number>();
    const tried: { items: readonly Item[]; lockWaitMs: number }[] = [];
    const work: AccountWork<Item, number> = {
      async commit(items, { lockWaitMs }) {
        tried.push({ items, lockWaitMs });
        await new Promise((resolve) => setTimeout(resolve, 2));
        if (items.some(({ account }) => locked.has(account))) throw new LockTimeout();
        if (items.some(({ serial }) => bad.has(serial))) throw new CommitConflict('a constraint');
      },
      accountOf: ({ account }) => account,
      answerOf: ({ serial }) => serial,
      explain: ({ serial }, { on }) => Promise.resolve(new Error(`${serial} is refused by ${on}`)),
      isDoubtful: ({ account }) => account === 'doubtful',
    };
    const group = new CommitByAccount(work, { maxWeight: 10, ...(patienceMs !== undefined && { patienceMs }) });
    return { group, locked, bad, tried };
  }

  it('writes an account whose wallet is locked apart, until it is free', async () => {
    const { group, locked, tried } = ledger();
    locked.add('a');
    const waiting = group.add({ account: 'a', serial: 1 });
    assert.equal(await group.add({ account: 'b', serial: 2 }), 2);
    const later = group.add({ account: 'a', serial: 3 });
    assert.equal(await group.add({ account: 'b', serial: 4 }), 4);
    const together = Math.min(...tried.map(({ lockWaitMs }) => lockWaitMs));
    const ofSerial = (serial: number): number[] =>
      tried.filter(({ items }) => items.some((item) => item.serial === serial)).map(({ lockWaitMs }) => lockWaitMs);
    locked.delete('a');
    assert.deepEqual(await Promise.all([waiting, later]), [1, 3]);
    assert.equal(ofSerial(1)[0], together);
    assert.ok(ofSerial(3).every((lockWaitMs) => lockWaitMs > together));
    assert.equal(await group.add({ account: 'a', serial: 5 }), 5);
    assert.deepEqual(ofSerial(5), [together]);
    await group.drained();
  });

  it('tells the lock to who has waited long enough', async () => {
    const { group, locked } = ledger(10);
    locked.add('a');
    await assert.rejects(group.add({ account: 'a', serial: 1 }), LockTimeout);
  });

  it('waits no longer when it is told to hurry', async () => {
    const { group, locked } = ledger();
    locked.add('a');
    const waiting = group.add({ account: 'a', serial: 1 });
    group.hurry();
    await assert.rejects(waiting, LockTimeout);
    await group.drained();
  });

  it('refuses an item that undoes the commit by itself, and writes its neighbours', async () => {
    const { group, bad } = ledger();
    bad.add(2);
    const of = (account: string, serial: number): Promise<number> => group.add({ account, serial });
    const verdicts = await Promise.allSettled([of('a', 1), of('a', 2), of('a', 3), of('b', 4)]);
    assert.deepEqual(
      verdicts.map((verdict) => (verdict.status === 'fulfilled' ? verdict.value : String(verdict.reason))),
      [1, 'Error: 2 is refused by a constraint', 3, 4],
    );
  });

  it('writes a doubtful account after the others and by itself', async () => {
    const { group, tried } = ledger();
    await Promise.all(['doubtful', 'a', 'b'].map((account, index) => group.add({ account, serial: index })));
    assert.deepEqual(
      tried.map(({ items }) => items.map(({ account }) => account)),
      [['a', 'b'], ['doubtful']],
    );
  });
});
