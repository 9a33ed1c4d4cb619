import type { Attached } from '../attached.store.js';
import type { ListOwnerKind, SendList } from './send-list.js';
import type { SendProgress } from './send-progress.js';

/** Why the platform stopped a list by itself. */
export type PauseReason = 'sender_not_approved' | 'too_many_failures';

/** What a list does by itself, and its owner may want to note in the same commit. */
export type ListStep =
  | { kind: 'started' }
  | { kind: 'completed' }
  | { kind: 'paused'; reason: PauseReason }
  | { kind: 'progressed'; progress: SendProgress };

/** The capability a list belongs to: what it writes when its list takes a step, in the commit of the step. */
export type ListOwner = (list: SendList, step: ListStep, nowMs: number) => Promise<Attached>;

export type ListOwners = Partial<Record<ListOwnerKind, ListOwner>>;

export const noteOf = async (owners: ListOwners, list: SendList, step: ListStep, nowMs: number): Promise<Attached> =>
  (await owners[list.owner.kind]?.(list, step, nowMs)) ?? {};
