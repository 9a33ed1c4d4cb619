import { SmsError } from '../errors.js';
import { isUuid } from '../ids.js';
import { parseSenderId } from '../numbers/sender-id.js';
import {
  CommitConflict,
  type Clock,
  type Database,
  type Ids,
  type RunStatements,
  type Statement,
  type Transaction,
} from '../runtime.js';
import { insertAccount, isTenantNameTaken, lockAccount, setDefaultSender, upsertSenderId } from './account.store.js';
import { accountName, newSender, type Account, type AccountKind, type RefundPolicy } from './account.js';
import { newClient } from './manage-clients.js';
import { newToken, type NewToken } from './manage-tokens.js';
import { newUser } from './manage-users.js';
import { hashPassword } from './password.js';
import { randomLetters } from './random-letters.js';
import { tokenForms, type Scope, type TokenForm } from './token.js';
import { insertUser } from './user.store.js';

/** What a new account is made of. */
export interface NewAccount {
  /** At most 100 characters. */
  name: string;
  /** ISO 3166 alpha-2. */
  country: string;
  /** ISO 4217. */
  currency: string;
  /** Credits to begin with, in thousandths. */
  credits?: number;
  /** A sender ID that is approved at once and becomes the default. */
  sender?: string;
  kind?: AccountKind;
  /** The partner it is a tenant of. */
  parentId?: string;
  refundPolicy?: RefundPolicy;
  /** Scopes of the first keys; all when absent. */
  scopes?: readonly Scope[];
  /** Which published limits hold for it; the usual ones when absent. */
  plan?: string;
  /** An e-mail address its first user may log in with, beside the user name. */
  email?: string;
}

/** A new account and what its owner needs to use it. Credentials are shown this once. */
export interface OpenedAccount {
  account: Account;
  /** The canonical API's. */
  apiToken: string;
  /** A key for each of the other forms of keys. */
  keys: Readonly<Record<Exclude<TokenForm, 'mbs'>, string>>;
  client: { id: string; secret: string };
  user: { username: string; password: string };
  /** Eight letters and digits, for binding over SMPP with the account's team code. */
  smppPassword: string;
}

export interface OpenAccountDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  runStatements: RunStatements;
  /** Seals what must be readable again; undefined on a platform without a secret. */
  seal: ((plain: string) => string) | undefined;
  /** The statements that open the wallet and pay the first credits in, in the same commit. */
  fund: (accountId: string, credits: number, nowMs: number) => Statement[];
  /** A password to bind over SMPP with, and the statement that stores it. */
  firstPassword: (accountId: string, nowMs: number) => Promise<{ statement: Statement; password: string }>;
}

const passwordLength = 16;

/** Opens an account with its wallet, first credits, first sender ID and one credential of each kind, in one commit. */
export async function openAccount(deps: OpenAccountDeps, wanted: NewAccount): Promise<OpenedAccount> {
  const { database, clock, ids, runStatements, fund, firstPassword, seal } = deps;
  const nowMs = clock.now();
  const account = newAccount(ids, wanted, nowMs);
  const sender = wanted.sender === undefined ? undefined : parseSenderId(wanted.sender);
  const credits = wanted.credits ?? 0;
  if (!Number.isSafeInteger(credits) || credits < 0) {
    throw new SmsError('invalid_request', 'credits must be a number of credits, nought or more');
  }
  const smpp = await firstPassword(account.id, nowMs);
  const [mbs, mif, mboa] = tokenForms.map((form) =>
    newToken({ ids, seal }, account.id, { form, name: 'first key', scopes: wanted.scopes }, nowMs),
  ) as [NewToken, NewToken, NewToken];
  const client = newClient(ids, account.id, 'first client', nowMs);
  const username = account.teamCode.toLowerCase();
  const user = newUser(ids, account, { username, email: wanted.email }, nowMs);
  const password = randomLetters(passwordLength);
  const userStatement = insertUser(user, await hashPassword(password, 'drawn'));
  await writeAccount(database, async (tx) => {
    if (account.parentId !== null) await joinPartner(tx, account);
    await runStatements(tx, [
      insertAccount(account),
      ...[mbs, mif, mboa].map(({ statement }) => statement),
      client.statement,
      userStatement,
      smpp.statement,
      ...fund(account.id, credits, nowMs),
    ]);
    if (sender === undefined) return;
    const asked = newSender(ids.next(), sender, nowMs);
    const approved = { ...asked, accountId: account.id, state: 'approved' as const, decidedAt: nowMs, at: nowMs };
    const { id } = await upsertSenderId(tx, approved);
    await setDefaultSender(tx, account.id, id);
    account.defaultSenderId = id;
  });
  return {
    account,
    apiToken: mbs.raw,
    keys: { mif: mif.raw, mboa: mboa.raw },
    client: { id: client.client.id, secret: client.secret },
    user: { username, password },
    smppPassword: smpp.password,
  };
}

/**
 * Makes an account that is about to be stored one of its partner's: it is suspended with it from the beginning.
 *
 * @returns the partner, as it stays until the transaction ends
 * @throws SmsError `invalid_request` when there is no such partner
 */
export async function joinPartner(tx: Transaction, account: Account): Promise<Account> {
  const partner = account.parentId === null ? undefined : await lockAccount(tx, account.parentId);
  if (partner?.kind !== 'partner') throw new SmsError('invalid_request', 'a tenant needs a partner that it is of');
  account.state = partner.state;
  return partner;
}

/** Writes an account; a name that its partner's tenants have already is a conflict. */
export async function writeAccount<T>(database: Database, write: (tx: Transaction) => Promise<T>): Promise<T> {
  try {
    return await database.write(write);
  } catch (error) {
    if (!(error instanceof CommitConflict) || !isTenantNameTaken(error.on)) throw error;
    throw new SmsError('conflict', 'the partner has a tenant of this name already', { details: { field: 'name' } });
  }
}

/** An account as it is stored first. */
export function newAccount(ids: Ids, wanted: NewAccount, nowMs: number): Account {
  if ((wanted.kind === 'tenant') !== (wanted.parentId !== undefined)) {
    throw new SmsError('invalid_request', 'a tenant needs a partner that it is of, and nothing else has one');
  }
  if (wanted.parentId !== undefined && !isUuid(wanted.parentId)) throw new SmsError('not_found', 'account not found');
  return {
    id: ids.next(),
    parentId: wanted.parentId ?? null,
    kind: wanted.kind ?? 'standalone',
    name: accountName(wanted.name),
    country: checkCode(wanted.country, 2, 'country must be a code of two letters, such as TZ'),
    currency: checkCode(wanted.currency, 3, 'currency must be a code of three letters, such as TZS'),
    teamCode: teamCodeOf(wanted.name),
    state: 'active',
    defaultSenderId: null,
    refundPolicy: wanted.refundPolicy ?? 'on_submit',
    plan: wanted.plan === undefined ? null : accountName(wanted.plan),
    version: 1,
    createdAt: nowMs,
  };
}

function checkCode(code: string, length: number, sentence: string): string {
  const upper = code.trim().toUpperCase();
  if (upper.length !== length || !/^[A-Z]+$/.test(upper)) throw new SmsError('invalid_request', sentence);
  return upper;
}

/** A name to bind with over SMPP: letters of the account's name and chance, 15 characters at most. */
function teamCodeOf(name: string): string {
  const letters =
    name
      .normalize('NFD')
      .replace(/[^A-Za-z0-9]/g, '')
      .toUpperCase()
      .slice(0, 8) || 'TEAM';
  return `${letters}${randomLetters(6).toUpperCase()}`;
}
