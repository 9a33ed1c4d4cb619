import { SmsError } from '../errors.js';
import { appendEvents } from '../outbox/event.store.js';
import type { Statement, Transaction } from '../runtime.js';
import type { Signal } from '../signal.js';
import { counted, fileInvalid } from '../tabular/file-invalid.js';
import { openTable } from '../tabular/open-table.js';
import type { UploadFolder } from '../uploads/upload-folder.js';
import { insertRowErrors, type RowError } from '../uploads/row-error.store.js';
import type { ContactImport } from './contact-import.js';
import { advanceImport, endImport, type StoredImport } from './contact-import.store.js';
import type { Group } from './group.js';
import { findGroup } from './group.store.js';
import { importEvent } from './import-event.js';
import { addMembers } from './member.store.js';
import { readImport, type ImportBatch } from './read-import.js';
import { writeAgain, writeRows, type Plan, type UpsertDeps } from './upsert-contacts.js';

export interface ImportDeps extends UpsertDeps {
  uploads: UploadFolder;
  eventsReady: Signal;
  workerId: string;
}

/** Of a file that begins with so many rows without a contact, the others are not tried. */
const hopelessRows = 10_000;

/**
 * Imports a file from where it was left, batch by batch: contacts, counts and place are one commit, so that whoever goes
 * on after a crash neither repeats a row nor passes one over. Ends the import when the file ends or cannot be read.
 *
 * @throws CommitConflict `stillOurs` when it was cancelled or taken over meanwhile; what the disk, the database or the
 *   signal fails with
 */
export async function importFile(deps: ImportDeps, claimed: StoredImport, signal: AbortSignal): Promise<void> {
  let done = claimed;
  let error: string | null = null;
  try {
    const table = await openTable(deps.uploads.pathOf(claimed.id), { signal });
    try {
      const country = await deps.countryOf(claimed.accountId);
      for await (const batch of readImport(table, { afterRow: claimed.place, country, signal })) {
        done = await writeBatch(deps, done, batch);
        if (done.failed === done.totalRows && done.failed >= hopelessRows) {
          throw fileInvalid(
            `None of the first ${counted(done.failed)} rows could be imported: see why in the errors, and send the file again.`,
          );
        }
      }
    } finally {
      await table.close();
    }
  } catch (caught) {
    error = sentenceOf(caught);
  }
  await endWith(deps, done, error);
}

/** What is wrong with the file; anything else is not the file's fault, and thrown on. */
function sentenceOf(error: unknown): string {
  if (error instanceof SmsError && error.code === 'file_invalid') return error.message;
  if ((error as NodeJS.ErrnoException | null)?.code === 'ENOENT')
    return 'The file is no longer there: upload it again.';
  throw error;
}

/** Ends an import this process has in hand. */
export async function endWith(deps: ImportDeps, done: StoredImport, error: string | null): Promise<void> {
  const { database, clock, ids, eventsReady, workerId } = deps;
  const nowMs = clock.now();
  const state = error === null ? 'completed' : 'failed';
  await database.commit([
    endImport({ ...done, workerId }, { state, error }, nowMs),
    ...appendEvents(database.kind, ids, [importEvent({ ...done, state, error }, nowMs)]),
  ]);
  eventsReady.raise();
}

/** Writes a batch; answers with the import as it is then. */
function writeBatch(deps: ImportDeps, before: StoredImport, batch: ImportBatch): Promise<StoredImport> {
  const { database, clock } = deps;
  const { accountId, policy } = before;
  return writeAgain(() =>
    database.write(async (tx) => {
      const nowMs = clock.now();
      let after = before;
      // First of all, so that the group and the contacts are locked in the same order by everybody.
      const group = await groupOf(tx, before);
      const beside = (plan: Plan): Statement[] => {
        const errors = [...batch.failed, ...refusedBy(plan, batch)];
        const counts = countsOf(plan, errors.length);
        after = advanced(before, batch, counts);
        return [
          advanceImport({ ...before, workerId: deps.workerId }, batch, counts, nowMs),
          ...insertRowErrors(database.kind, before.id, errors),
        ];
      };
      const { contactIds } = await writeRows(deps, tx, accountId, batch.rows, { policy, beside });
      if (group) await addMembers(tx, group, [...contactIds], nowMs);
      return after;
    }),
  );
}

async function groupOf(tx: Transaction, { accountId, groupId }: StoredImport): Promise<Group | undefined> {
  if (groupId === null) return undefined;
  const group = await findGroup(tx, accountId, groupId, { locked: true });
  if (group) return group;
  throw fileInvalid(
    'The group was deleted while contacts were being added to it: choose another, and send the file again.',
  );
}

function refusedBy({ failed }: Plan, { given, rows }: ImportBatch): RowError[] {
  if (failed.length === 0) return [];
  const phones = new Map(rows.map(({ index, phone }) => [index, phone]));
  return failed.map(({ index, code, reason }) => ({
    row: given[index]?.row ?? 0,
    phone: phones.get(index) ?? null,
    code,
    reason,
    cells: given[index]?.cells ?? [],
  }));
}

type Counts = Pick<ContactImport, 'imported' | 'updated' | 'skipped' | 'failed'>;

const countsOf = ({ created, updated, skipped }: Plan, failed: number): Counts => ({
  imported: created.length,
  updated,
  skipped,
  failed,
});

function advanced(
  before: StoredImport,
  { place, titles }: ImportBatch,
  { imported, updated, skipped, failed }: Counts,
): StoredImport {
  return {
    ...before,
    place,
    titles,
    totalRows: before.totalRows + imported + updated + skipped + failed,
    imported: before.imported + imported,
    updated: before.updated + updated,
    skipped: before.skipped + skipped,
    failed: before.failed + failed,
  };
}
