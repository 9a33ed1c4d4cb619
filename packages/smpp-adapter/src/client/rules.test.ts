import assert from 'node:assert/strict';
import { commandStatus } from '../status-codes.js';
import { readAddress, sourceAddress, defaultAddressTypes } from '../addresses.js';
import { describeStatus, refusalOf } from './outcome-of-status.js';
import { Pace } from './pace.js';
import { reconnectDelayMs } from './reconnect-delay.js';
import { relativeTime } from './relative-time.js';
import { smppTransport } from './smpp-transport.js';
import { defaultClientTimers } from './transport-options.js';

const { ESME_RALYBND, ESME_RINVPASWD, ESME_RSYSERR, ESME_RTHROTTLED, ESME_RX_T_APPN } = commandStatus;

describe('the rules of an SMPP client', () => {
  it('write a time as validity_period has it', () => {
    const day = 86_400_000;
    assert.deepEqual([0, 999, 61_000, day, 3 * day + 3_723_000, 400 * day].map(relativeTime), [
      '000000000001000R',
      '000000000001000R',
      '000000000101000R',
      '000001000000000R',
      '000003010203000R',
      '000099000000000R',
    ]);
  });

  it('read and write addresses', () => {
    const read: [ton: number, address: string, expected: string][] = [
      [1, '255713000123', '+255713000123'],
      [1, '+255713000123', '+255713000123'],
      [0, '+255713000123', '+255713000123'],
      [0, '00255713000123', '+255713000123'],
      [0, '255713000123', '255713000123'],
      [3, '15050', '15050'],
      [5, 'DUKA', 'DUKA'],
      [1, 'DUKA', 'DUKA'],
      [1, '', ''],
    ];
    for (const [ton, address, expected] of read) assert.equal(readAddress(ton, address), expected);
    assert.deepEqual(sourceAddress('255754000000', defaultAddressTypes), { ton: 1, npi: 1, digits: '255754000000' });
  });

  it('wait twice as long each time, up to a limit, and not all alike', () => {
    const delays = (status: number | undefined, random: number): number[] =>
      [1, 2, 3, 9, 99].map((failures) => reconnectDelayMs({ failures, status }, defaultClientTimers, random));
    assert.deepEqual(delays(undefined, 1), [1_000, 2_000, 4_000, 60_000, 60_000]);
    assert.deepEqual(delays(undefined, 0), [500, 1_000, 2_000, 30_000, 30_000]);
    assert.deepEqual(delays(ESME_RALYBND, 0.3), [30_000, 60_000, 120_000, 120_000, 120_000]);
    assert.deepEqual(delays(ESME_RINVPASWD, 0), Array(5).fill(60_000));
  });

  it('tell what passes from what does not', () => {
    assert.deepEqual(refusalOf(ESME_RTHROTTLED), { retryAfterMs: 1_000, tooFast: true });
    assert.deepEqual(refusalOf(ESME_RX_T_APPN), { retryAfterMs: 5_000, tooFast: true });
    assert.deepEqual(refusalOf(ESME_RSYSERR), { retryAfterMs: 5_000, tooFast: false });
    assert.deepEqual(refusalOf(ESME_RSYSERR, { onSystemError: 'reject' }), { code: 'upstream_rejected' });
    for (const status of [0, 0x12, 0x400, 0xffffffff])
      assert.deepEqual(refusalOf(status), { code: 'upstream_rejected' });
    assert.deepEqual(refusalOf(0x412, { statuses: { 0x412: 'defer' } }), { retryAfterMs: 5_000, tooFast: false });
    assert.deepEqual([describeStatus(0x0b), describeStatus(0x412)], ['ESME_RINVDSTADR (0x0b)', 'status 0x412']);
  });

  it('halve the pace, once a second at most, and recover a twentieth of it a second', () => {
    const pace = new Pace(100, 0);
    for (let n = 0; n < 10; n++) {
      assert.ok(pace.allows(0));
      pace.take(1, 0);
    }
    assert.ok(!pace.allows(0));
    assert.equal(pace.waitMs(), 10);
    pace.slowDown(0);
    pace.slowDown(10);
    assert.equal(pace.current, 50);
    pace.slowDown(1_000);
    assert.equal(pace.current, 25);
    pace.allows(3_000);
    assert.equal(pace.current, 40);
    pace.allows(60_000);
    assert.equal(pace.current, 100);
  });

  it('find a pace where there is no limit, and lose it again when all goes well', () => {
    const pace = new Pace(Infinity, 0);
    for (let n = 0; n < 400; n++) pace.take(1, n);
    assert.equal(pace.current, Infinity);
    pace.slowDown(500);
    assert.equal(pace.current, 200);
    assert.ok(!pace.allows(500));
    assert.ok(pace.allows(510));
    for (let second = 1; second <= 40; second++) pace.allows(second * 1_000);
    assert.equal(pace.current, Infinity);
  });

  it('refuse options that cannot be', () => {
    const options = { name: 'operator', host: 'h', systemId: 'a', password: 'b' };
    const wrong = [{ systemId: 'x'.repeat(16) }, { password: 'x\0' }, { window: 0 }, { tps: 0 }, { port: 70_000 }];
    for (const change of wrong) assert.throws(() => smppTransport({ ...options, ...change }), RangeError);
    assert.throws(() => smppTransport({ ...options, binds: { kind: 'trx', count: 0 } }), RangeError);
  });
});
