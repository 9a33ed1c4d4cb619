import { SmsError } from '../errors.js';
import { parseSenderId } from '../numbers/sender-id.js';
import type { Clock, Database, Ids, RunStatements, Transaction } from '../runtime.js';
import type { Account, AccountSenderId } from './account.js';
import {
  bumpVersion,
  findAccount,
  findAccountByTeamCode,
  listAccounts,
  senderIdsOf,
  setAccountState,
  setDefaultSender,
  upsertSenderId,
} from './account.store.js';
import { generateRawToken, hashToken, parseScopes, type Token } from './token.js';
import { insertToken, listTokens, revokeToken } from './token.store.js';

export interface ManageDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  runStatements: RunStatements;
}

const maxTokens = 200;
const maxListed = 1_000;

async function existing(tx: Transaction, accountId: string): Promise<Account> {
  const account = await findAccount(tx, accountId);
  if (!account) throw new SmsError('not_found', 'account not found');
  return account;
}

/** The account. @throws SmsError `not_found` */
export const getAccount = ({ database }: ManageDeps, accountId: string): Promise<Account> =>
  database.read((tx) => existing(tx, accountId));

/** The account that binds under a team code. @throws SmsError `not_found` */
export async function getAccountByTeamCode({ database }: ManageDeps, teamCode: string): Promise<Account> {
  const account = await database.read((tx) => findAccountByTeamCode(tx, teamCode));
  if (!account) throw new SmsError('not_found', 'account not found');
  return account;
}

export const allAccounts = ({ database }: ManageDeps): Promise<Account[]> =>
  database.read((tx) => listAccounts(tx, maxListed));

/** Suspends or resumes an account: for every request from now on, in every process. */
export async function changeAccountState(
  { database }: ManageDeps,
  accountId: string,
  state: Account['state'],
): Promise<void> {
  await database.read((tx) => existing(tx, accountId));
  await database.commit([setAccountState(accountId, state)]);
}

/** Approves a sender ID for an account; the first becomes its default. */
export async function approveSender(
  { database, clock, ids, runStatements }: ManageDeps,
  accountId: string,
  name: string,
): Promise<AccountSenderId> {
  const sender = parseSenderId(name);
  return database.write(async (tx) => {
    const account = await existing(tx, accountId);
    const approved = await upsertSenderId(tx, {
      id: ids.next(),
      accountId,
      name: sender,
      state: 'approved',
      at: clock.now(),
    });
    if (account.defaultSenderId === null) await setDefaultSender(tx, accountId, approved.id);
    await runStatements(tx, [bumpVersion(accountId)]);
    return approved;
  });
}

export const senderIds = ({ database }: ManageDeps, accountId: string): Promise<AccountSenderId[]> =>
  database.read(async (tx) => {
    await existing(tx, accountId);
    return senderIdsOf(tx, accountId);
  });

/** Creates a token; the raw one is returned this once. */
export async function createToken(
  { database, clock, ids }: ManageDeps,
  accountId: string,
  wanted: { name: string; scopes: readonly string[]; expiresAt?: number | undefined },
): Promise<{ raw: string; token: Token }> {
  const nowMs = clock.now();
  const name = wanted.name.trim();
  if (name === '' || name.length > 100 || name.includes('\0')) {
    throw new SmsError('invalid_request', 'name must be text of 1 to 100 characters');
  }
  if (wanted.expiresAt !== undefined && wanted.expiresAt <= nowMs) {
    throw new SmsError('invalid_request', 'expires_at must be in the future');
  }
  const tokens = await database.read(async (tx) => {
    await existing(tx, accountId);
    return listTokens(tx, accountId);
  });
  if (tokens.filter(({ revokedAt }) => revokedAt === null).length >= maxTokens) {
    throw new SmsError('conflict', `an account has at most ${maxTokens} tokens; revoke one first`);
  }
  const raw = generateRawToken();
  const token: Token = {
    id: ids.next(),
    accountId,
    name,
    scopes: parseScopes(wanted.scopes),
    expiresAt: wanted.expiresAt ?? null,
    revokedAt: null,
    lastUsedAt: null,
    createdAt: nowMs,
  };
  await database.commit([insertToken(token, hashToken(raw))]);
  return { raw, token };
}

export const tokensOf = ({ database }: ManageDeps, accountId: string): Promise<Token[]> =>
  database.read((tx) => listTokens(tx, accountId));

/** Revokes a token. What uses it from now on is refused, also what was decided a moment ago and not yet written. */
export async function revokeTokenOf(
  { database, clock, runStatements }: ManageDeps,
  accountId: string,
  tokenId: string,
): Promise<Token> {
  return database.write(async (tx) => {
    const token = await revokeToken(tx, accountId, tokenId, clock.now());
    if (!token) throw new SmsError('not_found', 'token not found');
    await runStatements(tx, [bumpVersion(accountId)]);
    return token;
  });
}
