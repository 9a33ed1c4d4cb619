import { SmsError } from '../errors.js';
import { writeTogether } from '../messaging/attached.store.js';
import type { LeaseWorker } from '../queue/lease.worker.js';
import { CommitConflict, type Logger } from '../runtime.js';
import { pause } from '../signal.js';
import { campaignEvent } from './campaign-event.js';
import type { Campaign } from './campaign.js';
import type { CampaignDeps } from './campaign-deps.js';
import { isCampaignDue, rewriteCampaign, takeDueCampaign } from './campaign.store.js';
import { returnHold, startDue } from './send-campaign.js';

export type StartDueDeps = CampaignDeps & { logger: Logger; lease: LeaseWorker };

const lookEveryMs = 500;
const retryMs = 5_000;

/** Starts scheduled campaigns whose time has come, each in one process. */
export class StartDueWorker {
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(private readonly deps: StartDueDeps) {}

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      let waitMs = lookEveryMs;
      try {
        if (await this.#startOne()) waitMs = 0;
      } catch (error) {
        this.deps.logger.error({ err: error }, 'a scheduled campaign could not be started; it is tried again');
        waitMs = retryMs;
      }
      await pause(waitMs, signal);
    }
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
      if (error.code !== 'conflict') await this.#giveBack(campaign, error);
    }
    return true;
  }

  /** It cannot start as it is: its owner is told why, has the credit back, and may send it again. */
  async #giveBack(campaign: Campaign, { code }: SmsError): Promise<void> {
    const { database, clock, ids, eventsReady } = this.deps;
    const nowMs = clock.now();
    const draft: Campaign = {
      ...campaign,
      state: 'draft',
      reason: code,
      holdId: null,
      queuedAt: null,
      updatedAt: nowMs,
    };
    const given = await returnHold(this.deps, campaign);
    try {
      await database.commit(
        writeTogether(database.kind, ids, [
          given,
          {
            statements: [rewriteCampaign(campaign, draft)],
            events: [campaignEvent('campaign.failed', draft, nowMs)],
          },
        ]),
      );
    } catch (error) {
      // Somebody cancelled it just now.
      if (!(error instanceof CommitConflict)) throw error;
    }
    eventsReady.raise();
  }
}
