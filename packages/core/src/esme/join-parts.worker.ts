import { SmsError } from '../errors.js';
import { groupBy } from '../group-by.js';
import { moveCredits } from '../ledger/ledger.store.js';
import type { Transfer } from '../ledger/transfer.js';
import { Loop } from '../loop.js';
import type { SendMessages } from '../messaging/send-messages.js';
import { CommitConflict, type Clock, type Database, type Ids, type Logger } from '../runtime.js';
import type { Signal } from '../signal.js';
import { insertEsmeDeliveries } from './delivery.store.js';
import type { EsmeSubmission } from './esme.js';
import { wholeCharacters } from './part-text.js';
import { oldPartKeys, partsOf, submittedRows, takeParts, type WaitingPart } from './submitted.store.js';

export interface JoinDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  logger: Logger;
  sending: SendMessages;
  deliveriesReady: Signal;
}

/** How a part was submitted, for when it is sent with the others. */
type PartSubmission = Pick<EsmeSubmission, 'senderId' | 'lane' | 'scheduledAt' | 'validityMs' | 'tell' | 'session'> & {
  to: string;
  envelope: string;
};

const lookEveryMs = 5_000;
/** What a process that died had not joined is joined by another after this time. */
const leftBehindMs = 10_000;
/** How long a part waits for the others; then what has come is sent as it is. */
const patienceMs = 180_000;
const maxKeys = 1_000;

/**
 * Makes one message of the parts of a long one, so that it is one message everywhere: in the list, for webhooks, for
 * the operator. The commit that stores it takes the parts away and gives their holds back.
 */
export class JoinParts extends Loop {
  readonly #joining = new Set<Promise<void>>();

  constructor(private readonly deps: JoinDeps) {
    super();
  }

  override async stop(): Promise<void> {
    await super.stop();
    await this.drained();
  }

  async drained(): Promise<void> {
    while (this.#joining.size > 0) await Promise.all([...this.#joining]);
  }

  /** A part of a message has been stored: perhaps it was the last. */
  stored(accountId: string, key: string): void {
    const joining = this.#look(accountId, key, false)
      .catch((error: unknown) => this.deps.logger.error({ err: error }, 'parts could not be joined; trying again'))
      .finally(() => this.#joining.delete(joining));
    this.#joining.add(joining);
  }

  protected async round(): Promise<number> {
    const { database, clock } = this.deps;
    const keys = await database.read((tx) => oldPartKeys(tx, clock.now() - leftBehindMs, maxKeys));
    for (const { account_id: accountId, part_key: key } of keys) await this.#look(accountId, key, true);
    return lookEveryMs;
  }

  protected failed(error: unknown): number {
    this.deps.logger.error({ err: error }, 'waiting parts could not be looked through; trying again');
    return lookEveryMs;
  }

  async #look(accountId: string, key: string, isOld: boolean): Promise<void> {
    const parts = await this.deps.database.read((tx) => partsOf(tx, accountId, key));
    const [first] = parts;
    if (!first) return;
    const byNumber = groupBy(parts, ({ number }) => number);
    if (byNumber.size === first.total) await this.#send(parts);
    else if (isOld && first.receivedAt <= this.deps.clock.now() - patienceMs) {
      for (const ofOneNumber of byNumber.values()) await this.#send(ofOneNumber);
    }
  }

  /** Sends the parts' texts as one message; a number that came twice counts as it came last. */
  async #send(parts: readonly WaitingPart[]): Promise<void> {
    const texts = new Map(parts.map(({ number, text }) => [number, text]));
    const text = wholeCharacters(
      [...texts]
        .sort(([a], [b]) => a - b)
        .map(([, one]) => one)
        .join(''),
    );
    const [first] = parts;
    if (!first) return;
    const { accountId } = first;
    const { to, senderId, lane, scheduledAt, validityMs } = submissionOf(first);
    try {
      await this.deps.sending.send(
        accountId,
        { items: [{ to, text }], senderId, lane, scheduledAt, validityMs, source: 'smpp' },
        {
          attach: ([prepared]) =>
            prepared
              ? {
                  rows: [submittedRows(parts.map((part) => submittedAs(part, prepared.message.id)))],
                  transfers: this.#releases(parts),
                  statements: [takeParts(this.deps.database.kind, idsOf(parts))],
                }
              : {},
        },
      );
    } catch (error) {
      // Another process has joined them.
      if (error instanceof CommitConflict) return;
      if (!(error instanceof SmsError)) throw error;
      await this.#reject(parts, error);
    }
  }

  /** What cannot be sent after all, say because the account has been suspended since, costs nothing and is told. */
  async #reject(parts: readonly WaitingPart[], { code }: SmsError): Promise<void> {
    const { database, clock, ids, deliveriesReady } = this.deps;
    const nowMs = clock.now();
    const told = parts.filter((part) => !['never', 'success'].includes(submissionOf(part).tell));
    await database.commit([
      takeParts(database.kind, idsOf(parts)),
      ...moveCredits(database.kind, this.#releases(parts)),
      ...insertEsmeDeliveries(
        database.kind,
        told.map((part) => ({
          id: ids.next(),
          accountId: part.accountId,
          prefers: part.workerId,
          workerId: null,
          at: nowMs,
          body: {
            kind: 'receipt',
            submittedId: String(part.id),
            envelope: submissionOf(part).envelope,
            session: submissionOf(part).session,
            submittedAt: part.receivedAt,
            state: 'rejected',
            errorCode: code,
            at: nowMs,
          },
        })),
      ),
    ]);
    deliveriesReady.raise();
  }

  #releases(parts: readonly WaitingPart[]): Transfer[] {
    const at = this.deps.clock.now();
    return parts.map(({ holdId, accountId, cost }) => ({
      subjectId: holdId,
      accountId,
      kind: 'release',
      amount: cost,
      at,
    }));
  }
}

const idsOf = (parts: readonly WaitingPart[]): number[] => parts.map(({ id }) => id);

const submissionOf = ({ submission }: WaitingPart): PartSubmission => JSON.parse(submission) as PartSubmission;

function submittedAs(part: WaitingPart, messageId: string): Parameters<typeof submittedRows>[0][number] {
  const { tell, session, envelope } = submissionOf(part);
  const { id, accountId, workerId, receivedAt } = part;
  return { id, messageId, accountId, tell, session, workerId, envelope, submittedAt: receivedAt };
}
