import type { Sms } from '@ujumbe/core';

/** What a campaign sends: a name of its own for each, in one segment. */
export const template = 'Habari {{first_name|default:"rafiki"}}, punguzo la asilimia 20 leo tu.';

const atOnce = 1_000;

/** As many contacts as a campaign needs recipients. */
export async function fillContacts(sms: Sms, accountId: string, count: number): Promise<void> {
  for (let first = 0; first < count; first += atOnce) {
    const contacts = Array.from({ length: Math.min(atOnce, count - first) }, (_, row) => ({
      // Scattered, as numbers of real people are.
      phone: `+25571${String(((first + row) * 7_919_993) % 9_999_991).padStart(7, '0')}`,
      firstName: `Asha${(first + row) % 1_000}`,
    }));
    await sms.contacts.upsertMany(accountId, contacts, 'skip');
  }
}
