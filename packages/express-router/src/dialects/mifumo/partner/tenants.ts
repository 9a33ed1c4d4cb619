import { SmsError, type NewTenant, type Sms, type Tenant } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type ApiRequest, type Endpoint } from '../../../endpoint.js';
import { idempotencyOf } from '../../../idempotency.js';
import { answer } from '../answer.js';
import { email, optional, phone, required, text, whole } from '../fields.js';
import { pageLinks } from '../paging.js';
import type { Settings } from '../settings.js';
import { balanceView, createdView, listedView, tenantView } from './tenant-view.js';

const mostCredits = 1_000_000_000;

/** The tenant a path names, by its id or its public one. @throws SmsError `not_found` for another's */
export const tenantAt = ({ access, params }: ApiRequest, sms: Sms): Promise<Tenant> =>
  sms.tenants.get(access.accountId, params.tenant_id ?? '');

/** Source: contracts/mifumo.md §6.1. */
const create = (settings: Settings): Endpoint =>
  endpoint({
    method: 'POST',
    path: '/v1/partner/tenants/create',
    summary: 'Open a tenant, with credits out of your own; one that is there already is answered as it is',
    scope: 'tenants',
    permission: 'write',
    body: z.object({
      tenant_name: required(100, 'MISSING_FIELD', 'Missing required field: tenant_name'),
      owner_email: required(254, 'MISSING_FIELD', 'Missing required field: owner_email').pipe(email),
      owner_name: optional(text(100)),
      contact_phone: optional(phone),
      initial_credits: optional(z.int().min(0).max(mostCredits)).transform((credits) => credits ?? 0),
    }),
    async handle(request, sms) {
      const { tenant_name: name, owner_name: owner, contact_phone: number, initial_credits: credits } = request.body;
      const contact = { name: owner ?? null, email: request.body.owner_email, phone: number ?? null };
      const { tenant, isNew } = await open(request, sms, { name, contact, credits: credits * 1_000 });
      return answer(settings, request, {
        status: isNew ? 201 : 200,
        message: isNew ? 'Tenant account created successfully' : 'Tenant already exists',
        data: createdView(tenant),
      });
    },
  });

async function open(request: ApiRequest, sms: Sms, wanted: NewTenant): Promise<{ tenant: Tenant; isNew: boolean }> {
  const { accountId } = request.access;
  try {
    const options = { idempotency: idempotencyOf(request) };
    return { tenant: (await sms.tenants.create(accountId, wanted, options)).tenant, isNew: true };
  } catch (error) {
    const known = error instanceof SmsError && error.code === 'conflict' ? error.details?.tenant_uuid : undefined;
    if (typeof known !== 'string') throw error;
    return { tenant: await sms.tenants.get(accountId, known), isNew: false };
  }
}

const states = { active: 'active', inactive: 'suspended' } as const;

/** Source: contracts/mifumo.md §6.2. */
const list = (settings: Settings): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/v1/partner/tenants',
    summary: 'List your tenants, newest first',
    scope: 'tenants',
    permission: 'read',
    query: z.object({
      status: optional(z.enum(['active', 'inactive'])),
      search: optional(text(100)),
      page: whole(1, 1_000_000).default(1),
      page_size: whole(1, 100).default(50),
    }),
    async handle(request, sms) {
      const { status, search, page, page_size: size } = request.query;
      const { tenants, total } = await sms.tenants.list(
        request.access.accountId,
        { state: status && states[status], search },
        { limit: size, offset: (page - 1) * size },
      );
      const results = tenants.map(listedView);
      const pages = Math.ceil(total / size);
      return answer(settings, request, {
        message: 'Tenants retrieved successfully',
        data: { tenants: results, total, page, page_size: size, total_pages: pages },
        flat: { success: true, count: total, ...pageLinks(request.url, { page, pages }), results },
      });
    },
  });

/** Source: contracts/mifumo.md §6.3. */
const get = (settings: Settings): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/v1/partner/tenants/{tenant_id}',
    summary: 'Get a tenant with its balance',
    scope: 'tenants',
    permission: 'read',
    handle: async (request, sms) =>
      answer(settings, request, {
        message: 'Client account and balance retrieved successfully',
        data: tenantView(await tenantAt(request, sms)),
      }),
  });

/** Source: contracts/mifumo.md §6.4. */
const balance = (settings: Settings): Endpoint =>
  endpoint({
    method: 'GET',
    path: '/v1/partner/tenants/{tenant_id}/balance',
    summary: "Get a tenant's balance",
    scope: 'tenants',
    permission: 'read',
    query: z.object({ account_id: optional(text(36)) }),
    async handle(request, sms) {
      const tenant = await tenantAt(request, sms);
      const named = request.query.account_id;
      if (named !== undefined && named.toLowerCase() !== tenant.id) {
        throw new SmsError('scope_missing', 'account_id is not the account of this tenant');
      }
      return answer(settings, request, { message: 'Balance retrieved successfully', data: balanceView(tenant) });
    },
  });

export const tenantEndpoints = (settings: Settings): Endpoint[] =>
  [create, list, get, balance].map((made) => made(settings));
