import type { AccountSenderId, Sms, Tenant } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../../../endpoint.js';
import { answer } from '../answer.js';
import { optional, required, senderName, text, timeView } from '../fields.js';
import { requestView, senderStatus } from '../sender-view.js';
import type { Settings } from '../settings.js';
import { tenantAt } from './tenants.js';

/**
 * Source: contracts/mifumo.md §6.7. Documents are read and not kept, and nothing is posted to `callback_url`: the
 * events `sender_id.approved` and `sender_id.rejected` tell.
 */
const request = (settings: Settings): Endpoint =>
  endpoint({
    method: 'POST',
    path: '/v1/partner/tenants/{tenant_id}/sender-ids/request',
    summary: 'Ask for a sender ID of a tenant to be approved',
    scope: 'tenants',
    permission: 'write',
    bodyTypes: ['json', 'form', 'multipart'],
    body: z.object({
      sender_id: required(11, 'MISSING_FIELD', 'Missing required field: sender_id').pipe(senderName),
      use_case: optional(text(500)),
      sender_name_purpose: optional(text(500)),
      callback_url: optional(text(2_048)),
    }),
    async handle(incoming, sms) {
      const { sender_id: name, use_case: useCase, sender_name_purpose: purpose } = incoming.body;
      const tenant = await tenantAt(incoming, sms);
      const { sender, isNew } = await sms.accounts.requestSender(tenant.id, { name, purpose: useCase ?? purpose });
      return answer(settings, incoming, {
        status: isNew ? 201 : 200,
        message: 'Sender ID request submitted successfully. It will be reviewed by our team.',
        data: {
          request_id: sender.id,
          sender_id: sender.name,
          status: senderStatus(sender.state),
          tenant_id: tenant.id,
          created_at: timeView(sender.createdAt),
        },
        more: { use_case: sender.purpose, tenant_name: tenant.name, callback_url: null, kyc_documents_count: 0 },
      });
    },
  });

const statuses = z.enum(['pending', 'approved', 'rejected']);

const itemView = (sender: AccountSenderId): object => ({ ...requestView(sender), callback_url: null });

const byStatus = (senders: readonly AccountSenderId[], status: string | undefined): AccountSenderId[] =>
  senders.filter(({ state }) => status === undefined || senderStatus(state) === status);

/** Source: contracts/mifumo.md §6.8. */
const list = (settings: Settings): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/v1/partner/tenants/{tenant_id}/sender-ids/requests',
    summary: "List a tenant's sender IDs, and what became of each request",
    scope: 'tenants',
    permission: 'read',
    query: z.object({ status: optional(statuses) }),
    async handle(incoming, sms) {
      const tenant = await tenantAt(incoming, sms);
      const senders = byStatus(await sms.accounts.senders(tenant.id), incoming.query.status);
      return answer(settings, incoming, {
        message: 'Sender ID requests retrieved successfully',
        data: { ...nameOf(tenant), requests: senders.map(itemView), total: senders.length },
      });
    },
  });

const nameOf = ({ id, name }: Tenant): { tenant_id: string; tenant_name: string } => ({
  tenant_id: id,
  tenant_name: name,
});

const all = (settings: Settings): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/v1/partner/sender-ids/all',
    summary: 'List the sender IDs of all your tenants',
    scope: 'tenants',
    permission: 'read',
    query: z.object({ status: optional(statuses) }),
    async handle(incoming, sms) {
      const { access, query } = incoming;
      const requests = await allRequests(sms, access.accountId, query.status);
      return answer(settings, incoming, {
        message: 'Sender ID requests retrieved successfully',
        data: { requests, total: requests.length },
      });
    },
  });

/** Those of a hundred tenants at a time: the vendor has no pages here. */
const tenantsAtOnce = 100;

async function allRequests(sms: Sms, partnerId: string, status: string | undefined): Promise<object[]> {
  const requests: object[] = [];
  for (let offset = 0; ; offset += tenantsAtOnce) {
    const { tenants, total } = await sms.tenants.list(partnerId, {}, { limit: tenantsAtOnce, offset });
    for (const tenant of tenants) {
      const senders = byStatus(await sms.accounts.senders(tenant.id), status);
      const requested_by = { user_id: null, user_email: tenant.contact.email, account_id: partnerId };
      requests.push(...senders.map((sender) => ({ ...itemView(sender), ...nameOf(tenant), requested_by })));
    }
    if (offset + tenantsAtOnce >= total) return requests;
  }
}

export const senderIdEndpoints = (settings: Settings): Endpoint[] => [request, list, all].map((made) => made(settings));
