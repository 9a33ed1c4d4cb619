import type { Database } from '../../runtime.js';
import { columnTypes } from '../column-types.js';

/** The tables of people: contacts, groups of them, and segments of them by rule. */
export function contactTables(kind: Database['kind']): string[] {
  const { uuid, text, integer, bigint, json, strict, clustered } = columnTypes(kind);
  // Names that differ in their case alone are one name; the key is written by folded-text.ts, because databases disagree on case.
  const named = (table: string): string => `CONSTRAINT ${table}_name UNIQUE (account_id, name_key)`;

  return [
    `CREATE TABLE sms_contacts (
      account_id ${uuid} NOT NULL,
      id ${uuid} NOT NULL,
      phone ${text} NOT NULL,
      network ${text},
      first_name ${text},
      last_name ${text},
      email ${text},
      notes ${text},
      locale ${text},
      tags ${text} NOT NULL,
      attributes ${json} NOT NULL,
      active ${integer} NOT NULL CHECK (active IN (0, 1)),
      opted_in_at ${bigint},
      created_at ${bigint} NOT NULL,
      updated_at ${bigint} NOT NULL,
      search_text ${text} NOT NULL,
      PRIMARY KEY (account_id, id),
      CONSTRAINT sms_contacts_phone UNIQUE (account_id, phone)
    )${strict}`,

    `CREATE TABLE sms_groups (
      account_id ${uuid} NOT NULL,
      id ${uuid} NOT NULL,
      name ${text} NOT NULL,
      name_key ${text} NOT NULL,
      description ${text},
      contact_count ${bigint} NOT NULL DEFAULT 0 CHECK (contact_count >= 0),
      created_at ${bigint} NOT NULL,
      updated_at ${bigint} NOT NULL,
      PRIMARY KEY (account_id, id),
      ${named('sms_groups')}
    )${strict}`,

    `CREATE TABLE sms_group_members (
      group_id ${uuid} NOT NULL,
      contact_id ${uuid} NOT NULL,
      added_at ${bigint} NOT NULL,
      PRIMARY KEY (group_id, contact_id)
    )${clustered}`,
    // For the groups of one contact, when it is deleted.
    `CREATE INDEX sms_group_members_contact ON sms_group_members (contact_id)`,

    `CREATE TABLE sms_contact_segments (
      account_id ${uuid} NOT NULL,
      id ${uuid} NOT NULL,
      name ${text} NOT NULL,
      name_key ${text} NOT NULL,
      description ${text},
      rule ${text} NOT NULL,
      created_at ${bigint} NOT NULL,
      updated_at ${bigint} NOT NULL,
      PRIMARY KEY (account_id, id),
      ${named('sms_contact_segments')}
    )${strict}`,

    // When a contact last replied.
    `CREATE INDEX sms_inbound_sender ON sms_inbound (account_id, sender, received_at)`,
  ];
}
