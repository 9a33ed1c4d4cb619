import { schedule, type ScheduledTask } from 'node-cron';
import { forgetCodes } from './accounts/code.store.js';
import { forgetSessions } from './accounts/session.store.js';
import { endStrandedImports, forgetImportErrors, neededFiles } from './contacts/contact-import.store.js';
import { importEvent } from './contacts/import-event.js';
import { forgetEsmeDeliveries } from './esme/delivery.store.js';
import { keepUntoldMs } from './esme/queue-deliveries.js';
import { forgetSubmitted } from './esme/submitted.store.js';
import { discardFile, forgetFileErrors, uncheckedFiles } from './messaging/files/bulk-file.store.js';
import { forgetLists } from './messaging/lists/forget-lists.js';
import { forgetExpired } from './idempotency/idempotency.store.js';
import { forgetRateLimits } from './limits/rate-limit.store.js';
import { appendEvents, forgetEvents } from './outbox/event.store.js';
import { forgetLeases } from './queue/job.store.js';
import type { Clock, Database, Ids, Logger, RunStatements } from './runtime.js';
import type { Signal } from './signal.js';
import type { UploadFolder } from './uploads/upload-folder.js';
import { forgetCallbacks } from './webhooks/callback.store.js';
import { forgetWatches } from './webhooks/watch.store.js';
import { forgetDeliveries } from './webhooks/delivery.store.js';
import { forgetDisabledWebhooks } from './webhooks/webhook.store.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A message may be scheduled a year ahead and has three days to arrive. */
const longestMessageMs = 370 * dayMs;
const mostDiscarded = 100;
/** How long a watch can be read after its end. */
const keepWatchesMs = dayMs;

/** Takes out what has served its time. What it deletes nobody waits for, so it may run in every process. */
export class HousekeepingWorker {
  #task: ScheduledTask | undefined;

  constructor(
    private readonly deps: {
      database: Database;
      clock: Clock;
      logger: Logger;
      ids: Ids;
      runStatements: RunStatements;
      eventsReady: Signal;
      uploads: UploadFolder;
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
        ...forgetCallbacks(before, before - longestMessageMs),
        forgetSessions(clock.now() - dayMs),
        forgetCodes(clock.now()),
        forgetRateLimits(clock.now()),
        forgetSubmitted(before),
        forgetEsmeDeliveries(clock.now() - keepUntoldMs),
        forgetImportErrors(before),
        forgetFileErrors(before),
      ];
      for (const statement of old) await database.commit([statement]);
      await forgetLists({ database, clock });
      await database.commit([forgetLeases(clock.now() - hourMs)]);
      await this.#endStranded();
      await this.#discardUnchecked();
      await this.#sweepUploads();
    } catch (error) {
      logger.error({ err: error }, 'housekeeping failed; it is tried again in an hour');
    }
  }

  /** Imports whose machine has gone with their file would wait for ever. */
  async #endStranded(): Promise<void> {
    const { database, clock, ids, runStatements, eventsReady } = this.deps;
    const nowMs = clock.now();
    const sentence = 'No machine that runs can reach the file: upload it again.';
    await database.write(async (tx) => {
      const ended = await endStrandedImports(tx, nowMs - dayMs, sentence, nowMs);
      const events = ended.map((one) => importEvent(one, nowMs));
      await runStatements(tx, appendEvents(database.kind, ids, events));
    });
    eventsReady.raise();
  }

  /** Files of messages whose process died while it checked them. */
  async #discardUnchecked(): Promise<void> {
    const { database, clock } = this.deps;
    const before = clock.now() - dayMs;
    for (const file of await database.read((tx) => uncheckedFiles(tx, before, mostDiscarded))) {
      await database.commit(discardFile(file));
    }
  }

  /** Files that a process left behind when it died, or that an import was done with. */
  async #sweepUploads(): Promise<void> {
    const { database, clock, uploads } = this.deps;
    const folderId = await uploads.identity();
    if (folderId === undefined) return;
    const old = await uploads.olderThan(clock.now() - dayMs);
    const needed = await database.read((tx) => neededFiles(tx, folderId));
    for (const id of old) if (!needed.has(id)) await uploads.remove(id);
  }
}
