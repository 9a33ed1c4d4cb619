import { select, selectOne } from '../database/statements.js';
import { laneNames, lanes } from '../queue/job.js';
import type { Statement, Transaction } from '../runtime.js';
import type { Audience, Campaign, CampaignState, Estimate, Plan } from './campaign.js';
import type { Funding } from './funding.js';

/** The name a commit is undone under when a campaign is no longer as it was read. */
const sameCampaign = 'campaign';

interface CampaignRow {
  account_id: string;
  id: string;
  name: string;
  body: string;
  sender_id: string;
  lane: number;
  audience: string;
  scheduled_at: number | null;
  segments_per_second: number | null;
  validity_ms: number | null;
  state: CampaignState;
  reason: string | null;
  revision: number;
  estimate: string;
  plan: string | null;
  hold_id: string | null;
  list_id: string | null;
  payment_id: string | null;
  awaited_credits: number | null;
  awaited_list_id: string | null;
  created_at: number;
  updated_at: number;
  queued_at: number | null;
  started_at: number | null;
  ended_at: number | null;
}

const campaignOf = (row: CampaignRow): Campaign => ({
  id: row.id,
  accountId: row.account_id,
  name: row.name,
  text: row.body,
  senderId: row.sender_id,
  lane: laneNames[row.lane] ?? 'promotional',
  audience: JSON.parse(row.audience) as Audience,
  scheduledAt: row.scheduled_at,
  segmentsPerSecond: row.segments_per_second,
  validityMs: row.validity_ms,
  state: row.state,
  reason: row.reason,
  revision: row.revision,
  estimate: JSON.parse(row.estimate) as Estimate,
  plan: row.plan === null ? null : (JSON.parse(row.plan) as Plan),
  holdId: row.hold_id,
  listId: row.list_id,
  paymentId: row.payment_id,
  awaits: row.awaited_credits === null ? null : { credits: row.awaited_credits, listId: row.awaited_list_id },
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  queuedAt: row.queued_at,
  startedAt: row.started_at,
  endedAt: row.ended_at,
});

/** What of a campaign changes after it was made, as columns. */
const changeable = {
  name: ({ name }: Campaign) => name,
  body: ({ text }: Campaign) => text,
  sender_id: ({ senderId }: Campaign) => senderId,
  lane: ({ lane }: Campaign) => lanes[lane],
  audience: ({ audience }: Campaign) => JSON.stringify(audience),
  scheduled_at: ({ scheduledAt }: Campaign) => scheduledAt,
  segments_per_second: ({ segmentsPerSecond }: Campaign) => segmentsPerSecond,
  validity_ms: ({ validityMs }: Campaign) => validityMs,
  state: ({ state }: Campaign) => state,
  reason: ({ reason }: Campaign) => reason,
  estimate: ({ estimate }: Campaign) => JSON.stringify(estimate),
  plan: ({ plan }: Campaign) => (plan === null ? null : JSON.stringify(plan)),
  hold_id: ({ holdId }: Campaign) => holdId,
  list_id: ({ listId }: Campaign) => listId,
  payment_id: ({ paymentId }: Campaign) => paymentId,
  awaited_credits: ({ awaits }: Campaign) => awaits?.credits ?? null,
  awaited_list_id: ({ awaits }: Campaign) => awaits?.listId ?? null,
  updated_at: ({ updatedAt }: Campaign) => updatedAt,
  queued_at: ({ queuedAt }: Campaign) => queuedAt,
  started_at: ({ startedAt }: Campaign) => startedAt,
  ended_at: ({ endedAt }: Campaign) => endedAt,
} as const;
const changeableNames = Object.keys(changeable) as (keyof typeof changeable)[];

export function insertCampaign(campaign: Campaign): Statement {
  const names = ['account_id', 'id', 'created_at', ...changeableNames];
  return {
    sql: `INSERT INTO sms_campaigns (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    bindings: [
      campaign.accountId,
      campaign.id,
      campaign.createdAt,
      ...changeableNames.map((name) => changeable[name](campaign)),
    ],
  };
}

/** Writes a campaign over what was read; undone when its state or its draft has changed since. */
export function rewriteCampaign(before: Campaign, after: Campaign): Statement {
  return {
    sql: `UPDATE sms_campaigns SET ${changeableNames.map((name) => `${name} = ?`).join(', ')}, revision = revision + 1
          WHERE account_id = ? AND id = ? AND state = ? AND revision = ?`,
    bindings: [
      ...changeableNames.map((name) => changeable[name](after)),
      before.accountId,
      before.id,
      before.state,
      before.revision,
    ],
    expect: { rows: 1, name: sameCampaign },
  };
}

export function deleteCampaign({ accountId, id, state, revision }: Campaign): Statement {
  return {
    sql: 'DELETE FROM sms_campaigns WHERE account_id = ? AND id = ? AND state = ? AND revision = ?',
    bindings: [accountId, id, state, revision],
    expect: { rows: 1, name: sameCampaign },
  };
}

export async function findCampaign(tx: Transaction, accountId: string, id: string): Promise<Campaign | undefined> {
  const row = await selectOne<CampaignRow>(tx, 'SELECT * FROM sms_campaigns WHERE account_id = ? AND id = ?', [
    accountId,
    id,
  ]);
  return row && campaignOf(row);
}

/** A page of an account's campaigns, newest first, and how many there are. */
export async function listCampaigns(
  tx: Transaction,
  accountId: string,
  { states, search }: { states?: readonly CampaignState[] | undefined; search?: string | undefined },
  page: { limit: number; offset: number },
): Promise<{ campaigns: Campaign[]; total: number }> {
  const conditions = ['account_id = ?'];
  const bindings: unknown[] = [accountId];
  if (states) {
    conditions.push(`state IN (${states.map(() => '?').join(', ') || `''`})`);
    bindings.push(...states);
  }
  if (search !== undefined) {
    conditions.push(`lower(name) LIKE ? ESCAPE '~'`);
    bindings.push(`%${search.toLowerCase().replace(/[~%_]/g, '~$&')}%`);
  }
  const where = conditions.join(' AND ');
  const rows = await select<CampaignRow>(
    tx,
    `SELECT * FROM sms_campaigns WHERE ${where} ORDER BY id DESC LIMIT ? OFFSET ?`,
    [...bindings, page.limit, page.offset],
  );
  const count = await selectOne<{ total: number }>(
    tx,
    `SELECT count(*) AS total FROM sms_campaigns WHERE ${where}`,
    bindings,
  );
  return { campaigns: rows.map(campaignOf), total: count?.total ?? 0 };
}

/**
 * Takes the scheduled campaign that has been due longest and is not being started by a process that lives. Those with a
 * list begin by themselves.
 */
export async function takeDueCampaign(
  tx: Transaction,
  { workerId, nowMs }: { workerId: string; nowMs: number },
): Promise<Campaign | undefined> {
  const row = await selectOne<CampaignRow>(
    tx,
    `UPDATE sms_campaigns SET worker_id = ? WHERE id = (
       SELECT id FROM sms_campaigns c WHERE state = 'scheduled' AND scheduled_at <= ? AND list_id IS NULL
          AND (worker_id IS NULL OR worker_id = ?
            OR NOT EXISTS (SELECT 1 FROM sms_workers w WHERE w.id = c.worker_id AND w.expires_at > ?))
        ORDER BY scheduled_at LIMIT 1
     ) AND state = 'scheduled' AND (worker_id IS NULL OR worker_id = ?
            OR NOT EXISTS (SELECT 1 FROM sms_workers w WHERE w.id = sms_campaigns.worker_id AND w.expires_at > ?))
     RETURNING *`,
    [workerId, nowMs, workerId, nowMs, workerId, nowMs],
  );
  return row && campaignOf(row);
}

/** Whether a scheduled campaign without a list is due; asked before anything is written. */
export async function isCampaignDue(tx: Transaction, nowMs: number): Promise<boolean> {
  const row = await selectOne(
    tx,
    `SELECT 1 AS due FROM sms_campaigns WHERE state = 'scheduled' AND scheduled_at <= ? AND list_id IS NULL LIMIT 1`,
    [nowMs],
  );
  return row !== undefined;
}

/** A campaign that waits for credit, with what decides about it. */
export interface AnsweredCampaign extends Omit<Funding, 'waitedMs'> {
  campaign: Campaign;
}

/**
 * Waiting campaigns that have an answer: there is enough, their payment is over, or they have waited since before a
 * time. Whoever has paid for one's own comes first, then who has waited longest.
 */
export async function answeredCampaigns(tx: Transaction, since: number, limit: number): Promise<AnsweredCampaign[]> {
  const rows = await select<CampaignRow & { available: number; payment: Funding['payment'] }>(
    tx,
    `SELECT c.*, b.available, CASE WHEN p.ended_at IS NULL THEN 'open' ELSE p.state END AS payment
       FROM sms_campaigns c
       JOIN sms_balances b ON b.account_id = c.account_id
       JOIN sms_payments p ON p.id = c.payment_id
      WHERE c.state = 'awaiting_funds'
        AND (b.available >= c.awaited_credits OR p.ended_at IS NOT NULL OR c.updated_at <= ?)
      ORDER BY CASE WHEN p.state = 'completed' THEN 0 ELSE 1 END, c.updated_at, c.id LIMIT ?`,
    [since, limit],
  );
  return rows.map(({ available, payment, ...row }) => ({
    campaign: campaignOf(row),
    available,
    payment,
    needed: row.awaited_credits ?? 0,
  }));
}

/** How much of an account's balance its waiting campaigns need beside what they have asked to be paid. */
export async function countedOnByWaiting(tx: Transaction, accountId: string): Promise<number> {
  const row = await selectOne<{ credits: number }>(
    tx,
    `SELECT CAST(coalesce(sum(c.awaited_credits - p.credits), 0) AS bigint) AS credits
       FROM sms_campaigns c JOIN sms_payments p ON p.id = c.payment_id
      WHERE c.account_id = ? AND c.state = 'awaiting_funds' AND c.awaited_credits > p.credits`,
    [accountId],
  );
  return row?.credits ?? 0;
}
