import { mergePolicies, type ContactImport, type ImportError } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, uploadEndpoint, type Endpoint } from '../endpoint.js';
import { success, successOnce } from '../envelope.js';
import { idempotencyOf } from '../idempotency.js';
import { csvAnswer } from './contacts-csv.js';
import { idOf, optionalTimeView, pageFields, pageRange, pageView, text, timeView } from './fields.js';
import { errorRows, errorView, shownErrors } from './row-errors.js';

/** An import as the API shows it; the contract's fields first. Source: contracts/mobilesasa.md §3. */
const importView = (made: ContactImport, errors?: readonly ImportError[]): object => ({
  uuid: made.id,
  status: made.state,
  total_rows: made.totalRows,
  imported: made.imported,
  failed: made.failed,
  ...(errors && { errors: errors.map(errorView) }),
  created_at: timeView(made.createdAt),
  completed_at: optionalTimeView(made.completedAt),
  updated: made.updated,
  skipped: made.skipped,
  merge: made.policy,
  group_uuid: made.groupId,
  file_name: made.fileName,
  size_bytes: made.sizeBytes,
  error: made.error,
  started_at: optionalTimeView(made.startedAt),
});

const start = uploadEndpoint({
  method: 'POST',
  path: '/contacts/import',
  summary: 'Import contacts from a CSV or XLSX file, in the background',
  scope: 'contacts',
  upload: {},
  body: z.strictObject({ merge: z.enum(mergePolicies).optional(), group_uuid: text(36).optional() }),
  async handle(request, sms) {
    const { access, body, file } = request;
    const { contactImport, replayed } = await sms.imports.start(access.accountId, file, {
      policy: body.merge,
      groupId: body.group_uuid?.toLowerCase(),
      idempotency: idempotencyOf(request),
    });
    const view = { upload_uuid: contactImport.id, ...importView(contactImport) };
    return successOnce(view, replayed);
  },
});

const list = endpoint({
  method: 'GET',
  path: '/contacts/uploads',
  summary: 'List imports of contacts, newest first',
  scope: 'contacts',
  query: z.strictObject(pageFields),
  async handle({ query, access }, sms) {
    const { imports, total } = await sms.imports.list(access.accountId, pageRange(query));
    return success(
      pageView(
        query,
        imports.map((one) => importView(one)),
        total,
      ),
    );
  },
});

const get = endpoint({
  method: 'GET',
  path: '/contacts/uploads/{uuid}',
  summary: 'Get an import with its progress and its first errors',
  scope: 'contacts',
  async handle({ params, access }, sms) {
    const id = idOf(params, 'uuid', 'upload');
    // Errors first: those of a batch are never shown without being counted.
    const errors = await sms.imports.firstErrors(access.accountId, id, shownErrors);
    return success(importView(await sms.imports.get(access.accountId, id), errors));
  },
});

const errorsFile = endpoint({
  method: 'GET',
  path: '/contacts/uploads/{uuid}/errors',
  summary: 'All rows of an import that were refused, with the reason, as CSV',
  scope: 'contacts',
  async handle({ params, access }, sms) {
    const { titles, pages } = await sms.imports.errors(access.accountId, idOf(params, 'uuid', 'upload'));
    return csvAnswer('import-errors.csv', errorRows(titles, pages));
  },
});

const cancel = endpoint({
  method: 'DELETE',
  path: '/contacts/uploads/{uuid}',
  summary: 'Stop an import; what has been imported stays',
  scope: 'contacts',
  async handle({ params, access }, sms) {
    return success(importView(await sms.imports.cancel(access.accountId, idOf(params, 'uuid', 'upload'))));
  },
});

export const contactImportEndpoints: readonly Endpoint[] = [start, list, get, errorsFile, cancel];
