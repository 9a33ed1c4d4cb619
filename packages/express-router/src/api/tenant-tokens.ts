import type { Sms } from '@ujumbe/core';
import { endpoint, type ApiRequest, type Endpoint } from '../endpoint.js';
import { success } from '../envelope.js';
import { answerOnce } from '../idempotency.js';
import { idOf } from './fields.js';
import { assertMayGrant, createToken, listedTokenView, tokenBody } from './tokens.js';

/** The tenant whose tokens a partner asks for. @throws SmsError `not_found` */
async function tenantOf({ params, access }: ApiRequest, sms: Sms): Promise<string> {
  return (await sms.tenants.get(access.accountId, idOf(params, 'uuid', 'tenant'))).id;
}

const list = endpoint({
  method: 'GET',
  path: '/tenants/{uuid}/tokens',
  summary: 'List the tokens of a tenant, revoked and expired ones too',
  scope: 'tenants',
  async handle(request, sms) {
    const tokens = await sms.tokens.list(await tenantOf(request, sms));
    return success(tokens.map(listedTokenView));
  },
});

const create = endpoint({
  method: 'POST',
  path: '/tenants/{uuid}/tokens',
  summary: 'Create a token of a tenant’s own; its raw form is shown this once',
  scope: 'tenants',
  body: tokenBody,
  async handle(request, sms) {
    const { body, access } = request;
    const tenant = await tenantOf(request, sms);
    assertMayGrant(access, body.scopes);
    return answerOnce(sms, request, () => createToken(sms, tenant, body));
  },
});

const revoke = endpoint({
  method: 'DELETE',
  path: '/tenants/{uuid}/tokens/{token_uuid}',
  summary: 'Revoke a token of a tenant at once',
  scope: 'tenants',
  async handle(request, sms) {
    await sms.tokens.revoke(await tenantOf(request, sms), idOf(request.params, 'token_uuid', 'token'));
    return success({ revoked: true });
  },
});

export const tenantTokenEndpoints: readonly Endpoint[] = [list, create, revoke];
