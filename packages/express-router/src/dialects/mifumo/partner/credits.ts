import { SmsError, isUuid, type Package, type Sms, type TenantCredit } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../../../endpoint.js';
import { idempotencyOf } from '../../../idempotency.js';
import { answer } from '../answer.js';
import { optional, saying, text } from '../fields.js';
import { wholeCredits } from '../money.js';
import { shortPackage } from '../payment-view.js';
import type { Settings } from '../settings.js';
import { tenantAt } from './tenants.js';

/** What was paid outside of the platform is the partner's own business: it is taken, and not kept. */
const fields = z
  .object({
    credits: optional(z.int().min(1).max(1_000_000_000)),
    package_id: optional(text(36)),
    payment_reference: optional(text(100)),
    transaction_id: optional(text(100)),
    payment_method: optional(text(50)),
    amount_paid: optional(z.union([z.number(), text(30)])),
    currency: optional(text(10)),
    notes: optional(text(1_000)),
  })
  .refine((body) => (body.credits === undefined) !== (body.package_id === undefined), {
    ...saying('MISSING_FIELD', 'Either credits or package_id is required'),
    path: ['credits'],
  });

/** Source: contracts/mifumo.md §6.5. */
export const credits = (settings: Settings): Endpoint =>
  endpoint({
    method: 'POST',
    path: '/v1/partner/tenants/{tenant_id}/credits',
    summary: 'Give a tenant credits out of your own, once for each reference',
    scope: 'tenants',
    permission: 'write',
    body: fields,
    async handle(request, sms) {
      const { body, access } = request;
      const { id: tenantId } = await tenantAt(request, sms);
      const bought = body.package_id === undefined ? null : await packageOf(sms, tenantId, body.package_id);
      const reference = body.payment_reference ?? body.transaction_id;
      const given = await sms.tenants.credit(
        access.accountId,
        tenantId,
        { credits: bought?.credits ?? (body.credits ?? 0) * 1_000, reference },
        { idempotency: idempotencyOf(request) },
      );
      const balance = given.tenant.balance.available;
      return answer(settings, request, {
        message: given.replayed ? 'Credits were added already' : 'Credits added successfully',
        data: {
          mifumo_account_id: tenantId,
          credits_added: wholeCredits(given.credit.credits),
          previous_balance: wholeCredits(given.replayed ? balance : balance - given.credit.credits),
          new_balance: wholeCredits(balance),
          payment_reference: reference ?? null,
          invoice_number: invoiceOf(given.credit),
          idempotent_replay: given.replayed,
          idempotency_supported: true,
          package: bought && { ...shortPackage(bought), package_type: bought.details.type ?? null },
        },
      });
    },
  });

/** What the tenant is offered. @throws SmsError `not_found` */
async function packageOf(sms: Sms, tenantId: string, packageId: string): Promise<Package> {
  const id = packageId.toLowerCase();
  const offered = isUuid(id) ? await sms.packages.offered(tenantId) : [];
  const found = offered.find((offer) => offer.id === id);
  if (!found) throw new SmsError('not_found', 'package not found', { details: { thing: 'package' } });
  return found;
}

/** `EXT-20251220-1A2B3C4D`: the day, and the end of its id, so that a repeat has the same. */
function invoiceOf({ id, at }: TenantCredit): string {
  const day = new Date(at).toISOString().slice(0, 10).replaceAll('-', '');
  return `EXT-${day}-${id.slice(-8).toUpperCase()}`;
}
