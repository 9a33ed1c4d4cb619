import { contactsByPhone } from '../contacts/contact.store.js';
import type { AudiencePage, Contact } from '../contacts/contact.js';
import type { Groups } from '../contacts/group.js';
import type { Segments } from '../contacts/segment.js';
import type { Database } from '../runtime.js';
import { suppressedAmong } from '../suppression/suppression.store.js';
import type { Audience } from './campaign.js';
import { DistinctNumbers } from './distinct-numbers.js';

/** Somebody a campaign is for; without a contact all that is known is the number. */
export interface Recipient {
  phone: string;
  contact: Contact | null;
}

/** A piece of an audience, and how many of it are left out, by the reason. */
export interface AudiencePiece {
  recipients: Recipient[];
  leftOut: { opted_out: number; inactive: number };
}

export interface AudienceDeps {
  database: Database;
  groups: Pick<Groups, 'audience'>;
  segments: Pick<Segments, 'audience'>;
}

const numbersAtOnce = 1_000;

/**
 * Everybody in an audience, each number once, piece by piece in short reads. What is kept in memory meanwhile is eight
 * bytes a number.
 *
 * @param at what a segment's days until now are counted from, so that all pieces are of one time
 * @throws SmsError `not_found` when a group or segment is not there any more
 */
export async function* walkAudience(
  deps: AudienceDeps,
  accountId: string,
  { groupIds, segmentIds, numbers }: Audience,
  at: number,
): AsyncGenerator<AudiencePiece> {
  const seen = new DistinctNumbers();
  const pieceOf = (contacts: readonly Contact[]): AudiencePiece => choose(contacts.map(recipientOf), seen, new Set());
  for (const groupId of groupIds) {
    for await (const contacts of pages((after) => deps.groups.audience(accountId, groupId, after))) {
      yield pieceOf(contacts);
    }
  }
  for (const segmentId of segmentIds) {
    for await (const contacts of pages((after) => deps.segments.audience(accountId, { segmentId }, { after, at }))) {
      yield pieceOf(contacts);
    }
  }
  for (let from = 0; from < numbers.length; from += numbersAtOnce) {
    const phones = numbers.slice(from, from + numbersAtOnce);
    const [contacts, optedOut] = await deps.database.read(async (tx) => [
      new Map((await contactsByPhone(tx, accountId, phones)).map((contact) => [contact.phone, contact])),
      await suppressedAmong(tx, accountId, phones),
    ]);
    const recipients = phones.map((phone) => ({ phone, contact: contacts.get(phone) ?? null }));
    yield choose(recipients, seen, optedOut);
  }
}

const recipientOf = (contact: Contact): Recipient => ({ phone: contact.phone, contact });

async function* pages(read: (after: string | null) => Promise<AudiencePage>): AsyncGenerator<Contact[]> {
  let after: string | null = null;
  do {
    const page: AudiencePage = await read(after);
    yield page.contacts;
    after = page.next;
  } while (after !== null);
}

/** Those who are not in the audience yet and may be written to. */
function choose(all: readonly Recipient[], seen: DistinctNumbers, optedOut: ReadonlySet<string>): AudiencePiece {
  const piece: AudiencePiece = { recipients: [], leftOut: { opted_out: 0, inactive: 0 } };
  for (const recipient of all) {
    const { phone, contact } = recipient;
    if (!seen.add(phone)) continue;
    if ((contact && contact.optedOutAt !== null) || optedOut.has(phone)) piece.leftOut.opted_out++;
    else if (contact?.active === false) piece.leftOut.inactive++;
    else piece.recipients.push(recipient);
  }
  return piece;
}
