import {
  fileLimitBytes,
  laneNames,
  shownFileErrors,
  type BulkFile,
  type BulkFileError,
  type ListProgress,
} from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, uploadEndpoint, type Endpoint } from '../endpoint.js';
import { success, successOnce } from '../envelope.js';
import { idempotencyOf } from '../idempotency.js';
import { csvAnswer } from './contacts-csv.js';
import {
  creditsView,
  idOf,
  optionalTimeView,
  pageFields,
  pageRange,
  pageView,
  text,
  time,
  timeView,
  wholeNumber,
} from './fields.js';
import { errorRows, errorView } from './row-errors.js';

const fileView = (file: BulkFile): object => ({
  uuid: file.id,
  status: file.state,
  file_name: file.fileName,
  size_bytes: file.sizeBytes,
  sender_id: file.sender,
  lane: file.lane,
  total_rows: file.totalRows,
  accepted: file.accepted,
  rejected: file.rejected,
  parts: file.segments,
  cost: creditsView(file.cost),
  scheduled_at: optionalTimeView(file.scheduledAt),
  created_at: timeView(file.createdAt),
  completed_at: optionalTimeView(file.completedAt),
  pause_reason: file.pauseReason,
});

/** The `rate` is in messages a second. */
const progressView = (progress: ListProgress): object => ({
  queued: progress.queued,
  sent: progress.sent,
  delivered: progress.delivered,
  failed: progress.failed,
  cancelled: progress.cancelled,
  skipped: progress.skipped,
  rate: progress.rate,
  eta_seconds: progress.remainingMs === null ? null : Math.ceil(progress.remainingMs / 1_000),
});

const withErrors = (errors: readonly BulkFileError[]): object => ({ errors: errors.map(errorView) });

const send = uploadEndpoint({
  method: 'POST',
  path: '/messages/file',
  summary: 'Send the rows of a CSV or XLSX file: checked and paid as one, then sent in the background',
  scope: 'messages',
  upload: { limitBytes: fileLimitBytes },
  body: z.strictObject({
    sender_id: text(36).optional(),
    message: z.string().min(1).optional(),
    lane: z.enum(laneNames).optional(),
    scheduled_at: time.optional(),
    validity_seconds: wholeNumber(1, 31_536_000).optional(),
  }),
  async handle(request, sms) {
    const { access, body, file } = request;
    const accepted = await sms.files.send(access.accountId, file, {
      senderId: body.sender_id,
      message: body.message,
      lane: body.lane,
      scheduledAt: body.scheduled_at,
      validityMs: body.validity_seconds === undefined ? undefined : body.validity_seconds * 1_000,
      idempotency: idempotencyOf(request),
    });
    return successOnce({ ...fileView(accepted.file), ...withErrors(accepted.errors) }, accepted.replayed);
  },
});

const list = endpoint({
  method: 'GET',
  path: '/messages/files',
  summary: 'List files of messages, newest first',
  scope: 'messages',
  query: z.strictObject(pageFields),
  async handle({ query, access }, sms) {
    const { files, total } = await sms.files.list(access.accountId, pageRange(query));
    return success(pageView(query, files.map(fileView), total));
  },
});

const get = endpoint({
  method: 'GET',
  path: '/messages/files/{uuid}',
  summary: 'Get a file of messages with its progress and its first errors',
  scope: 'messages',
  async handle({ params, access }, sms) {
    const id = idOf(params, 'uuid', 'file');
    const { file, progress } = await sms.files.get(access.accountId, id);
    const errors = await sms.files.firstErrors(access.accountId, id, shownFileErrors);
    return success({ ...fileView(file), ...progressView(progress), ...withErrors(errors) });
  },
});

const errorsFile = endpoint({
  method: 'GET',
  path: '/messages/files/{uuid}/errors',
  summary: 'All rows of a file of messages that were refused, with the reason, as CSV',
  scope: 'messages',
  async handle({ params, access }, sms) {
    const { titles, pages } = await sms.files.errors(access.accountId, idOf(params, 'uuid', 'file'));
    return csvAnswer('message-errors.csv', errorRows(titles, pages));
  },
});

const steps = (
  [
    ['pause', 'Let nothing more of a file leave until it is resumed'],
    ['resume', 'Go on with a file that is paused'],
  ] as const
).map(([step, summary]) =>
  endpoint({
    method: 'POST',
    path: `/messages/files/{uuid}/${step}`,
    summary,
    scope: 'messages',
    async handle({ params, access }, sms) {
      return success(fileView(await sms.files[step](access.accountId, idOf(params, 'uuid', 'file'))));
    },
  }),
);

const cancel = endpoint({
  method: 'DELETE',
  path: '/messages/files/{uuid}',
  summary: 'Take back what no operator has of a file yet, and give back its price',
  scope: 'messages',
  async handle({ params, access }, sms) {
    return success(fileView(await sms.files.cancel(access.accountId, idOf(params, 'uuid', 'file'))));
  },
});

export const messageFileEndpoints: readonly Endpoint[] = [send, list, get, errorsFile, ...steps, cancel];
