import assert from 'node:assert/strict';
import { LearnedIds } from './learned-ids.js';

describe('the ids of an operator', () => {
  // Both are ids it may have answered with: 12107306, and b8be2a, which is 12107306 in hexadecimal.
  const ambiguous = '12107306';
  const asHexadecimal = 'b8be2a';

  const learn = (learned: LearnedIds, transport: string, count: number): void => {
    for (let n = 0; n < count; n++) learned.matched(transport, String(12_000_000 + n), (12_000_000 + n).toString(16));
  };

  it('are first taken as they are written', () => {
    const learned = new LearnedIds();
    assert.equal(learned.keysOf('a', ambiguous)[0], ambiguous);
    learn(learned, 'a', 19);
    assert.equal(learned.keysOf('a', ambiguous)[0], ambiguous);
  });

  it('are read in the form it keeps to, and in the others after that', () => {
    const learned = new LearnedIds();
    learn(learned, 'a', 20);
    assert.deepEqual(learned.keysOf('a', ambiguous).slice(0, 2), [asHexadecimal, ambiguous]);
    assert.equal(learned.keysOf('b', ambiguous)[0], ambiguous);
    assert.deepEqual(learned.keysOf('a', 'MSG-9a'), ['msg-9a']);
  });

  it('are learned anew when it changes its way', () => {
    const learned = new LearnedIds();
    learn(learned, 'a', 100);
    for (let n = 0; n < 80; n++) learned.matched('a', `A${n}`, `a${n}`);
    assert.equal(learned.keysOf('a', ambiguous)[0], ambiguous);
  });
});
