import assert from 'node:assert/strict';
import type { BindName, CommandName } from '../pdu/commands.js';
import { encodePdu } from '../pdu/encode.js';
import type { AnyPdu } from '../pdu/pdu.js';
import { tlvValue } from '../pdu/tlvs.js';
import { type RawPeer, TestConnections, watchClose } from './raw-peer.test.support.js';
import type { SessionState } from './session-state.js';
import type { SmppSession } from './smpp-session.js';

const bindOf: Record<string, BindName> = {
  BOUND_TX: 'bind_transmitter',
  BOUND_RX: 'bind_receiver',
  BOUND_TRX: 'bind_transceiver',
};
const states = ['OPEN', 'BOUND_TX', 'BOUND_RX', 'BOUND_TRX'] as const satisfies SessionState[];

describe('the states of a session', () => {
  const connections = new TestConnections();
  afterEach(() => connections.closeAll());

  const takeAll = (seen: string[] = []): { use: (session: SmppSession) => void; onRequest: (pdu: AnyPdu) => void } => {
    let session: SmppSession | undefined;
    return {
      use: (opened) => (session = opened),
      onRequest: (pdu) => {
        seen.push(pdu.command);
        if (pdu.command !== 'alert_notification' && pdu.command !== 'outbind') session?.respond(pdu as never);
      },
    };
  };

  async function smscIn(
    state: (typeof states)[number],
  ): Promise<{ session: SmppSession; peer: RawPeer; seen: string[] }> {
    const seen: string[] = [];
    const { use, onRequest } = takeAll(seen);
    const { session, peer } = await connections.session({ role: 'smsc', onRequest });
    use(session);
    const bind = bindOf[state];
    if (bind) assert.equal(await peer.ask(bind, { body: { interface_version: 0x34 } }), `${bind}_resp 0`);
    assert.equal(session.state, state);
    seen.length = 0;
    return { session, peer, seen };
  }

  // Columns as in contracts/smpp.md §5.1; a number is the status of the matching response, without the owner.
  const handled = 'handled';
  const table: [command: CommandName, ...rulings: (string | number)[]][] = [
    ['bind_receiver', handled, 5, 5, 5],
    ['bind_transmitter', handled, 5, 5, 5],
    ['bind_transceiver', handled, 5, 5, 5],
    ['submit_sm', 4, handled, 4, handled],
    ['data_sm', 4, handled, 4, handled],
    ['query_sm', 4, handled, 4, handled],
    ['cancel_sm', 4, handled, 4, handled],
    ['replace_sm', 4, handled, 4, handled],
    ['submit_multi', 4, handled, 4, handled],
    ['deliver_sm', 4, 4, 4, 4],
    ['enquire_link', 0, 0, 0, 0],
    ['outbind', 'ignored', 'nack', 'nack', 'nack'],
    ['alert_notification', 'nack', 'nack', 'nack', 'nack'],
    ['submit_sm_resp', 'unmatched', 'unmatched', 'unmatched', 'unmatched'],
    ['generic_nack', 'unmatched', 'unmatched', 'unmatched', 'unmatched'],
  ];
  for (const [column, state] of states.entries()) {
    it(`of an SMSC, ${state}: every PDU is answered as the contract says`, async () => {
      for (const [command, ...rulings] of table) {
        const { session, peer, seen } = await smscIn(state);
        const dest = { dest_flag: 1, dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: '1' } as const;
        const body = command === 'submit_multi' ? { dest_address: [dest] } : {};
        const ruling = rulings[column];
        if (ruling === 'ignored' || ruling === 'unmatched') {
          peer.send(command, { sequence: 77, body });
          assert.equal(await peer.ask('enquire_link', { sequence: 78 }), 'enquire_link_resp 0');
          assert.equal(session.counts[ruling === 'ignored' ? 'refused' : 'unmatched'], 1, command);
        } else {
          const status = ruling === handled ? 0 : ruling;
          const expected = ruling === 'nack' ? 'generic_nack 3' : `${command}_resp ${status}`;
          assert.equal(await peer.ask(command, { sequence: 77, body }), expected);
        }
        assert.deepEqual(seen, ruling === handled ? [command] : [], command);
        assert.equal(session.closeReason, undefined);
        await connections.closeAll();
      }
    });

    it(`of an SMSC, ${state}: an unbind is answered, and the connection closes`, async () => {
      const { session, peer } = await smscIn(state);
      const { reasons, states: entered } = watchClose(session);
      assert.equal(await peer.ask('unbind'), 'unbind_resp 0');
      await peer.closed();
      await peer.until(() => reasons.length > 0);
      assert.deepEqual([reasons, entered], [['unbound'], ['UNBINDING', 'CLOSED']]);
    });
  }

  it('answers unknown requests with a generic_nack and ignores unknown responses', async () => {
    const { session, peer } = await smscIn('BOUND_TRX');
    for (const [id, sequence] of [
      [0x80000077, 1],
      [0x77, 0xffffffff],
    ] as const) {
      const pdu = encodePdu('unbind', { sequence });
      pdu.writeUInt32BE(id, 4);
      peer.write(pdu);
    }
    const answer = await peer.next();
    assert.deepEqual([answer.command, answer.status, answer.sequence], ['generic_nack', 3, 0xffffffff]);
    assert.equal(session.counts.unknown, 2);
    assert.equal(await peer.ask('submit_sm'), 'submit_sm_resp 0');
  });

  it('refuses a second bind while the first is being decided, and stays open after a refusal', async () => {
    const { session, peer } = await connections.session({
      onRequest: (pdu) => void setTimeout(() => session.refuse(pdu, 0x0e), 20),
    });
    const [first, second] = [peer.send('bind_transceiver'), peer.send('bind_transceiver')];
    const answers = [await peer.next(), await peer.next()];
    assert.deepEqual(
      answers.map(({ status, sequence }) => [status, sequence]),
      [
        [5, second],
        [0x0e, first],
      ],
    );
    assert.equal(session.state, 'OPEN');
  });

  it('tells an ESME of 3.4 its version, and sends an older one no TLVs at all', async () => {
    for (const [version, expected] of [
      [0x34, 0x34],
      [0x50, 0x34],
      [0x33, undefined],
      [0x00, undefined],
    ] as const) {
      const { use, onRequest } = takeAll();
      const { session, peer } = await connections.session({ onRequest });
      use(session);
      peer.send('bind_transceiver', { body: { interface_version: version } });
      const answer = await peer.next();
      assert.equal(tlvValue(answer.tlvs, 'sc_interface_version'), expected);
      assert.equal(session.peerVersion, version);
      void session.request('deliver_sm', {}, [[0x1401, Buffer.from('a')]]).catch(() => {});
      assert.equal((await peer.next()).tlvs.length, expected === undefined ? 0 : 1);
    }
  });

  it('of an ESME mirrors them', async () => {
    const rows: [command: CommandName, state: (typeof states)[number], expected: string][] = [
      ['deliver_sm', 'OPEN', 'deliver_sm_resp 4'],
      ['deliver_sm', 'BOUND_TX', 'deliver_sm_resp 4'],
      ['deliver_sm', 'BOUND_RX', 'deliver_sm_resp 0'],
      ['data_sm', 'BOUND_TRX', 'data_sm_resp 0'],
      ['submit_sm', 'BOUND_TRX', 'submit_sm_resp 4'],
      ['bind_receiver', 'BOUND_TRX', 'bind_receiver_resp 4'],
      ['enquire_link', 'OPEN', 'enquire_link_resp 0'],
      ['outbind', 'BOUND_TRX', 'generic_nack 3'],
    ];
    for (const [command, state, expected] of rows) {
      const { use, onRequest } = takeAll();
      const { session, peer } = await connections.session({ role: 'esme', onRequest });
      use(session);
      const bind = bindOf[state];
      if (bind) {
        const bound = session.request(bind, { system_id: 'a' });
        const { sequence } = await peer.next();
        peer.send(`${bind}_resp`, { sequence });
        assert.equal((await bound).status, 0);
      }
      assert.equal(session.state, state);
      assert.equal(await peer.ask(command, { sequence: 500 }), expected);
    }
  });

  it('stay open when a bind of ours is refused', async () => {
    const { session, peer } = await connections.session({ role: 'esme' });
    const bound = session.request('bind_transmitter', {});
    peer.send('bind_transmitter_resp', { sequence: (await peer.next()).sequence, status: 0x0d });
    assert.equal((await bound).status, 0x0d);
    assert.equal(session.state, 'OPEN');
  });
});
