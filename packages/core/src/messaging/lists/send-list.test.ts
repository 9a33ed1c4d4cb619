import assert from 'node:assert/strict';
import fc from 'fast-check';
import { paceRows, type ListRow } from './send-list.js';

const row = (place: number, segments: number): ListRow => ({
  place,
  recipient: '+255712345678',
  text: null,
  encoding: 'gsm7',
  segments,
  cost: segments * 1_000,
  clientRef: null,
});

describe('paceRows', () => {
  it('lets everything leave where there is no pace', () => {
    const rows = [row(1, 1), row(2, 3)];
    assert.deepEqual(paceRows({ segmentsPerSecond: null, nextAt: 5 }, rows, 100), { rows, nextAt: 100 });
  });

  it('keeps to the pace over any stretch of time, whatever the lengths', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 50 }), (segments, segmentsPerSecond) => {
        let rest = segments.map((length, index) => row(index + 1, length));
        let nextAt = 0;
        let nowMs = 0;
        let sent = 0;
        while (rest.length > 0) {
          nowMs = Math.max(nowMs, nextAt);
          const paced = paceRows({ segmentsPerSecond, nextAt }, rest, nowMs);
          assert.ok(paced.rows.length > 0, 'it always goes on');
          sent += paced.rows.reduce((sum, one) => sum + one.segments, 0);
          rest = rest.slice(paced.rows.length);
          nextAt = paced.nextAt;
          const longest = Math.max(segmentsPerSecond / 2, 10);
          assert.ok(sent <= (nowMs / 1_000) * segmentsPerSecond + longest, `${sent} segments by ${nowMs} ms`);
        }
      }),
    );
  });

  it('does not catch up with what was missed', () => {
    const rows = Array.from({ length: 500 }, (_, index) => row(index + 1, 1));
    const { rows: first, nextAt } = paceRows({ segmentsPerSecond: 10, nextAt: 0 }, rows, 3_600_000);
    assert.equal(first.length, 5);
    assert.ok(nextAt >= 3_600_000);
  });
});
