import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { BodyInput, CommandName, NotificationName, RequestName, ResponseName } from '../pdu/commands.js';
import { FrameError, PduError } from '../pdu/errors.js';
import { FrameReader } from '../pdu/frame-reader.js';
import { isResponseId, layoutOfId, layouts } from '../pdu/layout.js';
import { readInt32 } from '../pdu/octets.js';
import { Pdu, type AnyPdu } from '../pdu/pdu.js';
import type { PduInput } from '../pdu/encode.js';
import { tlv, tlvValue, type Tlv } from '../pdu/tlvs.js';
import { commandStatus } from '../status-codes.js';
import { Counters, type SessionCounts } from './counters.js';
import { SessionClosed, type CloseReason } from './errors.js';
import { Inbox } from './inbox.js';
import { Output } from './output.js';
import { RequestWindow } from './request-window.js';
import { limitsOf, type SessionLimits } from './session-limits.js';
import type { ResponsePdu, SessionEvents, SessionOptions } from './session-options.js';
import { isBind, rulingOf, stateOfBind, type SessionState } from './session-state.js';
import { SessionWatch } from './session-watch.js';

/** The version of SMPP we speak, and the first in which TLVs exist. */
const interfaceVersion = 0x34;

/**
 * One SMPP connection, of either side: framing, states, window, timers, and the PDUs that are about the connection
 * itself (enquire_link, unbind, generic_nack). What messages mean is the owner's affair.
 *
 * The socket may still be connecting; it belongs to the session from here on. Source: contracts/smpp.md §5.1-5.4.
 */
export class SmppSession extends EventEmitter<SessionEvents> {
  readonly #socket: Socket;
  readonly #options: SessionOptions;
  readonly #limits: SessionLimits;
  readonly #counters = new Counters();
  readonly #reader: FrameReader;
  readonly #output: Output;
  readonly #window: RequestWindow;
  readonly #watch: SessionWatch;
  readonly #inbox: Inbox;
  #state: SessionState = 'OPEN';
  #reason: CloseReason | undefined;
  #error: Error | undefined;
  #peerVersion = interfaceVersion;
  #isBinding = false;
  #peerUnbinds: AnyPdu[] = [];
  #unbindAnswered = false;
  #peerEnded = false;
  /** Whether either side has sent an unbind. */
  #wasUnbound = false;
  #isDeaf = false;
  #framed = false;
  #isPaused = false;
  #flushScheduled = false;
  #gone = false;

  constructor(socket: Socket, options: SessionOptions) {
    super();
    this.#socket = socket;
    this.#options = options;
    this.#limits = limitsOf(options);
    this.#reader = new FrameReader({ maxLength: this.#limits.maxPduOctets });
    this.#inbox = new Inbox(this.#limits.maxUnanswered, (pdu) => this.#onRequest(pdu));
    this.#output = new Output(socket, () => this.#onProgress());
    this.#watch = new SessionWatch(
      {
        look: () => ({
          state: this.#state,
          isPaused: this.#isPaused,
          backlog: this.#output.backlog,
          taken: this.#output.taken,
        }),
        sendEnquireLink: () => this.#sendOwn('enquire_link', () => this.#watch.noteEnquireAnswered()),
        expire: (tick) => this.#expire(tick),
        endUnbinding: () => this.#endUnbinding(),
        fail: (reason) => this.#fail(reason),
      },
      this.#limits,
    );
    this.#window = new RequestWindow({
      windowSize: this.#limits.windowSize,
      maxWaiting: this.#limits.maxWaiting,
      firstSequence: options.firstSequence,
      append: (command, { body, tlvs }, sequence) => {
        this.#send(command, { sequence, body, tlvs });
        return this.#output.appended;
      },
      deadlineOf: this.#watch.deadlineOf,
    });
    socket.setNoDelay(true);
    // A peer that closes its half still gets the answers to what it has asked.
    socket.allowHalfOpen = true;
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('end', () => this.#onPeerEnd());
    socket.on('error', (error) => (this.#error ??= error));
    socket.on('close', () => this.#onGone());
    if (socket.destroyed) setImmediate(() => this.#onGone());
  }

  get state(): SessionState {
    return this.#state;
  }

  /** True in the three bound states. */
  get isBound(): boolean {
    return this.#state.startsWith('BOUND');
  }

  /** Why the session ended; undefined before it does. */
  get closeReason(): CloseReason | undefined {
    return this.#reason;
  }

  /**
   * The peer's `interface_version`: 0x34 until a bind says otherwise. To a peer below 0x34 the session sends no TLVs
   * at all; who wants to send a message_payload has to look first.
   */
  get peerVersion(): number {
    return this.#peerVersion;
  }

  /** Requests of ours that have no response. */
  get inFlight(): number {
    return this.#window.inFlight;
  }

  /** Requests of ours that wait for the window. */
  get waiting(): number {
    return this.#window.waiting;
  }

  /** Requests of the peer that the owner has not answered. */
  get unanswered(): number {
    return this.#inbox.unanswered;
  }

  /** Octets written that the operating system has not taken. */
  get backlog(): number {
    return this.#output.backlog;
  }

  get counts(): SessionCounts {
    return this.#counters.snapshot(this.#output.handed);
  }

  /**
   * Sends a request when the window has room and resolves with its response, whatever the status. A successful bind
   * moves the session to its bound state before it resolves. Rejects with `ResponseTimeout` (counted from when the
   * request leaves), `SessionClosed`, `QueueFull`, or `PduError` when the request cannot be encoded.
   */
  request<C extends RequestName>(
    command: C,
    body?: BodyInput<C>,
    tlvs?: readonly Tlv[],
    { timeoutMs = this.#limits.timers.responseMs }: { timeoutMs?: number } = {},
  ): Promise<ResponsePdu<C>> {
    return new Promise<AnyPdu>((resolve, reject) => {
      if (this.#state === 'UNBINDING' || this.#state === 'CLOSED') reject(new SessionClosed(false, this.#reason));
      else this.#window.add({ layout: layouts[command], body, tlvs, timeoutMs, windowed: true, resolve, reject });
    }) as Promise<ResponsePdu<C>>;
  }

  /**
   * Answers a request of the peer, once: false when it has been answered, or the session has ended. A successful
   * answer to a bind moves the session to its bound state and tells the peer our version. Throws `PduError` when the
   * answer cannot be encoded; then the peer has been answered `ESME_RSYSERR`.
   */
  respond<C extends RequestName>(pdu: Pdu<C>, answer: Omit<PduInput<ResponseName<C>>, 'sequence'> = {}): boolean {
    // A Pdu<C> is one of the union, which TypeScript cannot see through the C.
    const request = pdu as unknown as AnyPdu;
    if (!this.#inbox.settle(request)) return false;
    const { response } = layouts[request.command];
    if (!response || this.#reason !== undefined) return false;
    const { sequence } = request;
    try {
      if (isBind(request.command)) this.#answerBind(request as Pdu<'bind_transceiver'>, response, answer);
      else this.#send(response, { status: answer.status ?? 0, sequence, body: answer.body, tlvs: answer.tlvs });
    } catch (error) {
      this.#send(response, { status: commandStatus.ESME_RSYSERR, sequence });
      throw error;
    } finally {
      this.#endWhenDrained();
    }
    return true;
  }

  /** Answers a request of whichever kind with a status and nothing else; false as with `respond`. */
  refuse(pdu: AnyPdu, status: number): boolean {
    return this.respond(pdu as Pdu<RequestName>, { status });
  }

  /**
   * Leaves a request of the peer without an answer for good, so that it takes no place of `maxUnanswered`; false as
   * with `respond`. A simulated operator that does not answer needs it; an honest peer answers.
   */
  abandon(pdu: AnyPdu): boolean {
    const wasOwed = this.#inbox.settle(pdu);
    this.#scheduleFlush();
    return wasOwed;
  }

  /** Sends a PDU that has no response; false when the session has ended. Throws `PduError`. */
  notify<C extends NotificationName>(command: C, body?: BodyInput<C>, tlvs?: readonly Tlv[]): boolean {
    if (this.#state === 'UNBINDING' || this.#state === 'CLOSED') return false;
    this.#send(command, { sequence: this.#window.nextSequence(), body, tlvs });
    return true;
  }

  /**
   * Resolves with true when the operating system has taken everything sent by now, with false when it never will.
   * Only then can a receipt follow the response to its submit on another connection. Source: contracts/smpp.md §6.3.
   */
  flushed(): Promise<boolean> {
    return this.#output.flushed();
  }

  /**
   * Leaves in good order: refuses new requests, sends an unbind, and closes when what is in flight has been answered
   * both ways, or after `drainMs`. Resolves when the connection has gone. A session that is not bound just closes.
   */
  async unbind({ drainMs = this.#limits.timers.drainMs }: { drainMs?: number } = {}): Promise<void> {
    if (this.#state === 'OPEN') this.#finish('closed_by_owner');
    else if (this.isBound) {
      this.#wasUnbound = true;
      this.#startUnbinding(drainMs);
      const answered = (): void => {
        this.#unbindAnswered = true;
      };
      this.#sendOwn('unbind', answered);
    }
    if (!this.#gone) await new Promise<void>((resolve) => this.once('close', () => resolve()));
  }

  /** Writes what has been sent and closes the connection without an unbind, as after a bind that was refused. */
  end(): void {
    this.#finish('closed_by_owner');
  }

  /** Drops the connection at once. */
  destroy(): void {
    this.#fail('closed_by_owner');
  }

  #onData(chunk: Buffer): void {
    this.#counters.octetsIn += chunk.length;
    // What comes after a framing error, or while the connection closes down, is read only to be thrown away.
    if (this.#isDeaf) return;
    this.#framed = false;
    try {
      this.#reader.read(chunk, this.#onFrame);
    } catch (error) {
      this.#isDeaf = true;
      if (!(error instanceof FrameError)) this.#options.onError?.(error);
      const { status, sequence } = error instanceof FrameError ? error : systemError;
      this.#send('generic_nack', { status, sequence });
      this.#finish('framing_error');
    }
    this.#watch.noteRead(this.#framed, this.#reader.pending);
    this.#steerReading();
  }

  readonly #onFrame = (buffer: Buffer, start: number, length: number): void => {
    this.#framed = true;
    const commandId = readInt32(buffer, start + 4);
    const layout = layoutOfId(commandId);
    if (!layout) {
      this.#counters.unknown++;
      if (!isResponseId(commandId)) this.#nack(readInt32(buffer, start + 12));
      return;
    }
    this.#counters.noteReceived(layout);
    const pdu = new Pdu(layout.command, buffer, start, start + length) as AnyPdu;
    if (layout.isResponse) this.#onResponse(pdu);
    // It asks whether we are there, and however much there is to do, we are.
    else if (pdu.command === 'enquire_link') this.#send('enquire_link_resp', { sequence: pdu.sequence });
    else this.#inbox.receive(pdu);
  };

  #onResponse(response: AnyPdu): void {
    const request = this.#window.take(response);
    if (!request) {
      this.#counters.unmatched++;
      return;
    }
    const { command } = request.layout;
    if (isBind(command) && response.status === 0) this.#onBound(stateOfBind[command], versionOfSmsc(response));
    request.resolve(response);
    this.#window.pump();
    this.#endWhenDrained();
  }

  #onRequest(pdu: AnyPdu): void {
    if (this.#reason !== undefined || this.#peerUnbinds.length > 0) {
      this.#counters.refused++;
      return;
    }
    const ruling = rulingOf(this.#options.role, pdu.command, this.#state);
    if (ruling === 'answer') this.#onUnbind(pdu);
    else if (ruling === 'handle') this.#handle(pdu);
    else {
      this.#counters.refused++;
      if (ruling === 'nack') this.#nack(pdu.sequence);
      else if (ruling !== 'ignore') this.#turnAway(pdu, ruling);
    }
  }

  #handle(pdu: AnyPdu): void {
    const binds = isBind(pdu.command);
    if (binds && this.#isBinding) {
      this.#turnAway(pdu, commandStatus.ESME_RALYBND);
      return;
    }
    try {
      pdu.check({ strict: this.#options.role === 'smsc' });
    } catch (error) {
      this.#counters.refused++;
      this.#turnAway(pdu, statusOf(error));
      return;
    }
    if (binds) this.#isBinding = true;
    if (layouts[pdu.command].response) this.#inbox.admit(pdu);
    try {
      const handled = this.#options.onRequest(pdu);
      if (handled) handled.catch((error: unknown) => this.#onHandlerError(pdu, error));
    } catch (error) {
      this.#onHandlerError(pdu, error);
    }
  }

  #onHandlerError(pdu: AnyPdu, error: unknown): void {
    this.#counters.failed++;
    this.refuse(pdu, statusOf(error));
    this.#options.onError?.(error);
  }

  #answerBind(
    pdu: Pdu<'bind_transceiver'>,
    response: ResponseName,
    { status = 0, body, tlvs = [] }: Omit<PduInput, 'sequence'>,
  ): void {
    const bound = status === 0 && this.#state === 'OPEN';
    if (bound) this.#peerVersion = pdu.body.interface_version;
    const ours = bound && !tlvs.some(([tag]) => tag === ourVersion[0]) ? [...tlvs, ourVersion] : tlvs;
    this.#isBinding = false;
    this.#send(response, { status, sequence: pdu.sequence, body, tlvs: ours });
    if (bound) this.#onBound(stateOfBind[pdu.command], this.#peerVersion);
  }

  #onBound(state: SessionState, peerVersion: number): void {
    if (this.#state !== 'OPEN') return;
    this.#peerVersion = peerVersion;
    this.#enter(state);
  }

  /** The peer leaves: what it has asked is answered, then its unbind, then the connection ends. */
  #onUnbind(pdu: AnyPdu): void {
    this.#peerUnbinds.push(pdu);
    this.#wasUnbound = true;
    this.#startUnbinding(this.#limits.timers.drainMs);
    this.#endWhenDrained();
  }

  #onPeerEnd(): void {
    this.#peerEnded = true;
    if (this.#reason !== undefined) return;
    this.#startUnbinding(this.#limits.timers.drainMs);
    this.#endWhenDrained();
  }

  #startUnbinding(drainMs: number): void {
    this.#watch.startDraining(drainMs);
    if (this.#state !== 'UNBINDING') this.#enter('UNBINDING');
    this.#window.rejectWaiting(undefined);
  }

  #endWhenDrained(): void {
    if (this.#state !== 'UNBINDING' || !this.#inbox.isEmpty) return;
    const ours = this.#unbindAnswered && this.#window.inFlight === 0;
    if (ours || this.#peerEnded || this.#peerUnbinds.length > 0) this.#endUnbinding();
  }

  #endUnbinding(): void {
    for (const { sequence } of this.#peerUnbinds.splice(0)) this.#send('unbind_resp', { sequence });
    this.#finish(this.#wasUnbound ? 'unbound' : 'peer_closed');
  }

  #turnAway(pdu: AnyPdu, status: number): void {
    const { response } = layouts[pdu.command];
    if (response) this.#send(response, { status, sequence: pdu.sequence });
    else this.#nack(pdu.sequence, status);
  }

  #nack(sequence: number, status: number = commandStatus.ESME_RINVCMDID): void {
    this.#send('generic_nack', { status, sequence });
  }

  /** A request of the session's own, which nobody waits for. */
  #sendOwn(command: 'enquire_link' | 'unbind', resolve: () => void): void {
    const request = { layout: layouts[command], body: undefined, tlvs: undefined, timeoutMs: 0, windowed: false };
    this.#window.add({ ...request, resolve, reject: () => {} });
  }

  /** Every PDU passes here. After the end it is dropped: there is no connection to write it to. */
  #send<C extends CommandName>(command: C, input: PduInput<C>): void {
    if (this.#reason !== undefined) return;
    if (input.tlvs && this.#peerVersion < interfaceVersion) this.#output.append(command, { ...input, tlvs: undefined });
    else this.#output.append(command, input);
    this.#counters.noteSent(layouts[command]);
    if (command !== 'enquire_link') this.#watch.noteSent();
    this.#scheduleFlush();
  }

  #scheduleFlush(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    setImmediate(this.#flush);
  }

  /** The end of a turn: answers leave together, and what they made room for is taken up. */
  readonly #flush = (): void => {
    this.#flushScheduled = false;
    this.#inbox.release();
    if (this.#gone) return;
    if (this.#reason === undefined) this.#output.flush();
    this.#endWhenDrained();
    this.#steerReading();
  };

  /** Reads on only while the owner keeps up and the peer takes what it is sent. */
  #steerReading(): void {
    const isBehind = this.#inbox.isFull || this.#output.backlog > this.#limits.maxBacklogOctets;
    // While the connection closes down it has to be read, or the end of it is not seen.
    const pause = isBehind && this.#reason === undefined;
    if (pause === this.#isPaused) return;
    this.#isPaused = pause;
    if (pause) this.#socket.pause();
    else this.#socket.resume();
  }

  #onProgress(): void {
    if (this.#reason === undefined) this.#output.flush();
    this.#steerReading();
  }

  #expire(tick: number): void {
    const count = this.#window.expire(tick);
    if (count === 0) return;
    this.#counters.timedOut += count;
    this.#window.pump();
    this.#endWhenDrained();
  }

  #enter(state: SessionState): void {
    this.#state = state;
    this.emit('state', state);
  }

  /** Closes our half behind what has been written; the peer has a while to close its own. */
  #finish(reason: CloseReason): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#window.rejectWaiting(reason);
    this.#output.end();
    this.#watch.startHalfClose();
    this.#steerReading();
    this.#enter('CLOSED');
  }

  #fail(reason: CloseReason): void {
    const isNew = this.#reason === undefined;
    this.#reason ??= reason;
    this.#window.rejectWaiting(this.#reason);
    this.#socket.destroy();
    if (isNew) this.#enter('CLOSED');
  }

  #onGone(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#watch.stop();
    this.#output.close();
    const isNew = this.#reason === undefined;
    const reason = (this.#reason ??= this.#error ? 'socket_error' : 'peer_closed');
    this.#inbox.clear();
    this.#window.rejectAll(reason, this.#output.handed);
    if (isNew) this.#enter('CLOSED');
    this.emit('close', reason, this.#error);
  }
}

const ourVersion = tlv('sc_interface_version', interfaceVersion);
const systemError = { status: commandStatus.ESME_RSYSERR, sequence: 0 };

/** What to answer when a PDU cannot be read, or its handler failed. */
function statusOf(error: unknown): number {
  return error instanceof PduError ? error.status : commandStatus.ESME_RSYSERR;
}

/** An SMSC that does not tell its version, as many of 3.4 do not, is taken for 3.4. */
function versionOfSmsc(response: AnyPdu): number {
  try {
    return tlvValue(response.tlvs, 'sc_interface_version') ?? interfaceVersion;
  } catch {
    return interfaceVersion;
  }
}
