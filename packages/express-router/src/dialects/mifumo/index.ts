import type { Dialect } from '../../dialect.js';
import { integration } from './integration.js';
import type { Mode } from './mode.js';
import { web } from './web/index.js';
import type { Mail, WebSettings } from './web/settings.js';

export type { Mail } from './web/settings.js';

export interface MifumoOptions {
  /** Which of the vendor's documents answers follow, where the key does not say; `superset` suits readers of all. */
  mode?: Mode;
  /** The longest message in characters; no limit but the platform's in segments, and 160 in mode `v1`. */
  maxCharacters?: number;
  /** What a credit is worth by currency, for answers that speak of money; 18 TZS unless given. */
  unitPrices?: Readonly<Record<string, number>>;
  /** What is said to carry the messages. */
  provider?: string;
  /** What the web site is called in the codes it sends. */
  name?: string;
  /** Sends e-mail; without it none is sent, and answers say so. What it throws counts as not sent. */
  sendMail?: (mail: Mail) => Promise<void>;
  /** The account that pays for the codes sent as SMS, and the sender ID they come from; without it none are sent. */
  codes?: { accountId: string; senderId?: string };
  /** Whether strangers may open accounts; they may where there is a way to prove an address, unless given. */
  registration?: boolean;
  /** What accounts that are opened on the web site pay in; TZS unless given. */
  currency?: string;
}

/** Mifumo SMS: the API for programs, and that of its web site. Source: contracts/mifumo.md. */
export function mifumo(options: MifumoOptions = {}): Dialect[] {
  const settings: WebSettings = {
    mode: options.mode ?? 'superset',
    maxCharacters: options.maxCharacters,
    unitPrices: options.unitPrices ?? { TZS: 18 },
    provider: options.provider ?? 'beem',
    name: options.name ?? 'Mifumo SMS',
    sendMail: options.sendMail,
    codes: options.codes,
    registration: options.registration ?? (options.codes !== undefined || options.sendMail !== undefined),
    currency: options.currency ?? 'TZS',
  };
  return [integration(settings), web(settings)];
}
