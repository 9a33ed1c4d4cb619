import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { SmsError, type Sms } from '@ujumbe/core';
import { z } from 'zod';
import { sqliteFile } from '../config.js';

/** The account that `serve --demo` shows, and the webhook of its receiver. */
const rememberedForm = z.object({
  accountId: z.string(),
  token: z.string(),
  webhook: z.object({ id: z.string(), secret: z.string() }).optional(),
});

type DemoAccount = z.infer<typeof rememberedForm>;

/** What is told to the receiver: how messages and payments end, and what handsets say. The way there is read from the events. */
const heard = [
  'payment.completed',
  'payment.failed',
  'message.delivered',
  'message.failed',
  'message.unknown',
  'message.received',
  'message.opted_out',
];

/** Where a demo keeps what cannot be read back from the database: beside a SQLite file, else where it was started. */
export function demoFile(databaseUrl: string): string {
  return `${sqliteFile(databaseUrl) ?? './ujumbe'}.demo.json`;
}

/** The demo's account: the one of earlier runs while its token is good, else a new one. */
export async function openDemoAccount(sms: Sms, file: string): Promise<DemoAccount> {
  const remembered = readFile(file);
  if (remembered && (await isGood(sms, remembered.token))) return remembered;
  const { account, apiToken } = await sms.accounts.open({
    name: 'Demo',
    country: 'TZ',
    currency: 'TZS',
    credits: 1_000_000,
    sender: 'UJUMBE',
  });
  const opened = { accountId: account.id, token: apiToken };
  writeFile(file, opened);
  return opened;
}

/** Points the demo's one webhook at this run's receiver; resolves with the secret it signs with. */
export async function pointWebhook(sms: Sms, demo: DemoAccount, url: string, file: string): Promise<string> {
  if (demo.webhook) {
    try {
      await sms.webhooks.update(demo.accountId, demo.webhook.id, { url, events: heard, state: 'active' });
      return demo.webhook.secret;
    } catch (error) {
      if (!(error instanceof SmsError) || error.code !== 'not_found') throw error;
    }
  }
  const description = 'The receiver of `ujumbe serve --demo`';
  const { webhook, secret } = await sms.webhooks.create(demo.accountId, { url, events: heard, description });
  writeFile(file, { ...demo, webhook: { id: webhook.id, secret } });
  return secret;
}

async function isGood(sms: Sms, token: string): Promise<boolean> {
  try {
    // A token of before there were payments cannot buy anything.
    return (await sms.tokens.authenticate(token)).scopes.includes('payments');
  } catch (error) {
    if (error instanceof SmsError && error.code !== 'internal') return false;
    throw error;
  }
}

function readFile(file: string): DemoAccount | undefined {
  try {
    return rememberedForm.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Absent at the first run; one that cannot be read costs a new demo account and nothing else.
    return undefined;
  }
}

function writeFile(file: string, demo: DemoAccount): void {
  writeFileSync(file, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  // The mode above counts only when the file is new.
  chmodSync(file, 0o600);
}
