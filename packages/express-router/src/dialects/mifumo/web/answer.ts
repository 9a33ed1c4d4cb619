import type { ApiResponse } from '../../../endpoint.js';

/** An answer of the web site: its body has the names of its endpoint and no envelope. Some hold tokens: none is kept. */
export const json = (body: object, status = 200): ApiResponse => ({
  status,
  headers: { 'cache-control': 'no-store' },
  body: JSON.stringify(body),
});

/** Nothing is left to say. */
export const noContent: ApiResponse = { status: 204, body: '' };
