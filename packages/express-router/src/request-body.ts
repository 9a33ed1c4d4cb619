import { isUtf8 } from 'node:buffer';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import type { BodyType } from './endpoint.js';
import type { RequestHeaders } from './request-headers.js';
import { RequestRefused } from './request-refused.js';

const byteOrderMark = 0xfeff;

const mediaTypes: Readonly<Record<BodyType, string>> = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  multipart: 'multipart/form-data',
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
export function parseBody(bytes: Buffer, type: BodyType, headers: RequestHeaders): unknown {
  if (type === 'multipart') return parseMultipart(bytes, headers);
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

/** The texts of a form in parts; its files are passed over. */
function parseMultipart(bytes: Buffer, headers: RequestHeaders): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    const fields: Record<string, string> = {};
    const refuse = (): void => reject(malformed('the request body is not a form in parts'));
    try {
      const parser = new Busboy({
        headers: headers as BusboyHeaders,
        limits: { fieldSize: bytes.length, fields: 1_000 },
      });
      parser.on('field', (name: string, value: string) => setField(fields, name, value));
      parser.on('file', (_name, file) => file.resume());
      parser.on('error', refuse);
      parser.on('finish', () => resolve(fields));
      parser.end(bytes);
    } catch {
      refuse();
    }
  });
}

const maxFields = 10_000;

/** The fields of a form, or of a query string; the last of a name counts, as it does in PHP and Django. */
export function parseForm(text: string): Record<string, string> {
  const fields: Record<string, string> = {};
  let count = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    if (++count > maxFields) throw malformed(`the request has more than ${maxFields} fields`);
    setField(fields, name, value);
  }
  return fields;
}

/** Defined, not assigned: `__proto__` is an unknown field like another. */
function setField(fields: Record<string, string>, name: string, value: string): void {
  Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
}
