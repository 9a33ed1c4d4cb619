import type { AudiencePage, Contact, PageRange, UpsertResult } from './contact.js';

/** Contacts an account put together by hand. */
export interface Group {
  id: string;
  accountId: string;
  /** Unique in the account, whatever its case. */
  name: string;
  description: string | null;
  contactCount: number;
  createdAt: number;
  updatedAt: number;
}

export interface NewGroup {
  name: string;
  description?: string | null | undefined;
}

/** `null` empties the description; what is absent stays. */
export interface GroupChanges {
  name?: string | undefined;
  description?: string | null | undefined;
}

/** What became of numbers that were added to a group. */
export interface AddedMembers {
  added: number;
  /** Those that were in the group already. */
  present: number;
  failed: UpsertResult['failed'];
}

export const mostGroups = 1_000;
/** The most numbers that are added to a group at once. */
export const maxMembersAtOnce = 10_000;

/** Everything a customer does with groups. What belongs to another account is `not_found`. */
export interface Groups {
  /** @throws SmsError `conflict` when the name is taken or the account has {@link mostGroups} groups */
  create(accountId: string, group: NewGroup): Promise<Group>;
  get(accountId: string, groupId: string): Promise<Group>;
  /** In the order of their names. */
  list(accountId: string, page: PageRange): Promise<{ groups: Group[]; total: number }>;
  update(accountId: string, groupId: string, changes: GroupChanges): Promise<Group>;
  /** Takes the group out; its contacts stay. */
  delete(accountId: string, groupId: string): Promise<void>;
  /** The contacts in a group, newest first. */
  members(accountId: string, groupId: string, page: PageRange): Promise<{ contacts: Contact[]; total: number }>;
  /**
   * Adds the contact with a number, and makes it when there is none.
   *
   * @throws SmsError `conflict` when it is in the group already, `number_invalid`
   */
  add(accountId: string, groupId: string, phone: string): Promise<Contact>;
  /** Adds up to {@link maxMembersAtOnce} numbers at once; one that is refused stops no other. */
  addMany(accountId: string, groupId: string, phones: readonly string[]): Promise<AddedMembers>;
  /** @throws SmsError `not_found` when no contact of the group has the number */
  remove(accountId: string, groupId: string, phone: string): Promise<void>;
  /** The contacts in a group in the order of ids, after an id; for sending to them. */
  audience(accountId: string, groupId: string, after?: string | null): Promise<AudiencePage>;
}
