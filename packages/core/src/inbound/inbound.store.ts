import { selectOne } from '../database/statements.js';
import type { Statement, Transaction } from '../runtime.js';

export interface InboundMessage {
  id: string;
  /** Whose it is; null when nobody's sender ID was written to. */
  accountId: string | null;
  transport: string;
  sender: string;
  recipient: string;
  text: string;
  receivedAt: number;
}

export function insertInbound(message: InboundMessage): Statement {
  return {
    sql: `INSERT INTO sms_inbound (id, account_id, transport, sender, recipient, body, received_at)
          VALUES (?, ?, ?, ?, ?, ?, ?)`,
    bindings: [
      message.id,
      message.accountId,
      message.transport,
      message.sender,
      message.recipient,
      message.text,
      message.receivedAt,
    ],
  };
}

/**
 * Whose message a handset answers: the account that wrote to it last under the sender ID it replied to, else the one
 * account that owns the sender ID.
 */
export async function accountAnswered(tx: Transaction, handset: string, senderId: string): Promise<string | undefined> {
  const last = await selectOne<{ account_id: string }>(
    tx,
    'SELECT account_id FROM sms_messages WHERE recipient = ? AND sender = ? ORDER BY id DESC LIMIT 1',
    [handset, senderId],
  );
  if (last) return last.account_id;
  const owner = await selectOne<{ account_id: string; owners: number }>(
    tx,
    `SELECT min(CAST(account_id AS text)) AS account_id, count(*) AS owners FROM sms_sender_ids
      WHERE name = ? AND state = 'approved'`,
    [senderId],
  );
  return owner?.owners === 1 ? owner.account_id : undefined;
}
