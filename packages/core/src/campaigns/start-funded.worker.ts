import { SmsError } from '../errors.js';
import { Loop } from '../loop.js';
import type { Logger } from '../runtime.js';
import type { CampaignDeps } from './campaign-deps.js';
import { answeredCampaigns, type AnsweredCampaign } from './campaign.store.js';
import { afterWaiting, mostWaitMs } from './funding.js';
import { giveBack } from './give-back.js';
import { startFunded } from './send-campaign.js';

export type StartFundedDeps = CampaignDeps & { logger: Logger };

const lookEveryMs = 250;
const retryMs = 5_000;
const atOnce = 100;

/**
 * Starts campaigns that waited for credit, or makes them drafts again when it will not come. What is to be done is read
 * from the rows, so it is done after any crash; every process looks, and the step is undone in all but one.
 */
export class StartFundedWorker extends Loop {
  constructor(private readonly deps: StartFundedDeps) {
    super();
  }

  protected async round(): Promise<number> {
    const { database, clock, logger } = this.deps;
    const longAgo = clock.now() - mostWaitMs;
    let restMs = lookEveryMs;
    for (const answered of await database.read((tx) => answeredCampaigns(tx, longAgo, atOnce))) {
      try {
        await this.#answer(answered);
      } catch (error) {
        // It holds up no other.
        const { id: campaignId } = answered.campaign;
        logger.error(
          { err: error, campaignId },
          'a campaign that waited for credit could not start; it is tried again',
        );
        restMs = retryMs;
      }
    }
    return restMs;
  }

  protected failed(error: unknown): number {
    this.deps.logger.error({ err: error }, 'campaigns that wait for credit could not be looked at');
    return retryMs;
  }

  async #answer({ campaign, ...funding }: AnsweredCampaign): Promise<void> {
    const waitedMs = this.deps.clock.now() - campaign.updatedAt;
    const next = afterWaiting({ ...funding, waitedMs });
    if (next === 'wait') return;
    if (next !== 'start') return giveBack(this.deps, campaign, next.reason);
    try {
      await startFunded(this.deps, campaign);
    } catch (error) {
      if (!(error instanceof SmsError) || error.code === 'internal') throw error;
      // Another process was faster, or another send was: then it waits on, unless its payment is over.
      if (error.code === 'conflict' || error.code === 'insufficient_balance') return;
      await giveBack(this.deps, campaign, error.code);
    }
  }
}
