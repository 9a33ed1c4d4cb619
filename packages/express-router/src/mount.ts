import type { Logger, Sms } from '@ujumbe/core';
import { Router, type Request, type Response } from 'express';
import type { Dialect } from './dialect.js';
import { defaultDialects } from './dialects/index.js';
import type { ApiResponse, BodyType, UploadLimits } from './endpoint.js';
import type { RequestHeaders } from './request-headers.js';
import type { LimitSettings } from './limits.js';
import { readBody } from './read-body.js';
import { readUpload, type UploadForm } from './read-upload.js';
import { RequestServer, type IncomingRequest } from './serve-request.js';

export interface SmsRouterOptions {
  /** Where requests that failed unexpectedly are told of; nowhere unless given. A pino logger fits. */
  logger?: Logger;
  /** The APIs to answer; all of them unless given. */
  dialects?: readonly Dialect[];
  /** A host's own figures for published limits, by `<dialect>.<name>`; null lifts one. */
  limits?: LimitSettings;
  /** The largest body, in bytes, when the host has not parsed it already; 1 MiB unless given. */
  bodyLimitBytes?: number;
  /** The largest file that may be uploaded, in bytes; 50 MiB unless given. */
  uploadLimitBytes?: number;
}

const defaultBodyLimitBytes = 1_048_576;
const defaultUploadLimitBytes = 50 * 1_048_576;
const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Mounts the platform's HTTP APIs in an Express 4.21 or 5 application: `app.use('/sms', createSmsRouter(sms))`.
 * The canonical API answers below `/api/v1` of where it is mounted, each vendor's API where the vendor has it; every
 * other path is left to the host. It does not matter whether `express.json()` comes before it, after it, or not at all.
 * Addresses and HTTPS are told as the host's `trust proxy` says.
 */
export function createSmsRouter(sms: Sms, options: SmsRouterOptions = {}): Router {
  const { logger = silent, bodyLimitBytes = defaultBodyLimitBytes, dialects = defaultDialects() } = options;
  const { uploadLimitBytes = defaultUploadLimitBytes } = options;
  for (const [name, bytes] of Object.entries({ bodyLimitBytes, uploadLimitBytes })) {
    if (!Number.isSafeInteger(bytes) || bytes < 1) throw new RangeError(`${name} must be a whole number of bytes`);
  }
  const server = new RequestServer(sms, dialects, logger, options.limits);
  const router = Router();
  router.use((request, response, next) => {
    // Express has taken the mount path off `url`.
    const { url } = request;
    const question = url.indexOf('?');
    const path = question === -1 ? url : url.slice(0, question);
    const destination = server.find(path);
    if (!destination) {
      next();
      return;
    }
    const search = question === -1 ? '' : url.slice(question + 1);
    const incoming = new ExpressRequest(request, response, path, search, { bodyLimitBytes, uploadLimitBytes }, sms);
    server
      .serve(incoming, destination)
      .then((answer) => write(request, response, answer, logger))
      // A middleware of the host's that breaks `response` must not end its process.
      .catch((error: unknown) => {
        logger.error({ name: error instanceof Error ? error.name : typeof error }, 'an answer could not be written');
        response.destroy();
      });
  });
  return router;
}

class ExpressRequest implements IncomingRequest {
  #left: AbortController | undefined;

  constructor(
    private readonly request: Request,
    private readonly response: Response,
    readonly path: string,
    readonly search: string,
    private readonly limits: { bodyLimitBytes: number; uploadLimitBytes: number },
    private readonly sms: Sms,
  ) {}

  get method(): string {
    return this.request.method;
  }

  get headers(): RequestHeaders {
    return this.request.headers;
  }

  get signal(): AbortSignal {
    if (this.#left) return this.#left.signal;
    const left = (this.#left = new AbortController());
    if (this.response.closed) left.abort();
    else this.response.once('close', () => left.abort());
    return left.signal;
  }

  get address(): string {
    return this.request.ip ?? '';
  }

  get isSecure(): boolean {
    return this.request.secure;
  }

  get url(): URL {
    const { protocol, originalUrl, headers } = this.request;
    // A client that names no host, or one that cannot be, gets links that are of no use to it, and no error.
    const host = /^[\w.:[\]-]+$/.exec(headers.host ?? '')?.[0] ?? 'localhost';
    const base = `${protocol}://${host}`;
    return new URL(originalUrl, URL.canParse(base) ? base : 'http://localhost');
  }

  readBody(types: readonly BodyType[]): Promise<unknown> {
    return readBody(this.request, this.limits.bodyLimitBytes, types);
  }

  readUpload({ limitBytes = Infinity }: UploadLimits): Promise<UploadForm> {
    return readUpload(this.request, Math.min(limitBytes, this.limits.uploadLimitBytes), this.sms.uploads);
  }
}

function write(request: Request, response: Response, answer: ApiResponse, logger: Logger): Promise<void> | undefined {
  // The client may have left, and a host's own timeout may have answered.
  if (response.headersSent || response.destroyed) return undefined;
  const { status, headers, body } = answer;
  response.statusCode = status;
  for (const name in headers) response.setHeader(name, headers[name] ?? '');
  if (typeof body !== 'string') return writeStream(response, body, logger);
  // Caches know that `Authorization` makes an answer private, but not that `X-API-Key` does.
  if (request.method === 'GET' || request.method === 'HEAD') response.setHeader('cache-control', 'no-store');
  if (status !== 204) {
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.setHeader('content-length', Buffer.byteLength(body));
  }
  response.end(body);
  return undefined;
}

async function writeStream(response: Response, pieces: AsyncIterable<string>, logger: Logger): Promise<void> {
  response.on('error', () => undefined);
  response.flushHeaders();
  try {
    for await (const piece of pieces) {
      if (response.destroyed) break;
      if (!response.write(piece)) await drained(response);
    }
    response.end();
  } catch (error) {
    // Cut off, so that nobody takes half a file for a whole one; a reader of events reconnects and goes on.
    logger.warn({ name: error instanceof Error ? error.name : typeof error }, 'a streamed answer ended early');
    response.destroy();
  }
}

/** Waits until the client has taken what was written, or has left. */
function drained(response: Response): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
    if (response.destroyed) done();
  });
}
