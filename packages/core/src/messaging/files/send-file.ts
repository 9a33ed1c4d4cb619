import { SmsError } from '../../errors.js';
import { commitOnce, type Remember } from '../../idempotency/commit-once.js';
import { CommitConflict } from '../../runtime.js';
import { parseTemplate, plainText } from '../../text/template.js';
import type { UploadedFile } from '../../uploads/uploaded-file.js';
import type { UploadFolder } from '../../uploads/upload-folder.js';
import type { ListDeps } from '../lists/list-deps.js';
import { openList } from '../lists/fill-list.js';
import type { SendList } from '../lists/send-list.js';
import { startList } from '../lists/start-list.js';
import { checkSchedule } from '../prepare-messages.js';
import type { AcceptedFile, BulkFile, NewBulkFile } from './bulk-file.js';
import { acceptFile, discardFile, insertFile, type StoredFile } from './bulk-file.store.js';
import { checkFile, type CheckedFile } from './check-file.js';

export interface SendFileDeps extends ListDeps {
  uploads: UploadFolder;
}

/** A file that has come in. */
type NewFile = Pick<BulkFile, 'accountId' | 'id' | 'fileName' | 'sizeBytes' | 'scheduledAt' | 'createdAt'>;
type Answer = Pick<AcceptedFile, 'file' | 'errors'>;

/**
 * Sends the rows of a file. All rows are checked first; then the price of those that can be sent is held, the file is
 * there and its messages begin to be made, in one commit.
 */
export async function sendFile(
  deps: SendFileDeps,
  accountId: string,
  file: UploadedFile,
  { idempotency, ...wanted }: NewBulkFile,
): Promise<AcceptedFile> {
  const { database, clock } = deps;
  const { answer, replayed } = await commitOnce<Answer>(deps, accountId, idempotency, async (remember) => {
    const { id, name: fileName, sizeBytes } = file;
    const createdAt = clock.now();
    const scheduledAt = checkSchedule(wanted.scheduledAt, createdAt);
    const made = { accountId, id, fileName, sizeBytes, scheduledAt, createdAt };
    try {
      return await checkAndStart(deps, made, wanted, remember);
    } catch (error) {
      // What failed in any other way may stand all the same; if it does not, housekeeping takes it out.
      if (error instanceof SmsError || error instanceof CommitConflict) await database.commit(discardFile(made));
      throw error;
    }
  });
  return { ...answer, replayed };
}

async function checkAndStart(
  deps: SendFileDeps,
  made: NewFile,
  { message, senderId, lane, validityMs, hasFixedColumns = false }: NewBulkFile,
  remember: Remember<Answer>,
): Promise<Answer> {
  const { database, policies, uploads } = deps;
  const { accountId, id: fileId } = made;
  const template = message === undefined ? undefined : hasFixedColumns ? plainText(message) : parseTemplate(message);
  const text = template?.variables.length === 0 ? message : undefined;
  const fill = await openList(deps, {
    accountId,
    owner: { kind: 'file', id: fileId },
    senderId,
    text,
    lane,
    validityMs,
  });
  await database.commit([insertFile(made)]);
  const { account } = await policies.of(accountId);
  const path = uploads.pathOf(fileId);
  const { country } = account;
  const checked = await checkFile(database, { accountId, fileId, path, country, template, hasFixedColumns, fill });
  const list = await fill.seal();
  const stored = storedFile(made, checked, list);
  const answer: Answer = { file: stored, errors: checked.errors };
  await startList(deps, list, {
    at: made.scheduledAt ?? undefined,
    attached: { statements: [acceptFile(stored), ...remember(answer)] },
  });
  return answer;
}

function storedFile(made: NewFile, { totalRows, rejected, titles }: CheckedFile, list: SendList): StoredFile {
  return {
    ...made,
    state: made.scheduledAt === null ? 'sending' : 'scheduled',
    sender: list.sender,
    lane: list.lane,
    totalRows,
    accepted: totalRows - rejected,
    segments: list.segments,
    cost: list.cost,
    rejected,
    pauseReason: null,
    completedAt: null,
    listId: list.id,
    titles,
  };
}
