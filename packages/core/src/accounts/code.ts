import { createHash, randomInt } from 'node:crypto';
import { randomLetters } from './random-letters.js';

/** What a code lets its holder do: prove an address of a user, or choose another password. */
export type CodePurpose = 'activation' | 'password';

/** Six digits, for people who type them off a message; letters, for links, which nobody guesses. */
export type CodeForm = 'digits' | 'letters';

/** Codes that prove that somebody reads what is sent to an address. */
export interface Codes {
  /**
   * A new code for an address of a user, in place of the one before. It is returned this once, to be sent.
   *
   * @param address E.164, or an e-mail address
   */
  issue(code: { userId: string; purpose: CodePurpose; address: string; form: CodeForm }): Promise<string>;
  /**
   * Whose a code is, and the address it proves; good once.
   *
   * @param shown.address where the code is said to have been sent; without it, the code alone has to be enough
   * @throws SmsError `unauthenticated` with `details.triesLeft`
   */
  redeem(shown: {
    code: string;
    purpose: CodePurpose;
    address?: string | undefined;
  }): Promise<{ userId: string; address: string }>;
}

/** Wrong codes for one address, after which the right one is no longer good. */
export const mostTries = 3;
export const codeLifeMs: Readonly<Record<CodeForm, number>> = { digits: 15 * 60_000, letters: 24 * 3_600_000 };

const lettersLength = 32;

export const drawCode = (form: CodeForm): string =>
  form === 'letters' ? randomLetters(lettersLength) : String(randomInt(1_000_000)).padStart(6, '0');

/** What is stored of a code. The purpose is part of it, so that none is good for another's. */
export const hashCode = (purpose: CodePurpose, code: string): string =>
  createHash('sha256').update(`${purpose} ${code}`).digest('hex');
