import type { RequestFunds } from '../campaigns/funding.js';
import { createPayment, type CreatePaymentDeps } from './create-payment.js';

/** Has a phone asked for what a campaign lacks: whole credits, by the account's tiers, no fewer than can be bought. */
export function requestFunds(deps: CreatePaymentDeps): RequestFunds {
  return async (accountId, missing, funder, noted) => {
    const wanted = { ...funder, credits: missing, atLeast: true } as const;
    const { payment } = await createPayment(deps, accountId, wanted, { noted });
    return payment.id;
  };
}
