import { SmsError } from '../errors.js';
import { isUuid } from '../ids.js';
import { parseMsisdn, type Msisdn } from '../numbers/msisdn.js';
import type { Transaction } from '../runtime.js';
import type { UpsertResult } from './contact.js';
import { findContact } from './contact.store.js';
import { maxMembersAtOnce, mostGroups, type Group, type Groups } from './group.js';
import { changeGroup, countGroups, deleteGroup, findGroup, insertGroup, listGroups } from './group.store.js';
import { addMembers, listMembers, membersAfter, removeMember, removeMembers } from './member.store.js';
import { readDescription, readName, readNamed, withFreeName } from './named.js';
import { contactsFor, readPhones, writeAgain, type UpsertDeps } from './upsert-contacts.js';

const audienceLength = 1_000;
const removedAtOnce = 10_000;

/** Everything a customer does with groups. */
export function manageGroups(deps: UpsertDeps): Groups {
  const { database, clock, ids, runStatements, countryOf } = deps;

  async function find(tx: Transaction, accountId: string, id: string, locked = false): Promise<Group> {
    const group = isUuid(id) && isUuid(accountId) ? await findGroup(tx, accountId, id, { locked }) : undefined;
    if (!group) throw new SmsError('not_found', 'group not found');
    return group;
  }

  const get = (accountId: string, groupId: string): Promise<Group> =>
    database.read((tx) => find(tx, accountId, groupId));

  async function addPhones(accountId: string, groupId: string, phones: readonly Msisdn[]): Promise<number> {
    return writeAgain(() =>
      database.write(async (tx) => {
        const group = await find(tx, accountId, groupId, true);
        return addMembers(tx, group, await contactsFor(deps, tx, accountId, phones), clock.now());
      }),
    );
  }

  return {
    async create(accountId, { name, description }) {
      await countryOf(accountId);
      const nowMs = clock.now();
      const group: Group = {
        id: ids.next(),
        accountId,
        name: readName(name),
        description: readDescription(description),
        contactCount: 0,
        createdAt: nowMs,
        updatedAt: nowMs,
      };
      if ((await database.read((tx) => countGroups(tx, accountId))) >= mostGroups) {
        throw new SmsError('conflict', `an account has at most ${mostGroups} groups; delete one first`);
      }
      await withFreeName('group', () => database.commit([insertGroup(group)]));
      return group;
    },

    get,

    async list(accountId, page) {
      await countryOf(accountId);
      return database.read((tx) => listGroups(tx, accountId, page));
    },

    async update(accountId, groupId, changes) {
      const read = readNamed(changes);
      return withFreeName('group', () =>
        database.write(async (tx) => {
          await runStatements(tx, [changeGroup(await find(tx, accountId, groupId), read, clock.now())]);
          return find(tx, accountId, groupId);
        }),
      );
    },

    async delete(accountId, groupId) {
      const group = await get(accountId, groupId);
      // A piece at a time: a million at once would keep every other writer of a SQLite file waiting.
      for (let left = removedAtOnce; left === removedAtOnce;) {
        left = await database.write(async (tx) => {
          await findGroup(tx, accountId, groupId, { locked: true });
          const removed = await removeMembers(tx, group, removedAtOnce);
          if (removed < removedAtOnce) await runStatements(tx, [deleteGroup(accountId, groupId)]);
          return removed;
        });
      }
    },

    members: (accountId, groupId, page) =>
      database.read(async (tx) => {
        const group = await find(tx, accountId, groupId);
        return { contacts: await listMembers(tx, group, page), total: group.contactCount };
      }),

    async add(accountId, groupId, written) {
      await get(accountId, groupId);
      const phone = parseMsisdn(written, await countryOf(accountId));
      if ((await addPhones(accountId, groupId, [phone])) === 0) {
        throw new SmsError('conflict', 'this number is in the group already');
      }
      const contact = await database.read((tx) => findContact(tx, accountId, { phone }));
      if (!contact) throw new SmsError('not_found', 'contact not found');
      return contact;
    },

    async addMany(accountId, groupId, written) {
      if (written.length > maxMembersAtOnce) {
        throw new SmsError('invalid_request', `at most ${maxMembersAtOnce} numbers are added at once`);
      }
      await get(accountId, groupId);
      const failed: UpsertResult['failed'] = [];
      const phones = readPhones(written, await countryOf(accountId), failed);
      const added = await addPhones(accountId, groupId, [...new Set(phones)]);
      return { added, present: phones.length - added, failed };
    },

    async remove(accountId, groupId, written) {
      await get(accountId, groupId);
      const [phone] = readPhones([written], await countryOf(accountId), []);
      const removed =
        phone !== undefined &&
        (await database.write(async (tx) => removeMember(tx, await find(tx, accountId, groupId, true), phone)));
      if (!removed) throw new SmsError('not_found', 'no contact of this group has this number');
    },

    audience: (accountId, groupId, after = null) =>
      database.read(async (tx) => {
        const group = await find(tx, accountId, groupId);
        const contacts = await membersAfter(tx, group, after, audienceLength);
        return { contacts, next: contacts.length < audienceLength ? null : (contacts.at(-1)?.id ?? null) };
      }),
  };
}
