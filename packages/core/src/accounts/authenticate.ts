import { SmsError } from '../errors.js';
import type { Clock, Database } from '../runtime.js';
import { assertUsable, hashToken, looksLikeToken, sameHash, type Scope } from './token.js';
import { findTokenByHash, noteTokenUse, type StoredToken } from './token.store.js';

/** Who asks, and what for: an account, by one of its tokens. */
export interface Access {
  accountId: string;
  tokenId: string;
  scopes: readonly Scope[];
  /** The account's version when the token was read. What is committed on it is undone once that has passed. */
  version: number;
  /** Names the token to `refresh`; it is the hash that is stored, not the secret. */
  tokenHash: string;
}

const noteUseEveryMs = 60_000;

/** Tells whose a token is. */
export class Authenticator {
  readonly #known = new Map<string, StoredToken>();
  readonly #notedAt = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly maxTokens = 10_000,
  ) {}

  /**
   * @param options.cached lets an answer from memory do. Only for callers whose commit names the version, since a
   *   token that was revoked a moment ago, perhaps in another process, is found out there.
   * @throws SmsError `unauthenticated`, `token_revoked`, `token_expired`, `account_suspended`
   */
  async authenticate(raw: string, options: { cached?: boolean } = {}): Promise<Access> {
    if (!looksLikeToken(raw)) throw unauthenticated();
    const hash = hashToken(raw);
    return this.#accessOf(hash, options.cached === true ? this.#known.get(hash) : undefined);
  }

  /** Reads the token again; throws when it is no longer good. */
  refresh(access: Access): Promise<Access> {
    return this.#accessOf(access.tokenHash, undefined);
  }

  async #accessOf(hash: string, known: StoredToken | undefined): Promise<Access> {
    // Memory may only say yes: a suspension it remembers may have ended in another process.
    const stored = known?.accountState === 'active' ? known : await this.#read(hash);
    assertUsable(stored.token, this.clock.now());
    if (stored.accountState !== 'active') {
      throw new SmsError('account_suspended', 'this account is suspended; ask for it to be resumed');
    }
    this.#noteUse(stored.token.id);
    const { id, accountId, scopes } = stored.token;
    return { accountId, tokenId: id, scopes, version: stored.accountVersion, tokenHash: hash };
  }

  async #read(hash: string): Promise<StoredToken> {
    const stored = await this.database.read((tx) => findTokenByHash(tx, hash));
    if (!stored || !sameHash(stored.hash, hash)) throw unauthenticated();
    if (this.#known.size >= this.maxTokens) this.#known.clear();
    this.#known.set(hash, stored);
    return stored;
  }

  /** Keeps `last_used_at` roughly true at the cost of one small commit a minute and token. */
  #noteUse(tokenId: string): void {
    const nowMs = this.clock.now();
    if (nowMs - (this.#notedAt.get(tokenId) ?? 0) < noteUseEveryMs) return;
    if (this.#notedAt.size >= this.maxTokens) this.#notedAt.clear();
    this.#notedAt.set(tokenId, nowMs);
    // It is a hint for people who tidy their tokens: not worth failing a request for.
    this.database.commit([noteTokenUse(tokenId, nowMs)]).catch(() => undefined);
  }
}

const unauthenticated = (): SmsError => new SmsError('unauthenticated', 'invalid or missing token');
