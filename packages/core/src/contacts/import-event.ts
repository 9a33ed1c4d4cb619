import type { NewEvent } from '../events.js';
import type { ContactImport } from './contact-import.js';

/** What is told when an import is over, however it ended. */
export function importEvent(ended: ContactImport, nowMs: number): NewEvent<'contacts.imported'> {
  const { id, accountId, state, fileName, totalRows, imported, updated, skipped, failed, error } = ended;
  return {
    type: 'contacts.imported',
    accountId,
    subjectId: id,
    at: nowMs,
    data: { importId: id, status: state, fileName, totalRows, imported, updated, skipped, failed, error },
  };
}
