import { setTimeout as sleep } from 'node:timers/promises';
import type { Sms } from '@ujumbe/core';
import { PduError } from '../pdu/errors.js';
import type { AnyPdu } from '../pdu/pdu.js';
import { defaultTimers } from '../session/session-limits.js';
import { isBind } from '../session/session-state.js';
import { SmppSession } from '../session/smpp-session.js';
import { commandStatus } from '../status-codes.js';
import { Binder, type BindPdu } from './bind.js';
import { BoundSessions } from './bound-sessions.js';
import { DeliverWorker } from './deliver.worker.js';
import type { EsmeSession, SmppSessionView } from './esme-session.js';
import { handleManaging } from './handle-managing.js';
import { handleSubmit } from './handle-submit.js';
import { Listeners, type Incoming } from './listeners.js';
import { LockOut } from './lock-out.js';
import { LoginsWorker } from './logins.worker.js';
import { kindOf, Refusals } from './refusals.js';
import { ServerCounters, type SmppServerCounts } from './server-counters.js';
import { worldOf, type ServerWorld, type SmppServerOptions } from './server-options.js';
import { Turnstile } from './turnstile.js';

/** The SMPP server of a platform. Made by `createSmppServer`. */
export interface SmppServer {
  /** Listens. Rejects when a port cannot be had; then nothing is open. */
  start(): Promise<{ port: number; tlsPort?: number }>;
  /**
   * Unbinds every session, answers what has been submitted, and closes; what is still there at the deadline (5 s unless
   * said otherwise) is dropped. Stop it before the platform.
   */
  stop(options?: { deadlineMs?: number }): Promise<void>;
  /** The bound sessions of this process, of one account or of all. */
  sessions(accountId?: string): SmppSessionView[];
  /** For metrics. */
  counts(): SmppServerCounts;
}

/** How many passwords are compared at a time; beside them the thread pool has to serve the rest of the process. */
const passwordsAtATime = 2;
const defaultDeadlineMs = 5_000;

/**
 * Makes the server that customers' ESMEs bind to. What they submit are messages like all others of the platform; their
 * receipts and messages from handsets are told on their sessions. Source: contracts/smpp.md.
 *
 * @throws RangeError for a system_id that cannot be, Error for a certificate that cannot be read
 */
export function createSmppServer(sms: Sms, options: SmppServerOptions = {}): SmppServer {
  return new Server(sms, options);
}

class Server implements SmppServer {
  readonly #sms: Sms;
  readonly #world: ServerWorld;
  readonly #listeners: Listeners;
  readonly #sessions = new BoundSessions();
  readonly #counters = new ServerCounters();
  readonly #binder: Binder;
  readonly #deliver: DeliverWorker;
  readonly #logins: LoginsWorker;
  readonly #refusals: Refusals;
  /** Every connection, bound or not. */
  readonly #open = new Set<SmppSession>();
  #started: Promise<{ port: number; tlsPort?: number }> | undefined;
  #stopped: Promise<void> | undefined;

  constructor(sms: Sms, options: SmppServerOptions) {
    this.#sms = sms;
    this.#world = worldOf(options);
    const world = this.#world;
    const shared = { sms, world, sessions: this.#sessions, counters: this.#counters };
    this.#deliver = new DeliverWorker(shared);
    this.#logins = new LoginsWorker(shared);
    this.#refusals = new Refusals(world.logger, (esme) => void this.#logins.renew(esme));
    this.#binder = new Binder({
      ...shared,
      lockOut: new LockOut(world.limits),
      passwords: new Turnstile(passwordsAtATime),
    });
    this.#listeners = new Listeners(options, {
      limits: world.limits,
      sessionInitMs: world.session.timers?.sessionInitMs ?? defaultTimers.sessionInitMs,
      onConnection: (incoming) => this.#connect(incoming),
      onFault: (error) => world.logger.error({ fault: kindOf(error) }, 'a connection could not be accepted'),
      onTurnedAway: () => this.#counters.turnedAway++,
    });
  }

  start(): Promise<{ port: number; tlsPort?: number }> {
    return (this.#started ??= this.#start());
  }

  stop({ deadlineMs = defaultDeadlineMs }: { deadlineMs?: number } = {}): Promise<void> {
    return (this.#stopped ??= this.#stop(deadlineMs));
  }

  sessions(accountId?: string): SmppSessionView[] {
    const sessions = accountId === undefined ? this.#sessions.all() : this.#sessions.of(accountId);
    return sessions.map((esme) => esme.view());
  }

  counts(): SmppServerCounts {
    const { turnedAway, binds, bindsRefused, submitted, refused, told, putOff, givenUp } = this.#counters;
    return {
      connections: this.#listeners.connections,
      unbound: this.#listeners.unbound,
      sessions: this.#sessions.size,
      turnedAway,
      binds,
      bindsRefused: bindsRefused.byName(),
      submitted,
      refused: refused.byName(),
      told,
      putOff,
      givenUp,
      inHand: this.#deliver.inHand,
    };
  }

  async #start(): Promise<{ port: number; tlsPort?: number }> {
    await this.#sms.esme.open();
    const ports = await this.#listeners.open();
    this.#deliver.start();
    this.#logins.start();
    this.#world.logger.info(ports, 'SMPP is served');
    return ports;
  }

  async #stop(deadlineMs: number): Promise<void> {
    await this.#started?.catch(() => undefined);
    this.#binder.close();
    const closed = this.#listeners.close();
    const deadline = new AbortController();
    const over = sleep(deadlineMs, undefined, { signal: deadline.signal }).catch(() => undefined);
    // Half of the time is for ESMEs to answer what they have been told; then the connection closes in good order.
    const unbound = [...this.#open].map((session) => session.unbind({ drainMs: Math.max(1, deadlineMs / 2) }));
    // A database that does not answer must not keep the process: what is then in hand is told again by another.
    await Promise.race([Promise.all([this.#logins.stop(), this.#deliver.stop(), ...unbound]), over]);
    this.#listeners.destroyAll();
    await closed;
    await Promise.race([this.#deliver.drained(), over]);
    deadline.abort();
  }

  #connect({ socket, address, tls, bound }: Incoming): void {
    let esme: EsmeSession | undefined;
    const session: SmppSession = new SmppSession(socket, {
      ...this.#world.session,
      role: 'smsc',
      onRequest: (pdu) => {
        if (esme) this.#handle(esme, pdu);
        else if (isBind(pdu.command)) return bind(pdu as BindPdu);
        return undefined;
      },
      onError: (error) => this.#world.logger.error({ fault: kindOf(error) }, 'a request could not be handled'),
    });
    const bind = async (pdu: BindPdu): Promise<void> => {
      esme = await this.#binder.bind(pdu, { session, address, tls });
      if (!esme) return;
      bound();
      this.#watch(esme);
    };
    this.#open.add(session);
    session.once('close', () => this.#open.delete(session));
  }

  #watch(esme: EsmeSession): void {
    const { session, login } = esme;
    if (esme.canReceive) this.#deliver.addReceiver(esme);
    const leave = (): void => {
      this.#sessions.remove(esme);
      this.#deliver.removeReceiver(esme);
    };
    // One that unbinds or has closed its half hears nothing any more, though the connection still stands.
    session.on('state', leave);
    session.once('close', (reason) => {
      const { submitted, told } = esme.view();
      this.#world.logger.info(
        { session: esme.id, account: login.accountId, reason, submitted, told },
        'an ESME has gone',
      );
    });
    if (!session.isBound) leave();
  }

  #handle(esme: EsmeSession, pdu: AnyPdu): void {
    const deps = { sms: this.#sms, clock: this.#world.clock, refusals: this.#refusals };
    try {
      switch (pdu.command) {
        case 'submit_sm':
        case 'submit_multi':
        case 'data_sm':
          handleSubmit(deps, esme, pdu);
          break;
        case 'query_sm':
        case 'cancel_sm':
        case 'replace_sm':
          handleManaging(deps, esme, pdu);
          break;
        default:
          esme.refuse(pdu, commandStatus.ESME_RINVCMDID);
      }
    } catch (error) {
      if (error instanceof PduError) esme.refuse(pdu, error.status);
      else {
        this.#refusals.noteFault(esme, error);
        esme.refuse(pdu, commandStatus.ESME_RSYSERR);
      }
    }
  }
}
