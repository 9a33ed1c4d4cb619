import { isUtf8 } from 'node:buffer';
import { SmsError } from '@ujumbe/core';
import type { RequestHeaders } from './endpoint.js';
import { RequestRefused } from './request-refused.js';

const byteOrderMark = 0xfeff;

/** Refuses a body that is not JSON in UTF-8 as it is. @throws RequestRefused 415 */
export function assertJson(headers: RequestHeaders): void {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') throw unsupported('the request body must not be compressed');
  const type = headers['content-type'];
  if (type === 'application/json') return;
  const [media = '', ...parameters] = String(type ?? '')
    .toLowerCase()
    .split(';');
  const isJson = media.trim() === 'application/json' || media.trim().endsWith('+json');
  if (!isJson) throw unsupported('Content-Type must be application/json');
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset))
    throw unsupported('the request body must be UTF-8');
}

const unsupported = (sentence: string): RequestRefused => new RequestRefused(415, 'unsupported_media_type', sentence);

/** Reads JSON from bytes; nothing at all when they are none. @throws SmsError `invalid_request` */
export function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new SmsError('invalid_request', 'the request body is not valid UTF-8');
  const text = bytes.toString('utf8');
  if (text === '') return undefined;
  try {
    return JSON.parse(text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text);
  } catch {
    // The parser's own message quotes the body, which may be logged on the way.
    throw new SmsError('invalid_request', 'the request body is not valid JSON');
  }
}
