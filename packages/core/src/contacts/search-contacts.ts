import { parseMsisdn } from '../numbers/msisdn.js';
import { SmsError } from '../errors.js';
import type { Database } from '../runtime.js';
import { readText } from './contact-fields.js';
import type { Contact } from './contact.js';
import { findContact } from './contact.store.js';
import { searchTermOf } from './search-text.js';
import type { Condition } from './walk.store.js';

export interface FindDeps {
  database: Database;
  countryOf: (accountId: string) => Promise<string>;
}

const longestSearch = 100;

/** What a search looks for in a contact; undefined when for nothing. @throws SmsError `invalid_request` */
export function searchCondition(kind: Database['kind'], search: string): Condition | undefined {
  const term = searchTermOf(readText('search', search, longestSearch) ?? '');
  if (term === '') return undefined;
  // Not LIKE, whose wildcards somebody may have typed.
  return { sql: `${kind === 'postgres' ? 'strpos' : 'instr'}(c.search_text, ?) > 0`, bindings: [term] };
}

/** The contact whose whole number is searched for: an index finds that one. */
export async function contactSearched(
  { database, countryOf }: FindDeps,
  accountId: string,
  search: string,
): Promise<Contact | undefined> {
  const phone = numberOf(search, await countryOf(accountId));
  return phone === undefined ? undefined : database.read((tx) => findContact(tx, accountId, { phone }));
}

function numberOf(search: string, country: string): string | undefined {
  try {
    return parseMsisdn(search, country);
  } catch (error) {
    if (error instanceof SmsError) return undefined;
    throw error;
  }
}
