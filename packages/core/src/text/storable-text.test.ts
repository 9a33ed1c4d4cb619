import assert from 'node:assert/strict';
import { storableText } from './storable-text.js';

describe('storableText', () => {
  it('replaces NUL and halves of surrogate pairs, and leaves whole ones', () => {
    assert.equal(storableText('a\0b\uD83Dc\uDE00d😀', 100), 'a\uFFFDb\uFFFDc\uFFFDd😀');
  });

  it('never leaves half of a pair where it cuts', () => {
    assert.equal(storableText('abc😀', 4), 'abc\uFFFD');
  });
});
