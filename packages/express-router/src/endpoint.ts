import type { Access, LimitState, Permission, Scope, Sms, UploadedFile } from '@ujumbe/core';
import type { z } from 'zod';
import type { ReadCredential } from './credentials.js';
import type { RateLimitPolicy } from './limits.js';
import type { RequestHeaders } from './request-headers.js';

/** HTTP methods an endpoint may have. HEAD and OPTIONS are answered for all of them in one place. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Forms of bodies: JSON, and the two kinds of forms that browsers and older clients send (of `multipart` the texts). */
export type BodyType = 'json' | 'form' | 'multipart';

/** A request as handlers see it: authenticated and validated, without Express. */
export interface ApiRequest<Body = unknown, Query = unknown> {
  readonly endpoint: Endpoint;
  /** Values of the `{names}` in the endpoint's path. */
  readonly params: Readonly<Record<string, string>>;
  readonly headers: RequestHeaders;
  readonly query: Query;
  /** The JSON body, or the fields of a form. */
  readonly body: Body;
  /** Reads the body of an endpoint without a schema for one; undefined when there is none. */
  readBody(): Promise<unknown>;
  /** The file of a form; removed after the answer unless the core has taken it over. */
  readonly file: UploadedFile | undefined;
  /** Whose credential it is and what it may do. Only a public endpoint has none, and may not ask. */
  readonly access: Access;
  /** The client's address, as far as the host trusts its proxies. */
  readonly address: string;
  /** Where the client reached the endpoint, mount path and query string included, for links in answers. */
  readonly url: URL;
  /** Aborted when the client has left. */
  readonly signal: AbortSignal;
  /** Reads the credential again, for answers that take long. @throws SmsError when it is no longer good */
  reauthenticate(): Promise<Access>;
  /**
   * Takes from a limit that counts something else than requests, such as the messages of a batch.
   *
   * @param options.key whose it is, for policies `per: 'key'`
   * @throws SmsError `rate_limited`
   */
  take(policy: RateLimitPolicy, options?: { weight?: number; key?: string }): Promise<LimitState | undefined>;
}

export interface ApiResponse {
  status: number;
  headers?: Readonly<Record<string, string>>;
  /** The whole answer, or a stream of pieces that ends when the answer does. */
  body: string | AsyncIterable<string>;
}

/** One thing an API does, as a plain object: what it is called with, who may call it, and what it does. */
export interface Endpoint<Body extends z.ZodType = z.ZodType, Query extends z.ZodType = z.ZodType> {
  method: Method;
  /** Below the dialect's prefix; a variable segment is `{name}`. A slash at the end makes no difference. */
  path: string;
  /** One line for people who read the list of endpoints. */
  summary: string;
  /** What a request must show; the dialect's own when absent, nothing when null. */
  credential?: ReadCredential | null;
  /** What a credential must be allowed to do. */
  scope?: Scope;
  /** How far a key must reach. */
  permission?: Permission;
  /**
   * Lets memory tell whose credential it is. Only where the work ends in `messages.send`, whose commit finds out one
   * that was revoked a moment ago.
   */
  cachedToken?: true;
  /** Counted for each request beside the dialect's own limits. */
  limits?: readonly RateLimitPolicy[];
  /** What the query string may hold; ignored without a schema. */
  query?: Query;
  /** What the body must be; not read without a schema. */
  body?: Body;
  /** What no body at all stands for; the dialect's own when absent, and without either it is refused. */
  emptyBody?: unknown;
  /** The forms the body may have; the dialect's own when absent. */
  bodyTypes?: readonly BodyType[];
  /** The body is a form with a file (`multipart/form-data`) instead, and `body` says what fields it has. */
  upload?: UploadLimits;
  handle(request: ApiRequest<z.output<Body>, z.output<Query>>, sms: Sms): Promise<ApiResponse>;
}

export interface UploadLimits {
  /** The largest file, where it is less than the router's own `uploadLimitBytes`. */
  limitBytes?: number;
}

/** A request whose form has been read. */
export type UploadRequest<Body = unknown, Query = unknown> = ApiRequest<Body, Query> & { readonly file: UploadedFile };

/** Lets TypeScript read a handler's body and query off the schemas beside it. */
export function endpoint<Body extends z.ZodType, Query extends z.ZodType>(described: Endpoint<Body, Query>): Endpoint {
  return described;
}

/** An endpoint that takes a file, which is there when its handler is called. */
export function uploadEndpoint<Body extends z.ZodType, Query extends z.ZodType>(
  described: Omit<Endpoint<Body, Query>, 'handle' | 'upload'> & {
    body: Body;
    upload: UploadLimits;
    handle(request: UploadRequest<z.output<Body>, z.output<Query>>, sms: Sms): Promise<ApiResponse>;
  },
): Endpoint {
  return endpoint({
    ...described,
    handle: (request, sms) => described.handle(request as UploadRequest<z.output<Body>, z.output<Query>>, sms),
  });
}
