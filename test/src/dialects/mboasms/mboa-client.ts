import assert from 'node:assert/strict';
import type { DialectHost } from '../dialect-host.js';

/** What MboaSMS answers, in the names tests look at. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: {
    success: boolean;
    message: string;
    errorMessage: string;
    error: { code: string; details: string };
    data: { totalSent: number; totalFailed: number; creditsUsed: number; batchId: string };
    totalRecipients: number;
    token: string;
    refreshToken: string;
  };
}

export const base = '/api/v1/developer/sms';
export const hello = { phoneNumbers: ['+237670000000'], message: 'Bonjour' };

export type Credentials = Readonly<Record<string, string>>;

export const bearer = (token: string): Credentials => ({ authorization: `Bearer ${token}` });
export const basic = (pair: string): Credentials => ({
  authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
});

/** Asks as a client of the vendor does. A body that is no text is sent as JSON. */
export async function ask(
  { url }: Pick<DialectHost, 'url'>,
  path: string,
  credentials: Credentials = {},
  body?: unknown,
  method = 'POST',
): Promise<Answer> {
  const isRaw = typeof body === 'string' || body instanceof FormData;
  const answer = await fetch(url + path, {
    method,
    headers: {
      ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
      ...credentials,
    },
    body: body === undefined ? null : isRaw ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, body: JSON.parse(text) as Answer['body'] };
}

/** That it is refused, with both readers served, and nothing told that is nobody's business. */
export function assertRefused(answer: Answer, status: number, code: string, details?: string | RegExp): void {
  assert.equal(answer.status, status, answer.text);
  assert.deepEqual(Object.keys(answer.body), ['success', 'message', 'errorMessage', 'error']);
  assert.equal(answer.body.success, false);
  assert.equal(answer.body.error.code, code);
  assert.equal(answer.body.errorMessage, answer.body.error.details);
  if (details instanceof RegExp) assert.match(answer.body.errorMessage, details);
  else if (details !== undefined) assert.equal(answer.body.errorMessage, details);
  assert.doesNotMatch(answer.text, /\bat (\w+ \(|\/|file:)|node_modules|\.js:/);
}
