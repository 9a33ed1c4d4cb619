import type { ApiResponse } from '../../../endpoint.js';
import { whole } from '../fields.js';
import { pageLinks } from '../paging.js';
import { json } from './answer.js';

/** Lists count pages from 1; source: contracts/mifumo.md §9. */
export const pageFields = {
  page: whole(1, 1_000_000).default(1),
  page_size: whole(1, 100).default(20),
};

export interface Page {
  page: number;
  page_size: number;
}

export const rangeOf = ({ page, page_size: limit }: Page): { limit: number; offset: number } => ({
  limit,
  offset: (page - 1) * limit,
});

export function pageOf(
  request: { url: URL; query: Page },
  { total, results }: { total: number; results: readonly object[] },
): ApiResponse {
  const { page, page_size: size } = request.query;
  const links = pageLinks(request.url, { page, pages: Math.ceil(total / size) });
  return json({ count: total, ...links, results });
}
