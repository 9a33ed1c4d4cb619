import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { SmsError, type EsmeLogin, type Sms } from '@ujumbe/core';
import type { BindName } from '../pdu/commands.js';
import type { Pdu } from '../pdu/pdu.js';
import type { SmppSession } from '../session/smpp-session.js';
import { commandStatus, nameOfStatus, statusOfError } from '../status-codes.js';
import type { BoundSessions } from './bound-sessions.js';
import { EsmeSession, type BindKind } from './esme-session.js';
import type { LockOut } from './lock-out.js';
import { mayComeFrom } from './logins.worker.js';
import { kindOf } from './refusals.js';
import type { ServerCounters } from './server-counters.js';
import type { ServerWorld } from './server-options.js';
import type { Turnstile } from './turnstile.js';

export type BindPdu = Pdu<BindName>;

export interface BindDeps {
  sms: Sms;
  world: ServerWorld;
  sessions: BoundSessions;
  counters: ServerCounters;
  lockOut: LockOut;
  /** How many passwords are compared at a time: each takes milliseconds of a thread. */
  passwords: Turnstile;
}

/** A connection on which somebody binds. */
export interface BindingConnection {
  readonly session: SmppSession;
  readonly address: string;
  readonly tls: boolean;
}

const kinds: Record<BindName, BindKind> = {
  bind_transmitter: 'transmitter',
  bind_receiver: 'receiver',
  bind_transceiver: 'transceiver',
};

/** Why a bind is refused; the ESME hears the status alone. */
class BindRefused extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
  ) {
    super(reason);
  }
}

const { ESME_RBINDFAIL, ESME_RINVPASWD, ESME_RSYSERR } = commandStatus;

/** Takes binds: who it is, from where, and whether there is room for one more. Source: contracts/smpp.md §5.1. */
export class Binder {
  /** Binds that are decided and not yet bound, by account, so that two at once do not take one place. */
  readonly #deciding = new Map<string, number>();
  readonly #probes = new Map<string, Promise<void>>();
  #isOpen = true;

  constructor(private readonly deps: BindDeps) {}

  /** Refuses every bind from here on. */
  close(): void {
    this.#isOpen = false;
  }

  /** Answers a bind; the session that is bound now, or undefined when it was refused and the connection ends. */
  async bind(pdu: BindPdu, connection: BindingConnection): Promise<EsmeSession | undefined> {
    const { session, address } = connection;
    // What the PDU lies in is kept until it is answered, which may take a second.
    pdu.detach();
    try {
      const login = await this.#login(pdu, address);
      return await this.#admit(login, pdu, connection);
    } catch (error) {
      await this.#refuse(pdu, connection, error);
      session.end();
      return undefined;
    }
  }

  async #login({ body }: BindPdu, address: string): Promise<EsmeLogin> {
    const { sms, world, lockOut, passwords } = this.deps;
    const { system_id: systemId, password } = body;
    if (lockOut.isLocked(address, systemId, world.clock.now())) throw new BindRefused(ESME_RBINDFAIL, 'locked out');
    let login: EsmeLogin;
    try {
      login = await passwords.pass(() => sms.esme.authenticate(systemId, password));
    } catch (error) {
      throw this.#asRefusal(error, address, systemId);
    }
    if (!mayComeFrom(login.settings.addresses, address)) throw new BindRefused(ESME_RBINDFAIL, 'address');
    lockOut.noteSuccess(address, systemId, world.clock.now());
    return login;
  }

  /** Only what is told `ESME_RINVPASWD` counts as guessing: a database in trouble is nobody's fault. */
  #asRefusal(error: unknown, address: string, systemId: string): unknown {
    const { lockOut, world } = this.deps;
    if (!(error instanceof SmsError)) return error;
    const status = statusOfError[error.code];
    const locks = status === ESME_RINVPASWD && lockOut.noteFailure(address, systemId, world.clock.now());
    // The name is what a stranger typed, perhaps a password.
    if (locks) world.logger.warn({ address }, 'too many failed binds: locked out for a while');
    return new BindRefused(status, error.code);
  }

  async #admit(login: EsmeLogin, pdu: BindPdu, connection: BindingConnection): Promise<EsmeSession> {
    const { sms, sessions, world, counters } = this.deps;
    const { accountId } = login;
    const { session, address, tls } = connection;
    if (!this.#hasRoom(login)) await this.#enquireSilent(accountId);
    if (!this.#hasRoom(login)) throw new BindRefused(ESME_RBINDFAIL, 'too many sessions');
    this.#deciding.set(accountId, (this.#deciding.get(accountId) ?? 0) + 1);
    try {
      await sms.esme.bound(accountId);
      if (!this.#isOpen) throw new BindRefused(ESME_RSYSERR, 'stopping');
      if (session.state !== 'OPEN') throw new BindRefused(ESME_RSYSERR, 'the connection has gone');
      const { command, body } = pdu;
      const known = { id: randomUUID(), session, login, bind: kinds[command], address, tls };
      const esme = new EsmeSession({ ...known, addressRange: body.address_range }, world, counters);
      session.respond(pdu, { body: { system_id: world.systemId } });
      sessions.add(esme);
      counters.binds++;
      world.logger.info({ session: esme.id, account: accountId, bind: esme.bind, address, tls }, 'an ESME has bound');
      return esme;
    } finally {
      const deciding = (this.#deciding.get(accountId) ?? 1) - 1;
      if (deciding > 0) this.#deciding.set(accountId, deciding);
      else this.#deciding.delete(accountId);
    }
  }

  #hasRoom({ accountId, settings }: EsmeLogin): boolean {
    const taken = this.deps.sessions.of(accountId).length + (this.#deciding.get(accountId) ?? 0);
    return taken < (settings.maxSessions ?? this.deps.world.limits.sessionsPerAccount);
  }

  /** Sessions whose ESME is long gone must not keep it out: those that say nothing are closed. */
  async #enquireSilent(accountId: string): Promise<void> {
    const running = this.#probes.get(accountId);
    if (running) return running;
    const probe = Promise.all(this.deps.sessions.of(accountId).map((esme) => this.#enquire(esme)))
      .then(() => undefined)
      .finally(() => this.#probes.delete(accountId));
    this.#probes.set(accountId, probe);
    return probe;
  }

  async #enquire(esme: EsmeSession): Promise<void> {
    const { session } = esme;
    const heard = session.counts.octetsIn;
    const timer = new AbortController();
    const silence = sleep(this.deps.world.limits.silenceMs, false, { signal: timer.signal }).catch(() => false);
    const answer = session.request('enquire_link').then(
      () => true,
      () => false,
    );
    const isThere = await Promise.race([answer, silence]);
    timer.abort();
    // An enquire_link may wait behind a full window while the ESME is busy sending.
    if (isThere || session.counts.octetsIn > heard) return;
    this.deps.world.logger.info({ session: esme.id, account: esme.login.accountId }, 'a silent session makes room');
    this.deps.sessions.remove(esme);
    session.destroy();
  }

  async #refuse(pdu: BindPdu, { session, address }: BindingConnection, error: unknown): Promise<void> {
    const { world, counters } = this.deps;
    const { status, reason } = error instanceof BindRefused ? error : { status: ESME_RSYSERR, reason: kindOf(error) };
    counters.bindsRefused.note(status);
    const fields = { address, status: nameOfStatus(status), reason };
    if (error instanceof BindRefused) world.logger.info(fields, 'a bind was refused');
    else world.logger.error(fields, 'a bind failed');
    // Whoever reconnects at once, or guesses, is slowed down.
    const [least, most] = world.limits.refusalDelayMs;
    await sleep(least + world.random() * (most - least));
    session.refuse(pdu as Parameters<SmppSession['refuse']>[0], status);
  }
}
