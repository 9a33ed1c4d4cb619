import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { encodePdu } from '../pdu/encode.js';
import { FrameReader } from '../pdu/frame-reader.js';
import { decodePdu } from '../pdu/pdu.js';
import { Draw } from '../pdu/random-pdu.test.support.js';
import { ClientWorld, never, outbound } from './client-world.test.support.js';

const runs = 12;

/** An operator that answers binds, and everything else with whatever comes to its mind. */
function speakNonsense(socket: Socket, draw: Draw): void {
  const below = (limit: number): number => draw.below(limit);
  const commandIds = [0x80000000, 0x80000004, 5, 0x15, 0x80000015, 6, 0x103, 0x102, 0x0b, 9, 0x7777, 0x80000099];
  const reader = new FrameReader({ maxLength: 1 << 20 });
  socket.on('data', (chunk: Buffer) => {
    try {
      reader.read(chunk, (buffer, start, length) => {
        const { command, sequence } = decodePdu(buffer, start, length);
        if (command === 'bind_transceiver') socket.write(encodePdu('bind_transceiver_resp', { sequence }));
        else if (command === 'submit_sm') answer(sequence);
      });
    } catch {
      socket.destroy();
    }
  });
  const answer = (sequence: number): void => {
    const choice = below(20);
    if (choice < 6) socket.write(encodePdu('submit_sm_resp', { sequence, body: { message_id: String(below(1e9)) } }));
    else if (choice < 9) socket.write(encodePdu('submit_sm_resp', { sequence, status: below(0x500) + 1 }));
    else if (choice < 16) {
      const body = draw.octets(80);
      const header = Buffer.alloc(16);
      header.writeUInt32BE(16 + body.length, 0);
      header.writeUInt32BE(draw.of(commandIds), 4);
      header.writeUInt32BE(below(3) === 0 ? 0 : below(0x500), 8);
      header.writeUInt32BE(below(2) === 0 ? sequence : below(0xffffffff), 12);
      socket.write(Buffer.concat([header, body]));
    } else if (choice < 18) {
      const esm_class = below(256);
      const body = { esm_class, data_coding: below(256), short_message: draw.octets(200) };
      socket.write(encodePdu('deliver_sm', { sequence: below(0x7fffffff), body }));
    } else if (choice === 18) socket.write(draw.octets(40));
    else socket.destroy();
  };
}

describe('an SMPP transport whose operator speaks nonsense', () => {
  const world = new ClientWorld();
  afterEach(() => world.closeAll());

  for (let seed = 1; seed <= runs; seed++) {
    it(`goes on, and accounts for every message (seed ${seed})`, async () => {
      const draw = new Draw(seed);
      let isSane = false;
      const connections: Socket[] = [];
      const port = await world.raw((socket) => {
        connections.push(socket);
        if (isSane) {
          // An operator that is well again: it takes everything.
          const reader = new FrameReader({ maxLength: 1 << 20 });
          socket.on('data', (chunk: Buffer) =>
            reader.read(chunk, (buffer, start, length) => {
              const { command, sequence } = decodePdu(buffer, start, length);
              if (command === 'bind_transceiver') socket.write(encodePdu('bind_transceiver_resp', { sequence }));
              else if (command === 'submit_sm') {
                socket.write(encodePdu('submit_sm_resp', { sequence, body: { message_id: String(sequence) } }));
              } else if (command === 'unbind') socket.end(encodePdu('unbind_resp', { sequence }));
            }),
          );
        } else speakNonsense(socket, draw);
      });
      const transport = await world.transport(port, {
        binds: { kind: 'trx', count: 2 },
        window: 5,
        timers: { reconnectMinMs: 1, reconnectMaxMs: 5, responseMs: 100, holdMs: 1_000 },
      });
      const messages = Array.from({ length: 150 }, (_, n) =>
        outbound(n % 5 === 0 ? { text: 'x'.repeat(300), segments: 2, expiresAt: Date.now() + 2_000 } : {}),
      );
      const outcomes = await Promise.all(transport.submit(messages, never));
      assert.equal(outcomes.length, messages.length);
      const { accepted, rejected, deferred, unknown } = transport.counts();
      assert.equal(accepted + rejected + deferred + unknown, messages.length);
      isSane = true;
      for (const socket of connections) socket.destroy();
      // The first may still go by a connection whose end has not been noticed.
      let kind = '';
      for (let tries = 0; tries < 20 && kind !== 'accepted'; tries++) {
        kind = (await Promise.all(transport.submit([outbound()], never)))[0]!.kind;
      }
      assert.equal(kind, 'accepted');
    }).timeout(30_000);
  }
});
