import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { encodePdu, type BindName } from '@ujumbe/smpp-adapter';
import type { SeededRandom } from '../../faults/seeded-random.js';
import { hostileOctets, pieces } from './hostile-pdus.js';

export interface HostileCounts {
  connections: number;
  octets: number;
}

const binds: readonly BindName[] = ['bind_transceiver', 'bind_transmitter', 'bind_receiver'];
const patienceMs = 10_000;

/** One connection to a server: it may bind, says what it likes, and leaves in some way or stays till it is thrown out. */
export async function beHostile(
  random: SeededRandom,
  port: number,
  login: { systemId: string; password: string },
  counts: HostileCounts,
): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: random.happens(0.3) });
  counts.connections++;
  socket.on('error', () => {});
  // One that keeps its half open hears of the end by the end of the other.
  const closed = new Promise<boolean>((resolve) => {
    for (const event of ['end', 'close']) socket.once(event, () => resolve(true));
  });
  if (random.happens(0.9)) socket.resume();
  const { systemId: system_id, password } = login;
  const say = async (whole: Buffer): Promise<void> => {
    for (const piece of pieces(random, whole)) {
      if (!socket.writable) return;
      socket.write(piece);
      counts.octets += piece.length;
      if (random.happens(0.1)) await pause(random.between(0, 3));
    }
  };
  if (random.happens(0.8)) {
    await say(Buffer.from(encodePdu(random.pick(binds), { sequence: 1, body: { system_id, password } })));
    if (random.happens(0.9)) await Promise.race([once(socket, 'data').catch(() => undefined), closed, pause(300)]);
  }
  for (let left = random.between(1, 60); left > 0 && socket.writable; left--) await say(hostileOctets(random));
  const end = random.between(1, 5);
  if (end === 1) socket.destroy();
  else if (end === 2) socket.end();
  else if (end === 3) await say(Buffer.from(encodePdu('unbind', { sequence: 2 })));
  socket.resume();
  const waiting = new AbortController();
  const isClosed = await Promise.race([
    closed,
    pause(patienceMs, false, { signal: waiting.signal }).catch(() => false),
  ]);
  waiting.abort();
  socket.destroy();
  if (!isClosed) throw new Error('A connection that says no more was not closed.');
}
