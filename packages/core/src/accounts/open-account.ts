import { SmsError } from '../errors.js';
import { parseSenderId } from '../numbers/sender-id.js';
import type { Clock, Database, Ids, RunStatements, Statement } from '../runtime.js';
import { insertAccount, setDefaultSender, upsertSenderId } from './account.store.js';
import type { Account, AccountKind, RefundPolicy } from './account.js';
import { generateRawToken, hashToken, scopes as allScopes, type Scope } from './token.js';
import { insertToken } from './token.store.js';

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
  parentId?: string;
  refundPolicy?: RefundPolicy;
  /** Scopes of the first token; all when absent. */
  scopes?: readonly Scope[];
}

/** A new account and what its owner needs to use it. Credentials are shown this once. */
export interface OpenedAccount {
  account: Account;
  apiToken: string;
  /** Eight letters and digits, for binding over SMPP with the account's team code. */
  smppPassword: string;
}

export interface OpenAccountDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  runStatements: RunStatements;
  /** The statements that open the wallet and pay the first credits in, in the same commit. */
  fund: (accountId: string, credits: number, nowMs: number) => Statement[];
  /** A password to bind over SMPP with, and the statement that stores it. */
  firstPassword: (accountId: string, nowMs: number) => Promise<{ statement: Statement; password: string }>;
}

/** Opens an account with its wallet, first credits, first sender ID and first token, in one commit. */
export async function openAccount(deps: OpenAccountDeps, wanted: NewAccount): Promise<OpenedAccount> {
  const { database, clock, ids, runStatements, fund, firstPassword } = deps;
  const nowMs = clock.now();
  const account: Account = {
    id: ids.next(),
    parentId: wanted.parentId ?? null,
    kind: wanted.kind ?? 'standalone',
    name: checkName(wanted.name),
    country: checkCode(wanted.country, 2, 'country must be a code of two letters, such as TZ'),
    currency: checkCode(wanted.currency, 3, 'currency must be a code of three letters, such as TZS'),
    teamCode: teamCodeOf(wanted.name),
    state: 'active',
    defaultSenderId: null,
    refundPolicy: wanted.refundPolicy ?? 'on_submit',
    version: 1,
    createdAt: nowMs,
  };
  const sender = wanted.sender === undefined ? undefined : parseSenderId(wanted.sender);
  const credits = wanted.credits ?? 0;
  if (!Number.isSafeInteger(credits) || credits < 0) {
    throw new SmsError('invalid_request', 'credits must be a number of credits, nought or more');
  }
  const apiToken = generateRawToken();
  const smpp = await firstPassword(account.id, nowMs);
  const token = {
    id: ids.next(),
    accountId: account.id,
    name: 'first token',
    scopes: [...(wanted.scopes ?? allScopes)],
    expiresAt: null,
    revokedAt: null,
    lastUsedAt: null,
    createdAt: nowMs,
  };
  await database.write(async (tx) => {
    await runStatements(tx, [
      insertAccount(account),
      insertToken(token, hashToken(apiToken)),
      smpp.statement,
      ...fund(account.id, credits, nowMs),
    ]);
    if (sender === undefined) return;
    const approved = { id: ids.next(), accountId: account.id, name: sender, state: 'approved' as const, at: nowMs };
    const { id } = await upsertSenderId(tx, approved);
    await setDefaultSender(tx, account.id, id);
    account.defaultSenderId = id;
  });
  return { account, apiToken, smppPassword: smpp.password };
}

function checkName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '' || trimmed.length > 100 || trimmed.includes('\0')) {
    throw new SmsError('invalid_request', 'name must be text of 1 to 100 characters');
  }
  return trimmed;
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
  return `${letters}${generateRawToken().slice(4, 10).toUpperCase()}`;
}
