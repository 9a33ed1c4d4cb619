import type { ApiResponse } from '../../endpoint.js';

/** An answer about a user or a session, which nobody on the way may keep. */
export const answer = (body: object): ApiResponse => ({
  status: 200,
  headers: { 'cache-control': 'no-store' },
  body: JSON.stringify(body),
});

/** What the vendor's answers about users begin with. */
export const said = (message: string): object => ({ statusCode: 200, error: null, message });
