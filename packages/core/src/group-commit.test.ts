import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { GroupCommit, type GroupCommitOptions, type Verdict } from './group-commit.js';

interface Batch {
  items: number[];
  finish(verdicts?: Verdict<string>[]): void;
  fail(error: Error): void;
}

/** A group whose batches end when the test says so. */
function handled(options: GroupCommitOptions<number>): {
  group: GroupCommit<number, string>;
  batches: Batch[];
} {
  const batches: Batch[] = [];
  const group = new GroupCommit<number, string>(
    (items) =>
      new Promise((resolve, reject) => {
        const all = items.map((item) => ({ result: `written ${item}` }));
        batches.push({ items, finish: (verdicts = all) => resolve(verdicts), fail: reject });
      }),
    options,
  );
  return { group, batches };
}

const itemsOf = (batches: Batch[]): number[][] => batches.map(({ items }) => items);

describe('GroupCommit', () => {
  it('writes what arrives in one turn of the event loop together', async () => {
    const { group, batches } = handled({ maxWeight: 10 });
    const results = [1, 2, 3].map((item) => group.add(item));
    await turn();
    assert.deepEqual(itemsOf(batches), [[1, 2, 3]]);
    batches[0]?.finish();
    assert.deepEqual(await Promise.all(results), ['written 1', 'written 2', 'written 3']);
  });

  it('has one batch in flight, while the next one gathers', async () => {
    const { group, batches } = handled({ maxWeight: 10 });
    const results = [group.add(1)];
    await turn();
    for (const item of [2, 3, 4]) {
      results.push(group.add(item));
      await turn();
    }
    assert.deepEqual(itemsOf(batches), [[1]]);
    assert.equal(group.waiting, 3);
    batches[0]?.finish();
    await turn();
    assert.deepEqual(itemsOf(batches), [[1], [2, 3, 4]]);
    assert.equal(group.waiting, 0);
    batches[1]?.finish();
    assert.equal((await Promise.all(results)).length, 4);
  });

  it('keeps batches to their weight and in order; what is heavier than that travels alone', async () => {
    const { group, batches } = handled({ maxWeight: 10, weightOf: (item) => item });
    const results = [4, 5, 2, 50, 1, 9, 1].map((item) => group.add(item));
    for (let batch = 0; batch < 5; batch++) {
      await turn();
      batches[batch]?.finish();
    }
    await Promise.all(results);
    assert.deepEqual(itemsOf(batches), [[4, 5], [2], [50], [1, 9], [1]]);
  });

  it('lets a full batch leave beside another, where that is allowed, and only a full one', async () => {
    const { group, batches } = handled({ maxWeight: 3, maxInFlight: 2 });
    const results = [1, 2].map((item) => group.add(item));
    await turn();
    results.push(group.add(3), group.add(4));
    await turn();
    assert.deepEqual(itemsOf(batches), [[1, 2]]);
    results.push(...[5, 6, 7, 8].map((item) => group.add(item)));
    await turn();
    assert.deepEqual(itemsOf(batches), [
      [1, 2],
      [3, 4, 5],
    ]);
    batches[1]?.finish();
    await turn();
    assert.deepEqual(itemsOf(batches).slice(2), [[6, 7, 8]]);
    batches[0]?.finish();
    batches[2]?.finish();
    assert.equal((await Promise.all(results)).length, 8);
    await group.drained();
  });

  it('keeps nothing of what it has written, though more is always waiting', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const group = new GroupCommit<object, number>(
      async (items) => {
        await turn();
        return items.map(() => ({ result: 0 }));
      },
      { maxWeight: 1 },
    );
    const watched = await (async () => {
      const first = {};
      const results = [group.add(first), ...Array.from({ length: 50 }, () => group.add({}))];
      await Promise.all(results.slice(0, 10));
      return new WeakRef(first);
    })();
    await turn();
    collect();
    assert.ok(group.waiting > 0);
    assert.equal(watched.deref(), undefined);
    await group.drained();
  });

  it('gives each item its own verdict', async () => {
    const { group, batches } = handled({ maxWeight: 10 });
    const results = Promise.allSettled([1, 2, 3].map((item) => group.add(item)));
    await turn();
    const empty = new Error('an empty wallet');
    batches[0]?.finish([{ result: 'one' }, { error: empty }, { result: 'three' }]);
    assert.deepEqual(await results, [
      { status: 'fulfilled', value: 'one' },
      { status: 'rejected', reason: empty },
      { status: 'fulfilled', value: 'three' },
    ]);
  });

  it('leaves no item without an answer', async () => {
    const { group, batches } = handled({ maxWeight: 10 });
    const results = Promise.allSettled([group.add(1), group.add(2)]);
    await turn();
    batches[0]?.finish([{ result: 'one' }]);
    const [, second] = await results;
    assert.equal(second.status, 'rejected');
  });

  it('rejects a whole batch when its write fails, and goes on with the next', async () => {
    const { group, batches } = handled({ maxWeight: 2 });
    const results = Promise.allSettled([1, 2, 3].map((item) => group.add(item)));
    await turn();
    batches[0]?.fail(new Error('the disk is full'));
    await turn();
    batches[1]?.finish();
    const statuses = (await results).map(({ status }) => status);
    assert.deepEqual(statuses, ['rejected', 'rejected', 'fulfilled']);
  });

  it('rejects a batch whose write throws at once', async () => {
    const group = new GroupCommit<number, string>(
      () => {
        throw new Error('no promise at all');
      },
      { maxWeight: 2 },
    );
    await assert.rejects(group.add(1), /no promise at all/);
  });

  it('is drained when nothing waits or is being written', async () => {
    const { group, batches } = handled({ maxWeight: 1 });
    await group.drained();
    const results = [group.add(1), group.add(2)];
    let drained = false;
    const draining = group.drained().then(() => (drained = true));
    await turn();
    batches[0]?.finish();
    await turn();
    assert.equal(drained, false);
    batches[1]?.finish();
    await draining;
    assert.equal((await Promise.all(results)).length, 2);
  });

  it('loses and repeats nothing over very many items', async () => {
    const written: number[] = [];
    let inFlight = 0;
    const group = new GroupCommit<number, number>(
      async (items) => {
        assert.equal(++inFlight, 1);
        await turn();
        written.push(...items);
        inFlight--;
        return items.map((result) => ({ result }));
      },
      { maxWeight: 700 },
    );
    const items = Array.from({ length: 30_000 }, (_, item) => item);
    const results = await Promise.all(items.map((item) => group.add(item)));
    assert.deepEqual(results, items);
    assert.deepEqual(written, items);
  });
});
