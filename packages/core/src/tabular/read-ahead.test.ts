import assert from 'node:assert/strict';
import { readAhead } from './read-ahead.js';

describe('reading ahead', () => {
  const log: string[] = [];
  beforeEach(() => (log.length = 0));

  async function* numbers(failAt?: number): AsyncGenerator<number, void, undefined> {
    try {
      for (let number = 1; number <= 3; number++) {
        await Promise.resolve();
        log.push(`made ${number}`);
        if (number === failAt) throw new Error('broken');
        yield number;
      }
    } finally {
      log.push('closed');
    }
  }

  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('makes the next item while the last is dealt with, and no more', async () => {
    for await (const number of readAhead(numbers())) {
      await settled();
      log.push(`had ${number}`);
    }
    assert.deepEqual(log, ['made 1', 'made 2', 'had 1', 'made 3', 'had 2', 'closed', 'had 3']);
  });

  it('hands out what stood before a failure, and then fails', async () => {
    const had: number[] = [];
    await assert.rejects(async () => {
      for await (const number of readAhead(numbers(2))) {
        await settled();
        had.push(number);
      }
    }, /broken/);
    assert.deepEqual(had, [1]);
  });

  it('closes its source when nobody asks on', async () => {
    for await (const number of readAhead(numbers())) if (number === 1) break;
    assert.deepEqual(log, ['made 1', 'made 2', 'closed']);
  });

  it('loses no failure of its consumer to one of its source', async () => {
    await assert.rejects(async () => {
      for await (const number of readAhead(numbers(2))) {
        await settled();
        throw new Error(`cannot have ${number}`);
      }
    }, /cannot have 1/);
  });
});
