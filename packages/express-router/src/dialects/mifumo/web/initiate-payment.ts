import { SmsError, fromMajor, type Payment, type Sms } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type ApiRequest, type ApiResponse, type Endpoint } from '../../../endpoint.js';
import { RequestInvalid, validate } from '../../../validate.js';
import { say } from '../../rest-framework.js';
import { invalidPhone, packageOrder, payerOf, startPayment } from '../buyer.js';
import { optional, text, timeView } from '../fields.js';
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
import { json } from './answer.js';
import { methodOf, payerWho, providerOf } from './payer.js';
import { progressOf } from './payment-progress.js';
import { transactionView } from './payments.js';
import { fieldRefusal, orderRefusal } from './refused-payment.js';

/** Whoever sends one of these buys a package as the vendor's server has it; the other form is that of its documents. */
const ofOrder = ['package_id', 'buyer_email', 'buyer_name', 'buyer_phone', 'mobile_money_provider'];

const noNumber = 'A valid number is required.';

const amountFields = z.object({
  amount: z
    .union([z.number().transform(String), z.string()], {
      error: ({ input }) => (input === undefined || input === null ? undefined : noNumber),
    })
    .refine((written) => fromMajor(written, 'TZS') !== undefined, { error: noNumber }),
  currency: z.string().trim().toUpperCase(),
  payment_method: methodOf,
  provider: optional(providerOf),
  phone_number: optional(text(32)),
});

/** Source: contracts/mifumo.md §9.3. */
export const initiatePayment: Endpoint = endpoint({
  method: 'POST',
  path: '/billing/payments/initiate',
  summary: 'Have a phone asked to pay for a package, or an amount for as many credits as it buys',
  scope: 'payments',
  body: z.record(z.string(), z.unknown()),
  async handle(request, sms) {
    return ofOrder.some((name) => name in request.body) ? payForPackage(request, sms) : payAmount(request, sms);
  },
});

async function payForPackage(request: ApiRequest, sms: Sms): Promise<ApiResponse> {
  try {
    const order = validate(packageOrder, request.body, say);
    const wanted = { ...payerOf(order), packageId: order.package_id };
    const payment = await startPayment(request, sms, request.access.accountId, wanted);
    return json(
      {
        success: true,
        message: 'Payment initiated successfully. Please complete payment on your mobile device.',
        data: await initiatedView(payment, sms),
      },
      201,
    );
  } catch (error) {
    return orderRefusal(error, invalidPhone);
  }
}

async function initiatedView(payment: Payment, sms: Sms): Promise<object> {
  const { providers } = await sms.payments.providers(payment.accountId);
  const { id, walletOrderId, currency, credits, state, provider, reference } = payment;
  return {
    transaction_id: id,
    order_id: orderIdOf(payment),
    zenopay_order_id: walletOrderId,
    invoice_number: invoiceOf(payment),
    amount: amountOf(payment),
    currency,
    credits: wholeCredits(credits),
    status: paymentStatus(state),
    mobile_money_provider: provider,
    provider_name: providers.find(({ code }) => code === provider)?.name ?? provider,
    payment_instructions: instructions,
    reference: reference ?? '',
    package: boughtPackage(payment),
    buyer: buyerView(payment),
    progress: progressOf(payment),
  };
}

async function payAmount(request: ApiRequest, sms: Sms): Promise<ApiResponse> {
  const { accountId } = request.access;
  const body = validate(amountFields, request.body, say);
  const { currency } = await sms.accounts.get(accountId);
  if (body.currency !== currency) {
    throw new RequestInvalid([
      { path: ['currency'], message: `"${body.currency.slice(0, 10)}" is not a valid choice.` },
    ]);
  }
  const payer = await payerWho(sms, request.access, body);
  const { credits } = await creditsFor(sms, accountId, fromMajor(body.amount, currency) ?? 0);
  try {
    const payment = await startPayment(request, sms, accountId, { ...payer, credits });
    return json(
      {
        success: true,
        transaction: { ...transactionView(payment), payment_url: null, expires_at: timeView(payment.expiresAt) },
      },
      201,
    );
  } catch (error) {
    return fieldRefusal(error);
  }
}

/** What is wrong with an amount is said of it. */
async function creditsFor(sms: Sms, accountId: string, amount: number): Promise<{ credits: number }> {
  try {
    return await sms.packages.within(accountId, amount);
  } catch (error) {
    if (!(error instanceof SmsError) || error.code !== 'invalid_request') throw error;
    throw new RequestInvalid([{ path: ['amount'], message: error.message }]);
  }
}
