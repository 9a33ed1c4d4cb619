import { SmsError } from '../errors.js';
import type { Clock, Database, Ids, RunStatements, Transaction } from '../runtime.js';
import { accountName, type Account } from './account.js';
import {
  findAccount,
  findAccountByTeamCode,
  listAccounts,
  lockAccount,
  setAccountPlan,
  setAccountState,
} from './account.store.js';

export interface ManageDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  runStatements: RunStatements;
}

const maxListed = 1_000;

/** @throws SmsError `not_found` */
export async function existing(tx: Transaction, accountId: string): Promise<Account> {
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

/**
 * Suspends or resumes an account: for every request from now on, in every process. A partner's tenants are suspended
 * with it, and resumed with it unless they were suspended themselves. A tenant that is resumed while its partner is
 * suspended waits for it.
 */
export async function changeAccountState(
  { database, runStatements }: Pick<ManageDeps, 'database' | 'runStatements'>,
  accountId: string,
  state: Account['state'],
): Promise<void> {
  await database.write(async (tx) => {
    const { parentId } = await existing(tx, accountId);
    const parent = parentId === null ? undefined : await lockAccount(tx, parentId);
    const holds = parent?.state === 'suspended' ? 'suspended' : state;
    await runStatements(tx, setAccountState(accountId, state, holds));
  });
}

/** Sets which published limits hold for an account; null for the usual ones. */
export async function changePlan({ database }: ManageDeps, accountId: string, plan: string | null): Promise<void> {
  await database.read((tx) => existing(tx, accountId));
  await database.commit([setAccountPlan(accountId, plan === null ? null : accountName(plan))]);
}
