import type { Account } from '../accounts/account.js';
import { SmsError } from '../errors.js';
import { preparePrice } from '../ledger/set-price.js';
import type { Statement } from '../runtime.js';
import type { TenantDeps } from './tenant-deps.js';
import type { TenantPrice } from './tenant.js';

const mostPrices = 100;

/**
 * The statements that set prices of a tenant's. Below what the partner pays they are refused whatever the platform does
 * about its own: a tenant's messages are paid for by the tenant alone, so that the platform would bear the loss.
 *
 * @throws SmsError `invalid_request`, `conflict`
 */
export async function pricesOfTenant(
  deps: TenantDeps,
  tenant: Pick<Account, 'id' | 'kind' | 'parentId'>,
  prices: readonly TenantPrice[],
): Promise<Statement[]> {
  if (prices.length > mostPrices) throw new SmsError('invalid_request', `at most ${mostPrices} prices at a time`);
  const statements: Statement[] = [];
  for (const price of prices) {
    const { statement } = await preparePrice({ ...deps, onBelowCost: 'refuse' }, tenant, { ...price, side: 'sell' });
    statements.push(statement);
  }
  return statements;
}
