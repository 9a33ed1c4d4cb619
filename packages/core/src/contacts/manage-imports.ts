import { SmsError } from '../errors.js';
import { commitOnce } from '../idempotency/commit-once.js';
import { isUuid } from '../ids.js';
import { appendEvents } from '../outbox/event.store.js';
import {
  CommitConflict,
  type Clock,
  type Database,
  type Ids,
  type RunStatements,
  type Transaction,
} from '../runtime.js';
import type { Signal } from '../signal.js';
import { rowErrorsAfter } from '../uploads/row-error.store.js';
import { rowErrorPages } from '../uploads/row-errors.js';
import type { UploadFolder } from '../uploads/upload-folder.js';
import { readTags } from './contact-fields.js';
import { mostOpenImports, type ContactImports } from './contact-import.js';
import {
  cancelImport,
  countOpenImports,
  findImport,
  insertImport,
  listImports,
  stillOurs,
  type StoredImport,
} from './contact-import.store.js';
import { findGroup } from './group.store.js';
import { importEvent } from './import-event.js';

export interface ManageImportsDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  runStatements: RunStatements;
  uploads: UploadFolder;
  eventsReady: Signal;
  importsReady: Signal;
  /** @throws SmsError `not_found` */
  countryOf: (accountId: string) => Promise<string>;
}

/** Everything a customer does with imports of contacts. */
export function manageImports(deps: ManageImportsDeps): ContactImports {
  const { database, clock, ids, runStatements, uploads, eventsReady, importsReady, countryOf } = deps;

  async function find(tx: Transaction, accountId: string, id: string): Promise<StoredImport> {
    const found = isUuid(id) && isUuid(accountId) ? await findImport(tx, accountId, id) : undefined;
    if (!found) throw new SmsError('not_found', 'upload not found');
    return found;
  }
  const get = (accountId: string, id: string): Promise<StoredImport> => database.read((tx) => find(tx, accountId, id));

  return {
    async start(accountId, file, { policy = 'update', groupId, tags = [], idempotency } = {}) {
      await countryOf(accountId);
      if (groupId !== undefined) {
        const group = isUuid(groupId) && (await database.read((tx) => findGroup(tx, accountId, groupId)));
        if (!group) throw new SmsError('not_found', 'group not found');
      }
      if ((await database.read((tx) => countOpenImports(tx, accountId))) >= mostOpenImports) {
        throw new SmsError('conflict', `${mostOpenImports} imports are not over yet; wait for one, or cancel it`);
      }
      const made = newImport(accountId, file, { policy, groupId, tags: readTags(tags), nowMs: clock.now() });
      const { answer, replayed } = await commitOnce<StoredImport>(deps, accountId, idempotency, async (remember) => {
        try {
          await database.commit([insertImport(made), ...remember(made)]);
        } catch (error) {
          // What failed in any other way may stand all the same, and then the file is needed.
          if (!(error instanceof CommitConflict)) uploads.take(file);
          throw error;
        }
        uploads.take(file);
        importsReady.raise();
        return made;
      });
      return { contactImport: answer, replayed };
    },

    get,

    async list(accountId, page) {
      await countryOf(accountId);
      return database.read((tx) => listImports(tx, accountId, page));
    },

    async cancel(accountId, importId) {
      const before = await get(accountId, importId);
      const nowMs = clock.now();
      try {
        await database.write(async (tx) => {
          await runStatements(tx, [cancelImport(accountId, importId, nowMs)]);
          const ended = await find(tx, accountId, importId);
          await runStatements(tx, appendEvents(database.kind, ids, [importEvent(ended, nowMs)]));
        });
      } catch (error) {
        if (!(error instanceof CommitConflict) || error.on !== stillOurs) throw error;
        throw new SmsError('conflict', 'this import is over');
      }
      eventsReady.raise();
      // One that had begun has its file open; whoever reads it finds out at the next batch.
      if (before.state === 'pending' && before.folderId === (await uploads.identity())) await uploads.remove(importId);
      return get(accountId, importId);
    },

    async firstErrors(accountId, importId, limit) {
      await get(accountId, importId);
      return database.read((tx) => rowErrorsAfter(tx, importId, 0, limit));
    },

    async errors(accountId, importId) {
      const { titles } = await get(accountId, importId);
      return { titles: titles ?? [], pages: rowErrorPages(database, importId) };
    },
  };
}

function newImport(
  accountId: string,
  file: Parameters<ContactImports['start']>[1],
  {
    policy,
    groupId,
    tags,
    nowMs,
  }: { policy: StoredImport['policy']; groupId: string | undefined; tags: string[]; nowMs: number },
): StoredImport {
  return {
    // The row and the file have the same name.
    id: file.id,
    accountId,
    state: 'pending',
    folderId: file.folderId,
    fileName: file.name,
    sizeBytes: file.sizeBytes,
    policy,
    groupId: groupId ?? null,
    tags,
    titles: null,
    place: 0,
    totalRows: 0,
    imported: 0,
    updated: 0,
    skipped: 0,
    failed: 0,
    error: null,
    attempts: 0,
    createdAt: nowMs,
    startedAt: null,
    completedAt: null,
  };
}
