import type { Socket } from 'node:net';
import type { CommandName } from '../pdu/commands.js';
import { encodedLength, writePdu, type PduInput } from '../pdu/encode.js';
import { layouts } from '../pdu/layout.js';
import { Fifo } from './fifo.js';

const slabOctets = 64 * 1024;
const maxSpareSlabs = 32;
// Slabs are shared by all sessions of the process: most sessions are idle, and 64 KB for each would add up.
const spareSlabs: Buffer[] = [];

/**
 * What a session writes: the PDUs of one turn of the event loop travel in one `socket.write`, and while the socket has
 * not taken the last one they gather further. That is most of the speed, and it bounds the number of buffers that a
 * peer which does not read can hold.
 */
export class Output {
  readonly #socket: Socket;
  readonly #onProgress: () => void;
  #slab: Buffer | undefined;
  #used = 0;
  #writes = 0;
  #waiters = new Fifo<{ mark: number; resolve: (flushed: boolean) => void }>();
  /** Octets appended, handed to the socket, and taken by the operating system. */
  appended = 0;
  handed = 0;
  taken = 0;
  #open = true;

  /** `onProgress` is called when the socket has taken a write that it could not take at once. */
  constructor(socket: Socket, onProgress: () => void) {
    this.#socket = socket;
    this.#onProgress = onProgress;
  }

  /** Octets that the operating system has not taken. */
  get backlog(): number {
    return this.appended - this.taken;
  }

  /** Throws as `writePdu` does; then nothing has been appended. */
  append<C extends CommandName>(command: C, input: PduInput<C>): void {
    // The exact length is worth counting only where the most a PDU takes does not fit.
    const room = input.tlvs ? encodedLength(command, input) : layouts[command].maxOctets;
    if (this.#slab && this.#used + room > this.#slab.length) {
      const octets = encodedLength(command, input);
      if (this.#used + octets > this.#slab.length) this.#hand();
      if (octets > slabOctets) {
        this.#appendLarge(command, input, octets);
        return;
      }
    } else if (room > slabOctets) {
      this.#appendLarge(command, input, room);
      return;
    }
    this.#slab ??= spareSlabs.pop() ?? Buffer.allocUnsafeSlow(slabOctets);
    const written = writePdu(this.#slab, this.#used, command, input);
    this.#used += written;
    this.appended += written;
  }

  /** Hands over what gathered, unless the socket is still busy with what it was given before. */
  flush(): void {
    if (this.#writes === 0) this.#hand();
  }

  /** Resolves with true when the operating system has taken everything appended by now, with false if it never will. */
  flushed(): Promise<boolean> {
    if (this.backlog === 0) return Promise.resolve(true);
    if (!this.#open) return Promise.resolve(false);
    return new Promise((resolve) => this.#waiters.push({ mark: this.appended, resolve }));
  }

  /** Hands over everything and closes our half of the connection behind it. */
  end(): void {
    this.#hand();
    this.#socket.end();
  }

  /** Forgets everything: the socket is gone. */
  close(): void {
    this.#open = false;
    this.#slab = undefined;
    this.#used = 0;
    for (const { resolve } of this.#waiters.takeAll()) resolve(false);
  }

  /** A PDU above 64 KB, which only a message_payload makes, has a buffer of its own. */
  #appendLarge<C extends CommandName>(command: C, input: PduInput<C>, octets: number): void {
    const buffer = Buffer.allocUnsafeSlow(octets);
    writePdu(buffer, 0, command, input);
    this.#hand();
    this.appended += octets;
    this.#write(buffer);
  }

  #hand(): void {
    const slab = this.#slab;
    if (!slab || this.#used === 0) return;
    const used = this.#used;
    this.#slab = undefined;
    this.#used = 0;
    this.#write(slab.subarray(0, used), slab);
  }

  #write(octets: Buffer, slab?: Buffer): void {
    this.handed += octets.length;
    this.#writes++;
    this.#socket.write(octets, (error) => {
      this.#writes--;
      if (error) return;
      if (slab && spareSlabs.length < maxSpareSlabs) spareSlabs.push(slab);
      this.taken += octets.length;
      this.#settleWaiters();
      if (this.#open) this.#onProgress();
    });
  }

  #settleWaiters(): void {
    for (let first = this.#waiters.peek(); first && first.mark <= this.taken; first = this.#waiters.peek()) {
      this.#waiters.shift();
      first.resolve(true);
    }
  }
}
