import { toMajor, type Purchase, type Sms } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../../../endpoint.js';
import { startPayment } from '../buyer.js';
import { optional, text, timeView } from '../fields.js';
import { wholeCredits, worth } from '../money.js';
import { amountOf, paymentStatus, paymentStatuses, statesOf } from '../payment-view.js';
import { json } from './answer.js';
import { chars } from '../../rest-framework.js';
import { pageFields, pageOf, rangeOf } from './paging.js';
import { methodOf, payerWho, providerOf } from './payer.js';
import { fieldRefusal } from './refused-payment.js';
import type { WebSettings } from './settings.js';

/** What credits were bought as: a package, or so many. */
const purchaseName = ({ name, credits }: Pick<Purchase, 'name' | 'credits'>): string =>
  name ?? `${wholeCredits(credits)} SMS`;

/** What was paid; what the credits are worth, where nobody has said what was. */
export const priceOf = (
  settings: WebSettings,
  currency: string,
  purchase: Purchase,
): { amount: number; currency: string } =>
  purchase.amount === null || purchase.currency === null
    ? worth(settings, currency, purchase.credits)
    : { amount: toMajor(purchase.amount, purchase.currency), currency: purchase.currency };

/** Source: contracts/mifumo.md §9.3. The documents name no phone; without one the user's own is asked. */
export const purchase: Endpoint = endpoint({
  method: 'POST',
  path: '/billing/sms/purchase',
  summary: 'Buy a package: the phone of the user, or another, is asked to pay',
  scope: 'payments',
  body: z.object({
    package_id: chars(36),
    payment_method: methodOf,
    provider: optional(providerOf),
    phone_number: optional(text(32)),
  }),
  async handle(request, sms) {
    const { body, access } = request;
    const payer = await payerWho(sms, access, body);
    try {
      const wanted = { ...payer, packageId: body.package_id.toLowerCase() };
      const payment = await startPayment(request, sms, access.accountId, wanted);
      return json(
        {
          success: true,
          purchase: {
            id: payment.id,
            package_name: payment.packageName,
            sms_count: wholeCredits(payment.credits),
            price: amountOf(payment),
            currency: payment.currency,
            status: paymentStatus(payment.state),
            // It is the phone that asks; there is no page to go to.
            payment_url: null,
            created_at: timeView(payment.createdAt),
          },
        },
        201,
      );
    } catch (error) {
      return fieldRefusal(error);
    }
  },
});

export const purchases = (settings: WebSettings): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/billing/sms/purchases/history',
    summary: 'List the credits that were bought, and those that are being paid for',
    scope: 'messages',
    query: z.object({ ...pageFields, status: optional(z.enum(paymentStatuses)) }),
    async handle(request, sms) {
      const { query, access } = request;
      const { status } = query;
      const filter = { states: status && statesOf(status) };
      const [currency, { purchases: bought, total }] = await Promise.all([
        currencyOf(sms, access.accountId),
        sms.payments.purchases(access.accountId, filter, rangeOf(query)),
      ]);
      const results = bought.map((one) => {
        const price = priceOf(settings, currency, one);
        return {
          id: one.id,
          package_name: purchaseName(one),
          sms_count: wholeCredits(one.credits),
          price: price.amount,
          currency: price.currency,
          status: paymentStatus(one.state),
          purchased_at: timeView(one.at),
        };
      });
      return pageOf(request, { total, results });
    },
  });

async function currencyOf(sms: Sms, accountId: string): Promise<string> {
  return (await sms.accounts.get(accountId)).currency;
}
