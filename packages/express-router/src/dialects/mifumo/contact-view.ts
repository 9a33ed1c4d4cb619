import type { Contact, ContactSegment } from '@ujumbe/core';
import { timeView } from './fields.js';

/** The vendor has one name where the platform has two. */
export const nameOf = ({ firstName, lastName }: Pick<Contact, 'firstName' | 'lastName'>): string =>
  [firstName, lastName].filter((part) => part !== null).join(' ');

/** The first word is the first name, the rest the last. */
export function namesOf(name: string): { firstName: string; lastName: string | null } {
  const [firstName = '', ...rest] = name.trim().split(/\s+/);
  return { firstName, lastName: rest.length === 0 ? null : rest.join(' ') };
}

/** A contact in a list; source: contracts/mifumo.md §4. */
export const listedContactView = (contact: Contact): object => ({
  id: contact.id,
  contact_id: contact.id,
  name: nameOf(contact),
  phone_number: contact.phone,
  email: contact.email,
  tags: contact.tags,
  is_active: contact.active,
});

export const createdContactView = (contact: Contact): object => ({
  ...listedContactView(contact),
  created_at: timeView(contact.createdAt),
});

export const contactView = (contact: Contact): object => ({
  ...createdContactView(contact),
  updated_at: timeView(contact.updatedAt),
});

/** Whom a segment without criteria is of. */
export const everybody = { any: [{ active: true }, { active: false }] };

const isEverybody = (rule: object): boolean => JSON.stringify(rule) === JSON.stringify(everybody);

export const segmentView = (segment: ContactSegment): object => ({
  id: segment.id,
  segment_id: segment.id,
  name: segment.name,
  description: segment.description,
  criteria: isEverybody(segment.rule) ? {} : segment.rule,
  created_at: timeView(segment.createdAt),
});
