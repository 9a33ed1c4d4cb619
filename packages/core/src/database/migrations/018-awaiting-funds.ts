import type { Database } from '../../runtime.js';
import { columnTypes } from '../column-types.js';

/** What a campaign that waits for credit waits for: the payment, how much must be available, and its list. */
export function awaitingFundsColumns(kind: Database['kind']): string[] {
  const { uuid, bigint } = columnTypes(kind);
  return [
    `ALTER TABLE sms_campaigns ADD COLUMN payment_id ${uuid}`,
    `ALTER TABLE sms_campaigns ADD COLUMN awaited_credits ${bigint} CONSTRAINT sms_campaigns_awaiting
       CHECK (state <> 'awaiting_funds' OR (awaited_credits IS NOT NULL AND payment_id IS NOT NULL))`,
    `ALTER TABLE sms_campaigns ADD COLUMN awaited_list_id ${uuid}`,
    `CREATE INDEX sms_campaigns_awaiting_funds ON sms_campaigns (account_id) WHERE state = 'awaiting_funds'`,
  ];
}
