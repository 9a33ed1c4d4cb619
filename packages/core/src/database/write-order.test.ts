import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Urgency } from '../runtime.js';
import { WriteOrder, type WriteOrderOptions } from './write-order.js';

/** Writes that end when they are told to, and the order in which they began. */
function writers(options: WriteOrderOptions) {
  const order = new WriteOrder(options);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    begun,
    write: (name: string, urgency?: Urgency): Promise<void> =>
      order.run(urgency, () => {
        begun.push(name);
        return new Promise<void>((resolve) => ends.set(name, resolve));
      }),
    end: async (name: string): Promise<void> => {
      ends.get(name)?.();
      await pause(0);
    },
    fail: () => order.run(undefined, () => Promise.reject(new Error('failed'))),
  };
}

describe('the order of writes', () => {
  it('is the order they came in, one at a time', async () => {
    const { write, end, begun } = writers({ places: 1, placesInAHurry: 1 });
    const all = ['a', 'b', 'c'].map((name) => write(name));
    await pause(0);
    assert.deepEqual(begun, ['a']);
    for (const name of ['a', 'b', 'c']) await end(name);
    await Promise.all(all);
    assert.deepEqual(begun, ['a', 'b', 'c']);
  });

  it('lets what is urgent go before what waits, four times in a row', async () => {
    const { write, end, begun } = writers({ places: 1, placesInAHurry: 1 });
    const all = [write('first'), write('patient'), write('last')];
    const urgent = ['u1', 'u2', 'u3', 'u4', 'u5'];
    all.push(...urgent.map((name) => write(name, 'soon')));
    await pause(0);
    const wanted = ['first', 'u1', 'u2', 'u3', 'u4', 'patient', 'u5', 'last'];
    for (const name of wanted) await end(name);
    await Promise.all(all);
    assert.deepEqual(begun, wanted);
  });

  it('writes less at a time once something was to be done at once', async () => {
    const { write, end, begun } = writers({ places: 2, placesInAHurry: 1 });
    const all = [write('a'), write('b'), write('c'), write('now', 'at once')];
    await pause(0);
    assert.deepEqual(begun, ['a', 'b']);
    await end('a');
    assert.deepEqual(begun, ['a', 'b']);
    await end('b');
    assert.deepEqual(begun, ['a', 'b', 'now']);
    for (const name of ['now', 'c']) await end(name);
    await Promise.all(all);
  });

  it('goes on after a write that failed', async () => {
    const { write, end, begun, fail } = writers({ places: 1, placesInAHurry: 1 });
    await assert.rejects(fail(), /failed/);
    const next = write('next');
    await pause(0);
    await end('next');
    await next;
    assert.deepEqual(begun, ['next']);
  });

  it('keeps nobody waiting for longer than its patience where more can write', async () => {
    const { write, end, begun } = writers({ places: 1, placesInAHurry: 1, patienceMs: 20 });
    const all = [write('locked'), write('patient'), write('u', 'soon')];
    await pause(0);
    assert.deepEqual(begun, ['locked', 'u']);
    await pause(50);
    assert.deepEqual(begun, ['locked', 'u', 'patient']);
    all.push(write('next'));
    for (const name of ['u', 'patient', 'locked']) await end(name);
    assert.equal(begun.at(-1), 'next');
    await end('next');
    await Promise.all(all);
  });
});
