import { SmsError, paymentStates, toMajor, type Payment } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../endpoint.js';
import { success, successOnce } from '../envelope.js';
import { creditsField, idOf, pageFields, pageRange, pageView, text, timeView } from './fields.js';
import { paymentView } from './payment-view.js';
import { keyOf } from './send-command.js';

const paymentWithHistory = (payment: Payment): object => ({
  ...paymentView(payment),
  history: payment.history.map(({ state, at, source }) => ({ state, at: timeView(at), source })),
});

const create = endpoint({
  method: 'POST',
  path: '/payments',
  summary: 'Have a phone asked to pay for a package, or for a number of credits',
  scope: 'payments',
  body: z.strictObject({
    package_uuid: text(36).optional(),
    credits: creditsField.optional(),
    phone: text(32).min(1),
    name: text(100).optional(),
    email: text(200).optional(),
    provider: text(30).optional(),
  }),
  async handle(request, sms) {
    const { access, body } = request;
    const { package_uuid: packageId, credits, phone, name: buyerName, email: buyerEmail, provider } = body;
    const wanted = { packageId: packageId?.toLowerCase(), credits, phone, buyerName, buyerEmail, provider };
    const { payment, replayed } = await sms.payments.create(access.accountId, wanted, keyOf(request));
    return successOnce(paymentView(payment), replayed);
  },
});

const list = endpoint({
  method: 'GET',
  path: '/payments',
  summary: 'List payments, newest first',
  scope: 'payments',
  query: z.strictObject({ ...pageFields, state: z.enum(paymentStates).optional() }),
  async handle({ query, access }, sms) {
    const filter = { states: query.state === undefined ? undefined : [query.state] };
    const { payments, total } = await sms.payments.list(access.accountId, filter, pageRange(query));
    return success(pageView(query, payments.map(paymentView), total));
  },
});

const get = endpoint({
  method: 'GET',
  path: '/payments/{uuid}',
  summary: 'Get a payment with its history',
  scope: 'payments',
  async handle({ params, access }, sms) {
    return success(paymentWithHistory(await sms.payments.get(access.accountId, idOf(params, 'uuid', 'payment'))));
  },
});

const providers = endpoint({
  method: 'GET',
  path: '/payments/providers',
  summary: 'List the wallets that can pay, with what they let be paid at a time',
  scope: 'payments',
  async handle({ access }, sms) {
    const { wallet, currency, providers: known } = await sms.payments.providers(access.accountId);
    if (wallet === null) throw new SmsError('invalid_request', `payments by phone are not set up for ${currency}`);
    return success(
      known.map(({ code, name, least, most }) => ({
        code,
        name,
        least: toMajor(least, currency),
        most: toMajor(most, currency),
        currency,
      })),
    );
  },
});

export const paymentEndpoints: readonly Endpoint[] = [create, list, providers, get];
