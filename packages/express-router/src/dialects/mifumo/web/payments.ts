import { SmsError, toMajor, type Payment, type Sms } from '@ujumbe/core';
import { endpoint, type Endpoint } from '../../../endpoint.js';
import { idOf } from '../fields.js';
import { amountOf, completedAt, orderIdOf, orderNumberOf, paymentStatus, updatedAt } from '../payment-view.js';
import { json } from './answer.js';
import { progressOf } from './payment-progress.js';

/** A payment as the vendor's documents have it. Source: contracts/mifumo.md §9.3. */
export const transactionView = (payment: Payment): object => ({
  id: payment.id,
  order_id: orderIdOf(payment),
  amount: amountOf(payment),
  currency: payment.currency,
  status: paymentStatus(payment.state),
});

/** Both forms at once: their names do not collide. */
const status = endpoint({
  method: 'GET',
  path: '/billing/payments/transactions/{id}/status',
  summary: 'Get where a payment stands',
  scope: 'payments',
  async handle({ params, access }, sms) {
    const payment = await sms.payments.get(access.accountId, idOf(params));
    return json({
      success: true,
      transaction: { ...transactionView(payment), completed_at: completedAt(payment) },
      data: {
        transaction_id: payment.id,
        order_id: orderIdOf(payment),
        status: paymentStatus(payment.state),
        payment_status: paymentStatus(payment.state).toUpperCase(),
        amount: amountOf(payment),
        reference: payment.reference ?? '',
        progress: progressOf(payment),
        updated_at: updatedAt(payment),
      },
    });
  },
});

/** Asks the wallet, unless the payment has ended. */
const verify = endpoint({
  method: 'GET',
  path: '/billing/payments/verify/{order_id}',
  summary: 'Ask the wallet what has become of a payment, by the number of its order',
  scope: 'payments',
  async handle({ params, access }, sms) {
    const found = await paymentOf(sms, access.accountId, params.order_id ?? '');
    if (!found) {
      return json({ success: false, message: 'Payment not found.', error_code: 'PAYMENT_NOT_FOUND' }, 404);
    }
    const isOpen = paymentStatus(found.state) === 'pending';
    const payment = isOpen ? await sms.payments.check(access.accountId, found.id) : found;
    if (payment.state === 'expired') {
      const message = 'Payment session expired. Please initiate a new payment.';
      return json({ success: false, message, error_code: 'PAYMENT_EXPIRED', status: 'expired' }, 404);
    }
    return json(verified(payment, isOpen ? sayingOf(payment) : 'Payment status already resolved.'));
  },
});

async function paymentOf(sms: Sms, accountId: string, orderId: string): Promise<Payment | undefined> {
  try {
    return await sms.payments.getByOrderNumber(accountId, orderNumberOf(orderId));
  } catch (error) {
    if (error instanceof SmsError && error.code === 'not_found') return undefined;
    throw error;
  }
}

function sayingOf({ state }: Payment): string {
  if (state === 'completed') {
    return 'Payment verified and completed successfully! Credits have been added to your account.';
  }
  if (state === 'failed') return 'Payment verification failed. Please try again or contact support.';
  return `Payment status: ${paymentStatus(state)}. Please try again or contact support.`;
}

const verified = (payment: Payment, message: string): object => ({
  success: payment.state === 'completed',
  status: paymentStatus(payment.state),
  amount: amountOf(payment),
  transaction_reference: payment.reference ?? 'N/A',
  message,
  last_checked: updatedAt(payment),
});

const providers = endpoint({
  method: 'GET',
  path: '/billing/payments/providers',
  summary: 'List the providers of mobile money that can pay, with what they let be paid at a time',
  scope: 'payments',
  async handle({ access }, sms) {
    const known = await sms.payments.providers(access.accountId);
    const { country } = await sms.accounts.get(access.accountId);
    return json({
      success: true,
      providers: known.providers.map(({ code, name, least, most }) => ({
        id: code,
        code,
        name,
        description: `Pay with ${name}`,
        logo_url: null,
        icon: `${code}-icon`,
        popular: code !== 'halotel',
        is_active: true,
        supported_countries: [country],
        min_amount: toMajor(least, known.currency),
        max_amount: toMajor(most, known.currency),
      })),
      message: `Found ${known.providers.length} mobile money providers`,
    });
  },
});

export const paymentEndpoints: readonly Endpoint[] = [status, verify, providers];
