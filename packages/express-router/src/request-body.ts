import { isUtf8 } from 'node:buffer';
import type { BodyType, RequestHeaders } from './endpoint.js';
import { RequestRefused } from './request-refused.js';

const byteOrderMark = 0xfeff;

const mediaTypes: Readonly<Record<BodyType, string>> = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
};

/** Which form a body is in; one that its endpoint does not take, or is not UTF-8 as it is, is refused. @throws RequestRefused 415 */
export function bodyTypeOf(headers: RequestHeaders, allowed: readonly BodyType[]): BodyType {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') throw unsupported('the request body must not be compressed');
  const type = headers['content-type'];
  if (type === mediaTypes.json && allowed.includes('json')) return 'json';
  const [media = '', ...parameters] = String(type ?? '')
    .toLowerCase()
    .split(';');
  const found = allowed.find((one) => isOf(one, media.trim()));
  if (!found) throw unsupported(`Content-Type must be ${allowed.map((one) => mediaTypes[one]).join(' or ')}`);
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset))
    throw unsupported('the request body must be UTF-8');
  return found;
}

const isOf = (type: BodyType, media: string): boolean =>
  media === mediaTypes[type] || (type === 'json' && media.endsWith('+json'));

const unsupported = (sentence: string): RequestRefused => new RequestRefused(415, 'unsupported_media_type', sentence);
const malformed = (sentence: string): RequestRefused => new RequestRefused(400, 'malformed_body', sentence);

/** Reads a body from bytes; nothing at all when they are none. @throws RequestRefused `malformed_body` */
export function parseBody(bytes: Buffer, type: BodyType): unknown {
  if (!isUtf8(bytes)) throw malformed('the request body is not valid UTF-8');
  const text = bytes.toString('utf8');
  if (text === '') return undefined;
  if (type === 'form') return parseForm(text);
  try {
    return JSON.parse(text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text);
  } catch {
    // The parser's own message quotes the body, which may be logged on the way.
    throw malformed('the request body is not valid JSON');
  }
}

const maxFields = 10_000;

/** The fields of a form, or of a query string; the last of a name counts, as it does in PHP and Django. */
export function parseForm(text: string): Record<string, string> {
  const fields: Record<string, string> = {};
  let count = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    if (++count > maxFields) throw malformed(`the request has more than ${maxFields} fields`);
    // Defined, not assigned: `__proto__` is an unknown field like another.
    Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return fields;
}
