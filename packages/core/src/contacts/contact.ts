import type { NumberRule } from '../numbers/msisdn.js';

/** A person an account writes to. Times are milliseconds since the epoch. */
export interface Contact {
  id: string;
  accountId: string;
  /** E.164, unique in the account. */
  phone: string;
  /** The network that handed the number out, by its prefix; null where the prefix is not known. */
  network: string | null;
  firstName: string | null;
  lastName: string | null;
  email: string | null;
  notes: string | null;
  /** A BCP 47 language tag. */
  locale: string | null;
  tags: string[];
  attributes: Attributes;
  active: boolean;
  optedInAt: number | null;
  /** Since when the number is on the account's list of those who want no more messages, whoever put it there. */
  optedOutAt: number | null;
  createdAt: number;
  updatedAt: number;
}

/** What else is known of a contact: flat, so that segments and templates can use it. */
export type Attributes = Readonly<Record<string, AttributeValue>>;
export type AttributeValue = string | number | boolean;

/** What a contact is made of. What is absent is empty; a number alone is enough. */
export interface NewContact extends ContactDetails {
  /** E.164, or any form that is clear in the account's country. */
  phone: string;
}

/** What can be changed: `null` empties a field, an absent one stays. Tags and attributes are replaced as a whole. */
export interface ContactChanges extends ContactDetails {
  phone?: string | undefined;
}

export interface ContactDetails {
  firstName?: string | null | undefined;
  lastName?: string | null | undefined;
  email?: string | null | undefined;
  notes?: string | null | undefined;
  locale?: string | null | undefined;
  tags?: readonly string[] | null | undefined;
  attributes?: Attributes | null | undefined;
  /** Active unless said otherwise. */
  active?: boolean | undefined;
  /** How strictly the number is judged; `assigned` unless an API has promised less. */
  numbers?: NumberRule | undefined;
  optedInAt?: number | null | undefined;
  /** A time puts the number on the list of those who want no more messages, `null` takes it off. */
  optedOutAt?: number | null | undefined;
}

/**
 * What becomes of a contact that is there already: `skip` leaves it, `update` writes the fields that are given and adds
 * to its attributes, `overwrite` makes it anew and empties the rest. None of them takes back an opt-out.
 */
export type MergePolicy = (typeof mergePolicies)[number];

export const mergePolicies = ['skip', 'update', 'overwrite'] as const;

/** What became of many contacts; the rows that were refused by their place in what was given. */
export interface UpsertResult {
  created: number;
  updated: number;
  skipped: number;
  failed: { index: number; code: string; reason: string }[];
}

/** The most contacts that are written at once. */
export const maxContactsAtOnce = 10_000;

export interface PageRange {
  limit: number;
  offset: number;
}

/** A piece of an audience in the order of ids, and what asks for the next one; null when there is none. */
export interface AudiencePage {
  contacts: Contact[];
  next: string | null;
}

/** Everything a customer does with contacts. What belongs to another account is `not_found`. */
export interface Contacts {
  /** @throws SmsError `conflict` when the number is a contact already, `number_invalid`, `invalid_request` */
  create(accountId: string, contact: NewContact): Promise<Contact>;
  get(accountId: string, contactId: string): Promise<Contact>;
  /** The contact with a number in any form; undefined when there is none. */
  findByPhone(accountId: string, phone: string): Promise<Contact | undefined>;
  /**
   * Newest first. `search` looks for a part of the name, number or email, whatever the case and accents; `segmentId`
   * lists those in a segment, `rule` those a segment of that rule would have.
   */
  list(
    accountId: string,
    filter: { search?: string | undefined; segmentId?: string | undefined; rule?: object | undefined },
    page: PageRange,
  ): Promise<{ contacts: Contact[]; total: number }>;
  update(accountId: string, contactId: string, changes: ContactChanges): Promise<Contact>;
  /** Writes up to {@link maxContactsAtOnce} contacts at once; a row that is refused stops no other. */
  upsertMany(accountId: string, contacts: readonly NewContact[], policy: MergePolicy): Promise<UpsertResult>;
  /** Takes the contact out; messages and events keep its number. */
  delete(accountId: string, contactId: string): Promise<void>;
  /**
   * Takes the contact out, and the person out of what is kept of their messages: see docs/decisions/006-erasure.md.
   *
   * @throws SmsError `conflict` while a message to the number is being handed to an operator
   */
  erase(accountId: string, contactId: string): Promise<void>;
  /** All contacts, oldest first, in pages; for exports. */
  pages(accountId: string): AsyncIterable<Contact[]>;
}
