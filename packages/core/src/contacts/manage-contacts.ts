import { SmsError } from '../errors.js';
import { isUuid } from '../ids.js';
import { networkOf } from '../numbers/network.js';
import { parseMsisdn, parseMsisdnBy } from '../numbers/msisdn.js';
import { CommitConflict, type Transaction } from '../runtime.js';
import { suppress, unsuppress } from '../suppression/suppression.store.js';
import type { Contact, Contacts } from './contact.js';
import { readDetails, readTime } from './contact-fields.js';
import { countOpenImports } from './contact-import.store.js';
import {
  deleteContact,
  findContact,
  insertContacts,
  listContacts,
  phoneFree,
  rewriteContacts,
  type StoredContact,
} from './contact.store.js';
import { eraseContact, type EraseDeps } from './erase-contact.js';
import { contactSearched, searchCondition } from './search-contacts.js';
import { segmentCondition } from './manage-segments.js';
import { newContact, upsertContacts, type UpsertDeps } from './upsert-contacts.js';
import { audiencePage, walkContacts } from './walk-contacts.js';
import type { Condition } from './walk.store.js';

export interface ContactDeps extends UpsertDeps, EraseDeps {}

const both = (a: Condition, b: Condition): Condition => ({
  sql: `${a.sql} AND ${b.sql}`,
  bindings: [...a.bindings, ...b.bindings],
});
const everybody = { sql: '1 = 1', bindings: [] };
const taken = (): SmsError => new SmsError('conflict', 'this number is a contact already; update that one');

/** Everything a customer does with contacts. */
export function manageContacts(deps: ContactDeps): Contacts {
  const { database, clock, ids, runStatements, countryOf } = deps;
  const { kind } = database;

  async function find(tx: Transaction, accountId: string, id: string, locked = false): Promise<Contact> {
    const contact = isUuid(id) ? await findContact(tx, accountId, { id }, { locked }) : undefined;
    if (!contact) throw new SmsError('not_found', 'contact not found');
    return contact;
  }

  /** Puts a number on the list of those who want no more messages, or takes it off; undefined leaves it. */
  async function setOptOut(
    tx: Transaction,
    { accountId, phone }: StoredContact,
    at: number | null | undefined,
  ): Promise<void> {
    const time = readTime('opted_out_at', at ?? null);
    if (time !== null) await suppress(tx, { accountId, phone, reason: 'asked for', at: time });
    else if (at === null) await unsuppress(tx, accountId, phone);
  }

  return {
    async create(accountId, given) {
      const phone = parseMsisdnBy(given.numbers, given.phone, await countryOf(accountId));
      const contact = newContact(ids, { accountId, nowMs: clock.now() }, { phone, details: readDetails(given) });
      try {
        return await database.write(async (tx) => {
          await runStatements(tx, insertContacts(kind, [contact]));
          // A new contact whose number has opted out before stays so, unless its owner says otherwise.
          await setOptOut(tx, contact, given.optedOutAt);
          return find(tx, accountId, contact.id);
        });
      } catch (error) {
        throw error instanceof CommitConflict && error.on === phoneFree ? taken() : error;
      }
    },

    get: (accountId, contactId) => database.read((tx) => find(tx, accountId, contactId)),

    async findByPhone(accountId, written) {
      const phone = parseMsisdn(written, await countryOf(accountId));
      return database.read((tx) => findContact(tx, accountId, { phone }));
    },

    async list(accountId, { search = '', segmentId, rule }, page) {
      await countryOf(accountId);
      const searched = searchCondition(kind, search);
      const of = rule === undefined ? segmentId !== undefined && { segmentId } : { rule };
      if (of) {
        const inSegment = await segmentCondition(deps, accountId, of);
        return walkContacts(database, accountId, searched ? both(searched, inSegment) : inSegment, page);
      }
      if (searched === undefined) return database.read((tx) => listContacts(tx, accountId, page));
      const contact = await contactSearched(deps, accountId, search);
      if (contact) return { contacts: page.offset === 0 ? [contact] : [], total: 1 };
      return walkContacts(database, accountId, searched, page);
    },

    async update(accountId, contactId, changes) {
      const country = await countryOf(accountId);
      const phone = changes.phone === undefined ? undefined : parseMsisdnBy(changes.numbers, changes.phone, country);
      const details = readDetails(changes);
      const moved = phone === undefined ? {} : { phone, network: networkOf(phone).network };
      try {
        return await database.write(async (tx) => {
          const before = await find(tx, accountId, contactId, true);
          const after: StoredContact = { ...before, ...details, ...moved, updatedAt: clock.now() };
          await runStatements(tx, rewriteContacts(kind, [after]));
          await setOptOut(tx, after, changes.optedOutAt);
          return find(tx, accountId, contactId);
        });
      } catch (error) {
        // Beside the key, which does not change, the number alone must be one contact's own.
        throw error instanceof CommitConflict ? taken() : error;
      }
    },

    upsertMany: (accountId, contacts, policy) => upsertContacts(deps, accountId, contacts, policy),

    async delete(accountId, contactId) {
      await database.write(async (tx) => {
        await find(tx, accountId, contactId);
        await deleteContact(tx, accountId, contactId);
      });
    },

    async erase(accountId, contactId) {
      const [{ phone }, openImports] = await database.read(async (tx) => [
        await find(tx, accountId, contactId),
        await countOpenImports(tx, accountId),
      ]);
      // Their files may have the person too, who would be a contact again in a moment.
      if (openImports > 0)
        throw new SmsError('conflict', 'an import is not over yet; wait for it or cancel it, and ask again');
      await eraseContact(deps, { accountId, contactId, phone });
    },

    async *pages(accountId) {
      await countryOf(accountId);
      for (let after: string | null = null; ;) {
        const { contacts, next } = await audiencePage(database, accountId, everybody, after);
        if (contacts.length > 0) yield contacts;
        if (next === null) return;
        after = next;
      }
    },
  };
}
