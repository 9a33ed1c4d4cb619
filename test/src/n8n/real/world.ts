import { openApiHost, type ApiHost, type Customer } from '../../api/api-host.js';
import { describeOnDatabases } from '../../support/databases.js';
import { skipBecause } from '../../support/skip.js';
import { isInstalled } from '../install/cached-folder.js';
import { flavours, type Flavour } from '../install/flavours.js';
import { N8nClient } from '../support/n8n-client.js';
import { N8nProcess } from '../support/n8n-process.js';

/** A real n8n with the nodes in it, and a platform it speaks to. */
export interface World {
  n8n: N8nProcess;
  client: N8nClient;
  host: ApiHost;
  customer: Customer;
  /** Where the router is mounted, as the credential wants it. */
  baseUrl: string;
  /** What a node needs to use the customer's token. */
  credentials: { ujumbeApi: { id: string; name: string } };
}

const suiteTimeoutMs = 180_000;

/** Declares a suite once for each n8n that is installed on this machine; says loudly which are not. */
export function describeInN8n(title: string, suite: (world: () => World, flavour: Flavour) => void): void {
  for (const flavour of flavours) {
    describeOnDatabases(
      `${title}, in ${flavour.title}`,
      function (open) {
        let world: World | undefined;
        let host: ApiHost | undefined;
        const n8n = new N8nProcess(flavour);
        before(async function () {
          this.timeout(suiteTimeoutMs);
          if (!isInstalled(flavour)) {
            skipBecause(this, `${flavour.title} is not installed; npm run test:n8n -- ${flavour.major} installs it`);
          }
          host = await openApiHost(open);
          world = await openWorld(host, n8n);
        });
        after(async function () {
          this.timeout(suiteTimeoutMs);
          await n8n.remove();
          await host?.close();
        });
        suite(() => world!, flavour);
      },
      { on: ['better-sqlite3'] },
    );
  }
}

async function openWorld(host: ApiHost, n8n: N8nProcess): Promise<World> {
  await n8n.start();
  const client = new N8nClient(n8n);
  await client.signIn();
  const customer = await host.open();
  const baseUrl = new URL('/sms', host.url).href;
  const credential = await client.addCredential({ baseUrl, apiToken: customer.token });
  return { n8n, client, host, customer, baseUrl, credentials: { ujumbeApi: credential } };
}

/** A node of ours in a workflow. */
export const ujumbe = (
  { credentials }: World,
  name: string,
  resource: string,
  operation: string,
  parameters: object = {},
) => ({ name, type: 'n8n-nodes-ujumbe.ujumbe', parameters: { resource, operation, ...parameters }, credentials });

export const trigger = ({ credentials }: World, events: string[], parameters: object = {}) => ({
  name: 'Ujumbe Trigger',
  type: 'n8n-nodes-ujumbe.ujumbeTrigger',
  parameters: { events, ...parameters },
  webhookId: crypto.randomUUID(),
  credentials,
});

/** Starts a workflow by a call; answers when it has ended. */
export const webhook = (path: string) => ({
  name: 'Webhook',
  type: 'n8n-nodes-base.webhook',
  typeVersion: 2,
  webhookId: crypto.randomUUID(),
  parameters: { path, httpMethod: 'POST', responseMode: 'onReceived' },
});

/** A value of a resource locator. */
export const byId = (value: string, mode = 'id') => ({ __rl: true, mode, value });
