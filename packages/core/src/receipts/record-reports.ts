import { groupBy } from '../group-by.js';
import { GroupCommit, type Verdict } from '../group-commit.js';
import { moveCredits } from '../ledger/ledger.store.js';
import { holdStateAfter, settlementOf, type SettlementKind } from '../ledger/transfer.js';
import { messageEvent, type EventfulMessage } from '../messaging/message-event.js';
import { isFinal } from '../messaging/message.js';
import { changeStates, type StateChange } from '../messaging/message.store.js';
import type { NamesUnderWay } from '../messaging/names-under-way.js';
import { isShortReference, shortReferenceOf } from '../messaging/short-reference.js';
import type { SendingPolicies } from '../messaging/sending-policy.js';
import type { ReceiptReport } from '../messaging/transport.js';
import { appendEvents } from '../outbox/event.store.js';
import { isUuid } from '../ids.js';
import { CommitConflict, type Clock, type Database, type Ids, type Statement } from '../runtime.js';
import type { Signal } from '../signal.js';
import { storableText } from '../text/storable-text.js';
import { applyReceipt, type ReportedMessage } from './aggregate.js';
import { LearnedIds } from './learned-ids.js';
import {
  deleteOrphans,
  insertDisputes,
  insertOrphans,
  reportSegments,
  segmentsFor,
  unansweredByReference,
  unansweredByShortReference,
  type Dispute,
  type Orphan,
  type ReportedRow,
  type SegmentReport,
  type SegmentRow,
} from './receipt.store.js';

/** A receipt from a transport; from the orphan box when it has waited there. */
export interface IncomingReport {
  transport: string;
  report: ReceiptReport;
  orphan?: Orphan;
}

export interface ReportDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  policies: SendingPolicies;
  naming: NamesUnderWay;
  eventsReady: Signal;
  /** Told of receipts that were put into the orphan box. */
  onOrphans: (orphans: readonly Orphan[]) => void;
}

const maxBatch = 500;
const maxConflicts = 5;
const longestUpstreamId = 100;
const longestRaw = 300;
const longestErrorCode = 32;
const longestNumber = 20;

/** A message with the changes of this batch. */
interface Changing {
  row: ReportedRow;
  message: ReportedMessage;
  before: ReportedMessage;
  last: ReceiptReport;
}

/** What a batch of reports changes, before it is written. */
interface Changes {
  messages: Map<string, Changing>;
  segments: SegmentReport[];
  disputes: Dispute[];
  orphans: Orphan[];
  matchedOrphans: string[];
}

/** Applies receipts to messages, many in one commit. A receipt that matches nothing is kept, never dropped. */
export class RecordReports {
  readonly #group: GroupCommit<IncomingReport, undefined>;
  readonly #learned = new LearnedIds();
  /** Receipts that wait until their segments' names are written. */
  readonly #early = new Set<Promise<void>>();

  constructor(private readonly deps: ReportDeps) {
    this.#group = new GroupCommit((reports) => this.#write(reports), { maxWeight: maxBatch });
  }

  /** Resolves when the report is stored; only then may the operator be told that it was taken. */
  async record(incoming: IncomingReport): Promise<undefined> {
    const report = storable(incoming.report);
    const named = incoming.orphan ? undefined : this.deps.naming.wait(incoming.transport, report.upstreamId);
    if (named) {
      this.#early.add(named);
      await named;
      this.#early.delete(named);
    }
    return this.#group.add({ ...incoming, report });
  }

  async drained(): Promise<void> {
    while (this.#early.size > 0) await Promise.all(this.#early);
    await this.#group.drained();
  }

  async #write(reports: IncomingReport[]): Promise<Verdict<undefined>[]> {
    for (let conflicts = 0; ; conflicts++) {
      try {
        await this.#writeOnce(reports);
        return reports.map(() => ({ result: undefined }));
      } catch (error) {
        // Another process moved one of the messages between our look and our commit: look again.
        if (!(error instanceof CommitConflict)) throw error;
        if (conflicts >= maxConflicts) return this.#writeOneByOne(reports, error);
      }
    }
  }

  /** A report the database will not hold fails alone; the others of its batch stand. */
  async #writeOneByOne(reports: IncomingReport[], conflict: CommitConflict): Promise<Verdict<undefined>[]> {
    if (reports.length === 1) return [{ error: conflict }];
    const verdicts: Verdict<undefined>[] = [];
    for (const report of reports) verdicts.push(...(await this.#write([report])));
    return verdicts;
  }

  async #writeOnce(reports: readonly IncomingReport[]): Promise<void> {
    const { database, eventsReady, onOrphans } = this.deps;
    const changes = await this.#decide(reports);
    await database.commit(await this.#statements(changes));
    eventsReady.raise();
    if (changes.orphans.length > 0) onOrphans(changes.orphans);
  }

  async #decide(reports: readonly IncomingReport[]): Promise<Changes> {
    const { clock, ids, database } = this.deps;
    const nowMs = clock.now();
    const segments = await database.read((tx) =>
      segmentsFor(
        tx,
        reports.map(({ transport, report }) => ({ transport, upstreamId: report.upstreamId })),
      ),
    );
    const byKey = groupBy(segments, ({ transport, upstream_key: key }) => `${transport} ${key}`);
    const matched = reports.map((incoming) => ({
      ...incoming,
      segment: this.#findSegment(byKey, incoming.transport, incoming.report.upstreamId),
    }));
    const findUnanswered = await this.#unanswered(matched.filter(({ segment }) => !segment));
    const changes: Changes = { messages: new Map(), segments: [], disputes: [], orphans: [], matchedOrphans: [] };
    for (const { transport, report, orphan, segment } of matched) {
      const row = segment ?? findUnanswered({ transport, report });
      if (!row) {
        if (!orphan) changes.orphans.push({ id: ids.next(), transport, report, receivedAt: nowMs });
        continue;
      }
      if (orphan) changes.matchedOrphans.push(orphan.id);
      this.#apply(changes, row, segment, report, nowMs);
    }
    return changes;
  }

  /** The segment with the id in the form its operator writes, else in the likeliest other; of several the newest. */
  #findSegment(byKey: Map<string, SegmentRow[]>, transport: string, upstreamId: string): SegmentRow | undefined {
    for (const key of this.#learned.keysOf(transport, upstreamId)) {
      const found = byKey.get(`${transport} ${key}`);
      if (!found) continue;
      this.#learned.matched(transport, upstreamId, key);
      return found.find((segment) => segment.upstream_id === upstreamId) ?? found[0];
    }
    return undefined;
  }

  /** How reports that name no segment find a message whose submit was never answered, by what they echo of its id. */
  async #unanswered(nameless: readonly IncomingReport[]): Promise<(of: IncomingReport) => ReportedRow | undefined> {
    const references = nameless.flatMap(({ report }) => report.reference ?? []);
    const short = nameless.flatMap(({ transport, report }) =>
      report.shortReference ? [{ transport, ...report.shortReference }] : [],
    );
    if (references.length + short.length === 0) return () => undefined;
    const [named, shortly] = await this.deps.database.read(async (tx) => [
      await unansweredByReference(tx, references),
      await unansweredByShortReference(tx, short),
    ]);
    const keyOf = (transport: string, recipient: string, number: number): string =>
      `${transport} ${recipient} ${number}`;
    const byReference = new Map(named.map((row) => [row.id, row]));
    // Of several the newest stands last, and so stays.
    const byShort = new Map(shortly.map((row) => [keyOf(row.route, row.recipient, shortReferenceOf(row.id)), row]));
    return ({ transport, report: { reference, shortReference } }) =>
      byReference.get(reference ?? '') ??
      (shortReference && byShort.get(keyOf(transport, shortReference.recipient, shortReference.number)));
  }

  #apply(
    changes: Changes,
    row: ReportedRow,
    segment: SegmentRow | undefined,
    report: ReceiptReport,
    nowMs: number,
  ): void {
    let changing = changes.messages.get(row.id);
    if (!changing) {
      const before = reportedOf(row);
      changing = { row, before, message: { ...before }, last: report };
      changes.messages.set(row.id, changing);
    }
    const effect = applyReceipt(changing.message, segment?.segment_state ?? null, report);
    if (effect === 'nothing') return;
    if (effect === 'disputed') {
      changes.disputes.push({
        id: this.deps.ids.next(),
        accountId: row.account_id,
        messageId: row.id,
        state: changing.message.state,
        reported: report.state,
        report: report.raw,
        at: nowMs,
      });
      return;
    }
    changing.last = report;
    if (!segment) return;
    // Later reports of this batch must see what this one said.
    segment.segment_state = report.state;
    changes.segments.push({
      transport: segment.transport,
      upstreamKey: segment.upstream_key,
      messageId: row.id,
      segment: segment.segment,
      state: report.state,
      at: report.at,
      raw: report.raw,
    });
  }

  async #statements({ messages, segments, disputes, orphans, matchedOrphans }: Changes): Promise<Statement[]> {
    const { database, ids, policies, clock } = this.deps;
    const { kind } = database;
    const nowMs = clock.now();
    const changed = [...messages.values()].filter(({ message, before }) => !same(message, before));
    const settled = await Promise.all(
      changed.map(async (changing) => {
        const { account } = await policies.of(changing.row.account_id);
        return { ...changing, transfer: transferFor(changing, account.refundPolicy) };
      }),
    );
    return [
      ...changeStates(
        kind,
        settled.map((one) => changeOf(one, one.transfer, nowMs)),
      ),
      ...moveCredits(
        kind,
        settled.flatMap(({ row, transfer }) =>
          transfer
            ? [{ subjectId: row.id, accountId: row.account_id, kind: transfer, amount: row.cost, at: nowMs }]
            : [],
        ),
      ),
      // A segment told twice in one batch is written once, as it was told last.
      ...reportSegments(kind, [
        ...new Map(segments.map((one) => [`${one.messageId} ${one.upstreamKey} ${one.segment}`, one])).values(),
      ]),
      ...insertDisputes(kind, disputes),
      ...insertOrphans(kind, orphans),
      ...deleteOrphans(kind, matchedOrphans),
      ...appendEvents(
        kind,
        ids,
        settled.flatMap(({ row, message, before }) =>
          message.state === before.state
            ? []
            : messageEvent(eventfulOf(row), message.state, nowMs, message.errorCode, message.upstreamError),
        ),
      ),
    ];
  }
}

/** Field by field, because a rest pattern would cost as much as all the rest that is done with a report here. */
function storable({ state, at, upstreamId, raw, errorCode, reference, shortReference }: ReceiptReport): ReceiptReport {
  const report: ReceiptReport = {
    kind: 'receipt',
    upstreamId: storableText(upstreamId, longestUpstreamId),
    state,
    at,
    raw: storableText(raw, longestRaw),
  };
  if (errorCode !== undefined) report.errorCode = storableText(errorCode, longestErrorCode);
  // An echo that is no id of ours is another customer's affair of the operator's.
  if (reference !== undefined && isUuid(reference)) report.reference = reference;
  if (shortReference && isShortReference(shortReference.number)) {
    const { number, recipient } = shortReference;
    report.shortReference = { number, recipient: storableText(recipient, longestNumber) };
  }
  return report;
}

const eventfulOf = (row: ReportedRow): EventfulMessage => ({
  id: row.id,
  accountId: row.account_id,
  recipient: row.recipient,
  sender: row.sender,
  segments: row.segments,
  clientRef: row.client_ref,
  batchId: row.batch_id,
  campaignId: row.campaign_id,
  fileId: row.file_id,
});

const reportedOf = (row: ReportedRow): ReportedMessage => ({
  state: row.state,
  segmentsDelivered: row.segments_delivered,
  segmentsFailed: row.segments_failed,
  // A submit that was never answered named no segments: the first receipt speaks for the message.
  receiptsDue: row.receipts_due ?? 1,
  // What an earlier segment failed of; the code of a submit without an answer is over once a receipt has come.
  errorCode: row.segments_failed > 0 ? row.error_code : null,
  upstreamError: row.segments_failed > 0 ? row.upstream_error : null,
});

const same = (a: ReportedMessage, b: ReportedMessage): boolean =>
  a.state === b.state && a.segmentsDelivered === b.segmentsDelivered && a.segmentsFailed === b.segmentsFailed;

/** A receipt proves that the message was handed over, except one that says the operator refused it. */
function transferFor({ row, message }: Changing, policy: Parameters<typeof settlementOf>[1]): SettlementKind | null {
  if (!isFinal(message.state)) return null;
  const end = { handedOver: message.state !== 'rejected', delivered: message.state === 'delivered' };
  return settlementOf(row.hold_state, policy, end);
}

function changeOf(
  { row, message, before, last }: Changing,
  transfer: SettlementKind | null,
  nowMs: number,
): StateChange {
  const moved = message.state !== before.state;
  const final = isFinal(message.state);
  return {
    accountId: row.account_id,
    messageId: row.id,
    from: before,
    to: message.state,
    holdState: transfer ? holdStateAfter[transfer] : row.hold_state,
    segmentsDelivered: message.segmentsDelivered,
    segmentsFailed: message.segmentsFailed,
    receiptsDue: null,
    errorCode: message.errorCode,
    errorDetail: final && message.upstreamError !== null ? `operator error ${message.upstreamError}` : null,
    upstreamError: message.upstreamError,
    submittedAt: null,
    finalAt: final ? nowMs : null,
    watchUntil: final ? null : watchOf(row),
    transition: moved ? { state: message.state, at: last.at, source: 'receipt' } : null,
  };
}

/** A message that is not at its end is watched on; one that was given up already is not taken up again. */
const watchOf = (row: ReportedRow): number | null => (row.state === 'unknown' ? null : row.watch_until);
