import { SmsError } from '../errors.js';
import { networkOf } from '../numbers/network.js';
import { parseMsisdn, type Msisdn } from '../numbers/msisdn.js';
import {
  CommitConflict,
  type Clock,
  type Database,
  type Ids,
  type RunStatements,
  type Statement,
  type Transaction,
} from '../runtime.js';
import { suppressAll } from '../suppression/suppression.store.js';
import { maxContactsAtOnce, type Contact, type MergePolicy, type NewContact, type UpsertResult } from './contact.js';
import { emptyDetails, readAttributes, readDetails, readTags, readTime, type Details } from './contact-fields.js';
import {
  contactsToChange,
  insertContacts,
  keepContacts,
  phoneFree,
  rewriteContacts,
  type StoredContact,
} from './contact.store.js';

export interface UpsertDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  runStatements: RunStatements;
  /** The account's country. @throws SmsError `not_found` */
  countryOf: (accountId: string) => Promise<string>;
}

/** A row that can be stored. */
export interface ReadContact {
  index: number;
  phone: Msisdn;
  details: Partial<Details>;
  optedOutAt: number | null;
  /** Beside those the contact has. */
  addedTags?: readonly string[] | undefined;
}

const attempts = 5;

/** How many are written in a transaction. SQLite has one writer, and a message may be waiting for it. */
const sliceLength = 1_000;

/** Writes many contacts at once by a policy for those that are there already. A row that is refused stops no other. */
export async function upsertContacts(
  deps: UpsertDeps,
  accountId: string,
  contacts: readonly NewContact[],
  policy: MergePolicy,
): Promise<UpsertResult> {
  const { rows, failed } = await readContacts(deps, accountId, contacts);
  const result: UpsertResult = { created: 0, updated: 0, skipped: 0, failed };
  for (let from = 0; from < rows.length; from += sliceLength) {
    const plan = await writeAgain(() => writeSlice(deps, accountId, rows.slice(from, from + sliceLength), policy));
    result.created += plan.created;
    result.updated += plan.updated;
    result.skipped += plan.skipped;
    failed.push(...plan.failed);
  }
  failed.sort((a, b) => a.index - b.index);
  return result;
}

function writeSlice(
  deps: UpsertDeps,
  accountId: string,
  rows: readonly ReadContact[],
  policy: MergePolicy,
): Promise<Outcome> {
  return deps.database.write((tx) => writeRows(deps, tx, accountId, rows, { policy }));
}

/**
 * Writes rows by a policy for those that are there already, in a transaction of the caller's.
 *
 * @param how.beside what else is to be written, when it is known what becomes of the rows
 */
export async function writeRows(
  deps: UpsertDeps,
  tx: Transaction,
  accountId: string,
  rows: readonly ReadContact[],
  { policy, beside }: { policy: MergePolicy; beside?: (outcome: Outcome) => Statement[] },
): Promise<Outcome> {
  const { database, runStatements } = deps;
  const existing = rows.length === 0 ? [] : await contactsToChange(tx, accountId, distinctPhones(rows));
  const plan = planOf(deps, accountId, { existing, rows, policy });
  const outcome = outcomeOf(plan);
  await runStatements(tx, [
    ...(beside?.(outcome) ?? []),
    ...insertContacts(database.kind, plan.created),
    ...rewriteContacts(database.kind, plan.changed),
    ...optOuts(deps, accountId, policy === 'skip' ? plan.taken : rows),
  ]);
  return outcome;
}

/**
 * What rows make of the contacts if none of their numbers is one yet, and the statements for that: undone, under the
 * name `phoneFree`, when one is.
 */
export function planNewRows(
  deps: UpsertDeps,
  accountId: string,
  rows: readonly ReadContact[],
  policy: MergePolicy,
): { outcome: Outcome; statements: Statement[] } {
  const plan = planOf(deps, accountId, { existing: [], rows, policy });
  const taken = policy === 'skip' ? plan.taken : rows;
  return {
    outcome: outcomeOf(plan),
    statements: [...insertContacts(deps.database.kind, plan.created), ...optOuts(deps, accountId, taken)],
  };
}

/** The ids of the contacts with the numbers, in a transaction of the caller's; those that are missing are made. */
export async function contactsFor(
  deps: UpsertDeps,
  tx: Transaction,
  accountId: string,
  phones: readonly Msisdn[],
): Promise<string[]> {
  const existing = await contactsToChange(tx, accountId, phones);
  const known = new Set<string>(existing.map(({ phone }) => phone));
  const made = { accountId, nowMs: deps.clock.now() };
  const missing = phones
    .filter((phone) => !known.has(phone))
    .map((phone) => newContact(deps.ids, made, { phone, details: {} }));
  await deps.runStatements(tx, insertContacts(deps.database.kind, missing));
  return keepContacts(tx, accountId, phones);
}

/** Tries again what was undone because somebody else made one of the contacts at the same moment. */
export async function writeAgain<T>(write: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof CommitConflict) || error.on !== phoneFree || attempt === attempts) throw error;
    }
  }
}

export function newContact(
  ids: Ids,
  { accountId, nowMs }: { accountId: string; nowMs: number },
  { phone, details, addedTags }: Pick<ReadContact, 'phone' | 'details' | 'addedTags'>,
): StoredContact {
  // Field by field: spread together, an import's objects cost more than storing them.
  return {
    id: ids.next(),
    accountId,
    phone,
    network: networkOf(phone).network,
    firstName: details.firstName ?? null,
    lastName: details.lastName ?? null,
    email: details.email ?? null,
    notes: details.notes ?? null,
    locale: details.locale ?? null,
    tags: withTags(details.tags ?? [], addedTags),
    attributes: details.attributes ?? {},
    active: details.active ?? true,
    optedInAt: details.optedInAt ?? null,
    createdAt: nowMs,
    updatedAt: nowMs,
  };
}

async function readContacts(
  { countryOf }: UpsertDeps,
  accountId: string,
  contacts: readonly NewContact[],
): Promise<{ rows: ReadContact[]; failed: UpsertResult['failed'] }> {
  if (contacts.length > maxContactsAtOnce) {
    throw new SmsError('invalid_request', `at most ${maxContactsAtOnce} contacts are written at once`);
  }
  const country = await countryOf(accountId);
  const rows: ReadContact[] = [];
  const failed: UpsertResult['failed'] = [];
  contacts.forEach((contact, index) => {
    try {
      rows.push(readContact(index, parseMsisdn(contact.phone, country), contact));
    } catch (error) {
      failed.push(refusal(index, error));
    }
  });
  return { rows, failed };
}

/** @throws SmsError `invalid_request` */
export function readContact(index: number, phone: Msisdn, contact: NewContact): ReadContact {
  return {
    index,
    phone,
    details: readDetails(contact),
    optedOutAt: readTime('opted_out_at', contact.optedOutAt ?? null),
  };
}

/** The numbers in E.164; those that are none are told of in `failed`. */
export function readPhones(written: readonly string[], country: string, failed: UpsertResult['failed']): Msisdn[] {
  return written.flatMap((phone, index) => {
    try {
      return [parseMsisdn(phone, country)];
    } catch (error) {
      failed.push(refusal(index, error));
      return [];
    }
  });
}

function refusal(index: number, error: unknown): UpsertResult['failed'][number] {
  if (!(error instanceof SmsError)) throw error;
  return { index, code: error.code, reason: error.message };
}

const distinctPhones = (rows: readonly ReadContact[]): string[] => [...new Set<string>(rows.map(({ phone }) => phone))];

/** What became of rows. */
export interface Outcome extends UpsertResult {
  /** The ids of all contacts the rows are about, refused ones left out. */
  contactIds: Set<string>;
}

/** What rows make of the contacts. */
interface Plan extends Omit<Outcome, 'created'> {
  created: StoredContact[];
  changed: StoredContact[];
  /** The rows that became new contacts. */
  taken: ReadContact[];
}

/** Without the contacts: an import's next batch is made ready while they are written, and memory need not hold both. */
const outcomeOf = ({ created, updated, skipped, failed, contactIds }: Plan): Outcome => ({
  created: created.length,
  updated,
  skipped,
  failed,
  contactIds,
});

/** What each row makes of the contacts that are there and of those the rows before it have made. */
function planOf(
  deps: Pick<UpsertDeps, 'clock' | 'ids'>,
  accountId: string,
  { existing, rows, policy }: { existing: readonly Contact[]; rows: readonly ReadContact[]; policy: MergePolicy },
): Plan {
  const nowMs = deps.clock.now();
  const made = { accountId, nowMs };
  const plan: Plan = {
    created: [],
    changed: [],
    taken: [],
    contactIds: new Set(),
    updated: 0,
    skipped: 0,
    failed: [],
  };
  const created = new Map<string, StoredContact>();
  const changed = new Map<string, StoredContact>();
  const before = new Map<string, StoredContact>(existing.map((contact) => [contact.phone, contact]));
  for (const row of rows) {
    const home = created.has(row.phone) ? created : changed;
    const present = home.get(row.phone) ?? before.get(row.phone);
    try {
      if (!present) {
        const contact = newContact(deps.ids, made, row);
        created.set(row.phone, contact);
        plan.contactIds.add(contact.id);
        plan.taken.push(row);
      } else if (policy === 'skip') {
        plan.contactIds.add(present.id);
        plan.skipped++;
      } else {
        home.set(row.phone, { ...merged(present, row, policy), updatedAt: nowMs });
        plan.contactIds.add(present.id);
        plan.updated++;
      }
    } catch (error) {
      plan.failed.push(refusal(row.index, error));
    }
  }
  return { ...plan, created: [...created.values()], changed: [...changed.values()] };
}

/** @throws SmsError `invalid_request` when the attributes of both are too many for one contact */
function merged(present: StoredContact, { details, addedTags }: ReadContact, policy: MergePolicy): StoredContact {
  const tags = (before: readonly string[]): Pick<StoredContact, 'tags'> => ({
    tags: withTags(details.tags ?? before, addedTags),
  });
  if (policy === 'overwrite') return { ...present, ...emptyDetails, ...details, ...tags([]) };
  const after = { ...present, ...details, ...tags(present.tags) };
  if (!details.attributes) return after;
  return { ...after, attributes: readAttributes({ ...present.attributes, ...details.attributes }) };
}

/** @throws SmsError `invalid_request` when they are too many for one contact */
function withTags(tags: readonly string[], added: readonly string[] = []): string[] {
  return added.length === 0 ? [...tags] : readTags([...tags, ...added]);
}

const optOuts = ({ database }: UpsertDeps, accountId: string, rows: readonly ReadContact[]) =>
  suppressAll(
    database.kind,
    rows.flatMap(({ phone, optedOutAt }) =>
      optedOutAt === null ? [] : [{ accountId, phone, reason: 'asked for', at: optedOutAt }],
    ),
  );
