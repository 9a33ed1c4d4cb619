import { holdBackJobs, letJobsGo } from '../../queue/job.store.js';
import type { Attached } from '../attached.store.js';
import type { SendList } from './send-list.js';
import { changeListState } from './send-list.store.js';

/*
 * Steps of a list that somebody asks for, for the commit of whoever owns it. Each is undone, under the name `sameList`,
 * when the list is not in a state to take it.
 */

/** Nothing more is made a message, and what waits in the queue is held back. */
export const pauseList = ({ id }: SendList, nowMs: number): Attached => ({
  statements: [changeListState(id, ['sending'], { state: 'paused', at: nowMs }), holdBackJobs(id)],
});

/** Goes on where it was. */
export const resumeList = ({ id }: SendList, nowMs: number): Attached => ({
  statements: [changeListState(id, ['paused'], { state: 'sending', at: nowMs, nextAt: nowMs }), letJobsGo(id)],
});

/**
 * Makes nothing more of it a message. What waits in the queue is held back; after the commit `releaseCancelled` takes it
 * back and returns the rest of the reservation, which from here on nothing can draw on.
 */
export const cancelList = ({ id }: SendList, nowMs: number): Attached => ({
  statements: [
    changeListState(id, ['waiting', 'sending', 'paused'], { state: 'cancelled', at: nowMs, endedAt: nowMs }),
    holdBackJobs(id),
  ],
});
