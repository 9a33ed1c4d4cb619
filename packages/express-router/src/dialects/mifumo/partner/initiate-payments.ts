import type { Payment } from '@ujumbe/core';
import { endpoint, type Endpoint } from '../../../endpoint.js';
import { answer } from '../answer.js';
import { creditsOrder, packageOrder, payerOf, startPayment } from '../buyer.js';
import { wholeCredits } from '../money.js';
import {
  amountOf,
  boughtPackage,
  buyerView,
  instructions,
  invoiceOf,
  orderIdOf,
  paymentStatus,
} from '../payment-view.js';
import type { Settings } from '../settings.js';
import { asMissing } from './missing.js';
import { tierOf } from './payment-status.js';
import { tenantAt } from './tenants.js';

const shared = { method: 'POST', scope: 'payments', permission: 'write' } as const;
const begun = 'Payment initiated successfully. Please complete payment on your mobile device.';

/** Source: contracts/mifumo.md §7.2. */
const initiate = (settings: Settings): Endpoint =>
  endpoint({
    ...shared,
    path: '/v1/partner/tenants/{tenant_id}/payments/initiate',
    summary: 'Have a phone asked to pay for a package of a tenant',
    body: packageOrder,
    async handle(request, sms) {
      const { body } = request;
      const tenant = await tenantAt(request, sms);
      const wanted = { ...payerOf(body), packageId: body.package_id };
      const payment = await startPayment(request, sms, tenant.id, wanted).catch(asMissing('package'));
      return answer(settings, request, {
        status: 201,
        message: begun,
        data: {
          transaction_id: payment.id,
          order_id: orderIdOf(payment),
          amount: amountOf(payment),
          currency: payment.currency,
          status: paymentStatus(payment.state),
        },
        more: {
          invoice_number: invoiceOf(payment),
          credits: wholeCredits(payment.credits),
          ...askedView(payment),
          package: boughtPackage(payment),
          buyer: buyerView(payment),
        },
      });
    },
  });

const askedView = ({ provider, reference }: Payment): object => ({
  mobile_money_provider: provider,
  payment_instructions: instructions,
  reference: reference ?? '',
});

/** Source: contracts/mifumo.md §7.4. */
const initiateCustom = (settings: Settings): Endpoint =>
  endpoint({
    ...shared,
    path: '/v1/partner/tenants/{tenant_id}/payments/custom/initiate',
    summary: 'Have a phone asked to pay for a number of credits of a tenant',
    body: creditsOrder,
    async handle(request, sms) {
      const { body } = request;
      const tenant = await tenantAt(request, sms);
      const wanted = { ...payerOf(body), credits: body.credits * 1_000 };
      const payment = await startPayment(request, sms, tenant.id, wanted);
      return answer(settings, request, {
        status: 201,
        message: begun,
        data: {
          purchase_id: payment.id,
          transaction_id: payment.id,
          order_id: orderIdOf(payment),
          invoice_number: invoiceOf(payment),
          credits: wholeCredits(payment.credits),
          ...(await tierOf(sms, payment)),
          amount: amountOf(payment),
          currency: payment.currency,
          status: paymentStatus(payment.state) === 'pending' ? 'processing' : paymentStatus(payment.state),
          ...askedView(payment),
          buyer: buyerView(payment),
        },
      });
    },
  });

export const initiatePayments = (settings: Settings): Endpoint[] => [initiate(settings), initiateCustom(settings)];
