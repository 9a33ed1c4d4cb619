import { SmsError } from '../errors.js';
import { isUuid } from '../ids.js';
import type { Clock, Database } from '../runtime.js';
import type { Access, CredentialRef, ShownCredential } from './access.js';
import type { CheckLogin } from './check-login.js';
import { credentialFor, findCredential, type CredentialKey, type StoredCredential } from './credential.store.js';
import type { Jwts } from './jwt.js';
import { assertUsable, formOf, hashToken } from './token.js';
import { noteTokenUse } from './token.store.js';

export interface AuthenticatorDeps {
  database: Database;
  clock: Clock;
  jwts: () => Jwts;
  checkLogin: CheckLogin;
}

const noteUseEveryMs = 60_000;
const maxKnown = 10_000;

/** Tells whose a credential is, whatever its form. */
export class Authenticator {
  readonly #known = new Map<string, StoredCredential>();
  readonly #notedAt = new Map<string, number>();

  constructor(private readonly deps: AuthenticatorDeps) {}

  /**
   * @param options.cached lets an answer from memory do. Only for callers whose commit names the version, since a
   *   credential that was revoked a moment ago, perhaps in another process, is found out there.
   * @throws SmsError `unauthenticated`, `token_revoked`, `token_expired`, `account_suspended`, `rate_limited`
   */
  async authenticate(shown: ShownCredential, options: { cached?: boolean } = {}): Promise<Access> {
    return this.#accessOf(await this.#keyOf(shown), options.cached === true);
  }

  /** Reads the credential again; throws when it is no longer good. */
  refresh({ credential, accountId, partnerId }: Access): Promise<Access> {
    return this.#accessOf(credential, false, partnerId === null ? undefined : accountId);
  }

  /**
   * A partner's access, made the one it has to a tenant of its own.
   *
   * @param options.cached as for {@link authenticate}: every change of a partner's credentials is one of its tenants' too
   * @throws SmsError `not_found` for an account that is not its tenant, else as {@link authenticate}
   */
  async actFor(
    { credential, partnerId }: Access,
    tenantId: string,
    options: { cached?: boolean } = {},
  ): Promise<Access> {
    if (partnerId !== null || !isUuid(tenantId)) throw tenantUnknown();
    return this.#accessOf(credential, options.cached === true, tenantId);
  }

  async #keyOf(shown: ShownCredential): Promise<CredentialKey> {
    const { jwts, checkLogin } = this.deps;
    switch (shown.kind) {
      case 'token': {
        const form = formOf(shown.raw);
        if (form === undefined || !shown.forms.includes(form)) throw unauthenticated();
        return { kind: 'token', hash: hashToken(shown.raw) };
      }
      case 'client': {
        const { sub, credential_version: version } = await jwts().verify('client', shown.jwt);
        if (!isUuid(sub) || !Number.isSafeInteger(version)) throw unauthenticated();
        return { kind: 'client', id: sub, version: Number(version) };
      }
      case 'session': {
        const { sub } = await jwts().verify('access', shown.jwt);
        if (!isUuid(sub)) throw unauthenticated();
        return { kind: 'session', id: sub };
      }
      case 'user': {
        const { id, version } = await checkLogin.check(shown);
        return { kind: 'user', id, version };
      }
    }
  }

  async #accessOf(key: CredentialKey | CredentialRef, cached: boolean, tenantId?: string): Promise<Access> {
    const name = tenantId === undefined ? nameOf(key) : `${nameOf(key)} for ${tenantId}`;
    const known = cached ? this.#known.get(name) : undefined;
    // Memory may only say yes: a suspension it remembers may have ended in another process.
    const stored = known?.accountState === 'active' ? known : await this.#read(key, name, tenantId);
    assertUsable(stored, this.deps.clock.now());
    if (stored.accountState !== 'active') {
      throw new SmsError('account_suspended', 'this account is suspended; ask for it to be resumed');
    }
    if (stored.access.credential.kind === 'token') this.#noteUse(stored.access.credential.id);
    return stored.access;
  }

  async #read(key: CredentialKey, name: string, tenantId: string | undefined): Promise<StoredCredential> {
    const stored = await this.deps.database.read(async (tx) => {
      const own = await findCredential(tx, key);
      if (!own) throw unauthenticated();
      return tenantId === undefined ? own : credentialFor(tx, own, tenantId);
    });
    if (!stored) throw tenantUnknown();
    if (this.#known.size >= maxKnown) this.#known.clear();
    this.#known.set(name, stored);
    return stored;
  }

  /** Keeps `last_used_at` roughly true at the cost of one small commit a minute and token. */
  #noteUse(tokenId: string): void {
    const { clock, database } = this.deps;
    const nowMs = clock.now();
    if (nowMs - (this.#notedAt.get(tokenId) ?? 0) < noteUseEveryMs) return;
    if (this.#notedAt.size >= maxKnown) this.#notedAt.clear();
    this.#notedAt.set(tokenId, nowMs);
    // It is a hint for people who tidy their tokens: not worth failing a request for.
    database.commit([noteTokenUse(tokenId, nowMs)]).catch(() => undefined);
  }
}

/** What a credential is remembered under. */
function nameOf(key: CredentialKey): string {
  switch (key.kind) {
    case 'token':
      return key.hash;
    case 'session':
      return `session ${key.id}`;
    case 'client':
    case 'user':
      return `${key.kind} ${key.id} ${key.version}`;
  }
}

const tenantUnknown = (): SmsError => new SmsError('not_found', 'tenant not found');
const unauthenticated = (): SmsError => new SmsError('unauthenticated', 'invalid or missing token');
