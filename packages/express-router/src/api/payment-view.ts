import { toMajor, type Payment } from '@ujumbe/core';
import { creditsView, optionalTimeView, timeView } from './fields.js';

/** A payment on the wire. */
export const paymentView = (payment: Payment): object => ({
  uuid: payment.id,
  order_number: payment.orderNumber,
  state: payment.state,
  amount: toMajor(payment.amount, payment.currency),
  currency: payment.currency,
  credits: creditsView(payment.credits),
  package_uuid: payment.packageId,
  package_name: payment.packageName,
  tier: payment.tier,
  unit_price: payment.unitPrice === null ? null : toMajor(payment.unitPrice, payment.currency),
  phone: payment.payer,
  provider: payment.provider,
  buyer: { name: payment.buyerName, email: payment.buyerEmail },
  wallet: payment.wallet,
  reference: payment.reference,
  transaction_id: payment.transactionId,
  error: payment.failureDetail,
  error_code: payment.failureCode,
  created_at: timeView(payment.createdAt),
  expires_at: timeView(payment.expiresAt),
  ended_at: optionalTimeView(payment.endedAt),
});
