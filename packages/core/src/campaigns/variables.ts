import type { Recipient } from './walk-audience.js';

/** The value of a template's variable for somebody: a field of the contact, else an attribute. */
export function variableOf({ phone, contact }: Recipient, name: string): string | undefined {
  switch (name) {
    case 'phone':
      return phone;
    case 'first_name':
      return contact?.firstName ?? undefined;
    case 'last_name':
      return contact?.lastName ?? undefined;
    case 'name':
      return [contact?.firstName, contact?.lastName].filter(Boolean).join(' ');
    case 'email':
      return contact?.email ?? undefined;
    case 'locale':
      return contact?.locale ?? undefined;
    default: {
      const attributes = contact?.attributes ?? {};
      return Object.hasOwn(attributes, name) ? String(attributes[name]) : undefined;
    }
  }
}
