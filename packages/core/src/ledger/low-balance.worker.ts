import { Loop } from '../loop.js';
import { appendEvents } from '../outbox/event.store.js';
import { CommitConflict, type Clock, type Database, type Ids, type Logger } from '../runtime.js';
import type { Signal } from '../signal.js';
import { firstToTell, lowBalancesTold, untoldLowBalances } from './low-balance.store.js';

export interface LowBalanceDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  logger: Logger;
  eventsReady: Signal;
}

const lookEveryMs = 1_000;
const atOnce = 200;

/** Tells owners whose balance has fallen below their threshold. Every process looks; one of them tells. */
export class LowBalanceWorker extends Loop {
  constructor(private readonly deps: LowBalanceDeps) {
    super();
  }

  protected async round(): Promise<number> {
    return (await this.#tell()) < atOnce ? lookEveryMs : 0;
  }

  protected failed(error: unknown): number {
    const lost = error instanceof CommitConflict && error.on === firstToTell;
    if (!lost) this.deps.logger.error({ err: error }, 'owners of low balances could not be told');
    return lookEveryMs;
  }

  async #tell(): Promise<number> {
    const { database, clock, ids, eventsReady } = this.deps;
    const low = await database.read((tx) => untoldLowBalances(tx, atOnce));
    if (low.length === 0) return 0;
    const at = clock.now();
    await database.commit([
      lowBalancesTold(database.kind, low),
      ...appendEvents(
        database.kind,
        ids,
        low
          .filter(({ low_below: below }) => below > 0)
          .map(({ account_id: accountId, available, low_below: below }) => ({
            type: 'credits.low' as const,
            accountId,
            subjectId: accountId,
            at,
            data: { available, below },
          })),
      ),
    ]);
    eventsReady.raise();
    return low.length;
  }
}
