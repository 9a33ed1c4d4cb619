import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { commandStatus } from '../status-codes.js';
import { encodePdu } from '../pdu/encode.js';
import { ClientWorld, never, outbound, until } from './client-world.test.support.js';

const { ESME_RALYBND, ESME_RINVPASWD, ESME_RINVSYSID, ESME_RBINDFAIL } = commandStatus;

describe('the binds of an SMPP transport', () => {
  const world = new ClientWorld();
  afterEach(() => world.closeAll());

  it('say who they are, and of which kind', async () => {
    const seen: unknown[] = [];
    const { port } = await world.scripted({
      onBind: ({ command, body }) => {
        seen.push([command, body.system_id, body.password, body.system_type, body.interface_version]);
        return 0;
      },
    });
    const transport = await world.transport(port, { binds: { kind: 'tx+rx', count: 2 }, systemType: 'VMA' });
    await until('four binds', () => transport.binds().every(({ state }) => state === 'bound'));
    assert.deepEqual(seen.sort(), [
      ['bind_receiver', 'ujumbe', 'secret', 'VMA', 0x34],
      ['bind_receiver', 'ujumbe', 'secret', 'VMA', 0x34],
      ['bind_transmitter', 'ujumbe', 'secret', 'VMA', 0x34],
      ['bind_transmitter', 'ujumbe', 'secret', 'VMA', 0x34],
    ]);
    assert.equal(transport.trouble(), null);
  });

  it('take turns', async () => {
    const ports = new Map<unknown, number>();
    const { port } = await world.scripted({
      onRequest: (session, pdu) => {
        ports.set(session, (ports.get(session) ?? 0) + 1);
        if (pdu.command === 'submit_sm') session.respond(pdu, { body: { message_id: String(pdu.sequence) } });
      },
    });
    const transport = await world.transport(port, { binds: { kind: 'trx', count: 3 } });
    await until('three binds', () => transport.binds().every(({ state }) => state === 'bound'));
    await Promise.all(
      transport.submit(
        Array.from({ length: 30 }, () => outbound()),
        never,
      ),
    );
    assert.deepEqual([...ports.values()], [10, 10, 10]);
  });

  it('come back when the connection ends', async () => {
    const smsc = await world.simulator();
    const transport = await world.transport(smsc.port!);
    for (const times of [1, 2, 3]) {
      smsc.dropConnections();
      await until(`down ${times}`, () => transport.trouble() !== null);
      await until(`up ${times}`, () => transport.trouble() === null);
    }
    const [outcome] = await Promise.all(transport.submit([outbound()], never));
    assert.equal(outcome?.kind, 'accepted');
  });

  it('come back when the operator unbinds them', async () => {
    const { port, sessions } = await world.scripted({});
    const transport = await world.transport(port);
    await sessions[0]!.unbind();
    await until('a second session', () => sessions.length === 2 && transport.trouble() === null);
  });

  it('notice a connection that is dead on the other side', async () => {
    const sockets: Socket[] = [];
    const port = await world.raw((socket) => {
      sockets.push(socket);
      // It answers the bind, and then nothing ever again.
      socket.once('data', (chunk) => {
        socket.write(encodePdu('bind_transceiver_resp', { sequence: chunk.readUInt32BE(12) }));
        socket.on('data', () => {});
      });
    });
    const transport = await world.transport(port, {
      timers: { enquireLinkMs: 60, enquireResponseMs: 60, responseMs: 60_000 },
    });
    const [outcome] = await Promise.all(transport.submit([outbound()], never));
    assert.equal(outcome?.kind, 'unknown');
    await until('a second connection', () => sockets.length >= 2);
  });

  const refusals: [name: string, status: number, wait: object][] = [
    ['a wrong password', ESME_RINVPASWD, { refusedMs: 100 }],
    ['an unknown name', ESME_RINVSYSID, { refusedMs: 100 }],
    ['a session that is still there', ESME_RALYBND, { occupiedMinMs: 100 }],
    ['a bind failure', ESME_RBINDFAIL, { occupiedMinMs: 100 }],
  ];
  for (const [name, status, wait] of refusals) {
    it(`wait longer after ${name}, and say what is wrong`, async () => {
      const times: number[] = [];
      const { port } = await world.scripted({
        onBind: () => {
          times.push(Date.now());
          return times.length === 1 ? status : 0;
        },
      });
      const transport = await world.transport(port, { timers: { reconnectMinMs: 1, ...wait } });
      assert.match(transport.trouble()!, /No SMPP bind of operator is up: the operator refused the bind: ESME_R/);
      assert.doesNotMatch(transport.trouble()!, /secret/);
      await until('a second bind', () => transport.trouble() === null);
      assert.ok(times[1]! - times[0]! >= 95, `${times[1]! - times[0]!} ms`);
    });
  }

  it('that cannot all be had are done without', async () => {
    const smsc = await world.simulator({ maxBinds: 1 });
    const transport = await world.transport(smsc.port!, { binds: { kind: 'trx', count: 3 } });
    await until('two refusals', () => smsc.counts().refusedBinds === 2);
    assert.equal(transport.trouble(), null);
    const outcomes = await Promise.all(transport.submit([outbound(), outbound()], never));
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ['accepted', 'accepted'],
    );
  });

  it('are given up when nobody answers', async () => {
    const port = await world.raw(() => {});
    const transport = await world.transport(port, { timers: { connectMs: 60 } });
    await until('trouble', () => (transport.trouble() ?? '').includes('was not answered'));
    await transport.stop();
    assert.match(transport.trouble()!, /is not running/);
  });

  it('to nowhere keep nobody from starting and stopping', async () => {
    const port = await world.raw(() => {});
    await world.closeAll();
    const transport = await world.transport(port, { timers: { holdMs: 50 } });
    assert.match(transport.trouble()!, /could not connect/);
    const [outcome] = await Promise.all(transport.submit([outbound()], never));
    assert.deepEqual([outcome?.kind, outcome?.kind === 'deferred' && outcome.detail], ['deferred', 'no bind is up']);
  });

  it('are not disturbed by others who knock at the operator’s door', async () => {
    const smsc = await world.simulator();
    connect(smsc.port!, '127.0.0.1')
      .on('error', () => {})
      .end('GET / HTTP/1.0\r\n\r\n');
    const transport = await world.transport(smsc.port!);
    assert.equal(transport.trouble(), null);
  });
});
