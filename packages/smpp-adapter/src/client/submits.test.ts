import assert from 'node:assert/strict';
import type { SubmitOutcome } from '@ujumbe/core';
import type { AnyPdu, Pdu } from '../pdu/pdu.js';
import { tlvValue } from '../pdu/tlvs.js';
import { RawPeer } from '../session/raw-peer.test.support.js';
import type { SmppSession } from '../session/smpp-session.js';
import { commandStatus } from '../status-codes.js';
import { ClientWorld, never, outbound, until } from './client-world.test.support.js';
import type { SmppTransport } from './smpp-transport.js';

const { ESME_RTHROTTLED, ESME_RINVDSTADR, ESME_RSUBMITFAIL, ESME_ROPTPARNOTALLWD, ESME_RINVBNDSTS } = commandStatus;
const twoParts = { text: 'x'.repeat(200), segments: 2 };
const threeParts = { text: 'x'.repeat(400), segments: 3 };

describe('the submits of an SMPP transport', () => {
  const world = new ClientWorld();
  afterEach(() => world.closeAll());

  const submit = async (transport: SmppTransport, changes = {}, signal = never): Promise<SubmitOutcome> => {
    const [outcome] = await Promise.all(transport.submit([outbound(changes)], signal));
    return outcome!;
  };

  /** An operator that answers the n-th submit with what the test says; undefined is no answer. */
  async function answering(answer: (n: number, pdu: Pdu<'submit_sm'>) => number | undefined) {
    const seen: Pdu<'submit_sm'>[] = [];
    const { port, sessions } = await world.scripted({
      onRequest: (session: SmppSession, pdu: AnyPdu) => {
        if (pdu.command !== 'submit_sm') return;
        seen.push(pdu.detach());
        const status = answer(seen.length, pdu);
        if (status === 0) session.respond(pdu, { body: { message_id: `id-${seen.length}` } });
        else if (status !== undefined) session.refuse(pdu, status);
      },
    });
    return { port, seen, sessions };
  }

  it('have the addresses, the validity and the wish for a receipt', async () => {
    const { port, seen } = await answering(() => 0);
    const transport = await world.transport(port);
    for (const sender of ['DUKA', '15050', '+255754000000'])
      await submit(transport, { sender, id: '01920000-0000-7000-8000-00000000e0f1' });
    const fields = seen.map(({ body }) => [body.source_addr_ton, body.source_addr_npi, body.source_addr]);
    assert.deepEqual(fields, [
      [5, 0, 'DUKA'],
      [3, 0, '15050'],
      [1, 1, '255754000000'],
    ]);
    const { body, tlvs } = seen[0]!;
    assert.deepEqual([body.dest_addr_ton, body.dest_addr_npi, body.destination_addr], [1, 1, '255713000123']);
    assert.match(body.validity_period, /^0000000000(59|[0-5]\d)000R$|^000000000100000R$/);
    assert.equal(body.registered_delivery, 1);
    assert.equal(Buffer.from(body.short_message).toString('latin1'), 'Habari');
    assert.equal(tlvValue(tlvs, 'user_message_reference'), 0xe0f1);
  });

  const statuses: [status: number, expected: Partial<SubmitOutcome>][] = [
    [ESME_RTHROTTLED, { kind: 'deferred', retryAfterMs: 1_000 }],
    [ESME_RINVBNDSTS, { kind: 'deferred', retryAfterMs: 5_000 }],
    [ESME_RINVDSTADR, { kind: 'rejected', code: 'number_invalid' }],
    [ESME_RSUBMITFAIL, { kind: 'rejected', code: 'upstream_rejected' }],
    [0x45e, { kind: 'rejected', code: 'upstream_rejected', detail: 'the operator answered status 0x45e' }],
    [0x45f, { kind: 'rejected', code: 'operator_dnd' }],
  ];
  for (const [status, expected] of statuses) {
    it(`answered 0x${status.toString(16)} are ${expected.kind}`, async () => {
      const { port } = await answering(() => status);
      const outcome = await submit(await world.transport(port, { statuses: { 0x45f: 'operator_dnd' } }));
      assert.deepEqual({ ...outcome, ...expected }, outcome);
    });
  }

  it('leave in order, all parts on one bind', async () => {
    const { port, seen } = await answering(() => 0);
    const transport = await world.transport(port, { binds: { kind: 'trx', count: 2 }, window: 2 });
    const outcomes = await Promise.all(transport.submit([outbound(threeParts), outbound(threeParts)], never));
    assert.ok(outcomes.every(({ kind }) => kind === 'accepted'));
    const parts = seen.map(({ body }) => body.short_message[5]);
    assert.deepEqual(parts.toSorted(), [1, 1, 2, 2, 3, 3]);
  });

  it('of which nothing comes back are unknown, and a late answer changes nothing', async () => {
    let late: (() => void) | undefined;
    const { port } = await world.scripted({
      onRequest: (session, pdu) => {
        late = () => void session.respond(pdu as Pdu<'submit_sm'>, { body: { message_id: 'late' } });
      },
    });
    const transport = await world.transport(port, { timers: { responseMs: 60 } });
    const outcome = await submit(transport);
    assert.deepEqual(outcome, { kind: 'unknown', detail: 'the operator did not answer in time' });
    late?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(transport.counts().accepted, 0);
  });

  it('that name nothing are accepted under a name of ours', async () => {
    const { port } = await world.scripted({
      onRequest: (session, pdu) => void session.respond(pdu as Pdu<'submit_sm'>, { body: { message_id: '' } }),
    });
    const transport = await world.transport(port);
    const message = outbound();
    const outcomes = await Promise.all(transport.submit([message], never));
    assert.deepEqual(outcomes, [{ kind: 'accepted', upstreamIds: [`${message.id}-1`] }]);
  });

  it('with a full window when the connection ends are unknown, and what waited leaves by the next', async () => {
    const { port, seen, sessions } = await answering((n) => (n <= 5 ? undefined : 0));
    const transport = await world.transport(port, { window: 5 });
    const outcomes = transport.submit(
      Array.from({ length: 12 }, () => outbound()),
      never,
    );
    await until('a full window', () => seen.length === 5);
    sessions[0]!.destroy();
    const kinds = (await Promise.all(outcomes)).map(({ kind }) => kind);
    assert.deepEqual(kinds, [...Array<string>(5).fill('unknown'), ...Array<string>(7).fill('accepted')]);
    assert.equal(seen.length, 12);
  });

  describe('of several parts', () => {
    it('are handed back whole when none was taken', async () => {
      const { port } = await answering(() => ESME_RTHROTTLED);
      assert.equal((await submit(await world.transport(port), twoParts)).kind, 'deferred');
    });

    it('have the missing part sent again, and only that, when another was taken', async () => {
      const { port, seen } = await answering((n) => (n === 2 ? ESME_RTHROTTLED : 0));
      const outcome = await submit(await world.transport(port), threeParts);
      assert.deepEqual(outcome, { kind: 'accepted', upstreamIds: ['id-1', 'id-4', 'id-3'] });
      assert.deepEqual(
        seen.map(({ body }) => body.short_message[5]),
        [1, 2, 3, 2],
      );
    }).timeout(10_000);

    it('are rejected when one part never will be taken', async () => {
      const { port } = await answering((n) => (n === 2 ? ESME_RSUBMITFAIL : 0));
      const outcome = await submit(await world.transport(port), threeParts);
      assert.equal(outcome.kind, 'rejected');
      assert.match(outcome.detail, /2 of 3 parts had been taken/);
    });

    it('are unknown when one has no answer', async () => {
      const { port } = await answering((n) => (n === 2 ? undefined : 0));
      const outcome = await submit(await world.transport(port, { timers: { responseMs: 60 } }), threeParts);
      assert.deepEqual(outcome, {
        kind: 'unknown',
        detail: 'the operator did not answer in time (2 of 3 parts were taken)',
      });
    });

    it('go on by another connection when theirs ends before all have left', async () => {
      const { port, seen, sessions } = await answering((n) => (n === 1 ? 0 : n === 2 ? undefined : 0));
      const transport = await world.transport(port, { window: 1, timers: { responseMs: 1_000 } });
      const outcome = transport.submit([outbound(threeParts)], never)[0]!;
      await until('the second part', () => seen.length === 2);
      sessions[0]!.destroy();
      assert.equal((await outcome).kind, 'unknown');
      assert.deepEqual(
        seen.map(({ body }) => body.short_message[5]),
        [1, 2, 3],
      );
    });
  });

  it('do without user_message_reference where it is not allowed', async () => {
    const { port, seen } = await answering((_, pdu) => (pdu.tlvs.length > 0 ? ESME_ROPTPARNOTALLWD : 0));
    const transport = await world.transport(port);
    assert.equal((await submit(transport)).kind, 'deferred');
    assert.equal((await submit(transport)).kind, 'accepted');
    assert.equal(seen.length, 2);
  });

  it('keep to the pace', async () => {
    const { port } = await answering(() => 0);
    const transport = await world.transport(port, { tps: 100, window: 100 });
    assert.equal(transport.segmentsPerSecond, 100);
    const startedAt = Date.now();
    await Promise.all(
      transport.submit(
        Array.from({ length: 60 }, () => outbound()),
        never,
      ),
    );
    const tookMs = Date.now() - startedAt;
    assert.ok(tookMs >= 450 && tookMs < 1_500, `${tookMs} ms`);
  });

  it('go half as fast when they are too many, also after a reconnect', async () => {
    const { port, sessions } = await answering((n) => (n <= 3 ? ESME_RTHROTTLED : 0));
    const transport = await world.transport(port, { tps: 100 });
    await Promise.all(transport.submit([outbound(), outbound(), outbound()], never));
    assert.ok(transport.pace() <= 55, `${transport.pace()}`);
    sessions[0]!.destroy();
    await until('down', () => transport.trouble() !== null);
    await until('up', () => transport.trouble() === null);
    assert.ok(transport.pace() <= 60, `${transport.pace()}`);
  });

  it('that wait too long are handed back', async () => {
    const { port } = await answering(() => undefined);
    const transport = await world.transport(port, { window: 1, timers: { holdMs: 50, responseMs: 500 } });
    const outcomes = await Promise.all(transport.submit([outbound(), outbound()], never));
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ['unknown', 'deferred'],
    );
  });

  it('are settled soon after an abort, the sent apart from the unsent', async () => {
    const { port, seen } = await answering(() => undefined);
    const transport = await world.transport(port, { window: 2 });
    const abort = new AbortController();
    const outcomes = transport.submit([outbound(), outbound(), outbound()], abort.signal);
    await until('two with the operator', () => seen.length === 2);
    const abortedAt = Date.now();
    abort.abort();
    assert.deepEqual(
      (await Promise.all(outcomes)).map(({ kind }) => kind),
      ['unknown', 'unknown', 'deferred'],
    );
    assert.ok(Date.now() - abortedAt < 900);
  });

  it('in flight at a stop are waited for, and then accounted for', async () => {
    const answers: (() => void)[] = [];
    const { port } = await world.scripted({
      onRequest: (session, pdu) =>
        void answers.push(() => session.respond(pdu as Pdu<'submit_sm'>, { body: { message_id: 'x' } })),
    });
    const transport = await world.transport(port, { window: 2, timers: { drainMs: 200 } });
    const outcomes = transport.submit([outbound(), outbound(), outbound()], never);
    await until('two with the operator', () => answers.length === 2);
    const stopped = transport.stop();
    answers[0]?.();
    await stopped;
    assert.deepEqual(
      (await Promise.all(outcomes)).map(({ kind }) => kind),
      ['accepted', 'unknown', 'deferred'],
    );
    assert.equal((await submit(transport)).kind, 'deferred');
  });

  it('to an operator that does not read are not lost', async () => {
    let peer: RawPeer | undefined;
    const port = await world.raw((socket) => (peer = new RawPeer(socket)));
    const starting = world.transport(port, { window: 50, timers: { responseMs: 300 } });
    await until('the bind', () => (peer?.received.length ?? 0) > 0);
    peer!.send('bind_transceiver_resp', { sequence: peer!.received[0]!.sequence, body: { system_id: 'x' } });
    peer!.socket.pause();
    const transport = await starting;
    const outcomes = await Promise.all(
      transport.submit(
        Array.from({ length: 50 }, () => outbound(twoParts)),
        never,
      ),
    );
    assert.deepEqual(new Set(outcomes.map(({ kind }) => kind)), new Set(['unknown']));
    assert.ok(outcomes.length === 50);
  }).timeout(15_000);
});
