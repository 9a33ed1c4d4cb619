import assert from 'node:assert/strict';
import { scopes, type Scope } from '@ujumbe/core';
import { canonical } from '@ujumbe/express-router';
import { describeOnDatabases } from '../support/databases.js';
import { openApiHost, refusalOf, type ApiHost, type Customer } from './api-host.js';

const noId = '01a1fd3f-2cc1-7000-905c-f7e70dcc1a66';

describeOnDatabases('API: scopes', (open) => {
  let host: ApiHost;
  let customer: Customer;

  before(async () => {
    host = await openApiHost(open);
    customer = await host.open();
  });
  after(() => host.close());
  afterEach(() => assert.deepEqual(host.logged, []));

  for (const scope of ['messages', 'contacts', 'groups', 'campaigns'] as const) {
    it(`keep from a token without ${scope} all that it is for`, async () => {
      const other = await customer.withScopes(...scopes.filter((one): one is Scope => one !== scope));
      const endpoints = canonical().endpoints.filter((endpoint) => endpoint.scope === scope);
      assert.ok(endpoints.length > 5, `${endpoints.length} endpoints`);
      for (const { method, path } of endpoints) {
        const asked = path.replaceAll(/\{\w+\}/g, noId);
        const verb = method.toLowerCase() as 'get' | 'post' | 'put' | 'patch' | 'delete';
        const refused = await refusalOf(other[verb](asked), 403);
        assert.equal(refused.error, `token lacks required scope: ${scope}`, `${method} ${path}`);
      }
    });
  }
});
