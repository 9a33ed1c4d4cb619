import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { decodePdu, encodePdu, FrameReader, PduError, FrameError, type AnyPdu } from '@ujumbe/smpp-adapter';
import type { SeededRandom } from '../../faults/seeded-random.js';
import { hostileOctets, pieces } from './hostile-pdus.js';

/** An operator that answers binds, and everything else with whatever comes to its mind, until it is told to be sane. */
export class HostileOperator {
  isSane = false;
  octets = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #ids = 0;

  constructor(private readonly random: SeededRandom) {
    this.#server = createServer((socket) => this.#serve(socket));
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.dropAll();
    this.#server.close();
    await once(this.#server, 'close');
  }

  dropAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    const reader = new FrameReader({ maxLength: 1 << 20 });
    socket.on('data', (chunk: Buffer) => {
      try {
        reader.read(chunk, (buffer, start, length) => this.#answer(socket, decodePdu(buffer, start, length)));
      } catch (error) {
        // What it made of its own answers may be no frame to it either.
        if (!(error instanceof PduError || error instanceof FrameError)) throw error;
        socket.destroy();
      }
    });
  }

  #answer(socket: Socket, { command, sequence }: AnyPdu): void {
    const { random } = this;
    const refuse = !this.isSane && random.happens(0.05);
    if (command.startsWith('bind_') && !command.endsWith('_resp')) {
      const response = `${command}_resp` as 'bind_transceiver_resp';
      this.#write(socket, Buffer.from(encodePdu(response, { sequence, status: refuse ? 0x0d : 0 })));
    } else if (command === 'enquire_link')
      this.#write(socket, Buffer.from(encodePdu('enquire_link_resp', { sequence })));
    else if (command === 'unbind') socket.end(encodePdu('unbind_resp', { sequence }));
    else if (command === 'submit_sm') this.#answerSubmit(socket, sequence);
  }

  #answerSubmit(socket: Socket, sequence: number): void {
    const { random } = this;
    const message_id = String(++this.#ids);
    const taken = Buffer.from(encodePdu('submit_sm_resp', { sequence, body: { message_id } }));
    if (this.isSane || random.happens(0.4)) this.#write(socket, taken);
    else if (random.happens(0.2)) {
      this.#write(socket, Buffer.from(encodePdu('submit_sm_resp', { sequence, status: random.between(1, 0x500) })));
    }
    if (this.isSane) return;
    if (random.happens(0.4)) this.#write(socket, receiptOf(random, message_id));
    if (random.happens(0.4)) this.#write(socket, hostileOctets(random));
    if (random.happens(0.01)) socket.destroy();
  }

  #write(socket: Socket, whole: Buffer): void {
    for (const piece of this.isSane ? [whole] : pieces(this.random, whole)) {
      if (!socket.writable) return;
      socket.write(piece);
      this.octets += piece.length;
    }
  }
}

const stats = ['DELIVRD', 'UNDELIV', 'EXPIRED', 'ACCEPTD', 'nonsense', ''];

/** A receipt in some form; of a message it has, or of none. */
function receiptOf(random: SeededRandom, id: string): Buffer {
  const named = random.happens(0.8) ? id : random.pick(['', 'zz', '0x1f', '9'.repeat(70)]);
  const text = `id:${named} sub:001 dlvrd:001 done date:${random.pick(['2611251200', '0000000000', 'x'])} stat:${random.pick(stats)} err:${random.pick(['000', '032', 'E1', '99999'])} text:`;
  const body = {
    source_addr: random.pick(['255712345678', 'DUKA', '']),
    esm_class: random.pick([4, 4, 0, 0x20, 0x40]),
    data_coding: random.pick([0, 8, 0xf1]),
    short_message: Buffer.from(text).subarray(0, 254),
  };
  return Buffer.from(encodePdu('deliver_sm', { sequence: random.between(1, 1_000), body }));
}
