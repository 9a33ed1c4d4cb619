import { schedule, type ScheduledTask } from 'node-cron';
import { forgetEsmeDeliveries } from './esme/delivery.store.js';
import { keepUntoldMs } from './esme/queue-deliveries.js';
import { forgetSubmitted } from './esme/submitted.store.js';
import { forgetExpired } from './idempotency/idempotency.store.js';
import { forgetEvents } from './outbox/event.store.js';
import { forgetLeases } from './queue/job.store.js';
import type { Clock, Database, Logger } from './runtime.js';
import { forgetWatches } from './webhooks/watch.store.js';
import { forgetDeliveries, forgetDisabledWebhooks } from './webhooks/webhook.store.js';

const hourMs = 3_600_000;
/** How long a watch can be read after its end. */
const keepWatchesMs = 24 * hourMs;

/** Takes out what has served its time. What it deletes nobody waits for, so it may run in every process. */
export class HousekeepingWorker {
  #task: ScheduledTask | undefined;

  constructor(
    private readonly deps: {
      database: Database;
      clock: Clock;
      logger: Logger;
      /** How long events and ended deliveries are kept. */
      keepEventsMs: number;
    },
  ) {}

  start(): void {
    this.#task = schedule('17 * * * *', () => this.tidy(), { noOverlap: true });
  }

  async stop(): Promise<void> {
    await this.#task?.destroy();
  }

  async tidy(): Promise<void> {
    const { database, clock, logger, keepEventsMs } = this.deps;
    const before = clock.now() - keepEventsMs;
    try {
      await database.commit([forgetExpired(clock.now())]);
      const old = [
        ...forgetDeliveries(before),
        ...forgetDisabledWebhooks(before),
        ...forgetWatches(clock.now() - keepWatchesMs),
        forgetEvents(before),
        forgetSubmitted(before),
        forgetEsmeDeliveries(clock.now() - keepUntoldMs),
      ];
      for (const statement of old) await database.commit([statement]);
      await database.commit([forgetLeases(clock.now() - hourMs)]);
    } catch (error) {
      logger.error({ err: error }, 'housekeeping failed; it is tried again in an hour');
    }
  }
}
