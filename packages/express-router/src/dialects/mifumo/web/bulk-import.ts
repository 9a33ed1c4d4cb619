import { setTimeout as sleep } from 'node:timers/promises';
import type { ContactImport, Sms } from '@ujumbe/core';
import { z } from 'zod';
import { uploadEndpoint } from '../../../endpoint.js';
import { RequestInvalid } from '../../../validate.js';
import { optional, text } from '../fields.js';
import { contactOperations } from '../limits.js';
import { json } from './answer.js';
import { tagsOf } from './contacts.js';

/** How long an answer waits for the import; a file that takes longer is answered as far as it is then. */
const longestWaitMs = 60_000;
const lookEveryMs = 200;
const shownErrors = 100;

/** The vendor imports while its client waits. Source: contracts/mifumo.md §9.2. */
export const bulkImport = uploadEndpoint({
  method: 'POST',
  path: '/messaging/contacts/bulk-import',
  summary: 'Import contacts from a CSV or XLSX file, and wait for it for a minute',
  scope: 'contacts',
  limits: [contactOperations],
  upload: {},
  body: z.object({ tags: optional(text(500)) }),
  async handle({ access: { accountId }, body, file, signal }, sms) {
    const { contactImport } = await sms.imports.start(accountId, file, { tags: tagsOf(body.tags) });
    const ended = await wait(sms, contactImport, signal);
    if (ended.state === 'failed')
      throw new RequestInvalid([{ path: ['file'], message: ended.error ?? 'Invalid file.' }]);
    const errors = await sms.imports.firstErrors(accountId, ended.id, shownErrors);
    return json({
      success: true,
      message:
        ended.state === 'completed'
          ? 'Contacts imported successfully'
          : 'The file is being imported; contacts appear as it is read',
      imported: ended.imported + ended.updated,
      failed: ended.failed,
      errors: errors.map(({ row, reason }) => ({ row, error: reason })),
    });
  },
});

async function wait(sms: Sms, { accountId, id }: ContactImport, signal: AbortSignal): Promise<ContactImport> {
  for (let waitedMs = 0; ; waitedMs += lookEveryMs) {
    const now = await sms.imports.get(accountId, id);
    const isOpen = now.state === 'pending' || now.state === 'processing';
    if (!isOpen || waitedMs >= longestWaitMs || signal.aborted) return now;
    await sleep(lookEveryMs);
  }
}
