import assert from 'node:assert/strict';
import { SmsError } from '@ujumbe/core';
import { countStream, maxStreamsPerAccount } from './stream-limit.js';

describe('the limit of event streams', () => {
  const isRefused = (accountId: string): void =>
    assert.throws(
      () => countStream(accountId, new AbortController().signal),
      (error) => error instanceof SmsError && error.code === 'rate_limited',
    );

  it('is an account’s own, and a stream that has ended makes room', () => {
    const streams = Array.from({ length: maxStreamsPerAccount }, () => new AbortController());
    for (const { signal } of streams) countStream('a', signal);
    isRefused('a');
    const other = new AbortController();
    countStream('b', other.signal);
    streams[3]?.abort();
    const next = new AbortController();
    countStream('a', next.signal);
    isRefused('a');
    for (const stream of [...streams, other, next]) stream.abort();
    const again = new AbortController();
    countStream('a', again.signal);
    again.abort();
  });

  it('does not count who has left already', () => {
    const gone = AbortSignal.abort();
    for (let n = 0; n <= maxStreamsPerAccount; n++) countStream('c', gone);
  });
});
