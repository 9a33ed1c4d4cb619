import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { Loop } from './loop.js';
import { Signal } from './signal.js';

class Rounds extends Loop {
  readonly errors: unknown[] = [];
  done = 0;

  constructor(
    private readonly each: (round: number) => Promise<number>,
    wake?: Signal,
  ) {
    super(wake);
  }

  get isStopping(): boolean {
    return this.signal.aborted;
  }

  protected round(): Promise<number> {
    return this.each(++this.done);
  }

  protected failed(error: unknown): number {
    this.errors.push(error);
    return 0;
  }
}

const longRestMs = 3_600_000;

async function until(so: () => boolean): Promise<void> {
  while (!so()) await turn();
}

describe('a loop', () => {
  it('goes on at once while there is something to do, rests when there is not, and is stopped in its rest', async () => {
    const loop = new Rounds((round) => Promise.resolve(round < 3 ? 0 : longRestMs));
    loop.start();
    loop.start();
    await until(() => loop.done === 3);
    await loop.stop();
    assert.equal(loop.done, 3);
  });

  it('is woken from its rest, also by what happened while it was busy', async () => {
    const wake = new Signal();
    const loop = new Rounds((round) => {
      if (round === 1) wake.raise();
      return Promise.resolve(longRestMs);
    }, wake);
    loop.start();
    await until(() => loop.done === 2);
    wake.raise();
    await until(() => loop.done === 3);
    await loop.stop();
  });

  it('goes on after a round that failed', async () => {
    const loop = new Rounds((round) => (round === 1 ? Promise.reject(new Error('no')) : Promise.resolve(longRestMs)));
    loop.start();
    await until(() => loop.done === 2);
    await loop.stop();
    assert.equal(loop.errors.length, 1);
  });

  it('ends the round in hand when it is stopped', async () => {
    let finish: (() => void) | undefined;
    const loop = new Rounds(async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      return 0;
    });
    loop.start();
    const stopped = loop.stop();
    assert.equal(loop.isStopping, true);
    finish?.();
    await stopped;
    assert.equal(loop.done, 1);
  });

  it('that was never started is stopped at once', async () => {
    const loop = new Rounds(() => Promise.resolve(0));
    await loop.stop();
    assert.equal(loop.done, 0);
  });
});
