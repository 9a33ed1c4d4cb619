import type { Database } from '../../runtime.js';
import { columnTypes } from '../column-types.js';

/** Watches: webhooks that are told once, when the messages they name are settled or their time is over. */
export function watchTables(kind: Database['kind']): string[] {
  const { uuid, integer, bigint, clustered } = columnTypes(kind);
  return [
    // A subscription has no end.
    `ALTER TABLE sms_webhooks ADD COLUMN ends_at ${bigint}`,
    `CREATE INDEX sms_webhooks_watches ON sms_webhooks (account_id, ends_at) WHERE ends_at IS NOT NULL`,

    `CREATE TABLE sms_watched (
      watch_id ${uuid} NOT NULL,
      place ${integer} NOT NULL,
      message_id ${uuid} NOT NULL,
      settled ${integer} NOT NULL CHECK (settled IN (0, 1)),
      PRIMARY KEY (watch_id, place)
    )${clustered}`,
    `CREATE INDEX sms_watched_message ON sms_watched (message_id) WHERE settled = 0`,
  ];
}
