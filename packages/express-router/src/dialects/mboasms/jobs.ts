import { z } from 'zod';
import { idOf, wholeNumber } from '../../api/fields.js';
import { endpoint, type Endpoint } from '../../endpoint.js';
import { jobView } from './job-view.js';

/** Source: contracts/mboasms.md §6. */
const list = endpoint({
  method: 'GET',
  path: '/developer/sms/jobs',
  summary: 'List files that were sent in bulk, newest first',
  scope: 'messages',
  query: z.object({ page: wholeNumber(0, 1_000_000).default(0), size: wholeNumber(1, 100).default(20) }),
  async handle({ query: { page, size }, access: { accountId }, url }, sms) {
    const { files, total } = await sms.files.list(accountId, { limit: size, offset: page * size });
    const jobs = await Promise.all(files.map(({ id }) => sms.files.get(accountId, id)));
    const answer = {
      content: jobs.map(({ file, progress }) => jobView(file, progress, url)),
      totalElements: total,
      totalPages: Math.ceil(total / size),
      currentPage: page,
      size,
    };
    return { status: 200, body: JSON.stringify(answer) };
  },
});

const get = endpoint({
  method: 'GET',
  path: '/developer/sms/jobs/{jobId}',
  summary: 'Get a file that was sent in bulk, with its progress',
  scope: 'messages',
  async handle({ params, access, url }, sms) {
    const { file, progress } = await sms.files.get(access.accountId, idOf(params, 'jobId', 'job'));
    return { status: 200, body: JSON.stringify(jobView(file, progress, url)) };
  },
});

export const jobEndpoints: readonly Endpoint[] = [list, get];
