import assert from 'node:assert/strict';
import fc from 'fast-check';
import { characterEnds, charactersOf } from './characters.js';

describe('charactersOf', () => {
  it('loses nothing', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'ç', '\u0301', '\u200d', '👩', '🇹', '\ud83d', '\n') }),
        (text) => {
          assert.equal(charactersOf(text).join(''), text);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('keeps together what a reader sees as one', () => {
    assert.deepEqual(charactersOf('e\u0301🇹🇿👨‍👩‍👧👍🏽❤️ab'), ['e\u0301', '🇹🇿', '👨‍👩‍👧', '👍🏽', '❤️', 'a', 'b']);
  });
});

describe('characterEnds', () => {
  it('marks the place after each character', () => {
    assert.deepEqual([...characterEnds('ae\u0301🇹🇿b')], [0, 1, 0, 1, 0, 0, 0, 1, 1]);
    assert.deepEqual([...characterEnds('')], [0]);
  });
});
