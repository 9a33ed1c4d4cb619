import type { IncomingMessage } from 'node:http';
import type { BodyType } from './endpoint.js';
import { bodyTypeOf, parseBody } from './request-body.js';
import { RequestRefused } from './request-refused.js';

/** How much of a body that is too large is still read, so that its sender gets to hear why it was refused. */
const drainedLimits = 8;

/**
 * The body of a request: what the host's own parser has left in `request.body`, or else what the stream holds.
 *
 * @throws RequestRefused 400, 413 and 415
 */
export async function readBody(
  request: IncomingMessage & { body?: unknown },
  limitBytes: number,
  types: readonly BodyType[],
): Promise<unknown> {
  if (!hasBody(request)) return undefined;
  const type = bodyTypeOf(request.headers, types);
  // Express 4 leaves `{}` in `body` for requests it did not parse, so that only a read stream tells.
  if (!request.readableEnded) return parseBody(await collect(request, limitBytes), type, request.headers);
  const { body } = request;
  if (typeof body === 'string') return parseBody(Buffer.from(body), type, request.headers);
  return Buffer.isBuffer(body) ? parseBody(body, type, request.headers) : body;
}

function hasBody(request: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  // HTTP/2 needs neither header.
  return encoding !== undefined || (length === undefined ? request.httpVersionMajor > 1 : length !== '0');
}

function collect(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    let ended = false;
    request.on('data', (chunk: Buffer | string) => {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      size += bytes.length;
      if (size <= limitBytes) chunks.push(bytes);
      else chunks = [];
      if (size > limitBytes * drainedLimits) reject(tooLarge(limitBytes, { connection: 'close' }));
    });
    request.on('end', () => {
      ended = true;
      const [first] = chunks;
      if (size > limitBytes) reject(tooLarge(limitBytes));
      else resolve(first && chunks.length === 1 ? first : Buffer.concat(chunks));
    });
    // Nobody is left to read the answer; this only lets the handler end. A stream closes after its end too.
    const cutOff = (): void => {
      if (!ended) reject(new RequestRefused(400, 'invalid_request', 'the request was cut off'));
    };
    request.on('error', cutOff);
    request.on('close', cutOff);
    if (request.destroyed) cutOff();
  });
}

function tooLarge(limitBytes: number, headers?: Readonly<Record<string, string>>): RequestRefused {
  return new RequestRefused(413, 'payload_too_large', `the request body is larger than ${limitBytes} bytes`, headers);
}
