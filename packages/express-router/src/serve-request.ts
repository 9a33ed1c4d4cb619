import type { Access, Logger, Sms } from '@ujumbe/core';
import { SmsError } from '@ujumbe/core';
import { assertScope, authenticate } from './authenticate.js';
import type { AnyEndpoint, ApiRequest, ApiResponse, Endpoint, OpenRequest, RequestHeaders } from './endpoint.js';
import { failure } from './envelope.js';
import { PathTable, type PathMatch } from './path-table.js';
import { RequestRefused } from './request-refused.js';
import { validate } from './validate.js';

/** A request as it came in, without saying by what. */
export interface IncomingRequest {
  readonly method: string;
  /** Without the host's mount path and without the query string. */
  readonly path: string;
  /** The query string, with or without its question mark. */
  readonly search: string;
  readonly headers: RequestHeaders;
  readonly signal: AbortSignal;
  /** The JSON body, undefined when there is none. Called once at most, after the token was found good. */
  readBody(): Promise<unknown>;
}

const prefix = '/api/v1';

/** Answers requests by a list of endpoints: finds, authenticates, validates, handles. It never throws. */
export class RequestServer {
  readonly #paths: PathTable;

  constructor(
    private readonly sms: Sms,
    endpoints: readonly AnyEndpoint[],
    private readonly logger: Logger,
  ) {
    this.#paths = new PathTable(endpoints);
  }

  /** Whether a path lies below the API's; others are the host's. */
  owns(path: string): boolean {
    return path.startsWith(prefix) && (path.length === prefix.length || path.charCodeAt(prefix.length) === 47);
  }

  async serve(incoming: IncomingRequest): Promise<ApiResponse> {
    let during = incoming.method;
    try {
      const match = this.#paths.find(incoming.path.slice(prefix.length));
      if (!match) throw new RequestRefused(404, 'not_found', 'there is no such endpoint; see the API reference');
      if (incoming.method === 'OPTIONS') return { status: 204, headers: { allow: allowed(match) }, body: '' };
      const endpoint = endpointFor(match, incoming.method);
      during = `${endpoint.method} ${endpoint.path}`;
      const response =
        endpoint.scope === null
          ? await endpoint.handle(openRequest(match.params, incoming), this.sms)
          : await this.#handle(endpoint, match.params, incoming);
      return incoming.method === 'HEAD' && typeof response.body !== 'string' ? { ...response, body: '' } : response;
    } catch (error) {
      return failure(error, this.logger, during);
    }
  }

  async #handle(endpoint: Endpoint, params: PathMatch['params'], incoming: IncomingRequest): Promise<ApiResponse> {
    const { sms } = this;
    const access = await authenticate(sms, incoming.headers, { cached: endpoint.cachedToken === true });
    assertScope(access, endpoint.scope);
    const query = endpoint.query && validate(endpoint.query, readQuery(incoming.search));
    // Last, so that nobody without a good token makes us hold a megabyte.
    const body = endpoint.body && validate(endpoint.body, required(await incoming.readBody(), endpoint));
    return endpoint.handle(new AuthenticatedRequest(sms, endpoint, params, incoming, access, query, body), sms);
  }
}

/** Takes the signal from the incoming request only when it is asked for: most handlers never do. */
class AuthenticatedRequest implements ApiRequest {
  constructor(
    private readonly sms: Sms,
    readonly endpoint: Endpoint,
    readonly params: PathMatch['params'],
    private readonly incoming: IncomingRequest,
    readonly access: Access,
    readonly query: unknown,
    readonly body: unknown,
  ) {}

  get headers(): RequestHeaders {
    return this.incoming.headers;
  }

  get signal(): AbortSignal {
    return this.incoming.signal;
  }

  async reauthenticate(): Promise<Access> {
    const access = await authenticate(this.sms, this.headers, { cached: false });
    assertScope(access, this.endpoint.scope);
    return access;
  }
}

const openRequest = (params: PathMatch['params'], incoming: IncomingRequest): OpenRequest => ({
  params,
  headers: incoming.headers,
  readBody: () => incoming.readBody(),
});

function endpointFor(match: PathMatch, method: string): AnyEndpoint {
  const endpoint = match.methods.get(method === 'HEAD' ? 'GET' : method);
  if (endpoint) return endpoint;
  const allow = allowed(match);
  throw new RequestRefused(405, 'method_not_allowed', `this endpoint answers ${allow}`, { allow });
}

function allowed({ methods }: PathMatch): string {
  const names = [...methods.keys()];
  return [...names, ...(methods.has('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
}

function required(body: unknown, { bodyOptional }: Endpoint): unknown {
  if (body === undefined && bodyOptional) return {};
  if (body === undefined) throw new SmsError('invalid_request', 'the request body is empty; send a JSON object');
  return body;
}

function readQuery(search: string): Record<string, string> {
  const query: Record<string, string> = {};
  if (search === '') return query;
  for (const [name, value] of new URLSearchParams(search)) {
    if (Object.hasOwn(query, name)) throw new SmsError('invalid_request', 'a query parameter is given twice');
    // Defined, not assigned: `__proto__` is an unknown field like another.
    Object.defineProperty(query, name, { value, enumerable: true });
  }
  return query;
}
