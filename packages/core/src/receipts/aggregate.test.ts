import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ReceiptState } from '../messaging/transport.js';
import { applyReceipt, type Effect, type ReportedMessage } from './aggregate.js';

const submitted = (receiptsDue: number): ReportedMessage => ({
  state: 'submitted',
  segmentsDelivered: 0,
  segmentsFailed: 0,
  receiptsDue,
  errorCode: null,
  upstreamError: null,
});

/** Reports one after another, each of a segment; keeps what is known of the segments as the recorder does. */
function report(message: ReportedMessage, ...reports: [segment: number, state: ReceiptState][]): Effect[] {
  const known = new Map<number, ReceiptState>();
  return reports.map(([segment, state]) => {
    const effect = applyReceipt(message, known.get(segment) ?? null, { state });
    if (effect === 'moved' || effect === 'counted') known.set(segment, state);
    return effect;
  });
}

describe('applyReceipt', () => {
  const ends: [ReceiptState, code: string | null][] = [
    ['delivered', null],
    ['undelivered', 'absent_subscriber'],
    ['expired', 'expired'],
    ['rejected', 'upstream_rejected'],
    ['cancelled', 'cancelled'],
  ];
  for (const [end, code] of ends) {
    it(`ends a message of one segment as ${end}`, () => {
      const message = submitted(1);
      assert.deepEqual(report(message, [1, end]), ['moved']);
      assert.equal(message.state, end);
      assert.equal(message.errorCode, code);
    });
  }

  it('delivers a long message when each of its segments is', () => {
    const message = submitted(3);
    assert.deepEqual(report(message, [2, 'delivered'], [1, 'delivered']), ['counted', 'counted']);
    assert.equal(message.state, 'submitted');
    assert.deepEqual(report(message, [3, 'delivered']), ['moved']);
    assert.equal(message.state, 'delivered');
    assert.equal(message.segmentsDelivered, 3);
  });

  const errors: [errorCode: string | undefined, told: string | null][] = [
    ['032', '032'],
    ['0x1F', '0x1F'],
    ['E12', 'E12'],
    ['000', null],
    ['0x00', null],
    ['', null],
    [undefined, null],
  ];
  for (const [errorCode, told] of errors) {
    it(`takes the operator's error ${errorCode} for ${told}`, () => {
      const message = submitted(1);
      applyReceipt(message, null, { state: 'undelivered', ...(errorCode !== undefined && { errorCode }) });
      assert.equal(message.upstreamError, told);
    });
  }

  it('keeps the error of the segment that failed', () => {
    const message = submitted(2);
    applyReceipt(message, null, { state: 'undelivered', errorCode: '032' });
    applyReceipt(message, null, { state: 'delivered', errorCode: '000' });
    assert.deepEqual(
      [message.state, message.errorCode, message.upstreamError],
      ['undelivered', 'absent_subscriber', '032'],
    );
  });

  it('fails a long message once all segments are accounted for and one failed, in either order', () => {
    const early = submitted(2);
    assert.deepEqual(report(early, [1, 'expired'], [2, 'delivered']), ['counted', 'moved']);
    assert.equal(early.state, 'undelivered');
    assert.equal(early.errorCode, 'expired');
    const late = submitted(2);
    assert.deepEqual(report(late, [1, 'delivered'], [2, 'expired']), ['counted', 'moved']);
    assert.equal(late.state, 'expired');
    assert.equal(late.errorCode, 'expired');
  });

  it('moves forward on news from under way, once', () => {
    const message = submitted(1);
    assert.deepEqual(report(message, [1, 'enroute'], [1, 'enroute']), ['moved', 'nothing']);
    assert.equal(message.state, 'enroute');
    assert.deepEqual(report(message, [1, 'delivered']), ['moved']);
  });

  it('takes a receipt that says nothing for a sign of life, not for an end', () => {
    const message = submitted(1);
    assert.deepEqual(report(message, [1, 'unknown']), ['moved']);
    assert.equal(message.state, 'enroute');
  });

  it('does not count a receipt twice', () => {
    const message = submitted(2);
    assert.deepEqual(report(message, [1, 'delivered'], [1, 'delivered']), ['counted', 'nothing']);
    assert.equal(message.segmentsDelivered, 1);
  });

  it('disputes a segment that is told two ways', () => {
    const message = submitted(2);
    assert.deepEqual(report(message, [1, 'delivered'], [1, 'undelivered']), ['counted', 'disputed']);
    assert.deepEqual(message, { ...submitted(2), segmentsDelivered: 1 });
  });

  it('disputes what contradicts an end, and ignores what is older than it', () => {
    const message = submitted(1);
    const effects = report(message, [1, 'delivered'], [1, 'undelivered'], [1, 'delivered'], [1, 'enroute']);
    assert.deepEqual(effects, ['moved', 'disputed', 'nothing', 'nothing']);
    assert.equal(message.state, 'delivered');
    assert.equal(message.errorCode, null);
  });

  it('ends a message by its first receipt where one is due, and hears the others in silence or as disputes', () => {
    const message = submitted(1);
    assert.deepEqual(report(message, [1, 'delivered'], [2, 'delivered'], [3, 'expired']), [
      'moved',
      'nothing',
      'disputed',
    ]);
  });

  it('settles a message that was given up', () => {
    const message: ReportedMessage = { ...submitted(1), state: 'unknown' };
    assert.deepEqual(report(message, [1, 'enroute']), ['nothing']);
    assert.deepEqual(report(message, [1, 'delivered']), ['moved']);
    assert.equal(message.state, 'delivered');
  });

  it('never leaves an end and never counts more than is due, whatever comes', () => {
    const states = fc.constantFrom<ReceiptState>(
      ...(['enroute', 'delivered', 'undelivered', 'expired', 'rejected', 'cancelled', 'unknown'] as const),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), states)),
        (due, reports) => {
          const message = submitted(due);
          const inRange = reports.filter(([segment]) => segment <= due);
          let ended: string | undefined;
          const known = new Map<number, ReceiptState>();
          for (const [segment, state] of inRange) {
            const effect = applyReceipt(message, known.get(segment) ?? null, { state });
            if (effect === 'moved' || effect === 'counted') known.set(segment, state);
            if (ended !== undefined) assert.equal(message.state, ended);
            if (message.segmentsDelivered + message.segmentsFailed === due) ended = message.state;
            assert.ok(message.segmentsDelivered + message.segmentsFailed <= due);
          }
        },
      ),
    );
  });
});
