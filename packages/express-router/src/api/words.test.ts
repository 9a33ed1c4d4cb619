import assert from 'node:assert/strict';
import { z } from 'zod';
import { RequestInvalid, validate } from '../validate.js';
import { text, time, wholeNumber } from './fields.js';
import { say, sentenceOf } from './words.js';

const schema = z.strictObject({
  to: z.string().min(1),
  name: text(5).optional(),
  lane: z.enum(['otp', 'promotional']).optional(),
  at: time.optional(),
  size: z.int().min(1).max(9).optional(),
  page: wholeNumber(1, 100).optional(),
  rows: z
    .array(z.strictObject({ to: z.string() }))
    .min(1)
    .max(2)
    .optional(),
});

/** What is wrong with an input, and what is said of it. */
const refused: [unknown, string][] = [
  [{}, 'to is required'],
  [{ to: '' }, 'to is required'],
  [{ to: 5 }, 'to must be a string'],
  [{ to: null }, 'to must be a string'],
  [{ to: ['+255712345678'] }, 'to must be a string'],
  [[], 'the request body must be a JSON object'],
  ['text', 'the request body must be a JSON object'],
  [null, 'the request body must be a JSON object'],
  [{ to: 'a', colour: 1 }, 'unknown field: colour'],
  [JSON.parse('{"to":"a","__proto__":1}'), 'unknown field: __proto__'],
  [{ to: 'a', ['x'.repeat(100)]: 1 }, `unknown field: ${'x'.repeat(60)}…`],
  [{ to: 'a', name: 'longer' }, 'name must have at most 5 characters'],
  [{ to: 'a', name: 'a\0' }, 'name must be well-formed text without NUL characters'],
  [{ to: 'a', name: '\ud800' }, 'name must be well-formed text without NUL characters'],
  [{ to: 'a', lane: 'fast' }, 'lane must be one of otp, promotional'],
  [{ to: 'a', at: 'soon' }, 'at must be an ISO 8601 time with its zone, such as 2026-05-11T09:00:00Z'],
  [{ to: 'a', at: '2026-02-30T09:00:00Z' }, 'at must be an ISO 8601 time with its zone, such as 2026-05-11T09:00:00Z'],
  [{ to: 'a', at: '2026-05-11T09:00:00' }, 'at must be an ISO 8601 time with its zone, such as 2026-05-11T09:00:00Z'],
  [{ to: 'a', size: 1.5 }, 'size must be a whole number'],
  [{ to: 'a', size: 10 }, 'size must be at most 9'],
  [{ to: 'a', page: '0' }, 'page must be at least 1'],
  [{ to: 'a', page: '-1' }, 'page must be a whole number'],
  [{ to: 'a', rows: [] }, 'rows must have at least 1 item'],
  [{ to: 'a', rows: {} }, 'rows must be an array'],
  [{ to: 'a', rows: [{ to: 'b' }, { to: 7 }] }, 'rows[1].to must be a string'],
  [{ to: 'a', rows: ['b'] }, 'rows[0] must be an object'],
  [{ to: 'a', rows: [{ to: 'b', text: 'c' }] }, 'unknown field: rows[0].text'],
];

describe('validation of requests', () => {
  for (const [input, sentence] of refused) {
    it(`says "${sentence}"`, () => {
      assert.throws(
        () => validate(schema, input, say),
        (error) => error instanceof RequestInvalid && sentenceOf(error.issues) === sentence,
      );
    });
  }

  it('answers what it read', () => {
    assert.deepEqual(validate(schema, { to: 'a', name: '😀', at: '2026-05-11T12:00:00+03:00', page: '7' }, say), {
      to: 'a',
      name: '😀',
      at: Date.UTC(2026, 4, 11, 9),
      page: 7,
    });
  });
});
