import { SmsError } from '../errors.js';
import { parseMsisdn } from '../numbers/msisdn.js';
import type { Clock, Database } from '../runtime.js';
import type { Suppression } from './suppression.js';
import { findSuppression, listSuppressions, suppress, unsuppress } from './suppression.store.js';

export interface SuppressionDeps {
  database: Database;
  clock: Clock;
  /** The account's country. @throws SmsError `not_found` */
  countryOf: (accountId: string) => Promise<string>;
}

interface Page {
  limit: number;
  offset: number;
}

const longestReason = 100;

/** Everything a customer does with the list of those who want no more messages; documented in `sms.ts`. */
export function manageSuppressions({ database, clock, countryOf }: SuppressionDeps) {
  const numberOf = async (accountId: string, phone: string): Promise<string> =>
    parseMsisdn(phone, await countryOf(accountId));

  return {
    async add(accountId: string, written: string, reason = 'asked for'): Promise<Suppression> {
      if (reason.length > longestReason || reason.includes('\0')) {
        throw new SmsError('invalid_request', `reason must be text of at most ${longestReason} characters`);
      }
      const phone = await numberOf(accountId, written);
      const at = clock.now();
      return database.write(async (tx) => {
        await suppress(tx, { accountId, phone, reason, at });
        return (await findSuppression(tx, accountId, phone)) ?? { phone, reason, createdAt: at };
      });
    },

    async remove(accountId: string, written: string): Promise<boolean> {
      const phone = await numberOf(accountId, written);
      return database.write((tx) => unsuppress(tx, accountId, phone));
    },

    async find(accountId: string, written: string): Promise<Suppression | undefined> {
      const phone = await numberOf(accountId, written);
      return database.read((tx) => findSuppression(tx, accountId, phone));
    },

    async list(accountId: string, page: Page): Promise<{ suppressions: Suppression[]; total: number }> {
      return database.read((tx) => listSuppressions(tx, accountId, page));
    },
  };
}
