import assert from 'node:assert/strict';
import type { DomainEvent, EventType, MessageState } from '../../events.js';
import { countEvents, failsTooOften, noProgress } from './send-progress.js';

const event = (type: EventType, state: MessageState): DomainEvent =>
  ({ type, data: { state }, id: '', cursor: '', accountId: '', subjectId: '', at: 0 }) as unknown as DomainEvent;
const delivered = event('message.delivered', 'delivered');
const failed = event('message.failed', 'undelivered');
const expired = event('message.failed', 'expired');
const submitted = event('message.submitted', 'submitted');
const many = (count: number, one: DomainEvent): DomainEvent[] => Array.from({ length: count }, () => one);

describe('countEvents', () => {
  it('counts each kind of step', () => {
    const events = [submitted, submitted, delivered, failed, expired, event('message.cancelled', 'cancelled')];
    const { recent, ...counted } = countEvents(noProgress(0), [...events, event('message.accepted', 'queued')], 10);
    assert.deepEqual(
      [counted.submitted, counted.delivered, counted.failed, counted.cancelled, recent],
      [2, 1, 2, 1, 'dfe'],
    );
  });

  it('measures how many are handed over in a second, every two', () => {
    const soon = countEvents(noProgress(0), many(10, submitted), 1_000);
    assert.equal(soon.rate, null);
    const measured = countEvents(soon, many(30, submitted), 4_000);
    assert.equal(measured.rate, 10_000);
    assert.equal(countEvents(measured, many(8, submitted), 6_000).rate, 4_000);
  });
});

describe('failsTooOften', () => {
  const after = (...events: DomainEvent[]): boolean => failsTooOften(countEvents(noProgress(0), events, 0));

  it('needs two hundred ends, and more than a twentieth of them failed', () => {
    assert.equal(after(...many(199, failed)), false);
    assert.equal(after(...many(190, delivered), ...many(10, failed)), false);
    assert.equal(after(...many(189, delivered), ...many(11, failed)), true);
  });

  it('looks at the last two hundred alone, and not at those whose time was over', () => {
    assert.equal(after(...many(50, failed), ...many(200, delivered)), false);
    assert.equal(after(...many(100, delivered), ...many(100, expired)), false);
  });
});
