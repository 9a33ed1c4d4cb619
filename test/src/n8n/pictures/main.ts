import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulatedWallet } from '@ujumbe/core';
import { chromium, type Page } from 'playwright-core';
import { openApiHost } from '../../api/api-host.js';
import { isInstalled } from '../install/cached-folder.js';
import { flavours } from '../install/flavours.js';
import { N8nClient, owner } from '../support/n8n-client.js';
import { N8nProcess } from '../support/n8n-process.js';

const pictures = join(__dirname, '../../../../docs/pictures');
const browser = process.env.UJUMBE_CHROMIUM ?? '/usr/bin/chromium';

/** Nothing of Chromium's own may speak to the network. */
const quietly = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Takes the pictures of the README in the editor of a real n8n: the node panel, the node, the trigger. */
async function main(): Promise<void> {
  const flavour = [...flavours].reverse().find(isInstalled);
  if (!flavour) throw new Error('no n8n is installed; run npm run n8n:install');
  console.log(`Taking pictures in ${flavour.title} …`);
  const folder = mkdtempSync(join(tmpdir(), 'ujumbe-pictures-'));
  const n8n = new N8nProcess(flavour);
  const options = { client: 'better-sqlite3', filename: join(folder, 'sms.sqlite') } as const;
  const host = await openApiHost(
    () => Promise.resolve({ name: 'better-sqlite3', options, dispose: () => Promise.resolve() }),
    {},
    { payments: { wallets: [simulatedWallet()], buyerEmail: 'duka@example.com' } },
  );
  try {
    const customer = await host.open();
    await n8n.start();
    const client = new N8nClient(n8n);
    await client.signIn();
    const baseUrl = new URL('/sms', host.url).href;
    const token = { baseUrl, apiToken: customer.token };
    const credential = await client.addCredential('ujumbeApi', token, 'Ujumbe account');
    const { id } = await client.addWorkflow(workflowWith({ ujumbeApi: credential }));
    await takePictures(`${n8n.url}/workflow/${id}`, n8n.url);
  } finally {
    await n8n.remove();
    await host.close();
    rmSync(folder, { recursive: true });
  }
}

/** What the pictures show: a reply that is answered with a code. */
const workflowWith = (credentials: object) => ({
  name: 'Codes by SMS',
  nodes: [
    {
      name: 'Ujumbe Trigger',
      type: 'n8n-nodes-ujumbe.ujumbeTrigger',
      parameters: { events: ['message.received', 'message.opted_out'], filters: { prefixes: '+255, +254' } },
      credentials,
    },
    {
      name: 'Send and wait',
      type: 'n8n-nodes-ujumbe.ujumbe',
      parameters: {
        resource: 'message',
        operation: 'sendAndWaitForDelivery',
        to: '={{ $json.from }}',
        message: 'Your code is 4711. Tell it to nobody.',
        additionalFields: { lane: 'otp', validitySeconds: 120 },
      },
      credentials,
    },
    { name: 'Arrived', type: 'n8n-nodes-base.noOp', position: [480, -100] },
    { name: 'Call instead', type: 'n8n-nodes-base.noOp', position: [480, 100] },
  ],
  links: { 'Ujumbe Trigger': ['Send and wait'], 'Send and wait': ['Arrived', 'Call instead'] },
});

async function takePictures(workflowUrl: string, url: string): Promise<void> {
  await mkdir(pictures, { recursive: true });
  const chrome = await chromium.launch({ executablePath: browser, args: quietly });
  try {
    const page = await chrome.newPage({ viewport: { width: 1280, height: 800 } });
    await signIn(page, url);
    await page.goto(workflowUrl);
    await page.getByText('Send and wait', { exact: true }).first().waitFor();
    await page.locator('[data-test-id="node-creator-plus-button"]').click();
    // The panel opens with the cursor in its search.
    await page.getByPlaceholder('Search nodes').waitFor();
    await page.keyboard.type('Ujumbe');
    await page.locator('[data-test-id="item-iterator-item"]').filter({ hasText: 'Ujumbe' }).first().click();
    await take(page, 'n8n-node-panel');
    await page.keyboard.press('Escape');
    await page.goto(workflowUrl);
    for (const [node, picture] of [
      ['Send and wait', 'n8n-node'],
      ['Ujumbe Trigger', 'n8n-trigger'],
    ] as const) {
      await page.locator(`[data-test-id="canvas-node"][data-node-name="${node}"]`).dblclick();
      await page.getByText('Parameters', { exact: true }).first().waitFor();
      await take(page, picture);
      await page.keyboard.press('Escape');
    }
  } finally {
    await chrome.close();
  }
}

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/signin`);
  await page.locator('input[type="email"], input[name="emailOrLdapLoginId"]').fill(owner.email);
  await page.locator('input[type="password"]').fill(owner.password);
  await page.keyboard.press('Enter');
  await page.waitForURL((now) => !now.pathname.includes('signin'));
}

/** Takes a picture once nothing moves any more. */
async function take(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle').catch(() => undefined);
  await page.waitForTimeout(1_500);
  const path = join(pictures, `${name}.png`);
  await page.screenshot({ path });
  console.log(path);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
