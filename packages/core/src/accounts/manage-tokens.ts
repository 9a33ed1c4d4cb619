import { SmsError } from '../errors.js';
import { isUuid } from '../ids.js';
import type { Clock, Database, Ids, RunStatements, Statement, Transaction } from '../runtime.js';
import { accountName } from './account.js';
import { bumpFamilyVersions, findAccount } from './account.store.js';
import {
  generateRawToken,
  hashToken,
  hintOf,
  parsePermissions,
  parseScopes,
  permissions as allPermissions,
  scopes as allScopes,
  type Token,
  type TokenForm,
} from './token.js';
import { insertToken, listTokens, replaceSecret, revokeToken, type KeptSecret } from './token.store.js';

export interface TokenDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  runStatements: RunStatements;
  /** Seals what must be readable again; undefined on a platform without a secret. */
  seal: ((plain: string) => string) | undefined;
}

/** What a key is made of. */
export interface WantedToken {
  form: TokenForm;
  /** At most 100 characters. */
  name: string;
  description?: string | undefined;
  /** All when absent. */
  scopes?: readonly string[] | undefined;
  /** All when absent. */
  permissions?: readonly string[] | undefined;
  mode?: string | null | undefined;
  expiresAt?: number | undefined;
}

/** The keys of an account, in each of the forms vendors give them. */
export interface Tokens {
  /** The raw key is returned this once. */
  create(accountId: string, token: WantedToken): Promise<{ raw: string; token: Token }>;
  list(accountId: string, form: TokenForm): Promise<Token[]>;
  /** What uses it from now on is refused, also what was decided a moment ago and not yet written. */
  revoke(accountId: string, form: TokenForm, tokenId: string): Promise<Token>;
  /** Gives a key another secret, which is returned this once; the former one is refused from now on. */
  regenerate(accountId: string, form: TokenForm, tokenId: string): Promise<{ raw: string; token: Token }>;
}

/** A key that is about to be stored. */
export interface NewToken {
  raw: string;
  token: Token;
  statement: Statement;
}

const maxTokens = 200;
const longestMode = 20;
const longestDescription = 500;

/** A new key, its raw form and the statement that stores it. */
export function newToken(
  { ids, seal }: Pick<TokenDeps, 'ids' | 'seal'>,
  accountId: string,
  wanted: WantedToken,
  nowMs: number,
): NewToken {
  const { form, description = null, mode = null, expiresAt = null } = wanted;
  if (expiresAt !== null && expiresAt <= nowMs) {
    throw new SmsError('invalid_request', 'expires_at must be in the future');
  }
  if (
    (mode?.length ?? 0) > longestMode ||
    (description?.length ?? 0) > longestDescription ||
    description?.includes('\0')
  ) {
    throw new SmsError('invalid_request', `description must be text of at most ${longestDescription} characters`);
  }
  const raw = generateRawToken(form);
  const token: Token = {
    id: ids.next(),
    accountId,
    form,
    name: accountName(wanted.name),
    description,
    scopes: wanted.scopes === undefined ? [...allScopes] : parseScopes(wanted.scopes),
    permissions: wanted.permissions === undefined ? [...allPermissions] : parsePermissions(wanted.permissions),
    mode,
    hint: hintOf(raw),
    expiresAt,
    revokedAt: null,
    lastUsedAt: null,
    createdAt: nowMs,
  };
  return { raw, token, statement: insertToken(token, keptOf(form, raw, seal)) };
}

/** Mifumo's callbacks show the customer's own key, so it must be readable again; no other form is. */
const keptOf = (form: TokenForm, raw: string, seal: TokenDeps['seal']): KeptSecret => ({
  hash: hashToken(raw),
  sealed: form === 'mif' ? (seal?.(raw) ?? null) : null,
});

export function manageTokens(deps: TokenDeps): Tokens {
  const { database, clock, ids, runStatements, seal } = deps;

  /** Changes a token and the versions it is decided on: those of its account, and of the tenants it may act for. */
  const change = (
    accountId: string,
    tokenId: string,
    work: (tx: Transaction) => Promise<Token | undefined>,
  ): Promise<Token> =>
    database.write(async (tx) => {
      const token = isUuid(tokenId) ? await work(tx) : undefined;
      if (!token) throw new SmsError('not_found', 'token not found');
      await runStatements(tx, [bumpFamilyVersions(accountId)]);
      return token;
    });

  return {
    async create(accountId, wanted) {
      const tokens = await database.read(async (tx) => {
        if (!(await findAccount(tx, accountId))) throw new SmsError('not_found', 'account not found');
        return listTokens(tx, accountId, wanted.form);
      });
      if (tokens.filter(({ revokedAt }) => revokedAt === null).length >= maxTokens) {
        throw new SmsError('conflict', `an account has at most ${maxTokens} tokens; revoke one first`);
      }
      const { raw, token, statement } = newToken({ ids, seal }, accountId, wanted, clock.now());
      await database.commit([statement]);
      return { raw, token };
    },

    list: (accountId, form) => database.read((tx) => listTokens(tx, accountId, form)),

    revoke: (accountId, form, id) =>
      change(accountId, id, (tx) => revokeToken(tx, { accountId, form, id, at: clock.now() })),

    async regenerate(accountId, form, id) {
      const raw = generateRawToken(form);
      const secret = { ...keptOf(form, raw, seal), hint: hintOf(raw) };
      const token = await change(accountId, id, (tx) => replaceSecret(tx, { accountId, form, id, ...secret }));
      return { raw, token };
    },
  };
}
