export const to = '+255712345678';

export interface BadBody {
  name: string;
  body: object | string;
  type?: string;
  status: number;
  code: string;
  error: RegExp;
}

/** What is sent to `POST /messages`, and the answer it deserves. */
export const badBodies: readonly BadBody[] = [
  {
    name: 'an unknown field',
    body: { to, message: 'x', colour: 'red' },
    status: 400,
    code: 'invalid_request',
    error: /^unknown field: colour$/,
  },
  { name: 'no number', body: { message: 'x' }, status: 400, code: 'invalid_request', error: /^to is required$/ },
  { name: 'no text', body: { to }, status: 400, code: 'invalid_request', error: /^message is required$/ },
  {
    name: 'an empty text',
    body: { to, message: '' },
    status: 400,
    code: 'message_empty',
    error: /^message is required$/,
  },
  {
    name: 'a number as a number',
    body: { to: 255712345678, message: 'x' },
    status: 400,
    code: 'invalid_request',
    error: /^to must be a string$/,
  },
  {
    name: '10,000 recipients',
    body: { to: Array.from({ length: 10_000 }, () => to), message: 'x' },
    status: 400,
    code: 'invalid_request',
    error: /^to must be a string$/,
  },
  {
    name: 'a text as an object',
    body: { to, message: { $gt: '' } },
    status: 400,
    code: 'invalid_request',
    error: /^message must be a string$/,
  },
  {
    name: 'a number nobody can have',
    body: { to: '+255000', message: 'x' },
    status: 400,
    code: 'number_invalid',
    error: /./,
  },
  { name: 'a fixed line', body: { to: '+255222110000', message: 'x' }, status: 400, code: 'not_mobile', error: /./ },
  {
    name: 'an unknown lane',
    body: { to, message: 'x', lane: 'express' },
    status: 400,
    code: 'invalid_request',
    error: /^lane must be one of otp, /,
  },
  {
    name: 'a time without a zone',
    body: { to, message: 'x', scheduled_at: '2026-05-11 09:00' },
    status: 400,
    code: 'invalid_request',
    error: /^scheduled_at must be an ISO 8601 time/,
  },
  {
    name: 'a validity of nought',
    body: { to, message: 'x', validity_seconds: 0 },
    status: 400,
    code: 'invalid_request',
    error: /^validity_seconds must be at least 1$/,
  },
  {
    name: 'a reference that is too long',
    body: { to, message: 'x', client_ref: 'x'.repeat(101) },
    status: 400,
    code: 'invalid_request',
    error: /^client_ref/,
  },
  {
    name: 'a million characters',
    body: { to, message: 'x'.repeat(1_000_000) },
    status: 400,
    code: 'message_too_long',
    error: /^message is longer than/,
  },
  {
    name: 'a lone surrogate',
    body: `{"to":"${to}","message":"a\\ud800b"}`,
    status: 400,
    code: 'invalid_request',
    error: /surrogate/,
  },
  { name: 'a NUL', body: `{"to":"${to}","message":"a\\u0000b"}`, status: 400, code: 'invalid_request', error: /NUL/ },
  {
    name: 'a NUL in the sender ID',
    body: `{"to":"${to}","message":"a","sender_id":"\\u0000"}`,
    status: 400,
    code: 'sender_unknown',
    error: /./,
  },
  {
    name: 'a NUL in the reference',
    body: `{"to":"${to}","message":"a","client_ref":"\\u0000"}`,
    status: 400,
    code: 'invalid_request',
    error: /^client_ref/,
  },
  { name: 'an empty body', body: '', status: 400, code: 'invalid_request', error: /^the request body is empty/ },
  {
    name: 'broken JSON',
    body: '{"to":',
    status: 400,
    code: 'invalid_request',
    error: /^the request body is not valid JSON$/,
  },
  {
    name: 'JSON that is no object',
    body: '"text"',
    status: 400,
    code: 'invalid_request',
    error: /^the request body must be a JSON object$/,
  },
  {
    name: 'a list',
    body: [{ to, message: 'x' }],
    status: 400,
    code: 'invalid_request',
    error: /^the request body must be a JSON object$/,
  },
  {
    name: 'nesting without end',
    body: '['.repeat(100_000),
    status: 400,
    code: 'invalid_request',
    error: /^the request body is not valid JSON$/,
  },
  {
    name: 'a prototype',
    body: `{"to":"${to}","message":"x","__proto__":{"lane":"otp"}}`,
    status: 400,
    code: 'invalid_request',
    error: /^unknown field: __proto__$/,
  },
  {
    name: 'a form',
    body: `to=${to}&message=x`,
    type: 'application/x-www-form-urlencoded',
    status: 415,
    code: 'unsupported_media_type',
    error: /^Content-Type must be application\/json$/,
  },
  {
    name: 'plain text',
    body: `{"to":"${to}","message":"x"}`,
    type: 'text/plain',
    status: 415,
    code: 'unsupported_media_type',
    error: /^Content-Type/,
  },
  {
    name: 'a body above the limit',
    body: { to, message: 'x'.repeat(1_100_000) },
    status: 413,
    code: 'payload_too_large',
    error: /^the request body is larger than 1048576 bytes$/,
  },
];
