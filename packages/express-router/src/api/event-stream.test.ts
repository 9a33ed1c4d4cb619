import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DomainEvent, Sms } from '@ujumbe/core';
import { eventStream, type StreamRequest } from './event-stream.js';

const times = { heartbeatMs: 30, checkMs: 20, pollMs: 5 };

const topUp = (cursor: string): DomainEvent => ({
  id: `event-${cursor}`,
  cursor,
  type: 'credits.added',
  accountId: 'account',
  subjectId: 'account',
  at: 0,
  data: { amount: 1 },
});

/** A platform whose events are a list that a test adds to. */
function outbox(): { sms: Pick<Sms, 'events'>; stored: DomainEvent[] } {
  const stored: DomainEvent[] = [];
  const after = (_account: string, cursor: string | undefined): Promise<DomainEvent[]> =>
    Promise.resolve(stored.filter((event) => event.cursor > (cursor ?? '')));
  const waiter = () => ({ wait: (timeoutMs: number) => sleep(timeoutMs) });
  return { sms: { events: { after, waiter } } as unknown as Pick<Sms, 'events'>, stored };
}

function asked(changes: Partial<StreamRequest> = {}): StreamRequest {
  const { signal } = new AbortController();
  return { accountId: 'account', after: '1', signal, reauthenticate: () => Promise.resolve(), ...changes };
}

describe('the event stream', () => {
  it('tells what comes after the cursor, once, as frames of the HTML standard', async () => {
    const { sms, stored } = outbox();
    stored.push(topUp('1'), topUp('2'));
    const stream = eventStream(sms, asked(), times);
    assert.equal((await stream.next()).value, ': open\n\n');
    const frame = String((await stream.next()).value);
    assert.match(frame, /^id: 2\nevent: credits\.added\ndata: \{"id":"event-2",.*\}\n\n$/);
    stored.push(topUp('3'), topUp('4'));
    assert.deepEqual(String((await stream.next()).value).match(/^id: .$/gm), ['id: 3', 'id: 4']);
    await stream.return(undefined);
  });

  it('says that it is alive when nothing happens', async () => {
    const stream = eventStream(outbox().sms, asked(), times);
    await stream.next();
    assert.equal((await stream.next()).value, ': alive\n\n');
    await stream.return(undefined);
  });

  it('ends when the client has left', async () => {
    const left = new AbortController();
    const stream = eventStream(outbox().sms, asked({ signal: left.signal }), times);
    await stream.next();
    left.abort();
    assert.equal((await stream.next()).done, true);
  });

  it('ends when the token is no longer good, and tells nothing more', async () => {
    const { sms, stored } = outbox();
    const stream = eventStream(sms, asked({ reauthenticate: () => Promise.reject(new Error('revoked')) }), times);
    await stream.next();
    await sleep(times.checkMs + 5);
    stored.push(topUp('2'));
    assert.equal((await stream.next()).done, true);
  });
});
