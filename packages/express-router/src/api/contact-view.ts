import type { Contact } from '@ujumbe/core';
import { optionalTimeView, timeView } from './fields.js';

/** A contact as the API shows it; the contract's fields first. Source: contracts/mobilesasa.md §3. */
export const contactView = (contact: Contact): object => ({
  uuid: contact.id,
  phone: contact.phone,
  first_name: contact.firstName,
  last_name: contact.lastName,
  email: contact.email,
  notes: contact.notes,
  created_at: timeView(contact.createdAt),
  updated_at: timeView(contact.updatedAt),
  network: contact.network,
  locale: contact.locale,
  tags: contact.tags,
  attributes: contact.attributes,
  active: contact.active,
  opted_in_at: optionalTimeView(contact.optedInAt),
  opted_out_at: optionalTimeView(contact.optedOutAt),
});
