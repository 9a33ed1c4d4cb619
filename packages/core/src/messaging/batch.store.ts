import { select, selectOne } from '../database/statements.js';
import type { MessageState } from '../events.js';
import type { Transaction } from '../runtime.js';
import type { Batch } from './batch.js';
import { statesOfStatus, type MessageStatus } from './message-status.js';

interface BatchRow {
  batch_id: string;
  state: MessageState;
  messages: number;
  cost: number;
  sender: string;
  body: string;
  created_at: number;
  updated_at: number;
  delivered_at: number | null;
}

const byState = `SELECT batch_id, state, count(*) AS messages, CAST(sum(cost) AS bigint) AS cost, min(sender) AS sender,
    min(body) AS body, min(created_at) AS created_at,
    max(coalesce(final_at, submitted_at, created_at)) AS updated_at,
    max(CASE WHEN state = 'delivered' THEN final_at END) AS delivered_at
  FROM sms_messages`;

export async function findBatch(tx: Transaction, accountId: string, batchId: string): Promise<Batch | undefined> {
  const rows = await select<BatchRow>(tx, `${byState} WHERE account_id = ? AND batch_id = ? GROUP BY batch_id, state`, [
    accountId,
    batchId,
  ]);
  return batchesOf(accountId, rows)[0];
}

/** Which of a partner's tenants has a message, or a batch, of this id. */
export async function tenantWithMessage(tx: Transaction, partnerId: string, id: string): Promise<string | undefined> {
  // Each half goes by an index of its own.
  const row = await selectOne<{ account_id: string }>(
    tx,
    `SELECT m.account_id FROM sms_accounts a JOIN sms_messages m ON m.account_id = a.id
      WHERE a.parent_id = ? AND m.id = ?
     UNION ALL
     SELECT m.account_id FROM sms_accounts a JOIN sms_messages m ON m.account_id = a.id
      WHERE a.parent_id = ? AND m.batch_id = ? LIMIT 1`,
    [partnerId, id, partnerId, id],
  );
  return row?.account_id;
}

export interface BatchFilter {
  /** What {@link statusOfBatch} answers for it. */
  status?: MessageStatus | undefined;
  createdAfter?: number | undefined;
  createdBefore?: number | undefined;
}

/** A page of an account's batches, newest first, and how many there are in all. */
export async function listBatches(
  tx: Transaction,
  accountId: string,
  filter: BatchFilter,
  page: { limit: number; offset: number },
): Promise<{ batches: Batch[]; total: number }> {
  const conditions = ['account_id = ?', 'batch_id IS NOT NULL'];
  const bindings: unknown[] = [accountId];
  if (filter.createdAfter !== undefined) {
    conditions.push('created_at >= ?');
    bindings.push(filter.createdAfter);
  }
  if (filter.createdBefore !== undefined) {
    conditions.push('created_at < ?');
    bindings.push(filter.createdBefore);
  }
  const grouped = `SELECT batch_id FROM sms_messages WHERE ${conditions.join(' AND ')} GROUP BY batch_id ${having(filter)}`;
  // Ids sort by the time they were made.
  const ids = await select<{ batch_id: string }>(tx, `${grouped} ORDER BY batch_id DESC LIMIT ? OFFSET ?`, [
    ...bindings,
    page.limit,
    page.offset,
  ]);
  const count = await selectOne<{ total: number }>(tx, `SELECT count(*) AS total FROM (${grouped}) AS g`, bindings);
  if (ids.length === 0) return { batches: [], total: count?.total ?? 0 };
  const rows = await select<BatchRow>(
    tx,
    `${byState} WHERE account_id = ? AND batch_id IN (${ids.map(() => '?').join(', ')})
      GROUP BY batch_id, state ORDER BY batch_id DESC`,
    [accountId, ...ids.map(({ batch_id: id }) => id)],
  );
  return { batches: batchesOf(accountId, rows), total: count?.total ?? 0 };
}

/** As `statusOfBatch` decides, in SQL. */
function having({ status }: BatchFilter): string {
  if (status === undefined) return '';
  const has = (wanted: MessageStatus): string => {
    const states = statesOfStatus(wanted).map((state) => `'${state}'`);
    return `sum(CASE WHEN state IN (${states.join(', ')}) THEN 1 ELSE 0 END)`;
  };
  const ended = `${has('delivered')} + ${has('failed')}`;
  switch (status) {
    case 'queued':
      return `HAVING ${has('sent')} + ${ended} = 0`;
    case 'sent':
      return `HAVING ${has('sent')} > 0 OR (${has('queued')} > 0 AND ${ended} > 0)`;
    case 'delivered':
      return `HAVING ${has('queued')} + ${has('sent')} = 0 AND ${has('delivered')} > 0`;
    case 'failed':
      return `HAVING ${has('queued')} + ${has('sent')} + ${has('delivered')} = 0`;
  }
}

/** Rows of one batch stand together. */
function batchesOf(accountId: string, rows: readonly BatchRow[]): Batch[] {
  const batches = new Map<string, Batch>();
  for (const row of rows) {
    const batch = batches.get(row.batch_id) ?? {
      id: row.batch_id,
      accountId,
      sender: row.sender,
      text: row.body,
      states: {},
      recipients: 0,
      cost: 0,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
      deliveredAt: null,
    };
    batch.states[row.state] = row.messages;
    batch.recipients += row.messages;
    batch.cost += row.cost;
    batch.createdAt = Math.min(batch.createdAt, row.created_at);
    batch.updatedAt = Math.max(batch.updatedAt, row.updated_at);
    if (row.delivered_at !== null) batch.deliveredAt = Math.max(batch.deliveredAt ?? 0, row.delivered_at);
    batches.set(row.batch_id, batch);
  }
  return [...batches.values()];
}
