import { setImmediate as nextTurn } from 'node:timers/promises';
import { SmsError } from '../errors.js';
import { appendEvents } from '../outbox/event.store.js';
import { CommitConflict, type Statement, type Transaction } from '../runtime.js';
import type { Signal } from '../signal.js';
import { counted, fileInvalid } from '../tabular/file-invalid.js';
import { openTable } from '../tabular/open-table.js';
import { readAhead } from '../tabular/read-ahead.js';
import type { UploadFolder } from '../uploads/upload-folder.js';
import { insertRowErrors, type RowError } from '../uploads/row-error.store.js';
import type { ContactImport } from './contact-import.js';
import { advanceImport, endImport, stillOurs, type StoredImport } from './contact-import.store.js';
import type { Group } from './group.js';
import { findGroup } from './group.store.js';
import { importEvent } from './import-event.js';
import { addMembers, addNewMembers } from './member.store.js';
import { readImport, type ImportBatch, type ReadRows } from './read-import.js';
import {
  planNewRows,
  writeAgain,
  writeRows,
  type Outcome,
  type ReadContact,
  type UpsertDeps,
} from './upsert-contacts.js';

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
  const writer = new ImportWriter(deps, claimed);
  let error: string | null = null;
  try {
    const table = await openTable(deps.uploads.pathOf(claimed.id), { signal });
    try {
      const country = await deps.countryOf(claimed.accountId);
      const batches = readImport(table, { afterRow: claimed.place, country, signal });
      // While one batch is written the next is read and made ready.
      for await (const batch of readAhead(writer.prepare(batches))) {
        await writer.write(batch);
        assertHopeful(writer.done);
      }
    } finally {
      await table.close();
    }
  } catch (caught) {
    error = sentenceOf(caught);
  }
  await endWith(deps, writer.done, error);
}

function assertHopeful({ failed, totalRows }: ContactImport): void {
  if (failed < totalRows || failed < hopelessRows) return;
  throw fileInvalid(
    `None of the first ${counted(failed)} rows could be imported: see why in the errors, and send the file again.`,
  );
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

/** A batch, and how it is written if all of its numbers are new. */
interface PreparedBatch {
  batch: ImportBatch;
  fresh: FreshBatch | undefined;
}

/** What is written of a batch whose numbers are all new. */
interface FreshBatch {
  outcome: Outcome;
  errors: RowError[];
  statements: Statement[];
}

/**
 * Writes the batches of one import. In most files everybody is new, and then a batch is written in one trip that is
 * undone when somebody is not; the contacts are read first only from there on, until everybody is new again.
 */
class ImportWriter {
  #isFresh = true;

  constructor(
    private readonly deps: ImportDeps,
    /** The import as it is by now. */
    public done: StoredImport,
  ) {}

  async *prepare(batches: AsyncIterable<ImportBatch>): AsyncGenerator<PreparedBatch, void, undefined> {
    for await (const batch of batches) {
      // The batch before goes to the database first, which then has something to do meanwhile.
      await nextTurn();
      yield { batch, fresh: this.#isFresh ? this.#planFresh(batch) : undefined };
    }
  }

  async write({ batch, fresh }: PreparedBatch): Promise<void> {
    if (this.#isFresh && fresh && (await this.#writeFresh(batch, fresh))) return;
    const { updated, skipped } = await writeAgain(() => this.#writeMerged(batch));
    this.#isFresh = updated + skipped === 0;
  }

  /** The rows of a batch, with the tags everybody in the file is given. */
  #read(batch: ImportBatch): ReadRows {
    const { rows, failed } = batch.read();
    const { tags } = this.done;
    return { rows: tags.length === 0 ? rows : rows.map((row) => ({ ...row, addedTags: tags })), failed };
  }

  #planFresh(batch: ImportBatch): FreshBatch {
    const { accountId, policy } = this.done;
    const { rows, failed } = this.#read(batch);
    const { outcome, statements } = planNewRows(this.deps, accountId, rows, policy);
    return { outcome, errors: [...failed, ...refusedBy(outcome, rows, batch)], statements };
  }

  async #writeFresh(batch: ImportBatch, { outcome, errors, statements }: FreshBatch): Promise<boolean> {
    const { database, clock } = this.deps;
    const { accountId, groupId } = this.done;
    const nowMs = clock.now();
    const { after, progress } = this.#progress(batch, { outcome, errors }, nowMs);
    const members =
      groupId === null ? [] : addNewMembers(database.kind, { accountId, id: groupId }, [...outcome.contactIds], nowMs);
    try {
      await database.commit([...members, ...progress, ...statements]);
    } catch (error) {
      if (!(error instanceof CommitConflict) || error.on === stillOurs) throw error;
      return false;
    }
    this.done = after;
    return true;
  }

  async #writeMerged(batch: ImportBatch): Promise<Outcome> {
    const { database, clock } = this.deps;
    const { accountId, policy } = this.done;
    const { rows, failed } = this.#read(batch);
    let done = this.done;
    const written = await database.write(async (tx) => {
      const nowMs = clock.now();
      // First of all, so that the group and the contacts are locked in the same order by everybody.
      const group = await groupOf(tx, this.done);
      const beside = (outcome: Outcome): Statement[] => {
        const errors = [...failed, ...refusedBy(outcome, rows, batch)];
        const { after, progress } = this.#progress(batch, { outcome, errors }, nowMs);
        done = after;
        return progress;
      };
      const outcome = await writeRows(this.deps, tx, accountId, rows, { policy, beside });
      if (group) await addMembers(tx, group, [...outcome.contactIds], nowMs);
      return outcome;
    });
    this.done = done;
    return written;
  }

  /** The import behind a batch, and what writes that down. */
  #progress(
    batch: ImportBatch,
    { outcome, errors }: Pick<FreshBatch, 'outcome' | 'errors'>,
    nowMs: number,
  ): { after: StoredImport; progress: Statement[] } {
    const { database, workerId } = this.deps;
    const counts = countsOf(outcome, errors.length);
    return {
      after: advanced(this.done, batch, counts),
      progress: [
        advanceImport({ ...this.done, workerId }, batch, counts, nowMs),
        ...insertRowErrors(database.kind, this.done.id, errors),
      ],
    };
  }
}

async function groupOf(tx: Transaction, { accountId, groupId }: StoredImport): Promise<Group | undefined> {
  if (groupId === null) return undefined;
  const group = await findGroup(tx, accountId, groupId, { locked: true });
  if (group) return group;
  throw fileInvalid(
    'The group was deleted while contacts were being added to it: choose another, and send the file again.',
  );
}

function refusedBy({ failed }: Outcome, rows: readonly ReadContact[], { given }: ImportBatch): RowError[] {
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

const countsOf = ({ created, updated, skipped }: Outcome, failed: number): Counts => ({
  imported: created,
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
