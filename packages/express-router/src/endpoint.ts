import type { Access, Scope, Sms } from '@ujumbe/core';
import type { z } from 'zod';

/** HTTP methods an endpoint may have. HEAD and OPTIONS are answered for all of them in one place. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Request headers with lower-case names, as Node gives them. */
export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A request as handlers see it: authenticated and validated, without Express. */
export interface ApiRequest<Body = unknown, Query = unknown> {
  readonly endpoint: Endpoint;
  /** Values of the `{names}` in the endpoint's path. */
  readonly params: Readonly<Record<string, string>>;
  readonly headers: RequestHeaders;
  readonly query: Query;
  readonly body: Body;
  /** Whose token it is and what it may do. */
  readonly access: Access;
  /** Aborted when the client has left. */
  readonly signal: AbortSignal;
  /** Reads the token again, for answers that take long. @throws SmsError when it is no longer good */
  reauthenticate(): Promise<Access>;
}

export interface ApiResponse {
  status: number;
  headers?: Readonly<Record<string, string>>;
  /** The whole answer, or a stream of pieces that ends when the answer does. */
  body: string | AsyncIterable<string>;
}

/** One thing the API does, as a plain object: what it is called with, who may call it, and what it does. */
export interface Endpoint<Body extends z.ZodType = z.ZodType, Query extends z.ZodType = z.ZodType> {
  method: Method;
  /** Below `/api/v1`; a variable segment is `{name}`. */
  path: string;
  /** One line for people who read the list of endpoints. */
  summary: string;
  /** What a token must be allowed to do. */
  scope: Scope;
  /**
   * Lets memory tell whose token it is. Only where the work ends in `messages.send`, whose commit finds out a token
   * that was revoked a moment ago.
   */
  cachedToken?: true;
  /** What the query string may hold; ignored without a schema. */
  query?: Query;
  /** What the JSON body must be; not read without a schema. */
  body?: Body;
  /** No body at all is as good as `{}`. */
  bodyOptional?: true;
  handle(request: ApiRequest<z.output<Body>, z.output<Query>>, sms: Sms): Promise<ApiResponse>;
}

/** A request of somebody who has no token. Its body is read only when the handler asks for it. */
export interface OpenRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly headers: RequestHeaders;
  readBody(): Promise<unknown>;
}

/** What an upstream calls back: it has no token of ours, and proves itself in its own way. */
export interface OpenEndpoint extends Pick<Endpoint, 'method' | 'path' | 'summary'> {
  scope: null;
  handle(request: OpenRequest, sms: Sms): Promise<ApiResponse>;
}

export type AnyEndpoint = Endpoint | OpenEndpoint;

/** Lets TypeScript read a handler's body and query off the schemas beside it. */
export function endpoint<Body extends z.ZodType, Query extends z.ZodType>(described: Endpoint<Body, Query>): Endpoint {
  return described;
}
