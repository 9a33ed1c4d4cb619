import type { BulkFile, ListProgress } from '@ujumbe/core';

type JobStatus = 'PENDING' | 'PROCESSING' | 'COMPLETED' | 'PARTIAL' | 'FAILED';

/** Rows of a file by what became of them so far; those that wait are in neither. */
interface Counts {
  success: number;
  failed: number;
}

const paths = '/developer/sms/';

/** A file of messages, as the vendor's dashboard follows it. Source: contracts/mboasms.md §6. */
export function jobView(file: BulkFile, progress: ListProgress | undefined, asked: URL): object {
  const counts = countsOf(file, progress);
  const errorMessage = errorOf(file);
  return {
    jobId: file.id,
    status: statusOf(file, counts),
    totalRecipients: file.totalRows,
    successCount: counts.success,
    failedCount: counts.failed,
    senderId: file.sender,
    createdAt: new Date(file.createdAt).toISOString(),
    ...(file.completedAt !== null && { completedAt: new Date(file.completedAt).toISOString() }),
    ...(errorMessage !== undefined && { errorMessage }),
    statusUrl: statusUrl(asked, file.id),
  };
}

/** Refused, opted out, and whatever an operator did not deliver count as failed. */
function countsOf({ state, totalRows, rejected }: BulkFile, progress: ListProgress | undefined): Counts {
  if (!progress) return { success: 0, failed: rejected };
  if (state === 'cancelled') {
    const success = Math.max(0, progress.sent - progress.failed);
    return { success, failed: totalRows - success };
  }
  const failed = rejected + progress.failed + progress.cancelled + progress.skipped;
  return { success: Math.max(0, totalRows - failed - progress.queued), failed };
}

function statusOf({ state, rejected }: BulkFile, { success, failed }: Counts): JobStatus {
  if (state === 'completed' || state === 'cancelled') {
    if (success === 0) return 'FAILED';
    return failed === 0 ? 'COMPLETED' : 'PARTIAL';
  }
  return state !== 'scheduled' && success + failed > rejected ? 'PROCESSING' : 'PENDING';
}

function errorOf({ state, pauseReason }: BulkFile): string | undefined {
  if (state === 'cancelled') return 'The job was cancelled; what had not left was taken back';
  if (state !== 'paused') return undefined;
  return pauseReason === 'too_many_failures'
    ? 'The job is paused: too many of its messages fail; look at its numbers'
    : 'The job is paused';
}

/** Where the job can be asked for, by the way the client came. */
function statusUrl({ origin, pathname }: URL, id: string): string {
  return `${origin}${pathname.slice(0, pathname.lastIndexOf(paths))}${paths}jobs/${id}`;
}
