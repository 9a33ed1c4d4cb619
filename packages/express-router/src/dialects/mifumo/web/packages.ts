import { toMajor, type Package } from '@ujumbe/core';
import { endpoint, type Endpoint } from '../../../endpoint.js';
import { wholeCredits } from '../money.js';
import { json } from './answer.js';

/** Credits do not end, and none come on top. */
const packageView = ({ id, name, credits, price, currency }: Package): object => ({
  id,
  name,
  sms_count: wholeCredits(credits),
  price: toMajor(price, currency),
  currency,
  bonus_sms: 0,
  validity_days: null,
  is_active: true,
});

/** Source: contracts/mifumo.md §9.3. */
export const packages: Endpoint = endpoint({
  method: 'GET',
  path: '/billing/sms/packages',
  summary: 'List the packages of credits that can be bought',
  scope: 'payments',
  async handle({ access }, sms) {
    const results = (await sms.packages.offered(access.accountId)).map(packageView);
    return json({ count: results.length, results });
  },
});
