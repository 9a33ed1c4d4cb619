import type { Payment, Sms } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type ApiRequest, type ApiResponse, type Endpoint } from '../../../endpoint.js';
import { answer, failure } from '../answer.js';
import { idOf, optional, whole } from '../fields.js';
import { modeOf } from '../mode.js';
import { paymentStatus, paymentStatuses, statesOf } from '../payment-view.js';
import type { Settings } from '../settings.js';
import { asMissing } from './missing.js';
import { customStatusView, historyView, packageStatusView, tierOf, type View } from './payment-status.js';
import { tenantAt } from './tenants.js';

const shared = { method: 'GET', scope: 'payments', permission: 'read' } as const;

/** A payment of the tenant that a path names. */
async function paymentAt(request: ApiRequest, sms: Sms, name: string): Promise<Payment> {
  const tenant = await tenantAt(request, sms);
  const get = async (): Promise<Payment> => sms.payments.get(tenant.id, idOf(request.params, name));
  return get().catch(asMissing('transaction'));
}

/**
 * What became of a payment. The service of 2026 has an error for what failed, with the payment in it; the second guide
 * has an answer like any other. Source: contracts/mifumo.md §7.3.
 */
function toldStatus(settings: Settings, request: ApiRequest, payment: Payment, view: View): ApiResponse {
  const mode = modeOf(request.access, settings.mode);
  const status = paymentStatus(payment.state);
  // One that has expired may have been paid all the same.
  const isOver = status === 'failed' || status === 'cancelled';
  const said = view(payment, mode);
  if (mode === 'live2026' && isOver) {
    return failure(400, 'PAYMENT_FAILED', 'Payment failed or was cancelled', { ...said.data, ...said.more });
  }
  return answer(settings, request, { message: 'Payment status retrieved successfully', ...said });
}

const status = (settings: Settings): Endpoint =>
  endpoint({
    ...shared,
    path: '/v1/partner/tenants/{tenant_id}/payments/{transaction_id}/status',
    summary: "Get where a tenant's payment stands",
    handle: async (request, sms) =>
      toldStatus(settings, request, await paymentAt(request, sms, 'transaction_id'), packageStatusView),
  });

/** Source: contracts/mifumo.md §7.5. */
const customStatus = (settings: Settings): Endpoint =>
  endpoint({
    ...shared,
    path: '/v1/partner/tenants/{tenant_id}/payments/custom/{purchase_id}/status',
    summary: "Get where a tenant's payment for a number of credits stands",
    async handle(request, sms) {
      const payment = await paymentAt(request, sms, 'purchase_id');
      const tier = await tierOf(sms, payment);
      return toldStatus(settings, request, payment, (one, mode) => customStatusView(one, mode, tier));
    },
  });

/** Source: contracts/mifumo.md §7.6. */
const history = (settings: Settings): Endpoint =>
  endpoint({
    ...shared,
    path: '/v1/partner/tenants/{tenant_id}/payments/history',
    summary: "List a tenant's payments, newest first",
    query: z.object({
      status: optional(z.enum([...paymentStatuses, 'processing'])),
      limit: whole(1, 100).default(50),
      offset: whole(0, 100_000_000).default(0),
    }),
    async handle(request, sms) {
      const { status: asked, limit, offset } = request.query;
      const tenant = await tenantAt(request, sms);
      const states = asked && statesOf(asked === 'processing' ? 'pending' : asked);
      const { payments, total } = await sms.payments.list(tenant.id, { states }, { limit, offset });
      return answer(settings, request, {
        message: 'Payment history retrieved successfully',
        data: { total, count: payments.length, limit, offset, transactions: payments.map(historyView) },
      });
    },
  });

export const paymentEndpoints = (settings: Settings): Endpoint[] =>
  [status, customStatus, history].map((made) => made(settings));
