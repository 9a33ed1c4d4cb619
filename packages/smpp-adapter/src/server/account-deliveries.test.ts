import assert from 'node:assert/strict';
import type { EsmeDelivery } from '@ujumbe/core';
import { AccountDeliveries, type Offer } from './account-deliveries.js';
import { BoundSessions } from './bound-sessions.js';
import type { EsmeSession } from './esme-session.js';

/** As much of a session as deliveries ask for. */
interface FakeSession {
  id: string;
  login: { accountId: string };
  room: number;
  answered: boolean;
  flushed: boolean;
  serves(address: string): boolean;
  hasAnswered(): boolean;
  hasFlushed(): boolean;
}

const sessionOf = (id: string, changes: Partial<FakeSession> = {}): EsmeSession & FakeSession => {
  const session: FakeSession = {
    id,
    login: { accountId: 'a' },
    room: 10,
    answered: true,
    flushed: true,
    serves: () => false,
    hasAnswered: () => session.answered,
    hasFlushed: () => session.answered && session.flushed,
    ...changes,
  };
  return session as unknown as EsmeSession & FakeSession;
};

describe('the deliveries of an account', () => {
  let nowMs: number;
  let sent: [id: string, session: string][];
  let sessions: BoundSessions;
  let deliveries: AccountDeliveries;
  beforeEach(() => {
    nowMs = 100_000;
    sent = [];
    sessions = new BoundSessions();
    deliveries = new AccountDeliveries({
      sessions,
      now: () => nowMs,
      otherSessionAfterMs: 1_000,
      send: ({ delivery }, esme) => {
        sent.push([delivery.id, esme.id]);
        (esme as unknown as FakeSession).room--;
      },
    });
  });

  const receipt = (id: string, session: string, submittedAt = nowMs): Offer =>
    offerOf(id, {
      kind: 'receipt',
      submittedId: id,
      envelope: '[]',
      session,
      submittedAt,
      state: 'delivered',
      errorCode: null,
      at: submittedAt,
    });
  const inbound = (id: string, to = 'DUKA'): Offer =>
    offerOf(id, { kind: 'inbound', from: '+255712345678', to, text: 'x', at: nowMs });
  const offerOf = (id: string, body: EsmeDelivery['body']): Offer => ({
    delivery: { id, accountId: 'a', attempts: 0, createdAt: nowMs, body },
    otherSessionAt: 0,
    unanswered: 0,
  });

  const receiver = (id: string, changes?: Partial<FakeSession>): EsmeSession & FakeSession => {
    const session = sessionOf(id, changes);
    sessions.add(session);
    deliveries.addReceiver(session);
    return session;
  };
  const transmitter = (id: string, changes?: Partial<FakeSession>): EsmeSession & FakeSession => {
    const session = sessionOf(id, changes);
    sessions.add(session);
    return session;
  };

  it('go to the session of their submit, whichever turn it is', () => {
    for (const id of ['s1', 's2']) receiver(id);
    for (let n = 0; n < 4; n++) deliveries.add(receipt(`r${n}`, 's2'));
    deliveries.pump();
    assert.deepEqual(new Set(sent.map(([, session]) => session)), new Set(['s2']));
    assert.deepEqual(
      sent.map(([id]) => id),
      ['r0', 'r1', 'r2', 'r3'],
    );
  });

  it('wait for the answer to their submit', () => {
    const session = receiver('s1', { answered: false });
    deliveries.add(receipt('r', 's1'));
    assert.ok(deliveries.pump() <= nowMs + 10);
    assert.deepEqual(sent, []);
    session.answered = true;
    deliveries.pump();
    assert.deepEqual(sent, [['r', 's1']]);
  });

  it('wait a second, and for the answer to leave, on another session', () => {
    receiver('rx');
    const tx = transmitter('tx', { flushed: false });
    deliveries.add(receipt('r', 'tx'));
    assert.equal(deliveries.pump(), nowMs + 1_000);
    nowMs += 1_000;
    assert.ok(deliveries.pump() <= nowMs + 10);
    assert.deepEqual(sent, []);
    tx.flushed = true;
    deliveries.pump();
    assert.deepEqual(sent, [['r', 'rx']]);
  });

  it('do not wait when the submit is long ago, nor longer for a clock that is ahead', () => {
    receiver('rx');
    deliveries.add(receipt('old', 'gone', nowMs - 5_000));
    deliveries.pump();
    assert.deepEqual(sent, [['old', 'rx']]);
    deliveries.add(receipt('ahead', 'gone', nowMs + 3_600_000));
    assert.equal(deliveries.pump(), nowMs + 1_000);
  });

  it('from handsets go round, as far as there is room', () => {
    receiver('s1', { room: 1 });
    receiver('s2', { room: 2 });
    for (let n = 0; n < 4; n++) deliveries.add(inbound(`m${n}`));
    assert.equal(deliveries.pump(), Infinity);
    assert.deepEqual(
      sent.map(([, session]) => session),
      ['s1', 's2', 's2'],
    );
    assert.equal(deliveries.waiting, 1);
  });

  it('from handsets go to the sessions that asked for the address, where there are any', () => {
    receiver('s1');
    receiver('s2', { serves: (address) => address === '15055' });
    for (const to of ['15055', '15055', 'DUKA', 'DUKA']) deliveries.add(inbound(to, to));
    deliveries.pump();
    assert.deepEqual(sent.slice(0, 2), [
      ['15055', 's2'],
      ['15055', 's2'],
    ]);
    assert.deepEqual(new Set(sent.slice(2).map(([, session]) => session)), new Set(['s1', 's2']));
  });

  it('leave a session alone that has too much to do', () => {
    const session = receiver('s1');
    deliveries.rest(session, nowMs + 1_000);
    deliveries.add(receipt('r', 's1'));
    deliveries.add(inbound('m'));
    assert.equal(deliveries.pump(), nowMs + 1_000);
    assert.deepEqual(sent, []);
    nowMs += 1_000;
    deliveries.pump();
    assert.equal(sent.length, 2);
  });

  it('desert a session that is silent, where there is another', () => {
    const silent = receiver('s1', { room: 0 });
    assert.equal(deliveries.desert(silent), false);
    deliveries.add(receipt('r0', 's1'));
    receiver('s2');
    assert.equal(deliveries.desert(silent), true);
    deliveries.add(receipt('r1', 's1'));
    nowMs += 1_000;
    deliveries.pump();
    assert.deepEqual(sent, [
      ['r0', 's2'],
      ['r1', 's2'],
    ]);
  });

  it('come back when the last session has gone', () => {
    const [one, two] = [receiver('s1', { room: 0 }), receiver('s2', { room: 0 })];
    for (const offer of [receipt('r', 's1'), inbound('m'), receipt('held', 'tx')]) deliveries.add(offer);
    deliveries.pump();
    sessions.remove(one);
    assert.deepEqual(deliveries.removeReceiver(one), []);
    assert.deepEqual(
      deliveries
        .removeReceiver(two)
        .map(({ delivery }) => delivery.id)
        .sort(),
      ['held', 'm', 'r'],
    );
    assert.equal(deliveries.hasReceivers || deliveries.wantsMore, false);
  });

  it('are claimed as long as few wait', () => {
    receiver('s1', { room: 0 });
    for (let n = 0; n < 2_000; n++) {
      if (n === 1_999) assert.ok(deliveries.wantsMore);
      deliveries.add(inbound(`m${n}`));
    }
    assert.equal(deliveries.wantsMore, false);
  });
});
