import { SmsError } from '../../errors.js';
import type { Lane } from '../../queue/job.js';
import { CommitConflict, type Statement } from '../../runtime.js';
import { checkValidity, measureOnce, resolveSender } from '../prepare-messages.js';
import type { ListDeps } from './list-deps.js';
import { rowPricer, type ListItem, type PricedRow } from './price-row.js';
import { mostListRows, type SendList } from './send-list.js';
import { addListRows, changeListState, insertList, sameList } from './send-list.store.js';

/** A list as its owner asks for it. */
export interface NewSendList {
  accountId: string;
  owner: SendList['owner'];
  /** An approved name or its id; the account's default when absent. */
  senderId?: string | undefined;
  /** The text of the rows that have none of their own. */
  text?: string | undefined;
  /** `promotional` unless said otherwise. */
  lane?: Lane | undefined;
  validityMs?: number | undefined;
  segmentsPerSecond?: number | undefined;
}

/** A row that was refused, by its place in what was given. */
export interface RefusedRow {
  index: number;
  error: SmsError;
}

/** The most rows that are written in one commit: few enough that nobody waits long for SQLite's one writer. */
export const mostRowsAtOnce = 1_000;

/**
 * Opens a list, to be filled piece by piece. Until it is sealed it is nothing: one that is left half-filled is never
 * sent, and housekeeping takes it out.
 *
 * @throws SmsError `sender_unknown` and the like, `account_suspended`, `not_found`, `invalid_request`,
 *   `message_empty`, `message_too_long`
 */
export async function openList(deps: ListDeps, wanted: NewSendList): Promise<ListFill> {
  const { database, clock, ids, policies } = deps;
  const policy = await policies.fresh(wanted.accountId);
  if (policy.account.state !== 'active') {
    throw new SmsError('account_suspended', 'this account is suspended; ask for it to be resumed');
  }
  // Before it is stored: what no message may say, no database may be able to hold.
  if (wanted.text !== undefined) measureOnce(deps.maxSegments)(wanted.text);
  const nowMs = clock.now();
  const list: SendList = {
    id: ids.next(),
    accountId: wanted.accountId,
    owner: wanted.owner,
    state: 'filling',
    sender: resolveSender(policy, wanted.senderId).name,
    text: wanted.text ?? null,
    lane: wanted.lane ?? 'promotional',
    validityMs: checkValidity(wanted.validityMs),
    segmentsPerSecond: wanted.segmentsPerSecond ?? null,
    rows: 0,
    segments: 0,
    cost: 0,
    position: 0,
    messages: 0,
    nextAt: null,
    createdAt: nowMs,
    updatedAt: nowMs,
    expandedAt: null,
    endedAt: null,
  };
  await database.commit([insertList(list)]);
  return new ListFill(list, rowPricer(policy, list.text, deps), deps);
}

/** A list while it is being filled. It is refused when a person was erased meanwhile, who may be among those to be added. */
export class ListFill {
  constructor(
    private list: SendList,
    private readonly price: (item: ListItem) => PricedRow,
    private readonly deps: Pick<ListDeps, 'database' | 'clock'>,
  ) {}

  /** Adds rows, and answers with those that cannot be sent. @throws SmsError `too_many_recipients`, `conflict` */
  async add(items: readonly ListItem[]): Promise<RefusedRow[]> {
    const refused: RefusedRow[] = [];
    const priced = items.flatMap((item, index) => {
      try {
        return [this.price(item)];
      } catch (error) {
        if (!(error instanceof SmsError)) throw error;
        refused.push({ index, error });
        return [];
      }
    });
    await this.addPriced(priced);
    return refused;
  }

  /** Adds rows that its owner has priced with a `rowPricer`. @throws SmsError `too_many_recipients`, `conflict` */
  async addPriced(rows: readonly PricedRow[]): Promise<void> {
    for (let from = 0; from < rows.length; from += mostRowsAtOnce) {
      await this.#store(rows.slice(from, from + mostRowsAtOnce));
    }
  }

  /** Ends the filling: from here on the list does not change. @throws SmsError `invalid_request` when empty, `conflict` */
  async seal(): Promise<SendList> {
    if (this.list.rows === 0) throw new SmsError('invalid_request', 'there is nobody to send to');
    const at = this.deps.clock.now();
    await this.#commit([changeListState(this.list.id, ['filling'], { state: 'ready', at })]);
    this.list = { ...this.list, state: 'ready', updatedAt: at };
    return this.list;
  }

  async #store(priced: readonly PricedRow[]): Promise<void> {
    const { database, clock } = this.deps;
    const { list } = this;
    if (list.rows + priced.length > mostListRows) {
      throw new SmsError(
        'too_many_recipients',
        `at most ${mostListRows} messages can be sent as one; send it in parts`,
      );
    }
    const rows = priced.map((row, index) => ({ ...row, place: list.rows + index + 1 }));
    await this.#commit(addListRows(database.kind, list, rows, clock.now()));
    this.list = {
      ...list,
      rows: list.rows + rows.length,
      segments: list.segments + rows.reduce((sum, { segments }) => sum + segments, 0),
      cost: list.cost + rows.reduce((sum, { cost }) => sum + cost, 0),
    };
  }

  async #commit(statements: readonly Statement[]): Promise<void> {
    try {
      await this.deps.database.commit(statements);
    } catch (error) {
      if (!(error instanceof CommitConflict) || error.on !== sameList) throw error;
      throw new SmsError('conflict', 'a person was erased meanwhile; ask again', { cause: error });
    }
  }
}
