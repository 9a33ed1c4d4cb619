import assert from 'node:assert/strict';
import { SmsError } from '../errors.js';
import { eventTypes } from '../events.js';
import { hears, parseEventNames } from './webhook.js';

describe('parseEventNames', () => {
  it('takes every event, families and all, each once', () => {
    assert.deepEqual(parseEventNames(eventTypes), eventTypes);
    assert.deepEqual(parseEventNames(['message.*', '*', 'message.*']), ['message.*', '*']);
  });

  const refused = [[], ['message'], ['message.read'], ['sms.*'], ['*.delivered'], ['**'], ['']];
  for (const names of [...refused, Array<string>(51).fill('*')]) {
    it(`refuses ${JSON.stringify(names).slice(0, 40)}`, () => {
      assert.throws(
        () => parseEventNames(names),
        (error) => error instanceof SmsError && error.code === 'invalid_request',
      );
    });
  }
});

describe('hears', () => {
  it('goes by the name, the family or everything', () => {
    assert.ok(hears(['message.delivered'], 'message.delivered'));
    assert.ok(hears(['credits.added', 'message.*'], 'message.delivered'));
    assert.ok(hears(['*'], 'webhook.disabled'));
    assert.ok(!hears(['message.delivered'], 'message.failed'));
    assert.ok(!hears(['message.*'], 'credits.added'));
    assert.ok(!hears([], 'credits.added'));
  });
});
