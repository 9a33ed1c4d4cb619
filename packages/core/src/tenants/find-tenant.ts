import type { Account } from '../accounts/account.js';
import { findAccount } from '../accounts/account.store.js';
import { SmsError } from '../errors.js';
import { findLogin } from '../esme/login.store.js';
import { isUuid } from '../ids.js';
import type { Transaction } from '../runtime.js';
import type { PartnerLimits } from './tenant-fields.js';
import { findTenant } from './tenant.store.js';
import type { Tenant } from './tenant.js';

const longestTeamCode = 15;

/** A partner's tenant by its id or its team code. @throws SmsError `not_found`, also for anybody else's account */
export async function existingTenant(tx: Transaction, partnerId: string, named: string): Promise<Tenant> {
  const id = named.toLowerCase();
  const teamCode = named.toUpperCase();
  const isTeamCode = teamCode.length <= longestTeamCode && /^[A-Z0-9]+$/.test(teamCode);
  const tenant =
    isUuid(id) || isTeamCode ? await findTenant(tx, partnerId, isUuid(id) ? { id } : { teamCode }) : undefined;
  if (!tenant) throw new SmsError('not_found', 'tenant not found');
  return tenant;
}

/** The account as a partner. @throws SmsError `not_found`, `scope_missing` when it is none */
export async function existingPartner(tx: Transaction, accountId: string): Promise<Account> {
  const account = isUuid(accountId) ? await findAccount(tx, accountId) : undefined;
  if (!account) throw new SmsError('not_found', 'account not found');
  if (account.kind === 'partner') return account;
  throw new SmsError('scope_missing', 'only a partner has tenants; ask for this account to be made one');
}

/** What a partner has to give of what it may do itself. */
export async function limitsOfPartner(tx: Transaction, { id, plan }: Account): Promise<PartnerLimits> {
  const login = await findLogin(tx, { accountId: id });
  return { plan, esme: login?.settings ?? { segmentsPerSecond: null, maxSessions: null } };
}
