import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { MessageState } from '../events.js';
import { historyEntry, isFailed, isFinal, mayMove, parseHistory } from './message.js';

const onTheWay: MessageState[] = ['scheduled', 'queued', 'submitted', 'enroute', 'unknown'];
const ends: MessageState[] = ['delivered', 'undelivered', 'expired', 'rejected', 'failed', 'blocked', 'cancelled'];
const all = [...onTheWay, ...ends];

describe('mayMove', () => {
  it('lets a message on its way move forward only', () => {
    for (const [at, from] of onTheWay.entries()) {
      const allowed = onTheWay.filter((to) => mayMove(from, to));
      assert.deepEqual(allowed, onTheWay.slice(at + 1), `from ${from}`);
    }
  });

  it('lets every message on its way come to any end', () => {
    for (const from of onTheWay) for (const to of ends) assert.ok(mayMove(from, to), `${from} to ${to}`);
  });

  it('lets a message leave no end', () => {
    for (const from of ends) for (const to of all) assert.ok(!mayMove(from, to), `${from} to ${to}`);
  });

  it('has an end however reports come', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...all), { maxLength: 40 }), (reported) => {
        let state: MessageState = 'scheduled';
        let moves = 0;
        for (const to of reported) {
          if (!mayMove(state, to)) continue;
          state = to;
          moves++;
        }
        assert.ok(moves <= onTheWay.length, `${moves} moves`);
      }),
    );
  });
});

describe('the ends', () => {
  it('are final, and failed unless delivered', () => {
    assert.deepEqual(all.filter(isFinal), ends);
    assert.deepEqual(
      all.filter(isFailed),
      ends.filter((end) => end !== 'delivered'),
    );
  });
});

describe('the history column', () => {
  it('can be appended to as text', () => {
    const first = { state: 'queued', at: 1, source: 'api' } as const;
    const second = { state: 'submitted', at: 2, source: 'an "operator", [quoted]' } as const;
    assert.deepEqual(parseHistory(`${historyEntry(first)},${historyEntry(second)}`), [first, second]);
  });
});
