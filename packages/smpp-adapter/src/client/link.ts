import type { Socket } from 'node:net';
import type { Random } from '@ujumbe/core';
import type { BindName } from '../pdu/commands.js';
import type { AnyPdu } from '../pdu/pdu.js';
import type { CloseReason } from '../session/errors.js';
import { SmppSession } from '../session/smpp-session.js';
import { connectSocket } from './connect-socket.js';
import { describeStatus } from './outcome-of-status.js';
import { reconnectDelayMs } from './reconnect-delay.js';
import type { ClientSettings } from './transport-options.js';

/** Where a bind stands, for people. */
export type LinkState = 'stopped' | 'connecting' | 'bound' | 'waiting';

interface LinkEvents {
  onBound(link: Link): void;
  /** The bind has gone, or could not be had. */
  onDown(link: Link): void;
  onRequest(session: SmppSession, pdu: AnyPdu): void;
}

/** The most deliver_sm that are being stored at once, of one bind. */
const maxUnanswered = 1_000;
/** A bind that lasted so long was a success, and the next wait is short again. */
const steadyMs = 10_000;
const interfaceVersion = 0x34;
/** How long the operator may take to close its half of the connection. */
const halfCloseMs = 1_000;

/** One bind: connects, binds, and does so again for as long as it is not stopped. */
export class Link {
  #session: SmppSession | undefined;
  #state: LinkState = 'stopped';
  #trouble: string | null = null;
  #nextAttemptAt = 0;
  #failures = 0;
  #boundAt = Infinity;
  #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(
    readonly bind: BindName,
    private readonly settings: ClientSettings,
    private readonly events: LinkEvents,
    private readonly random: Random = Math.random,
  ) {}

  get state(): LinkState {
    return this.#state;
  }

  /** What kept it from being bound, as a part of a sentence. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** When it will try again; milliseconds since the epoch. */
  get nextAttemptAt(): number {
    return this.#nextAttemptAt;
  }

  /** The session, while it is bound. */
  get session(): SmppSession | undefined {
    return this.#session?.isBound === true ? this.#session : undefined;
  }

  get sends(): boolean {
    return this.bind !== 'bind_receiver';
  }

  start(): void {
    this.#stopping = new AbortController();
    this.#running = this.#run(this.#stopping.signal);
  }

  /** Unbinds; resolves when the connection has gone. */
  async stop(drainMs: number): Promise<void> {
    this.#stopping.abort();
    if (this.#session?.isBound === true) await this.#session.unbind({ drainMs });
    else this.#session?.destroy();
    await this.#running;
    this.#state = 'stopped';
  }

  async #run(signal: AbortSignal): Promise<void> {
    for (;;) {
      this.#boundAt = Infinity;
      const status = await this.#live(signal);
      this.#session = undefined;
      this.#failures = Date.now() - this.#boundAt > steadyMs ? 1 : this.#failures + 1;
      if (signal.aborted) return;
      const delayMs = reconnectDelayMs({ failures: this.#failures, status }, this.settings.timers, this.random());
      this.#nextAttemptAt = Date.now() + delayMs;
      this.#state = 'waiting';
      this.events.onDown(this);
      this.#log('warn', { delayMs, why: this.#trouble }, 'an SMPP bind is down');
      await pauseFor(delayMs, signal);
      if (isAborted(signal)) return;
    }
  }

  /** One connection from its beginning to its end; answers with the status its bind was refused with, if it was. */
  async #live(signal: AbortSignal): Promise<number | undefined> {
    const { connectMs } = this.settings.timers;
    this.#state = 'connecting';
    let socket: Socket;
    try {
      socket = await connectSocket(this.settings, connectMs, signal);
    } catch (error) {
      this.#trouble = `it could not connect: ${messageOf(error)}`;
      return undefined;
    }
    const session = this.#open(socket);
    this.#session = session;
    const closed = new Promise<CloseReason>((resolve) => session.once('close', resolve));
    const status = await this.#bindTo(session).catch((error: unknown) => {
      this.#trouble = `the bind was not answered: ${messageOf(error)}`;
      session.destroy();
      return undefined;
    });
    if (status === 0 && !signal.aborted) {
      this.#boundAt = Date.now();
      this.#state = 'bound';
      this.#trouble = null;
      this.#log('info', {}, 'an SMPP bind is up');
      this.events.onBound(this);
      this.#trouble = `the connection ended: ${(await closed).replaceAll('_', ' ')}`;
      return undefined;
    }
    if (status === 0) await session.unbind({ drainMs: 1_000 });
    else if (status !== undefined) {
      this.#trouble = `the operator refused the bind: ${describeStatus(status)}`;
      session.end();
    }
    await closed;
    return status;
  }

  #open(socket: Socket): SmppSession {
    const { timers, window, logger, name } = this.settings;
    const session: SmppSession = new SmppSession(socket, {
      role: 'esme',
      windowSize: window,
      maxUnanswered,
      timers: {
        sessionInitMs: timers.connectMs,
        enquireLinkMs: timers.enquireLinkMs,
        enquireResponseMs: timers.enquireResponseMs,
        idleMs: 2 * (timers.enquireLinkMs + timers.enquireResponseMs),
        responseMs: timers.responseMs,
        halfCloseMs,
      },
      onRequest: (pdu) => {
        this.events.onRequest(session, pdu);
      },
      onError: (error) => logger.error({ err: error, transport: name }, 'a PDU of the operator could not be handled'),
    });
    return session;
  }

  async #bindTo(session: SmppSession): Promise<number> {
    const { systemId, password, systemType = '', addressRange = '', timers } = this.settings;
    const response = await session.request(
      this.bind,
      {
        system_id: systemId,
        password,
        system_type: systemType,
        interface_version: interfaceVersion,
        address_range: addressRange,
      },
      undefined,
      { timeoutMs: timers.connectMs },
    );
    // A generic_nack refuses, whatever its status says.
    return response.command === 'generic_nack' && response.status === 0 ? 0xff : response.status;
  }

  #log(level: 'info' | 'warn', fields: object, sentence: string): void {
    const { logger, name, host, port } = this.settings;
    logger[level]({ transport: name, host, port, bind: this.bind, ...fields }, sentence);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : String((error as { code?: unknown }).code);
}

// TypeScript holds that a signal which was not aborted never is.
const isAborted = ({ aborted }: AbortSignal): boolean => aborted;

/** Does not keep the process alive: an operator that is away must not. */
function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms).unref();
    signal.addEventListener('abort', end, { once: true });
  });
}
