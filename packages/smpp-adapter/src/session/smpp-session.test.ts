import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { encodePdu } from '../pdu/encode.js';
import { PduError } from '../pdu/errors.js';
import type { AnyPdu, Pdu } from '../pdu/pdu.js';
import { QueueFull, ResponseTimeout, SessionClosed } from './errors.js';
import { type RawPeer, TestConnections, watchClose } from './raw-peer.test.support.js';
import type { SessionOptions } from './session-options.js';
import { SmppSession } from './smpp-session.js';

const answerOf = (sequence: number): Buffer => encodePdu('deliver_sm_resp', { sequence });

describe('SmppSession', () => {
  const connections = new TestConnections();
  afterEach(() => connections.closeAll());

  /** An SMSC's session with a bound transceiver; binds are answered, the rest is for `onRequest`. */
  async function bound(
    options: Partial<SessionOptions> = {},
  ): Promise<{ session: SmppSession; peer: RawPeer; requests: AnyPdu[]; answer: (pdu: AnyPdu) => void }> {
    const requests: AnyPdu[] = [];
    const answer = (pdu: AnyPdu): void => void session.respond(pdu as Pdu<'submit_sm'>);
    const { session, peer } = await connections.session({
      ...options,
      onRequest: (pdu) => {
        if (pdu.command === 'bind_transceiver') answer(pdu);
        else if (options.onRequest) return options.onRequest(pdu);
        else requests.push(pdu);
      },
    });
    await peer.ask('bind_transceiver', { body: { interface_version: 0x34 } });
    return { session, peer, requests, answer };
  }

  describe('requests', () => {
    it('keep to the window, and the others follow in order', async () => {
      const { session, peer } = await bound({ windowSize: 3 });
      const results = Array.from({ length: 10 }, (_, index) =>
        session.request('deliver_sm', { source_addr: `${index}` }),
      );
      assert.deepEqual([session.inFlight, session.waiting], [3, 7]);
      await peer.until(() => peer.received.length === 3);
      await pause(20);
      assert.equal(peer.received.length, 3);
      const order: string[] = [];
      for (let index = 0; index < 10; index++) {
        const pdu = (await peer.next()) as Pdu<'deliver_sm'>;
        order.push(pdu.body.source_addr);
        peer.write(answerOf(pdu.sequence));
      }
      assert.equal(order.join(''), '0123456789');
      await Promise.all(results);
      assert.deepEqual([session.inFlight, session.waiting], [0, 0]);
    });

    it('find their responses in any order, whatever the status, a generic_nack included', async () => {
      const { session, peer } = await bound();
      const results = [1, 2, 3].map(() => session.request('deliver_sm', {}));
      await peer.until(() => peer.received.length === 3);
      const [first, second, third] = peer.received.map(({ sequence }) => sequence);
      peer.send('generic_nack', { sequence: third!, status: 3 });
      peer.send('deliver_sm_resp', { sequence: second!, status: 0x64 });
      peer.send('submit_sm_resp', { sequence: first! });
      peer.send('deliver_sm_resp', { sequence: first! });
      const answers = await Promise.all(results);
      assert.deepEqual(
        answers.map(({ command, status }) => [command, status]),
        [
          ['deliver_sm_resp', 0],
          ['deliver_sm_resp', 0x64],
          ['generic_nack', 3],
        ],
      );
      assert.equal(session.counts.unmatched, 1);
    });

    it('begin again at 1 after 0x7FFFFFFF and skip what is in flight', async () => {
      const { session, peer } = await bound({ windowSize: 2, firstSequence: 0x7ffffffe });
      const sequences: number[] = [];
      void session.request('deliver_sm', {}).catch(() => {});
      sequences.push((await peer.next()).sequence);
      for (let index = 0; index < 70; index++) {
        const result = session.request('deliver_sm', {});
        const { sequence } = await peer.next();
        sequences.push(sequence);
        peer.write(answerOf(sequence));
        await result;
      }
      assert.deepEqual(sequences.slice(0, 4), [0x7ffffffe, 0x7fffffff, 1, 2]);
      assert.equal(new Set(sequences).size, sequences.length);
      assert.ok(sequences.every((sequence) => sequence >= 1 && sequence <= 0x7fffffff));
    });

    it('are given up after their time, and a late response finds nobody', async () => {
      const { session, peer } = await bound({ windowSize: 1, timers: { responseMs: 50 } });
      const [first, second] = [session.request('deliver_sm', {}), session.request('deliver_sm', {})];
      const { sequence } = await peer.next();
      await assert.rejects(first, ResponseTimeout);
      peer.write(answerOf(sequence));
      peer.write(answerOf((await peer.next()).sequence));
      assert.equal((await second).status, 0);
      const { timedOut, unmatched } = session.counts;
      assert.deepEqual([timedOut, unmatched], [1, 1]);
    });

    it('are refused when too many wait', async () => {
      const { session } = await bound({ windowSize: 1, maxWaiting: 2 });
      const waiting = [1, 2, 3].map(() => session.request('deliver_sm', {}).catch(() => {}));
      await assert.rejects(session.request('deliver_sm', {}), QueueFull);
      session.destroy();
      await Promise.all(waiting);
    });

    it('that cannot be encoded are rejected and take no place', async () => {
      const { session, peer } = await bound({ windowSize: 1 });
      await assert.rejects(session.request('deliver_sm', { source_addr: '1'.repeat(30) }), PduError);
      const result = session.request('deliver_sm', {});
      peer.write(answerOf((await peer.next()).sequence));
      assert.equal((await result).status, 0);
    });

    it('are all accounted for when the connection breaks', async () => {
      const { session, peer } = await bound({ windowSize: 1_000 });
      const { reasons } = watchClose(session);
      const results = Promise.allSettled(Array.from({ length: 1_500 }, () => session.request('deliver_sm', {})));
      await peer.until(() => peer.received.length === 1_000);
      for (const { sequence } of peer.received.slice(0, 10)) peer.write(answerOf(sequence));
      await peer.until(() => peer.received.length === 1_010);
      peer.socket.resetAndDestroy();
      const outcomes = (await results).map((result) =>
        result.status === 'fulfilled' ? 'answered' : result.reason instanceof SessionClosed && result.reason.written,
      );
      const count = (outcome: unknown): number => outcomes.filter((each) => each === outcome).length;
      assert.deepEqual([count('answered'), count(true), count(false)], [10, 1_000, 490]);
      assert.equal(reasons.length, 1);
      await assert.rejects(
        session.request('deliver_sm', {}),
        (error) => error instanceof SessionClosed && !error.written,
      );
    });

    it('do not leave, and say so, when the session is dropped in the middle of a chunk', async () => {
      const { session, peer } = await bound({ windowSize: 1, onRequest: () => session.destroy() });
      const [first, second] = [session.request('deliver_sm', {}), session.request('deliver_sm', {})];
      const { sequence } = await peer.next();
      peer.write(encodePdu('submit_sm', { sequence: 1 }), answerOf(sequence));
      await assert.rejects(second, (error) => error instanceof SessionClosed && !error.written);
      assert.equal((await first).status, 0);
    });

    it('say that they never left when the session is dropped in the same turn', async () => {
      const { session } = await bound();
      const result = session.request('deliver_sm', {});
      session.destroy();
      await assert.rejects(result, (error) => error instanceof SessionClosed && !error.written);
    });
  });

  describe('requests of the peer', () => {
    it('with one sequence twice are answered twice, with any sequence', async () => {
      const { peer, requests, answer } = await bound();
      for (const sequence of [5, 5, 0, 0x80000000, 0xffffffff]) peer.send('submit_sm', { sequence });
      await peer.until(() => requests.length === 5);
      requests.toReversed().forEach(answer);
      await peer.until(() => peer.received.length === 5);
      assert.deepEqual(
        peer.received.map(({ sequence }) => sequence),
        [0xffffffff, 0x80000000, 0, 5, 5],
      );
    });

    it('are answered once', async () => {
      const { session, peer, requests } = await bound();
      peer.send('submit_sm');
      await peer.until(() => requests.length === 1);
      const request = requests[0] as Pdu<'submit_sm'>;
      assert.deepEqual([session.respond(request), session.respond(request)], [true, false]);
      await peer.next();
      assert.equal(await peer.ask('enquire_link'), 'enquire_link_resp 0');
    });

    it('that cannot be read are answered with what is wrong, and the session goes on', async () => {
      const { session, peer, requests } = await bound();
      const sound = encodePdu('submit_sm', {
        sequence: 3,
        body: { source_addr: '1', short_message: Buffer.from('a') },
      });
      const cut = Buffer.from(sound.subarray(0, sound.length - 1));
      cut.writeUInt32BE(cut.length, 0);
      const torn = Buffer.concat([sound, Buffer.from('04240009', 'hex')]);
      torn.writeUInt32BE(torn.length, 0);
      peer.write(cut, torn, sound);
      const answers = [await peer.next(), await peer.next()].map(({ command, status }) => [command, status]);
      assert.deepEqual(answers, [
        ['submit_sm_resp', 0x02],
        ['submit_sm_resp', 0xc0],
      ]);
      await peer.until(() => requests.length === 1);
      assert.equal(session.counts.refused, 2);
    });

    it('are answered RSYSERR when the handler throws or rejects, and the session goes on', async () => {
      const errors: unknown[] = [];
      const failures = [
        () => assert.fail('a mistake'),
        () => Promise.reject(new Error('later')),
        () => {
          throw new PduError(0x43, 'esm_class');
        },
      ];
      const { peer } = await bound({
        onRequest: () => failures.shift()?.(),
        onError: (error) => errors.push(error),
      });
      assert.equal(await peer.ask('submit_sm'), 'submit_sm_resp 8');
      assert.equal(await peer.ask('submit_sm'), 'submit_sm_resp 8');
      assert.equal(await peer.ask('submit_sm'), 'submit_sm_resp 67');
      assert.equal(errors.length, 3);
      assert.equal(await peer.ask('enquire_link'), 'enquire_link_resp 0');
    });

    it('whose answer cannot be encoded are answered RSYSERR', async () => {
      const { session, peer, requests } = await bound();
      peer.send('submit_sm');
      await peer.until(() => requests.length === 1);
      const long = { body: { message_id: '1'.repeat(70) } };
      assert.throws(() => session.respond(requests[0] as Pdu<'submit_sm'>, long), PduError);
      assert.equal((await peer.next()).status, 8);
      assert.equal(session.unanswered, 0);
    });

    it('wait in the socket while the owner has its hands full', async () => {
      const { session, peer, requests, answer } = await bound({ maxUnanswered: 5 });
      const submit = encodePdu('submit_sm', { sequence: 9, body: { short_message: Buffer.alloc(200) } });
      const count = 3_000;
      for (let sent = 0; sent < count; sent += 100) peer.write(...Array.from({ length: 100 }, () => submit));
      let handled = 0;
      while (handled < count) {
        await peer.until(() => requests.length > 0);
        assert.ok(requests.length <= 5 && session.unanswered <= 5);
        handled += requests.length;
        requests.splice(0).forEach(answer);
      }
      await peer.until(() => peer.received.length === count);
      assert.equal(session.counts.received.submit_sm, count);
    });

    it('that are abandoned get no answer and take no place', async () => {
      const { session, peer, requests, answer } = await bound({ maxUnanswered: 1 });
      peer.send('submit_sm', { sequence: 7 });
      await peer.until(() => requests.length === 1);
      assert.equal(session.abandon(requests[0]!), true);
      assert.equal(session.abandon(requests[0]!), false);
      assert.equal(session.respond(requests[0] as Pdu<'submit_sm'>), false);
      peer.send('submit_sm', { sequence: 8 });
      await peer.until(() => requests.length === 2);
      answer(requests[1]!);
      assert.equal((await peer.next()).sequence, 8);
    });
  });

  describe('output', () => {
    it('of one turn leaves in one write', async () => {
      const { session, peer, requests, answer } = await bound({ windowSize: 100 });
      peer.write(...Array.from({ length: 50 }, (_, sequence) => encodePdu('submit_sm', { sequence })));
      await peer.until(() => requests.length === 50);
      const written = session.counts.octetsOut;
      peer.chunks.length = 0;
      requests.forEach(answer);
      const results = Array.from({ length: 50 }, () => session.request('deliver_sm', {}));
      assert.equal(session.counts.octetsOut, written);
      await peer.until(() => peer.received.length === 100);
      assert.equal(peer.chunks.length, 1);
      session.destroy();
      await Promise.allSettled(results);
    });

    it('tells when it has been flushed', async () => {
      const { session, peer } = await bound();
      void session.request('deliver_sm', {}).catch(() => {});
      assert.ok(session.backlog > 0);
      assert.equal(await session.flushed(), true);
      assert.equal(session.backlog, 0);
      assert.equal((await peer.next()).command, 'deliver_sm');
      void session.request('deliver_sm', {}).catch(() => {});
      const never = session.flushed();
      session.destroy();
      assert.equal(await never, false);
    });

    it('carries a message_payload that fits no slab', async () => {
      const { session, peer } = await bound();
      const payload = Buffer.alloc(65_535, 'a');
      const tlvs = [[0x0424, payload] as const];
      for (let index = 0; index < 3; index++) void session.request('deliver_sm', {}, tlvs).catch(() => {});
      for (let index = 0; index < 3; index++) {
        const pdu = await peer.next();
        assert.equal(pdu.tlvs[0]?.[1].length, payload.length);
      }
    });

    it('to a peer that does not read is bounded, and ends the session', async () => {
      const { session, peer } = await bound({
        maxBacklogOctets: 100_000,
        timers: { writeStallMs: 200 },
        onRequest: (pdu) => void session.respond(pdu as Pdu<'submit_sm'>),
      });
      const { reasons } = watchClose(session);
      peer.socket.pause();
      const submits = Buffer.concat(Array.from({ length: 2_000 }, () => encodePdu('submit_sm', { sequence: 1 })));
      let largest = 0;
      const flood = setInterval(() => {
        if (peer.socket.writableLength < 1_000_000) peer.socket.write(submits);
        largest = Math.max(largest, session.backlog);
      }, 1);
      try {
        await peer.until(() => reasons.length > 0);
      } finally {
        clearInterval(flood);
      }
      assert.deepEqual(reasons, ['write_stall']);
      assert.ok(largest > 100_000 && largest < 400_000, `${largest}`);
    });
  });

  describe('framing', () => {
    for (const [title, octets, sequence] of [
      ['a command_length of 0', Buffer.alloc(16), 0],
      ['a command_length above the maximum', Buffer.from('00020000000000040000000000000009', 'hex'), 9],
      ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'), 0x2e310d0a],
    ] as const) {
      it(`answers ${title} with RINVCMDLEN and closes`, async () => {
        const { session, peer, requests } = await bound();
        const { reasons } = watchClose(session);
        peer.write(encodePdu('submit_sm', { sequence: 1 }), octets, encodePdu('submit_sm', { sequence: 2 }));
        const answer = await peer.next();
        assert.deepEqual([answer.command, answer.status, answer.sequence], ['generic_nack', 2, sequence]);
        await peer.closed();
        await peer.until(() => reasons.length > 0);
        assert.deepEqual([reasons, requests.length], [['framing_error'], 1]);
      });
    }
  });

  describe('timers', () => {
    it('close a connection that nobody binds', async () => {
      const { session, peer } = await connections.session({ timers: { sessionInitMs: 50 } });
      const { reasons } = watchClose(session);
      peer.send('enquire_link');
      await peer.closed();
      await peer.until(() => reasons.length > 0);
      assert.deepEqual(reasons, ['session_init_timeout']);
    });

    it('send enquire_link in silence, and close when it has no answer', async () => {
      const { session, peer } = await bound({ timers: { enquireLinkMs: 50, enquireResponseMs: 100, idleMs: 300 } });
      const { reasons } = watchClose(session);
      for (let round = 0; round < 6; round++) {
        const enquire = await peer.next();
        assert.equal(enquire.command, 'enquire_link');
        peer.send('enquire_link_resp', { sequence: enquire.sequence });
      }
      assert.equal((await peer.next()).command, 'enquire_link');
      await peer.closed();
      await peer.until(() => reasons.length > 0);
      assert.deepEqual(reasons, ['enquire_timeout']);
    });

    it('close an idle session when enquire_link is turned off', async () => {
      const { session, peer } = await bound({ timers: { enquireLinkMs: 0, idleMs: 100 } });
      const { reasons } = watchClose(session);
      await peer.closed();
      await peer.until(() => reasons.length > 0);
      assert.deepEqual([reasons, peer.received.length], [['idle_timeout'], 0]);
    });

    it('close on a PDU that comes octet by octet', async () => {
      const { session, peer } = await bound({ timers: { incompletePduMs: 100 } });
      const { reasons } = watchClose(session);
      const pdu = encodePdu('submit_sm', { sequence: 1, body: { short_message: Buffer.alloc(250) } });
      for (let at = 0; at < pdu.length && !peer.isClosed; at++) {
        peer.write(pdu.subarray(at, at + 1));
        await pause(5);
      }
      await peer.until(() => reasons.length > 0);
      assert.deepEqual(reasons, ['incomplete_pdu']);
    });

    it('do not count what is not read while the owner has its hands full', async () => {
      const timers = { enquireLinkMs: 30, enquireResponseMs: 30, idleMs: 60, incompletePduMs: 30 };
      const { session, peer, requests, answer } = await bound({ maxUnanswered: 1, timers });
      peer.send('submit_sm');
      await peer.until(() => requests.length === 1);
      await pause(200);
      assert.equal(session.closeReason, undefined);
      answer(requests[0]!);
      await peer.until(() => peer.received.some(({ command }) => command === 'submit_sm_resp'));
    });
  });

  describe('the end', () => {
    it('of an unbinding peer comes after its accepted requests are answered, and the unbind_resp last', async () => {
      const { session, peer, requests, answer } = await bound({ windowSize: 1 });
      const delivered = session.request('deliver_sm', {});
      const waiting = session.request('deliver_sm', {});
      const { sequence } = await peer.next();
      peer.write(
        ...['submit_sm', 'submit_sm', 'unbind', 'submit_sm'].map((command, index) =>
          encodePdu(command as 'unbind', { sequence: 100 + index }),
        ),
      );
      await assert.rejects(waiting, (error) => error instanceof SessionClosed && !error.written);
      assert.deepEqual([session.state, requests.length], ['UNBINDING', 2]);
      peer.write(answerOf(sequence));
      await delivered;
      requests.forEach(answer);
      await peer.until(() => peer.received.length === 3);
      assert.deepEqual(
        peer.received.map((pdu) => `${pdu.command} ${pdu.sequence}`),
        ['submit_sm_resp 100', 'submit_sm_resp 101', 'unbind_resp 102'],
      );
    });

    it('comes also when an accepted request is never answered, or the peer never closes its half', async () => {
      const { session, peer, requests } = await bound({ timers: { drainMs: 60, halfCloseMs: 60 } });
      const { reasons } = watchClose(session);
      peer.closesBack = false;
      peer.write(encodePdu('submit_sm', { sequence: 1 }), encodePdu('unbind', { sequence: 2 }));
      assert.equal((await peer.next()).command, 'unbind_resp');
      await peer.until(() => reasons.length > 0);
      assert.deepEqual([reasons, requests.length], [['unbound'], 1]);
    });

    it('of ours drains the window first, and refuses what comes meanwhile so that it comes again', async () => {
      const { session, peer } = await bound();
      const { reasons } = watchClose(session);
      const delivered = session.request('deliver_sm', {});
      const gone = session.unbind();
      await assert.rejects(session.request('deliver_sm', {}), SessionClosed);
      const [deliver, unbind] = [await peer.next(), await peer.next()];
      assert.equal(unbind.command, 'unbind');
      assert.equal(await peer.ask('submit_sm'), 'submit_sm_resp 8');
      peer.send('unbind_resp', { sequence: unbind.sequence });
      await pause(30);
      assert.equal(session.state, 'UNBINDING');
      peer.write(answerOf(deliver.sequence));
      assert.equal((await delivered).status, 0);
      await gone;
      assert.deepEqual(reasons, ['unbound']);
    });

    it('of ours does not wait for ever', async () => {
      const { session, peer } = await bound({ timers: { halfCloseMs: 50 } });
      peer.closesBack = false;
      const delivered = session.request('deliver_sm', {});
      const outcome = assert.rejects(delivered, (error) => error instanceof SessionClosed && error.written);
      await session.unbind({ drainMs: 50 });
      await outcome;
      await session.unbind();
    });

    it('of both sides at once is one end', async () => {
      const [ours, theirs] = await connections.sockets();
      const smsc = new SmppSession(ours, {
        role: 'smsc',
        onRequest: (pdu) => void smsc.respond(pdu as Pdu<'submit_sm'>),
      });
      const esme = new SmppSession(theirs, { role: 'esme', onRequest: () => {} });
      await esme.request('bind_transceiver', { system_id: 'a', interface_version: 0x34 });
      const closes = [watchClose(smsc), watchClose(esme)];
      await Promise.all([smsc.unbind(), esme.unbind()]);
      assert.deepEqual(
        closes.map(({ reasons }) => reasons),
        [['unbound'], ['unbound']],
      );
    });

    it('answers a peer that has closed its half', async () => {
      const { session, peer, requests, answer } = await bound();
      const { reasons } = watchClose(session);
      peer.send('submit_sm');
      peer.socket.end();
      await peer.until(() => requests.length === 1);
      await pause(20);
      requests.forEach(answer);
      assert.equal((await peer.next()).command, 'submit_sm_resp');
      await peer.until(() => reasons.length > 0);
      assert.deepEqual(reasons, ['peer_closed']);
    });

    it('is told once, with the error of the socket', async () => {
      const { session, peer, requests } = await bound();
      const { reasons, states } = watchClose(session);
      peer.send('submit_sm');
      await peer.until(() => requests.length === 1);
      peer.socket.resetAndDestroy();
      await peer.until(() => reasons.length > 0);
      session.destroy();
      session.end();
      await pause(20);
      assert.deepEqual([reasons, states], [['socket_error'], ['CLOSED']]);
      assert.equal(session.respond(requests[0] as Pdu<'submit_sm'>), false);
      assert.equal(session.notify('outbind', {}), false);
    });

    it('of the owner writes what has been sent', async () => {
      const { session, peer } = await connections.session({
        onRequest: (pdu) => {
          session.respond(pdu as Pdu<'bind_transceiver'>, { status: 0x0e });
          session.end();
        },
      });
      const { reasons } = watchClose(session);
      assert.equal(await peer.ask('bind_transceiver'), 'bind_transceiver_resp 14');
      await peer.until(() => reasons.length > 0);
      assert.deepEqual(reasons, ['closed_by_owner']);
    });
  });
});
