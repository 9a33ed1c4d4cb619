import { simulatedWallet, simulator, type Transport, type UpstreamReport } from '@ujumbe/core';
import { openApiHost, type ApiHost, type Customer } from '../../api/api-host.js';
import { describeOnDatabases, type DatabaseName, type OpenTestDatabase } from '../../support/databases.js';
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
  credentials: Credentials;
  /** Has a handset write to the customer. */
  receive(from: string, text: string): Promise<void>;
  /** Another database, for what workflows write. */
  openDatabase: OpenTestDatabase;
}

export type Credentials = Record<string, { id: string; name: string }>;

const suiteTimeoutMs = 180_000;

/** After so long n8n has mostly put the execution to sleep that waits for the receipt; a number that ends in 910 is later. */
const delayMs = 300;
const lateDelayMs = 1_500;

/** Declares a suite once for each n8n that is installed on this machine; says loudly which are not. */
export function describeInN8n(
  title: string,
  suite: (world: () => World, flavour: Flavour) => void,
  { on = 'better-sqlite3' }: { on?: DatabaseName } = {},
): void {
  for (const flavour of flavours) {
    if (!isInstalled(flavour)) {
      it(`${title}, in ${flavour.title}`, function () {
        skipBecause(this, `${flavour.title} is not installed; npm run n8n:install -- ${flavour.major} installs it`);
      });
      continue;
    }
    describeOnDatabases(
      `${title}, in ${flavour.title}`,
      (open) => {
        let world: World | undefined;
        let host: ApiHost | undefined;
        const n8n = new N8nProcess(flavour);
        const operator = new Operator();
        before(async function () {
          this.timeout(suiteTimeoutMs);
          const payments = {
            wallets: [simulatedWallet({ delayMs: lateDelayMs })],
            buyerEmail: 'duka@example.com',
            schedule: { soonEveryMs: 1_000 },
          };
          host = await openApiHost(open, {}, { payments, transports: [operator.transport] });
          world = await openWorld({ host, n8n, operator, open });
        });
        after(async function () {
          this.timeout(suiteTimeoutMs);
          await n8n.remove();
          await host?.close();
        });
        suite(() => world!, flavour);
      },
      { on: [on] },
    );
  }
}

/** The simulated operator, whose handsets also write what a test has them write. */
class Operator {
  readonly transport: Transport = simulator({ delayMs, lateDelayMs });
  #listener: (reports: UpstreamReport[]) => Promise<void> = () => Promise.resolve();

  constructor() {
    const { transport } = this;
    const onReports = transport.onReports.bind(transport);
    transport.onReports = (listener) => {
      this.#listener = listener;
      onReports(listener);
    };
  }

  receive(from: string, to: string, text: string): Promise<void> {
    return this.#listener([{ kind: 'inbound', from, to, text, at: Date.now() }]);
  }
}

interface Parts {
  host: ApiHost;
  n8n: N8nProcess;
  operator: Operator;
  open: OpenTestDatabase;
}

async function openWorld({ host, n8n, operator, open }: Parts): Promise<World> {
  await n8n.start();
  const client = new N8nClient(n8n);
  await client.signIn();
  const customer = await host.open({ credits: 10_000_000 });
  const baseUrl = new URL('/sms', host.url).href;
  const credential = await client.addCredential('ujumbeApi', { baseUrl, apiToken: customer.token });
  return {
    n8n,
    client,
    host,
    customer,
    baseUrl,
    credentials: { ujumbeApi: credential },
    receive: (from, text) => operator.receive(from, 'MYAPP', text),
    openDatabase: open,
  };
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

/** Starts a workflow by a call; answers when it has begun. */
export const webhook = (path: string) => ({
  name: 'Webhook',
  type: 'n8n-nodes-base.webhook',
  typeVersion: 2,
  webhookId: crypto.randomUUID(),
  parameters: { path, httpMethod: 'POST', responseMode: 'onReceived' },
});

/** Makes the items that a call brings, of its `items`. */
export const callersItems = {
  name: 'Items',
  type: 'n8n-nodes-base.splitOut',
  parameters: { fieldToSplitOut: 'body.items', options: {} },
};

/** A value of a resource locator. */
export const byId = (value: string, mode = 'id') => ({ __rl: true, mode, value });
