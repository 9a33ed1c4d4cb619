import { SmsError } from '../../errors.js';
import { isUuid } from '../../ids.js';
import { CommitConflict, type Transaction } from '../../runtime.js';
import { rowErrorsAfter } from '../../uploads/row-error.store.js';
import { rowErrorPages } from '../../uploads/row-errors.js';
import { writeTogether, type Attached } from '../attached.store.js';
import { cancelList, pauseList, resumeList } from '../lists/change-list.js';
import { readProgress } from '../lists/read-progress.js';
import { releaseCancelled } from '../lists/release-cancelled.js';
import type { SendList } from '../lists/send-list.js';
import { findList, sameList } from '../lists/send-list.store.js';
import type { BulkFiles } from './bulk-file.js';
import { findFile, listFiles, setPauseReason, type StoredFile } from './bulk-file.store.js';
import { fileEvent } from './file-event.js';
import { sendFile, type SendFileDeps } from './send-file.js';

/** Everything a customer does with files of messages. */
export function manageFiles(deps: SendFileDeps): BulkFiles {
  const { database, clock, ids, policies, eventsReady, listsReady } = deps;

  async function find(tx: Transaction, accountId: string, id: string): Promise<StoredFile> {
    const file = isUuid(id) && isUuid(accountId) ? await findFile(tx, accountId, id) : undefined;
    if (!file) throw new SmsError('not_found', 'file not found');
    return file;
  }
  const get = (accountId: string, id: string): Promise<StoredFile> => database.read((tx) => find(tx, accountId, id));

  async function listOf(tx: Transaction, { listId }: StoredFile): Promise<SendList> {
    const list = await findList(tx, listId);
    if (!list) throw new SmsError('not_found', 'file not found');
    return list;
  }

  /** Takes a step with a file's list. @param refusal what is said when the list is in no state for it */
  async function step(
    accountId: string,
    fileId: string,
    refusal: string,
    change: (file: StoredFile, list: SendList, nowMs: number) => Attached[],
  ): Promise<SendList> {
    const { file, list } = await database.read(async (tx) => {
      const found = await find(tx, accountId, fileId);
      return { file: found, list: await listOf(tx, found) };
    });
    try {
      await database.commit(writeTogether(database.kind, ids, change(file, list, clock.now())));
    } catch (error) {
      if (error instanceof CommitConflict && error.on === sameList) throw new SmsError('conflict', refusal);
      throw error;
    }
    eventsReady.raise();
    listsReady.raise();
    return list;
  }

  return {
    async send(accountId, file, options = {}) {
      if (!isUuid(accountId)) throw new SmsError('not_found', 'account not found');
      return sendFile(deps, accountId, file, options);
    },

    get: (accountId, fileId) =>
      database.read(async (tx) => {
        const file = await find(tx, accountId, fileId);
        return { file, progress: await readProgress(tx, await listOf(tx, file)) };
      }),

    async list(accountId, page) {
      await policies.of(accountId);
      return database.read((tx) => listFiles(tx, accountId, page));
    },

    async pause(accountId, fileId) {
      await step(accountId, fileId, 'only a file that is being sent can be paused', (file, list, nowMs) => [
        pauseList(list, nowMs),
        { events: [fileEvent({ ...file, state: 'paused', pauseReason: null }, nowMs)] },
        { statements: [setPauseReason(accountId, fileId, null)] },
      ]);
      return get(accountId, fileId);
    },

    async resume(accountId, fileId) {
      await step(accountId, fileId, 'only a file that is paused can be resumed', (_file, list, nowMs) => [
        resumeList(list, nowMs),
      ]);
      return get(accountId, fileId);
    },

    async cancel(accountId, fileId) {
      const list = await step(accountId, fileId, 'this file has been sent, or was cancelled', (file, of, nowMs) => [
        cancelList(of, nowMs),
        { events: [fileEvent({ ...file, state: 'cancelled', pauseReason: null }, nowMs)] },
      ]);
      await releaseCancelled(deps, list);
      return get(accountId, fileId);
    },

    async firstErrors(accountId, fileId, limit) {
      await get(accountId, fileId);
      return database.read((tx) => rowErrorsAfter(tx, fileId, 0, limit));
    },

    async errors(accountId, fileId) {
      const { titles } = await get(accountId, fileId);
      return { titles, pages: rowErrorPages(database, fileId) };
    },
  };
}
