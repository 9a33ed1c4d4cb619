import { isUuid, type Account, type Sms } from '@ujumbe/core';

/**
 * Finds an account by its uuid or its team code.
 *
 * @throws SmsError `not_found`
 */
export function findAccount(sms: Sms, name: string): Promise<Account> {
  if (isUuid(name)) return sms.accounts.get(name);
  return sms.accounts.getByTeamCode(name.toUpperCase());
}
