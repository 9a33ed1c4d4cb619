import type { ListOwner, ListStep } from '../messaging/lists/list-owner.js';
import { findProgress } from '../messaging/lists/send-progress.store.js';
import type { Database } from '../runtime.js';
import { campaignEvent } from './campaign-event.js';
import type { Campaign } from './campaign.js';
import { findCampaign, rewriteCampaign } from './campaign.store.js';

const changesOf: {
  [K in Exclude<ListStep['kind'], 'progressed'>]: (
    step: Extract<ListStep, { kind: K }>,
    at: number,
  ) => Partial<Campaign>;
} = {
  started: (_, at) => ({ state: 'sending', startedAt: at }),
  completed: (_, at) => ({ state: 'completed', endedAt: at }),
  paused: ({ reason }) => ({ state: 'paused', reason }),
};

/** Keeps a campaign in step with its list, and tells of it. */
export function noteSteps({ database }: { database: Database }): ListOwner {
  return async (list, step, nowMs) => {
    const [before, counted] = await database.read(async (tx) => [
      await findCampaign(tx, list.accountId, list.owner.id),
      (await findProgress(tx, [list.owner.id])).get(list.owner.id),
    ]);
    if (!before) return {};
    if (step.kind === 'progressed') {
      return { events: [campaignEvent('campaign.progress', before, nowMs, step.progress)] };
    }
    const change = changesOf[step.kind] as (step: ListStep, at: number) => Partial<Campaign>;
    const after: Campaign = { ...before, ...change(step, nowMs), updatedAt: nowMs };
    return {
      statements: [rewriteCampaign(before, after)],
      events: [campaignEvent(`campaign.${step.kind}`, after, nowMs, counted)],
    };
  };
}
