import { insertAccount } from './account.store.js';
import type { Account } from './account.js';
import { asNameTaken, newUser } from './manage-users.js';
import { newAccount, type OpenAccountDeps } from './open-account.js';
import { hashPassword } from './password.js';
import { checkPassword, type NewUser, type User } from './user.js';
import { insertUser } from './user.store.js';

/** An account that its owner opens. */
export interface Registration {
  name: string;
  /** ISO 3166 alpha-2. */
  country: string;
  /** ISO 4217. */
  currency: string;
  owner: NewUser;
}

/**
 * Opens an account with its wallet and its owner, in one commit. It has no credits, no sender ID and no key: its owner
 * asks for them when logged in.
 */
export async function registerAccount(
  { database, clock, ids, runStatements, fund }: Omit<OpenAccountDeps, 'seal' | 'firstPassword'>,
  { owner, ...wanted }: Registration,
): Promise<{ account: Account; user: User }> {
  const nowMs = clock.now();
  const account = newAccount(ids, wanted, nowMs);
  const user = newUser(ids, account, owner, nowMs);
  const hash = await hashPassword(checkPassword(owner.password), 'chosen');
  await asNameTaken(() =>
    database.write((tx) =>
      runStatements(tx, [insertAccount(account), insertUser(user, hash), ...fund(account.id, 0, nowMs)]),
    ),
  );
  return { account, user };
}
