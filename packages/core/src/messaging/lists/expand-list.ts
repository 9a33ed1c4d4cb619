import { expectVersions, sameVersions } from '../../accounts/account.store.js';
import { allot } from '../../ledger/reservation.store.js';
import { enqueue } from '../../queue/job.store.js';
import type { Turns } from '../../queue/turns.js';
import { CommitConflict, type Statement } from '../../runtime.js';
import type { Signal } from '../../signal.js';
import { expectNotSuppressed, nobodySuppressed, suppressedAmong } from '../../suppression/suppression.store.js';
import { writeTogether } from '../attached.store.js';
import { jobsOf } from '../jobs-of.js';
import { messageEvent } from '../message-event.js';
import type { Message } from '../message.js';
import { insertMessages } from '../message.store.js';
import type { RouteTable } from '../route.js';
import type { ListDeps } from './list-deps.js';
import { paceRows, type ListRow, type SendList } from './send-list.js';
import { moveList, rowsAfter, sameList } from './send-list.store.js';

export interface ExpandDeps extends ListDeps {
  turns: Turns;
  jobsReady: Signal;
}

/**
 * What became of an attempt: messages were made, there was no row left, the account has changed and it must be looked at
 * again, or another process or a command was faster.
 */
export type Expansion = 'made' | 'nothing left' | 'undecided' | 'overtaken';

/** How many messages are made in one commit. */
export const batchLength = 200;
/** How many batches a list makes before another has its turn. */
const batchesInARow = 4;

/** What is to be committed of a list, and where it stands then. */
interface Batch {
  messages: Message[];
  statements: Statement[];
  after: SendList;
}

/**
 * Makes messages of the next rows of a list, at most as many as there is room for. While one batch is written the next is
 * read and put together.
 */
export async function expandList(deps: ExpandDeps, list: SendList, room: number): Promise<Expansion> {
  let at = list;
  let written: Promise<Expansion> = Promise.resolve('made');
  for (let left = Math.min(room, batchesInARow * batchLength); left > 0;) {
    const batch = await makeBatch(deps, at, Math.min(batchLength, left), new Set());
    const expansion = await written;
    if (expansion !== 'made') return expansion;
    if (!batch) return at === list ? 'nothing left' : 'made';
    written = writeBatch(deps, at, batch);
    // It is awaited a step later; that it failed is told then.
    written.catch(() => undefined);
    left -= batch.after.position - at.position;
    at = batch.after;
    if (at.segmentsPerSecond !== null) break;
  }
  return written;
}

/**
 * Their part of the reservation, the messages, their jobs, their events and the list's new place in one commit. So a
 * process that dies leaves all of a batch or nothing of it, and of two that make the same batch one is undone.
 */
async function makeBatch(
  { database, clock, ids, turns, routes, policies }: ExpandDeps,
  list: SendList,
  limit: number,
  optedOut: ReadonlySet<string>,
): Promise<Batch | undefined> {
  const { kind } = database;
  // First the account and then the rows: whoever was erased in between has changed its version.
  const { account } = await policies.of(list.accountId);
  const all = await database.read((tx) => rowsAfter(tx, list.id, list.position, limit));
  const nowMs = clock.now();
  const { rows, nextAt } = paceRows(list, all, nowMs);
  const position = rows.at(-1)?.place;
  if (position === undefined) return undefined;
  const messages = rows
    // Routes may have gone since the list was made; what leads nowhere is passed over, as what has opted out is.
    .filter(({ recipient }) => !optedOut.has(recipient) && routes.reaches(recipient))
    .map((row) => messageOf(list, row, { id: ids.next(), nowMs, routes }));
  const statements = [
    moveList(list, { position, messages: messages.length, nextAt, at: nowMs }),
    expectVersions(kind, [{ accountId: account.id, version: account.version }]),
  ];
  if (messages.length > 0) {
    const events = messages.flatMap((message) => messageEvent(message, message.state, nowMs));
    statements.push(
      expectNotSuppressed(
        kind,
        messages.map(({ accountId, recipient }) => ({ accountId, phone: recipient })),
      ),
      insertMessages(kind, messages),
      enqueue(kind, jobsOf(messages, account, turns, list.id)),
      ...writeTogether(kind, ids, [allot(list.id, messages, nowMs), { events }]),
    );
  }
  return { messages, statements, after: { ...list, position, nextAt } };
}

async function writeBatch(deps: ExpandDeps, list: SendList, batch: Batch): Promise<Expansion> {
  const { database, policies, jobsReady, eventsReady } = deps;
  try {
    await database.commit(batch.statements);
  } catch (error) {
    if (!(error instanceof CommitConflict)) throw error;
    if (error.on === sameList) return 'overtaken';
    if (error.on === sameVersions) {
      policies.forget(list.accountId);
      return 'undecided';
    }
    if (error.on !== nobodySuppressed) throw error;
    return writeWithout(deps, list, batch);
  }
  jobsReady.raise();
  eventsReady.raise();
  return 'made';
}

/** Makes a batch again without those who have opted out since the list was made. */
async function writeWithout(deps: ExpandDeps, list: SendList, { messages, after }: Batch): Promise<Expansion> {
  const phones = messages.map(({ recipient }) => recipient);
  const optedOut = await deps.database.read((tx) => suppressedAmong(tx, list.accountId, phones));
  const again = await makeBatch(deps, list, after.position - list.position, optedOut);
  return again ? writeBatch(deps, list, again) : 'nothing left';
}

function messageOf(
  list: SendList,
  row: ListRow,
  { id, nowMs, routes }: { id: string; nowMs: number; routes: RouteTable },
): Message {
  return {
    id,
    accountId: list.accountId,
    recipient: row.recipient,
    sender: list.sender,
    text: row.text ?? list.text ?? '',
    encoding: row.encoding,
    segments: row.segments,
    cost: row.cost,
    lane: list.lane,
    route: routes.transportFor(row.recipient),
    state: 'queued',
    holdState: 'held',
    errorCode: null,
    errorDetail: null,
    upstreamError: null,
    clientRef: row.clientRef,
    resendOf: null,
    batchId: null,
    campaignId: list.owner.kind === 'campaign' ? list.owner.id : null,
    fileId: list.owner.kind === 'file' ? list.owner.id : null,
    scheduledAt: null,
    expiresAt: nowMs + list.validityMs,
    createdAt: nowMs,
    submittedAt: null,
    finalAt: null,
    history: [{ state: 'queued', at: nowMs, source: list.owner.kind }],
  };
}
