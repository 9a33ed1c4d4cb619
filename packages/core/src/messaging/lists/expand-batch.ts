import { expectVersions, sameVersions } from '../../accounts/account.store.js';
import { allot } from '../../ledger/reservation.store.js';
import { enqueue } from '../../queue/job.store.js';
import type { Turns } from '../../queue/turns.js';
import { CommitConflict } from '../../runtime.js';
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
}

/** What became of a batch: it was written, there was none left, or another process or a command was faster. */
export type BatchOutcome = 'written' | 'nothing left' | 'overtaken';

/**
 * Makes messages of the next rows of a list: their part of the reservation, the messages, their jobs, their events and
 * the list's new place in one commit. So a process that dies leaves all of a batch or nothing of it, and of two that
 * make the same batch one is undone.
 */
export async function expandBatch(deps: ExpandDeps, list: SendList, limit: number): Promise<BatchOutcome> {
  const { database, clock, policies, routes } = deps;
  const all = await database.read((tx) => rowsAfter(tx, list.id, list.position, limit));
  const { rows, nextAt } = paceRows(list, all, clock.now());
  const last = rows.at(-1);
  if (!last) return 'nothing left';
  // Routes may have gone since the list was made; what leads nowhere is passed over, as what has opted out is.
  let wanted = rows.filter(({ recipient }) => routes.reaches(recipient));
  for (;;) {
    try {
      await commitBatch(deps, list, wanted, { position: last.place, nextAt });
      return 'written';
    } catch (error) {
      if (!(error instanceof CommitConflict)) throw error;
      if (error.on === sameVersions) policies.forget(list.accountId);
      if (error.on === sameVersions || error.on === sameList) return 'overtaken';
      if (error.on !== nobodySuppressed) throw error;
      const phones = wanted.map(({ recipient }) => recipient);
      const optedOut = await database.read((tx) => suppressedAmong(tx, list.accountId, phones));
      wanted = wanted.filter(({ recipient }) => !optedOut.has(recipient));
    }
  }
}

async function commitBatch(
  { database, clock, ids, turns, routes, policies }: ExpandDeps,
  list: SendList,
  rows: readonly ListRow[],
  { position, nextAt }: { position: number; nextAt: number },
): Promise<void> {
  const { kind } = database;
  const { account } = await policies.of(list.accountId);
  const nowMs = clock.now();
  const messages = rows.map((row) => messageOf(list, row, { id: ids.next(), nowMs, routes }));
  const moved = moveList(list, { position, messages: messages.length, nextAt, at: nowMs });
  const unchanged = expectVersions(kind, [{ accountId: account.id, version: account.version }]);
  if (messages.length === 0) return database.commit([unchanged, moved]);
  const events = messages.flatMap((message) => messageEvent(message, message.state, nowMs));
  await database.commit([
    unchanged,
    moved,
    expectNotSuppressed(
      kind,
      messages.map(({ accountId, recipient }) => ({ accountId, phone: recipient })),
    ),
    insertMessages(kind, messages),
    enqueue(kind, jobsOf(messages, account, turns, list.id)),
    ...writeTogether(kind, ids, [allot(list.id, messages, nowMs), { events }]),
  ]);
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
