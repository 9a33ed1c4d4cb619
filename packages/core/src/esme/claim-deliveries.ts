import { GroupCommit } from '../group-commit.js';
import type { LeaseWorker } from '../queue/lease.worker.js';
import type { Clock, Database } from '../runtime.js';
import {
  accountsDue,
  claimEsmeDeliveries,
  freeAbandonedEsmeDeliveries,
  returnEsmeDeliveries,
  settleEsmeDeliveries,
  type NewEsmeDelivery,
} from './delivery.store.js';
import type { EsmeDelivery, EsmeDeliveryOutcome, EsmeDeliveryTaker } from './esme.js';

export interface ClaimDeps {
  database: Database;
  clock: Clock;
  lease: LeaseWorker;
}

/** How long the process a message was submitted to has its receipt for itself. */
const preferenceMs = 1_500;
const freeEveryMs = 10_000;

/** Hands out deliveries to whoever has the ESME's session, and writes what became of them, many in one commit. */
export class ClaimDeliveries {
  readonly #outcomes: GroupCommit<EsmeDeliveryOutcome, undefined>;
  #freedAt = 0;
  /** A claim failed whose commit may stand all the same. */
  #isInDoubt = false;
  #inHand = 0;
  #taker: EsmeDeliveryTaker | undefined;
  /** Deliveries are being stored as ours, and it is not known yet whether they are. */
  #isKeeping = false;

  constructor(private readonly deps: ClaimDeps) {
    const { database, lease } = deps;
    this.#outcomes = new GroupCommit(
      async (outcomes) => {
        await database.commit(settleEsmeDeliveries(database.kind, outcomes, lease.workerId));
        return outcomes.map(() => ({ result: undefined }));
      },
      { maxWeight: 500 },
    );
  }

  async claim(wanted: readonly { accountId: string; room: number }[]): Promise<EsmeDelivery[]> {
    const { database, clock, lease } = this.deps;
    if (wanted.length === 0 || !lease.isHeld()) return [];
    const nowMs = clock.now();
    if (nowMs - this.#freedAt >= freeEveryMs) {
      this.#freedAt = nowMs;
      await database.commit([freeAbandonedEsmeDeliveries(database.kind, nowMs)]);
    }
    // Nothing else is in hand: all that stands under our name are claims whose answer was lost.
    if (this.#isInDoubt && this.#inHand === 0 && !this.#isKeeping) {
      await database.commit([returnEsmeDeliveries(lease.workerId)]);
      this.#isInDoubt = false;
    }
    const claim = { workerId: lease.workerId, nowMs, othersBefore: nowMs - preferenceMs };
    const accountIds = wanted.map(({ accountId }) => accountId);
    const due = new Set(await database.read((tx) => accountsDue(tx, accountIds, claim)));
    if (due.size === 0) return [];
    try {
      const claimed = await database.write(async (tx) => {
        const all: EsmeDelivery[] = [];
        for (const account of wanted) {
          if (due.has(account.accountId)) all.push(...(await claimEsmeDeliveries(tx, account, claim)));
        }
        return all;
      });
      this.#inHand += claimed.length;
      return claimed;
    } catch (error) {
      this.#isInDoubt = true;
      throw error;
    }
  }

  /** As `EsmeApi.takeDeliveries`. */
  handTo(taker: EsmeDeliveryTaker | undefined): void {
    this.#taker = taker;
  }

  /**
   * Which of the deliveries that are about to be stored this process can tell at once: they are stored as claimed by
   * it, which saves a claim. Call `stored` with them when they are.
   */
  keep(deliveries: readonly NewEsmeDelivery[]): NewEsmeDelivery[] {
    const { workerId } = this.deps.lease;
    // The commit of those before failed, and may stand all the same.
    if (this.#isKeeping) this.#isInDoubt = true;
    this.#isKeeping = false;
    const taker = this.#taker;
    if (!taker || !this.deps.lease.isHeld()) return [];
    const rooms = new Map<string, number>();
    const kept = deliveries.filter(({ accountId, prefers }) => {
      if (prefers !== null && prefers !== workerId) return false;
      const room = rooms.get(accountId) ?? taker.room(accountId);
      rooms.set(accountId, room - 1);
      return room > 0;
    });
    for (const delivery of kept) delivery.workerId = workerId;
    this.#isKeeping = kept.length > 0;
    return kept;
  }

  stored(kept: readonly NewEsmeDelivery[]): void {
    this.#isKeeping = false;
    this.#inHand += kept.length;
    const deliveries = kept.map(({ id, accountId, body, at }) => ({ id, accountId, body, attempts: 0, createdAt: at }));
    if (this.#taker) this.#taker.take(deliveries);
    else for (const { id } of deliveries) void this.settle({ id, kind: 'returned' }).catch(() => undefined);
  }

  /** What cannot be written is offered again when this process has ended, or its lease. */
  async settle(outcome: EsmeDeliveryOutcome): Promise<void> {
    try {
      await this.#outcomes.add(outcome);
    } catch (error) {
      this.#isInDoubt = true;
      throw error;
    } finally {
      this.#inHand--;
    }
  }

  /** Gives back what was not told. */
  async close(): Promise<void> {
    const { database, lease } = this.deps;
    await this.#outcomes.drained();
    await database.commit([returnEsmeDeliveries(lease.workerId)]);
  }
}
