import type { Sms } from '@ujumbe/core';
import type { Config } from '../config.js';
import { toCredits } from '../credits.js';
import { EventFeed } from '../event-feed.js';
import { printLine } from '../output.js';
import { demoFile, openDemoAccount, pointWebhook } from './demo-account.js';
import { Narrator } from './narrator.js';
import type { Receiver } from './receiver.js';

/** A demo that is set up and not running yet. */
export interface Demo {
  /** What `--json` shows of it. */
  json: {
    account_uuid: string;
    team_code: string;
    api_token: string;
    credits: number;
    curl: string;
    pay: string | null;
  };
  lines: readonly string[];
  /** Tells on the terminal what happens until the signal. */
  narrate(signal: AbortSignal): Promise<void>;
}

/** Sets a demo up: an account with credits, a webhook to the receiver, and a request to paste. */
export async function openDemo(
  sms: Sms,
  config: Config,
  receiver: Receiver,
  options: { url: string; quiet: boolean; sells: boolean },
): Promise<Demo> {
  const file = demoFile(config.databaseUrl);
  const demo = await openDemoAccount(sms, file);
  const secret = await pointWebhook(sms, demo, receiver.url, file);
  const account = await sms.accounts.get(demo.accountId);
  const credits = toCredits((await sms.accounts.balance(demo.accountId)).available);
  const curl = curlLine(options.url, demo.token);
  const pay = options.sells ? await payLine(sms, options.url, demo) : null;
  const print = options.quiet ? (): void => undefined : printLine;
  const narrator = new Narrator(new EventFeed(sms, await sms.events.lastCursor()), print);
  receiver.expect(secret, (webhook) => void narrator.tellWebhook(webhook));
  return {
    json: { account_uuid: account.id, team_code: account.teamCode, api_token: demo.token, credits, curl, pay },
    lines: [
      '',
      `Demo account  ${account.teamCode}, ${credits} credits`,
      `Token         ${demo.token}`,
      '',
      'Paste this into another terminal, and watch the message move here:',
      '',
      curl,
      '',
      ...(pay === null
        ? []
        : ['And this buys credits from a simulated wallet, which asks no real phone:', '', pay, '']),
    ],
    narrate: (signal) => narrator.follow(sms, signal),
  };
}

/** Buys the platform's first package, which is made where there is none. */
async function payLine(
  sms: Sms,
  url: string,
  { accountId, token }: { accountId: string; token: string },
): Promise<string> {
  const offered = await sms.packages.offered(accountId);
  const offer =
    offered[0] ??
    (await sms.packages.create({ name: 'Starter', credits: 1_000_000, price: 1_800_000, currency: 'TZS' }));
  const body = JSON.stringify({ package_uuid: offer.id, phone: '0744963858' });
  return `curl -X POST ${url}/api/v1/payments -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' -d '${body}'`;
}

/** One line, because two do not survive pasting everywhere. */
function curlLine(url: string, token: string): string {
  const body = JSON.stringify({ to: '+255712345678', message: 'Habari kutoka Ujumbe' });
  return `curl -X POST ${url}/api/v1/messages -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' -d '${body}'`;
}
