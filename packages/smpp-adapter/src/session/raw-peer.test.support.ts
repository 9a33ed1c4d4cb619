import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { CommandName } from '../pdu/commands.js';
import { encodePdu, type PduInput } from '../pdu/encode.js';
import { FrameReader } from '../pdu/frame-reader.js';
import { decodePdu, type AnyPdu } from '../pdu/pdu.js';
import type { SessionOptions } from './session-options.js';
import { SmppSession } from './smpp-session.js';

const patienceMs = 5_000;

/** The other end of a session: it speaks octets, and keeps no rule of SMPP by itself. */
export class RawPeer {
  readonly chunks: number[] = [];
  readonly received: AnyPdu[] = [];
  isClosed = false;
  /** Whether it closes its half of the connection when the session has closed the other. */
  closesBack = true;
  #wake: (() => void) | undefined;
  #sequence = 0;

  constructor(readonly socket: Socket) {
    const reader = new FrameReader({ maxLength: 1 << 20 });
    socket.on('data', (chunk: Buffer) => {
      this.chunks.push(chunk.length);
      reader.read(chunk, (buffer, start, length) => this.received.push(decodePdu(buffer, start, length)));
      this.#wake?.();
    });
    socket.on('end', () => {
      if (this.closesBack) socket.end();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isClosed = true;
      this.#wake?.();
    });
  }

  write(...octets: Buffer[]): void {
    this.socket.write(Buffer.concat(octets));
  }

  /** Sends a PDU; answers with its sequence. */
  send<C extends CommandName>(command: C, input: Partial<PduInput<C>> = {}): number {
    const sequence = input.sequence ?? ++this.#sequence;
    this.write(encodePdu(command, { ...input, sequence }));
    return sequence;
  }

  /** The next PDU that has come. */
  async next(): Promise<AnyPdu> {
    await this.until(() => this.received.length > 0);
    return this.received.shift() ?? assert.fail('Nothing has come.');
  }

  /** Sends a PDU and answers with what comes next, in short. */
  async ask<C extends CommandName>(command: C, input: Partial<PduInput<C>> = {}): Promise<string> {
    const sequence = this.send(command, input);
    const answer = await this.next();
    assert.equal(answer.sequence, sequence);
    return `${answer.command} ${answer.status}`;
  }

  async closed(): Promise<void> {
    await this.until(() => this.isClosed);
  }

  async until(condition: () => boolean): Promise<void> {
    const deadline = Date.now() + patienceMs;
    while (!condition()) {
      if (Date.now() > deadline) assert.fail('It did not happen in time.');
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 20);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

/** Connections of a test; `closeAll` ends them, and waits until they have gone. */
export class TestConnections {
  readonly #servers: Server[] = [];
  readonly #sockets: Socket[] = [];

  /** Two sockets that are connected with each other. */
  async sockets(): Promise<[ours: Socket, theirs: Socket]> {
    const server = createServer({ allowHalfOpen: true });
    this.#servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const ours = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
    const [[theirs]] = (await Promise.all([once(server, 'connection'), once(ours, 'connect')])) as [[Socket], unknown];
    this.#sockets.push(ours, theirs);
    return [ours, theirs];
  }

  /** A session and the raw peer it talks with. */
  async session(options: Partial<SessionOptions> = {}): Promise<{ session: SmppSession; peer: RawPeer }> {
    const [ours, theirs] = await this.sockets();
    const session = new SmppSession(ours, { role: 'smsc', onRequest: () => {}, ...options });
    return { session, peer: new RawPeer(theirs) };
  }

  async closeAll(): Promise<void> {
    for (const socket of this.#sockets.splice(0)) {
      socket.destroy();
      if (!socket.closed) await once(socket, 'close').catch(() => {});
    }
    for (const server of this.#servers.splice(0)) {
      server.close();
      await once(server, 'close');
    }
  }
}

/** The reason and the number of a session's close events. */
export function watchClose(session: SmppSession): { reasons: string[]; states: string[] } {
  const reasons: string[] = [];
  const states: string[] = [];
  session.on('close', (reason) => reasons.push(reason));
  session.on('state', (state) => states.push(state));
  return { reasons, states };
}
