import { SmsError } from '../errors.js';
import { Loop } from '../loop.js';
import type { LeaseWorker } from '../queue/lease.worker.js';
import type { Logger } from '../runtime.js';
import type { CampaignDeps } from './campaign-deps.js';
import { isCampaignDue, takeDueCampaign } from './campaign.store.js';
import { giveBack } from './give-back.js';
import { startDue } from './send-campaign.js';

export type StartDueDeps = CampaignDeps & { logger: Logger; lease: LeaseWorker };

const lookEveryMs = 500;
const retryMs = 5_000;

/** Starts scheduled campaigns whose time has come, each in one process. */
export class StartDueWorker extends Loop {
  constructor(private readonly deps: StartDueDeps) {
    super();
  }

  protected async round(): Promise<number> {
    return (await this.#startOne()) ? 0 : lookEveryMs;
  }

  protected failed(error: unknown): number {
    this.deps.logger.error({ err: error }, 'a scheduled campaign could not be started; it is tried again');
    return retryMs;
  }

  async #startOne(): Promise<boolean> {
    const { database, clock, lease } = this.deps;
    const nowMs = clock.now();
    if (!lease.isHeld() || !(await database.read((tx) => isCampaignDue(tx, nowMs)))) return false;
    const campaign = await database.write((tx) => takeDueCampaign(tx, { workerId: lease.workerId, nowMs }));
    if (!campaign) return false;
    try {
      await startDue(this.deps, campaign);
    } catch (error) {
      if (!(error instanceof SmsError) || error.code === 'internal') throw error;
      if (error.code !== 'conflict') await giveBack(this.deps, campaign, error.code);
    }
    return true;
  }
}
