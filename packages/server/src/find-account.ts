import { isUuid, SmsError, type Account, type Sms } from '@ujumbe/core';

/**
 * Finds an account by its uuid or its team code.
 *
 * @throws SmsError `not_found`
 */
export async function findAccount(sms: Sms, name: string): Promise<Account> {
  if (isUuid(name)) return sms.accounts.get(name);
  const wanted = name.toUpperCase();
  const account = (await sms.accounts.list()).find(({ teamCode }) => teamCode.toUpperCase() === wanted);
  if (!account) throw new SmsError('not_found', `There is no account ${name}; give its uuid or its team code.`);
  return account;
}
