import type { DomainEvent, MessageEventData } from '../../events.js';
import { groupBy } from '../../group-by.js';
import type { HandleEvents } from '../../outbox/consume-events.worker.js';
import { writeTogether, type Attached } from '../attached.store.js';
import { pauseList } from './change-list.js';
import type { ListDeps } from './list-deps.js';
import { noteOf, type ListOwners } from './list-owner.js';
import type { SendList } from './send-list.js';
import { listBeingSent } from './send-list.store.js';
import { countEvents, failsTooOften, noProgress, type SendProgress } from './send-progress.js';
import { findProgress, writeProgress } from './send-progress.store.js';

/** How often an owner is told how far its list has come. */
const tellEveryMs = 10_000;

/**
 * Counts what becomes of the messages of campaigns and files. The counts are written in the commit that moves the
 * reader on, and by this one reader, so that each event counts exactly once.
 */
export function countProgress({
  database,
  clock,
  ids,
  owners,
}: Pick<ListDeps, 'database' | 'clock' | 'ids'> & { owners: ListOwners }): HandleEvents {
  return async (events) => {
    const nowMs = clock.now();
    const byOwner = groupBy(events, ownerOf);
    const before = await database.read((tx) => findProgress(tx, [...byOwner.keys()]));
    const after = new Map<string, SendProgress>();
    const notes: Attached[] = [];
    for (const [id, counted] of byOwner) {
      const progress = countEvents(before.get(id) ?? noProgress(nowMs), counted, nowMs);
      after.set(id, progress);
      const isDue = nowMs - progress.toldAt >= tellEveryMs;
      const mayPause = failsTooOften(progress);
      if (!isDue && !mayPause) continue;
      const list = await database.read((tx) => listBeingSent(tx, { kind: kindOf(counted), id }));
      if (list?.state !== 'sending') continue;
      if (mayPause) notes.push(...(await pause(list, progress, nowMs)));
      else notes.push(await tell(list, progress, nowMs));
    }
    return { statements: [...writeProgress(database.kind, after), ...writeTogether(database.kind, ids, notes)] };
  };

  /** What has failed is judged once: after it was resumed, a list is judged by what fails from then on. */
  async function pause(list: SendList, progress: SendProgress, nowMs: number): Promise<Attached[]> {
    progress.recent = '';
    return [pauseList(list, nowMs), await noteOf(owners, list, { kind: 'paused', reason: 'too_many_failures' }, nowMs)];
  }

  function tell(list: SendList, progress: SendProgress, nowMs: number): Promise<Attached> {
    progress.toldAt = nowMs;
    return noteOf(owners, list, { kind: 'progressed', progress }, nowMs);
  }
}

const dataOf = ({ data }: DomainEvent): Partial<MessageEventData> => data as MessageEventData;
const ownerOf = (event: DomainEvent): string => dataOf(event).campaignId ?? dataOf(event).fileId ?? '';
const kindOf = ([event]: readonly DomainEvent[]): SendList['owner']['kind'] =>
  event && dataOf(event).campaignId !== undefined ? 'campaign' : 'file';
