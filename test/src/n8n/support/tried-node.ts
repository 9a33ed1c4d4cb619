import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { SmsOptions } from '@ujumbe/core';
import type {
  IDataObject,
  ILoadOptionsFunctions,
  INodeListSearchResult,
  INodePropertyOptions,
  INodeType,
  NodeApiError,
} from 'n8n-workflow';
import { listen, openApiHost, portOf, type ApiHost, type Customer } from '../../api/api-host.js';
import { describeOnDatabases } from '../../support/databases.js';
import { callNode, loadNode, nodeOf, type Call, type Called } from './node-call.js';
import { exchangeFor, type CredentialData } from './node-requests.js';

/** A call of the node; the token is the customer's own unless another is given. */
export type How = Partial<Omit<Call, 'parameters'>>;

/** The packed action node beside a router of its own, called as a workflow calls it. Each test has a customer of its own. */
export class TriedNode {
  host!: ApiHost;
  customer!: Customer;
  node!: INodeType;
  #executions = 0;

  get baseUrl(): string {
    return new URL('/sms', this.host.url).href;
  }

  credentialOf({ token }: { token: string }): CredentialData {
    return { baseUrl: this.baseUrl, apiToken: token };
  }

  /** Runs an operation; each time in an execution of its own, unless one is named. */
  call(resource: string, operation: string, parameters: object = {}, how: How = {}): Promise<Called> {
    return callNode(this.node, {
      credential: this.credentialOf(this.customer),
      executionId: `fresh-${++this.#executions}`,
      ...how,
      parameters: { resource, operation, ...parameters },
    });
  }
}

const formOf = (tried: TriedNode): ILoadOptionsFunctions => {
  const credential = tried.credentialOf(tried.customer);
  const context = {
    getNode: () => nodeOf(tried.node),
    getCredentials: () => Promise.resolve(credential),
    helpers: { httpRequestWithAuthentication: exchangeFor(credential, []) },
  };
  return context as unknown as ILoadOptionsFunctions;
};

/** What a resource locator of the form shows. */
export const search = (
  tried: TriedNode,
  method: string,
  ...[filter, paginationToken]: string[]
): Promise<INodeListSearchResult> =>
  tried.node.methods!.listSearch![method]!.call(formOf(tried), filter, paginationToken);

/** What a field of the form offers. */
export const options = (tried: TriedNode, method: string): Promise<INodePropertyOptions[]> =>
  tried.node.methods!.loadOptions![method]!.call(formOf(tried));

/** Declares a suite of the action node on SQLite. */
export function describeNode(
  title: string,
  suite: (tried: TriedNode) => void,
  settings: { sms?: () => Partial<SmsOptions>; credits?: number } = {},
): void {
  describeOnDatabases(
    `n8n node: ${title}`,
    (open) => {
      const tried = new TriedNode();
      before(async () => {
        tried.host = await openApiHost(open, {}, settings.sms?.() ?? {});
        tried.node = await loadNode('Ujumbe/Ujumbe');
      });
      beforeEach(async () => {
        tried.customer = await tried.host.open(settings.credits === undefined ? {} : { credits: settings.credits });
      });
      after(() => tried.host.close());
      afterEach(() => assert.deepEqual(tried.host.logged, []));
      suite(tried);
    },
    { on: ['better-sqlite3'] },
  );
}

/** What came out of an output. */
export const jsonOf = ({ outputs }: Called, output = 0): IDataObject[] =>
  (outputs[output] ?? []).map(({ json }) => json);

/** The one item that came out. */
export function only(called: Called): IDataObject {
  const [item, ...more] = jsonOf(called);
  assert.ok(item && more.length === 0, `${more.length + (item ? 1 : 0)} items came out`);
  return item;
}

/** The error a call ended with. */
export async function failure(called: Promise<unknown>): Promise<NodeApiError> {
  const outcome = await called.then(
    () => assert.fail('it did not fail'),
    (error: unknown) => error,
  );
  return outcome as NodeApiError;
}

/** An address at which nobody listens. */
export async function unusedUrl(): Promise<string> {
  const server = await listen(createServer());
  const url = `http://127.0.0.1:${portOf(server)}`;
  await new Promise((resolve) => server.close(resolve));
  return url;
}
