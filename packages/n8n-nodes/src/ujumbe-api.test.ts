import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UjumbeApi } from './credentials/UjumbeApi.credentials.js';

const root = join(__dirname, '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  n8n: { credentials: string[]; nodes: string[] };
  dependencies?: unknown;
};

describe('n8n credential', () => {
  it('sends the token as Bearer and hides it in the form', () => {
    const { authenticate, properties } = new UjumbeApi();
    assert.deepEqual(authenticate.properties.headers, { Authorization: '=Bearer {{$credentials.apiToken}}' });
    const token = properties.find(({ name }) => name === 'apiToken');
    assert.equal(token?.typeOptions?.password, true);
  });

  it('is tested by reading the balance', () => {
    assert.deepEqual(new UjumbeApi().test.request, {
      baseURL: '={{$credentials.baseUrl}}',
      url: '/api/v1/balance',
    });
  });

  it('lies where the package says, and the package depends on nothing at run time', () => {
    for (const path of [...manifest.n8n.credentials, ...manifest.n8n.nodes])
      assert.ok(existsSync(join(root, path)), path);
    assert.equal(manifest.dependencies, undefined);
  });
});
