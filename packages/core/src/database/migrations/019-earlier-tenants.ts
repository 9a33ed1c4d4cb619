import type { Knex } from 'knex';
import { foldedText } from '../../text/folded-text.js';

interface Tenant {
  id: string;
  parent_id: string;
  name: string;
}

/** What migration 016 left undone for tenants that were there before it. */
export async function mendEarlierTenants(knex: Knex): Promise<void> {
  // A partner that was suspended had not taken its tenants with it.
  await knex.raw(`UPDATE sms_accounts SET state = 'suspended', version = version + 1
    WHERE state = 'active' AND parent_id IN (SELECT id FROM sms_accounts WHERE state = 'suspended')`);

  // Names were neither compared nor searched. Of several that are one name the oldest tenant has it; the others keep
  // what they are called, and are found by it no more than before.
  const tenants = await knex('sms_accounts')
    .whereNull('name_key')
    .whereNotNull('parent_id')
    .orderBy('id')
    .select<Tenant[]>('id', 'parent_id', 'name');
  const taken = await knex('sms_accounts')
    .whereNotNull('name_key')
    .whereNotNull('parent_id')
    .select<{ parent_id: string; name_key: string }[]>('parent_id', 'name_key');
  const names = new Set(taken.map(({ parent_id: partner, name_key: key }) => `${partner} ${key}`));
  for (const { id, parent_id: partner, name } of tenants) {
    const key = foldedText(name);
    const isFirst = !names.has(`${partner} ${key}`);
    names.add(`${partner} ${key}`);
    await knex('sms_accounts')
      .where({ id })
      .update({ search_text: key, ...(isFirst && { name_key: key }) });
  }
}
