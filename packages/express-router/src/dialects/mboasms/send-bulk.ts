import { fileLimitBytes } from '@ujumbe/core';
import { z } from 'zod';
import { uploadEndpoint } from '../../endpoint.js';
import { jobView } from './job-view.js';

/** In the query string as documented, or as fields of the form. */
const fields = z.object({ message: z.string().optional(), senderId: z.string().optional() });

/** The first of some texts that says something. */
const given = (...texts: (string | undefined)[]): string | undefined =>
  texts.find((text) => (text?.trim() ?? '') !== '');

/**
 * Rows are checked and paid before the answer, which counts them, and are sent after it; so it is both what the
 * documents print and the job that the vendor's dashboard waits for. Source: contracts/mboasms.md §6.
 */
export const sendBulk = uploadEndpoint({
  method: 'POST',
  path: '/developer/sms/send-bulk',
  summary: 'Send the rows of a CSV or XLSX file: the number first, the text second',
  scope: 'messages',
  upload: { limitBytes: fileLimitBytes },
  query: fields,
  body: fields,
  async handle({ query, body, access, file: uploaded, url }, sms) {
    const { file } = await sms.files.send(access.accountId, uploaded, {
      message: given(query.message, body.message),
      senderId: given(query.senderId, body.senderId),
      hasFixedColumns: true,
    });
    const { accepted, rejected, cost } = file;
    const answer = {
      success: true,
      message: 'Bulk SMS processed successfully',
      data: { totalSent: accepted, totalFailed: rejected, creditsUsed: cost / 1_000 },
      ...jobView(file, undefined, url),
    };
    return { status: 200, body: JSON.stringify(answer) };
  },
});
