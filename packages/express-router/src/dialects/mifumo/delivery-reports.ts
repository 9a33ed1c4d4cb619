import { messageStatuses } from '@ujumbe/core';
import { z } from 'zod';
import { endpoint, type Endpoint } from '../../endpoint.js';
import { answer } from './answer.js';
import { optional, time, whole } from './fields.js';
import { reportView } from './message-view.js';
import { offsetLinks, pageLinks } from './paging.js';
import type { Settings } from './settings.js';

const defaultPerPage = 50;
const mostPerPage = 100;

/** The first guide counts pages, the second one items; the latter wins where both are given. */
const fields = z.object({
  start_date: optional(time()),
  end_date: optional(time('end')),
  status: optional(z.enum(messageStatuses)),
  page: whole(1, 1_000_000).default(1),
  per_page: whole(1, mostPerPage).default(defaultPerPage),
  limit: whole(1, mostPerPage).optional(),
  offset: whole(0, 100_000_000).optional(),
});

/** Source: contracts/mifumo.md §3.3. */
export const deliveryReports = (settings: Settings): Endpoint[] =>
  ['/v1/sms/delivery-reports', '/v1/sms/messages'].map((path) =>
    endpoint({
      method: 'GET',
      path,
      summary: 'List what was sent, newest first',
      scope: 'messages',
      permission: 'read',
      query: fields,
      async handle(request, sms) {
        const { query, access, url } = request;
        const isByItems = query.limit !== undefined || query.offset !== undefined;
        const limit = isByItems ? (query.limit ?? defaultPerPage) : query.per_page;
        const offset = isByItems ? (query.offset ?? 0) : (query.page - 1) * limit;
        const { batches, total } = await sms.messages.batches(
          access.accountId,
          {
            status: query.status,
            createdAfter: query.start_date,
            // The last moment counts too.
            createdBefore: query.end_date === undefined ? undefined : query.end_date + 1,
          },
          { limit, offset },
        );
        const reports = batches.map(reportView);
        const pages = Math.ceil(total / limit);
        const page = Math.floor(offset / limit) + 1;
        const links = isByItems ? offsetLinks(url, { limit, offset, total }) : pageLinks(url, { page, pages });
        const list = { count: total, ...links, results: reports };
        return answer(settings, request, {
          message: 'Delivery reports retrieved successfully',
          data: { reports, pagination: { page, per_page: limit, total, pages, limit, offset } },
          flat: list,
        });
      },
    }),
  );
