import { SmsError, type Sms } from '@ujumbe/core';
import { AddressList } from './address-list.js';
import type { BoundSessions } from './bound-sessions.js';
import type { EsmeSession } from './esme-session.js';
import { kindOf } from './refusals.js';
import type { ServerWorld } from './server-options.js';

const expiryEveryMs = 60_000;

export interface LoginsDeps {
  sms: Sms;
  world: ServerWorld;
  sessions: BoundSessions;
}

/**
 * Looks every second, in one look, whether the logins of all sessions still hold: a revoked token, a new password, a
 * suspended account or another address list ends the sessions that go by them.
 */
export class LoginsWorker {
  readonly #stopping = new AbortController();
  readonly #renewing = new Set<EsmeSession>();
  #renewAllAt = 0;
  #running: Promise<void> | undefined;

  constructor(private readonly deps: LoginsDeps) {}

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Reads a session's login again and ends the session when it no longer holds. */
  async renew(esme: EsmeSession): Promise<void> {
    if (this.#renewing.has(esme)) return;
    this.#renewing.add(esme);
    try {
      await this.#renew(esme);
    } catch (error) {
      // A database in trouble is no reason to send customers away.
      this.deps.world.logger.error({ session: esme.id, fault: kindOf(error) }, 'a login could not be read again');
    } finally {
      this.#renewing.delete(esme);
    }
  }

  async #run(): Promise<void> {
    const { world } = this.deps;
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#look();
      } catch (error) {
        world.logger.error({ fault: kindOf(error) }, 'logins could not be looked at; trying again');
      }
      await elapsed(world.limits.loginsEveryMs, this.#stopping.signal);
    }
  }

  async #look(): Promise<void> {
    const { sms, world, sessions } = this.deps;
    const all = sessions.all();
    const nowMs = world.clock.now();
    // That a token expires changes nothing that could be looked at for all of them at once.
    const mayHaveExpired = nowMs >= this.#renewAllAt;
    if (mayHaveExpired) this.#renewAllAt = nowMs + expiryEveryMs;
    const outdated = new Set(await sms.esme.outdated(all.map(({ login }) => login)));
    const doubtful = all.filter(({ login }) => outdated.has(login) || (mayHaveExpired && login.access !== null));
    for (const esme of doubtful) await this.renew(esme);
  }

  async #renew(esme: EsmeSession): Promise<void> {
    try {
      const login = await this.deps.sms.esme.refresh(esme.login);
      if (mayComeFrom(login.settings.addresses, esme.address)) esme.renew(login);
      else this.#end(esme, 'address');
    } catch (error) {
      if (!(error instanceof SmsError)) throw error;
      this.#end(esme, error.code);
    }
  }

  #end(esme: EsmeSession, reason: string): void {
    const { world, sessions } = this.deps;
    sessions.remove(esme);
    world.logger.info(
      { session: esme.id, account: esme.login.accountId, reason },
      'an ESME is no longer welcome; unbinding',
    );
    void esme.session.unbind();
  }
}

/** Whether an account with this list may come from there; from anywhere when the list is empty. */
export function mayComeFrom(addresses: readonly string[], address: string): boolean {
  return addresses.length === 0 || new AddressList(addresses).has(address);
}

function elapsed(ms: number, abort: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      abort.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    abort.addEventListener('abort', finish, { once: true });
    if (abort.aborted) finish();
  });
}
