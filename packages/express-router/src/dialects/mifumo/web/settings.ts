import type { Settings } from '../settings.js';

/** A message that proves an e-mail address, for the host's own mailer. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
  purpose: 'activation' | 'password';
  /** What the link in the host's page needs; it is in the text too. */
  token: string;
}

/** What the endpoints of the web site know beside what all of the vendor's do. */
export interface WebSettings extends Settings {
  /** What the site is called in what it sends. */
  name: string;
  /** Sends e-mail; without it none is sent, and answers say so. */
  sendMail: ((mail: Mail) => Promise<void>) | undefined;
  /** The account that pays for codes sent as SMS, and what they come from; without it none are sent. */
  codes: { accountId: string; senderId?: string } | undefined;
  /** Whether strangers may open an account. */
  registration: boolean;
  /** What accounts that are opened here pay in. */
  currency: string;
}
