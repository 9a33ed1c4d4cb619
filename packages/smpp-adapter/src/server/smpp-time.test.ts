import assert from 'node:assert/strict';
import { PduError } from '../pdu/errors.js';
import { readSmppTime, writeSmppTime } from './smpp-time.js';
import { readSubmitTimes } from './submit-times.js';

const now = Date.UTC(2026, 4, 11, 9, 0, 0);
const at = (iso: string): number => Date.parse(iso);

describe('a time of SMPP', () => {
  const times: [text: string, at: number | undefined, isRelative?: boolean][] = [
    ['260511120000000+', at('2026-05-11T12:00:00Z')],
    ['260511120000500+', at('2026-05-11T12:00:00.5Z')],
    ['260511120000012+', at('2026-05-11T09:00:00Z')],
    ['260511120000012-', at('2026-05-11T15:00:00Z')],
    ['260511120000048+', at('2026-05-11T00:00:00Z')],
    ['260511120000049+', undefined],
    ['280229000000000+', at('2028-02-29T00:00:00Z')],
    ['270229000000000+', undefined],
    ['260011120000000+', undefined],
    ['261311120000000+', undefined],
    ['260511240000000+', undefined],
    ['260511126000000+', undefined],
    ['260511120060000+', undefined],
    ['000000000000000R', now, true],
    ['000000013005000R', at('2026-05-11T10:30:05Z'), true],
    ['000001000000000R', at('2026-05-12T09:00:00Z'), true],
    ['000100000000000R', at('2026-06-11T09:00:00Z'), true],
    ['010000000000000R', at('2027-05-11T09:00:00Z'), true],
    ['000000250000000R', undefined],
    ['26051112000000+', undefined],
    ['260511120000000', undefined],
    ['260511120000000Z', undefined],
    ['', undefined],
    ['tomorrow at noon', undefined],
  ];
  for (const [text, expected, isRelative = false] of times) {
    it(`is read from ${JSON.stringify(text)}`, () => {
      assert.deepEqual(readSmppTime(text, now), expected === undefined ? undefined : { at: expected, isRelative });
    });
  }

  it('is written in sixteen characters and read again', () => {
    assert.equal(writeSmppTime(at('2026-05-11T12:00:00.5Z')), '260511120000500+');
    assert.equal(readSmppTime(writeSmppTime(now), now)?.at, now);
  });
});

describe('the times of a submit', () => {
  const hour = 3_600_000;
  const cases: [schedule: string, validity: string, scheduledAt?: number | undefined, validityMs?: number][] = [
    ['', ''],
    ['', '000000010000000R', undefined, hour],
    ['', '260511100000000+', undefined, hour],
    ['', '000002000000000R', undefined, 24 * hour],
    ['260511110000000+', '', now + 2 * hour],
    ['260511110000000+', '000000010000000R', now + 2 * hour, hour],
    ['260511110000000+', '260511120000000+', now + 2 * hour, hour],
    ['260511085930000+', '', now - 30_000],
  ];
  for (const [schedule, validity, scheduledAt, validityMs] of cases) {
    it(`are read from ${JSON.stringify([schedule, validity])}`, () => {
      const times = readSubmitTimes({ schedule_delivery_time: schedule, validity_period: validity }, now);
      assert.deepEqual(times, { scheduledAt, validityMs });
    });
  }

  const refused: [schedule: string, validity: string, status: number][] = [
    ['260511085800000+', '', 0x61],
    ['270512090000000+', '', 0x61],
    ['nonsense', '', 0x61],
    ['', '260511090000000+', 0x62],
    ['', '000000000000000R', 0x62],
    ['', 'nonsense', 0x62],
    ['260511110000000+', '260511103000000+', 0x62],
  ];
  for (const [schedule, validity, status] of refused) {
    it(`are refused as ${JSON.stringify([schedule, validity])}`, () => {
      assert.throws(
        () => readSubmitTimes({ schedule_delivery_time: schedule, validity_period: validity }, now),
        (error) => error instanceof PduError && error.status === status,
      );
    });
  }
});
