import type { Database } from '../runtime.js';
import type { AudiencePage, Contact, PageRange } from './contact.js';
import { countMatches, idFurtherBack, idFurtherOn, matches, type Condition } from './walk.store.js';

/**
 * How many contacts a statement looks at. A condition may hold for few of a million contacts and no index may know
 * which; stretch by stretch, looking at all of them never keeps other readers of a SQLite file waiting for long.
 */
const stretchLength = 5_000;
/** An audience is handed on with all of each contact: shorter, so that it takes less memory on its way. */
const audienceLength = 1_000;

/** A page of the contacts for whom a condition holds, newest first, and how many there are in all. */
export async function walkContacts(
  database: Database,
  accountId: string,
  condition: Condition,
  { limit, offset }: PageRange,
): Promise<{ contacts: Contact[]; total: number }> {
  const contacts: Contact[] = [];
  let total = 0;
  let to: string | null = null;
  do {
    const before: string | null = to;
    to = await database.read(async (tx) => {
      const from = await idFurtherBack(tx, accountId, before, stretchLength);
      const stretch = { accountId, from, to: before };
      const found = await countMatches(tx, stretch, condition);
      if (contacts.length < limit && total + found > offset) {
        const page = { limit: limit - contacts.length, offset: Math.max(0, offset - total) };
        contacts.push(...(await matches(tx, stretch, condition, page)));
      }
      total += found;
      return from;
    });
  } while (to !== null);
  return { contacts, total };
}

/**
 * A piece of those for whom a condition holds, in the order of ids. It looks at one stretch of contacts after the id, so
 * that its length varies and may be nought before the end.
 */
export function audiencePage(
  database: Database,
  accountId: string,
  condition: Condition,
  after: string | null,
  length = audienceLength,
): Promise<AudiencePage> {
  return database.read(async (tx) => {
    const to = await idFurtherOn(tx, accountId, after, length);
    return { contacts: await matches(tx, { accountId, from: after, to }, condition), next: to };
  });
}
