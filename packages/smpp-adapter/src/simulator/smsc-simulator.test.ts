import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { shortReferenceOf, type ReceiptReport } from '@ujumbe/core';
import { ClientWorld, never, outbound, until } from '../client/client-world.test.support.js';
import { RawPeer } from '../session/raw-peer.test.support.js';
import { commandStatus } from '../status-codes.js';
import { createSmscSimulator } from './smsc-simulator.js';

const ending = (digits: string): string => `+255713000${digits}`;

describe('the simulated operator over the wire', () => {
  const world = new ClientWorld();
  afterEach(() => world.closeAll());

  const receipts = (): ReceiptReport[] => world.reports as ReceiptReport[];
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  const ends: [digits: string, kind: string, states: string[]][] = [
    ['901', 'rejected', []],
    ['902', 'accepted', ['undelivered']],
    ['903', 'accepted', ['expired']],
    ['904', 'accepted', []],
    ['905', 'deferred', []],
    ['906', 'unknown', ['delivered']],
    ['907', 'accepted', ['delivered', 'delivered']],
    ['908', 'accepted', ['delivered']],
    ['910', 'accepted', ['delivered']],
    ['911', 'accepted', ['delivered']],
  ];
  for (const [digits, kind, states] of ends) {
    it(`${digits} is ${kind}, and then ${states.join(', ') || 'nothing'}`, async () => {
      const smsc = await world.simulator({ lateDelayMs: 30 });
      const transport = await world.transport(smsc.port!, { timers: { responseMs: 60 } });
      const message = outbound({ recipient: ending(digits) });
      const [outcome] = await Promise.all(transport.submit([message], never));
      assert.equal(outcome?.kind, kind);
      await pause(60);
      assert.deepEqual(
        receipts().map(({ state }) => state),
        states,
      );
      const shortReference = { number: shortReferenceOf(message.id), recipient: message.recipient };
      if (digits === '906') assert.deepEqual(receipts()[0]?.shortReference, shortReference);
      if (outcome.kind === 'accepted') {
        assert.ok(receipts().every(({ upstreamId }) => outcome.upstreamIds.includes(upstreamId)));
      }
    });
  }

  it('905 is throttled twice and then taken', async () => {
    const smsc = await world.simulator();
    const transport = await world.transport(smsc.port!);
    const kinds: (string | undefined)[] = [];
    for (let attempt = 1; attempt <= 4; attempt++) {
      const [outcome] = await Promise.all(transport.submit([outbound({ recipient: ending('905'), attempt })], never));
      kinds.push(outcome?.kind);
    }
    assert.deepEqual(kinds, ['deferred', 'deferred', 'accepted', 'deferred']);
  });

  it('908 has its receipt before its answer', async () => {
    const smsc = await world.simulator();
    const transport = await world.transport(smsc.port!);
    const outcome = transport.submit([outbound({ recipient: ending('908') })], never)[0]!;
    assert.equal((await outcome).kind, 'accepted');
    assert.equal(receipts().length, 1);
  });

  it('909 is delivered, and the handset replies STOP', async () => {
    const smsc = await world.simulator();
    const transport = await world.transport(smsc.port!);
    await Promise.all(transport.submit([outbound({ recipient: ending('909') })], never));
    await until('both', () => world.reports.length === 2);
    const reply = world.reports.find(({ kind }) => kind === 'inbound');
    assert.deepEqual(reply && { ...reply, at: 0 }, {
      kind: 'inbound',
      from: ending('909'),
      to: 'DUKA',
      text: 'STOP',
      at: 0,
    });
  });

  it('names alike what has the same seed, in the form that is asked for', async () => {
    const ids = async (ids: 'decimal' | 'hex', receiptIds: 'decimal' | 'hex'): Promise<string[]> => {
      const smsc = await world.simulator({ seed: 'a', ids, receiptIds });
      const transport = await world.transport(smsc.port!);
      const [outcome] = await Promise.all(transport.submit([outbound()], never));
      await until('the receipt', () => world.reports.length > 0);
      const found = [...(outcome?.kind === 'accepted' ? outcome.upstreamIds : []), receipts()[0]!.upstreamId];
      await world.closeAll();
      return found;
    };
    const [decimal] = await ids('decimal', 'decimal');
    const [hexadecimal, again] = await ids('hex', 'decimal');
    assert.equal(again, decimal);
    assert.match(decimal!, /^\d{11}$/);
    assert.equal(BigInt(`0x${hexadecimal!}`), BigInt(decimal!));
    assert.match(hexadecimal!, /^0[0-9A-F]{9}$/);
  });

  it('keeps receipts while nobody is bound to receive, over a restart as well', async () => {
    const smsc = await world.simulator({ delayMs: 30 });
    const transport = await world.transport(smsc.port!);
    await Promise.all(transport.submit([outbound(), outbound()], never));
    await transport.stop();
    await pause(60);
    assert.equal(smsc.counts().outstanding, 2);
    await smsc.stop();
    await smsc.start();
    await world.transport(smsc.port!);
    await until('the receipts', () => world.reports.length === 2);
    assert.equal(smsc.counts().outstanding, 0);
  });

  it('does not give one client’s receipts to another', async () => {
    const smsc = await world.simulator();
    const [one, other] = [await world.transport(smsc.port!), await world.transport(smsc.port!, { systemId: 'other' })];
    let toOther = 0;
    other.onReports((reports) => Promise.resolve(void (toOther += reports.length)));
    await Promise.all(one.submit([outbound()], never));
    await until('the receipt', () => world.reports.length === 1);
    assert.equal(toOther, 0);
  });

  it('tells of a receipt again when it could not be stored', async () => {
    const smsc = await world.simulator();
    const transport = await world.transport(smsc.port!);
    let refusals = 0;
    transport.onReports(() => (++refusals < 3 ? Promise.reject(new Error('away')) : Promise.resolve()));
    await Promise.all(transport.submit([outbound()], never));
    await until('the receipt after all', () => smsc.counts().delivered === 1);
    assert.deepEqual([refusals, smsc.counts().repeated], [3, 2]);
  });

  it('delivers messages from handsets, long ones too', async () => {
    const smsc = await world.simulator();
    await world.transport(smsc.port!);
    const text = 'Я на рынке. '.repeat(20);
    smsc.deliver({ from: '+255713000123', to: '15050', text });
    await until('the message', () => world.reports.length === 1);
    const [report] = world.reports;
    assert.deepEqual(report && { ...report, at: 0 }, {
      kind: 'inbound',
      from: '+255713000123',
      to: '15050',
      text,
      at: 0,
    });
  });

  it('holds no more than it may', async () => {
    const smsc = await world.simulator({ delayMs: 60_000, maxOutstanding: 10 });
    const transport = await world.transport(smsc.port!);
    const outcomes = await Promise.all(
      transport.submit(
        Array.from({ length: 30 }, () => outbound()),
        never,
      ),
    );
    assert.equal(outcomes.filter(({ kind }) => kind === 'accepted').length, 10);
    assert.equal(smsc.counts().outstanding, 10);
  });

  it('wants its password, answers slowly, and refuses what it does not know', async () => {
    const smsc = await world.simulator({ password: 'right', slowMs: 50 });
    const bad = await world.transport(smsc.port!, { password: 'wrong' });
    assert.match(bad.trouble()!, /ESME_RINVPASWD/);
    const good = await world.transport(smsc.port!, { password: 'right' });
    const startedAt = Date.now();
    await Promise.all(good.submit([outbound()], never));
    assert.ok(Date.now() - startedAt >= 45);
    const peer = new RawPeer(connect(smsc.port!, '127.0.0.1'));
    assert.equal(
      await peer.ask('bind_transceiver', { body: { system_id: 'x', password: 'right' } }),
      'bind_transceiver_resp 0',
    );
    assert.equal(await peer.ask('query_sm', {}), `query_sm_resp ${commandStatus.ESME_RQUERYFAIL}`);
    assert.equal(
      await peer.ask('submit_multi', { body: { dest_address: [{ dest_flag: 2, dl_name: 'all' }] } }),
      `submit_multi_resp ${commandStatus.ESME_RSUBMITFAIL}`,
    );
    peer.socket.destroy();
  });

  it('cannot listen where somebody else does, and can be stopped when it does not', async () => {
    const smsc = await world.simulator();
    const other = createSmscSimulator({ port: smsc.port! });
    await assert.rejects(other.start(), /EADDRINUSE/);
    await other.stop();
    assert.equal(other.port, undefined);
  });
});
