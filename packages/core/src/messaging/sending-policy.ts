import type { Account, AccountSenderId } from '../accounts/account.js';
import { findAccount, senderIdsOf } from '../accounts/account.store.js';
import { SmsError } from '../errors.js';
import { pricesFor } from '../ledger/ledger.store.js';
import { PriceList } from '../ledger/price-list.js';
import { sellPrices } from '../ledger/price-row.js';
import type { Clock, Database, Transaction } from '../runtime.js';

/** All that decides what an account may send and what it pays, read at one version of the account. */
export interface SendingPolicy {
  account: Account;
  senders: Pick<AccountSenderId, 'id' | 'name' | 'state'>[];
  prices: PriceList;
}

/** What is not told by a version, such as a change in the database by hand, shows after this time. */
const freshForMs = 30_000;

/**
 * Policies by account, kept in memory. They may be stale and need not be asked again for each message, because a
 * commit names the version it was decided on and is undone when that has passed.
 */
export class SendingPolicies {
  readonly #known = new Map<string, { policy: Promise<SendingPolicy>; readAt: number; until: number }>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly maxAccounts = 20_000,
  ) {}

  /**
   * @param within reads inside this transaction of the host's, and from no memory: on SQLite whoever fills it may be
   *   waiting for that very transaction.
   */
  of(accountId: string, within?: Transaction): Promise<SendingPolicy> {
    const nowMs = this.clock.now();
    if (within) return this.#read(within, accountId, nowMs);
    const known = this.#known.get(accountId);
    if (known && nowMs - known.readAt < freshForMs && nowMs < known.until) return known.policy;
    if (this.#known.size >= this.maxAccounts) this.#known.clear();
    const policy = this.database.read((tx) => this.#read(tx, accountId, nowMs));
    const entry = { policy, readAt: nowMs, until: Infinity };
    this.#known.set(accountId, entry);
    policy.then(
      // From then on another price holds.
      ({ prices }) => (entry.until = prices.nextChangeAt),
      () => this.forget(accountId),
    );
    return policy;
  }

  /** The policy as it is now, for decisions that are rare and whose refusal is told to a person. */
  fresh(accountId: string): Promise<SendingPolicy> {
    this.forget(accountId);
    return this.of(accountId);
  }

  forget(accountId: string): void {
    this.#known.delete(accountId);
  }

  async #read(tx: Transaction, accountId: string, nowMs: number): Promise<SendingPolicy> {
    const account = await findAccount(tx, accountId);
    if (!account) throw new SmsError('not_found', 'account not found');
    const senders = await senderIdsOf(tx, accountId);
    const prices = await pricesFor(tx, accountId, account.parentId);
    return {
      account,
      senders,
      prices: new PriceList(sellPrices(prices, accountId), nowMs),
    };
  }
}
