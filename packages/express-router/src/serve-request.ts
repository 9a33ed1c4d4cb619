import { hasPermission, SmsError } from '@ujumbe/core';
import type { Access, LimitState, Logger, Sms, UploadedFile } from '@ujumbe/core';
import type { ReadCredential } from './credentials.js';
import type { Dialect } from './dialect.js';
import type { ApiRequest, ApiResponse, BodyType, Endpoint, UploadLimits } from './endpoint.js';
import type { RequestHeaders } from './request-headers.js';
import { faultOf } from './fault.js';
import { DialectLimits, type CountedLimit, type LimitSettings, type RateLimitPolicy } from './limits.js';
import { PathTable, type PathMatch } from './path-table.js';
import type { UploadForm } from './read-upload.js';
import { parseForm } from './request-body.js';
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
  /** The client's address, and whether it came over HTTPS, as far as the host trusts its proxies. */
  readonly address: string;
  readonly isSecure: boolean;
  /** Where the client reached us. */
  readonly url: URL;
  /** The body in one of the forms, undefined when there is none. Called once at most. */
  readBody(types: readonly BodyType[]): Promise<unknown>;
  /** The form with a file, for endpoints that take one; called instead of `readBody`. */
  readUpload(limits: UploadLimits): Promise<UploadForm>;
}

/** Where a request goes: to an endpoint's path, or to the dialect that says there is none. */
export type Destination = PathMatch | { dialect: Dialect; methods?: undefined };

const jsonAlone: readonly BodyType[] = ['json'];

/** Answers requests by the endpoints of dialects: finds, authenticates, counts, validates, handles. It never throws. */
export class RequestServer {
  readonly #paths: PathTable;
  readonly #limits = new Map<Dialect, DialectLimits>();

  constructor(
    private readonly sms: Sms,
    dialects: readonly Dialect[],
    private readonly logger: Logger,
    settings: LimitSettings = {},
  ) {
    this.#paths = new PathTable(dialects);
    const known = new Set(dialects.flatMap((one) => policiesOf(one).map(({ name }) => `${one.name}.${name}`)));
    const unknown = Object.keys(settings).find((name) => !known.has(name));
    if (unknown !== undefined) throw new RangeError(`limits: ${unknown} is not one of ${[...known].join(', ')}`);
    for (const one of dialects) this.#limits.set(one, new DialectLimits(one.name, sms.limits, settings));
  }

  /** What answers at a path; undefined leaves it to the host. */
  find(path: string): Destination | undefined {
    const match = this.#paths.find(path);
    if (match) return match;
    const owner = this.#paths.ownerOf(path);
    return owner && { dialect: owner };
  }

  async serve(incoming: IncomingRequest, destination: Destination): Promise<ApiResponse> {
    const { dialect } = destination;
    const exchange = new Exchange(this.sms, dialect, incoming, this.#limits.get(dialect));
    try {
      if (dialect.requireHttps === true && !incoming.isSecure) {
        throw new RequestRefused(403, 'https_required', 'use HTTPS');
      }
      if (!destination.methods) {
        throw new RequestRefused(404, 'not_found', 'there is no such endpoint; see the API reference');
      }
      if (incoming.method === 'OPTIONS') return { status: 204, headers: { allow: allowed(destination) }, body: '' };
      exchange.endpoint = endpointFor(destination, incoming.method);
      const response = await exchange.answer(exchange.endpoint, destination.params);
      const whole =
        incoming.method === 'HEAD' && typeof response.body !== 'string' ? { ...response, body: '' } : response;
      return exchange.withLimits(whole);
    } catch (error) {
      return exchange.withLimits(dialect.renderError(faultOf(error, dialect, exchange.failed, this.logger)));
    }
  }
}

/** One request on its way through its dialect. */
class Exchange {
  endpoint: Endpoint | undefined;
  #access: Access | undefined;
  readonly #counted: CountedLimit[] = [];
  #body: Promise<unknown> | undefined;

  constructor(
    private readonly sms: Sms,
    private readonly dialect: Dialect,
    private readonly incoming: IncomingRequest,
    private readonly limits: DialectLimits | undefined,
  ) {}

  get failed(): Parameters<typeof faultOf>[2] {
    const { method, headers } = this.incoming;
    return { method, headers, endpoint: this.endpoint, access: this.#access };
  }

  async answer(endpoint: Endpoint, params: PathMatch['params']): Promise<ApiResponse> {
    const { dialect, incoming, sms } = this;
    const read = endpoint.credential === undefined ? dialect.credential : endpoint.credential;
    if (read) this.#access = await this.#authenticate(endpoint, read);
    await this.#count(endpoint);
    const query = endpoint.query && validate(endpoint.query, readQuery(incoming.search), dialect.say);
    const handle = (given: unknown, file?: UploadedFile): Promise<ApiResponse> => {
      const body = endpoint.body && validate(endpoint.body, given, dialect.say);
      return endpoint.handle(new AuthenticatedRequest(this, incoming, endpoint, params, query, body, file), sms);
    };
    // Last, so that nobody without a good token makes us hold a megabyte.
    if (!endpoint.upload) return handle(endpoint.body && (await this.#requiredBody(endpoint)));
    const { fields, file } = await incoming.readUpload(endpoint.upload);
    try {
      return await handle(fields, file);
    } finally {
      await sms.uploads.release(file);
    }
  }

  get access(): Access {
    if (!this.#access) throw new Error('A public endpoint asked whose request it serves.');
    return this.#access;
  }

  async reauthenticate(endpoint: Endpoint): Promise<Access> {
    const access = await this.sms.credentials.refresh(this.access);
    assertMay(access, endpoint);
    return access;
  }

  take(policy: RateLimitPolicy, options: { weight?: number; key?: string } = {}): Promise<LimitState | undefined> {
    const by = { access: this.#access, address: this.incoming.address, ...options };
    return this.limits?.take(policy, by, this.#counted) ?? Promise.resolve(undefined);
  }

  withLimits(response: ApiResponse): ApiResponse {
    if (this.#counted.length === 0 || !this.dialect.limitHeaders) return response;
    return { ...response, headers: { ...response.headers, ...this.dialect.limitHeaders(this.#counted) } };
  }

  async #authenticate(endpoint: Endpoint, read: ReadCredential): Promise<Access> {
    const { incoming, sms } = this;
    try {
      const shown = await read({
        headers: incoming.headers,
        address: incoming.address,
        query: () => parseForm(incoming.search),
        body: () => this.readBody(endpoint),
      });
      if (!shown) throw new RequestRefused(401, 'credential_missing', 'invalid or missing token');
      const how = { cached: endpoint.cachedToken === true };
      const own = (this.#access = await sms.credentials.authenticate(shown, how));
      const tenant = this.dialect.readTenant?.(incoming.headers);
      const access = tenant === undefined ? own : await sms.tenants.actingFor(own, tenant, how);
      assertMay(access, endpoint);
      return access;
    } catch (error) {
      // Who guesses is counted by where he comes from; his limit is told before what was wrong with the guess.
      if (!this.#access) await this.#count(endpoint);
      throw error;
    }
  }

  /** Counts the request: by its credential, or when it has none that is good, by its address. */
  async #count(endpoint: Endpoint): Promise<void> {
    const isAnonymous = this.#access === undefined;
    for (const policy of [...this.dialect.limits, ...(endpoint.limits ?? [])]) {
      if (policy.per !== 'key' && (policy.per === 'address') === isAnonymous) await this.take(policy);
    }
  }

  async #requiredBody(endpoint: Endpoint): Promise<unknown> {
    const body = (await this.readBody(endpoint)) ?? endpoint.emptyBody ?? this.dialect.emptyBody;
    if (body !== undefined) return body;
    throw new RequestRefused(400, 'empty_body', 'the request body is empty; send a JSON object');
  }

  readBody({ bodyTypes }: Endpoint): Promise<unknown> {
    return (this.#body ??= this.incoming.readBody(bodyTypes ?? this.dialect.bodyTypes ?? jsonAlone));
  }
}

/** Takes the signal and the URL from the incoming request only when they are asked for: most handlers never do. */
class AuthenticatedRequest implements ApiRequest {
  constructor(
    private readonly exchange: Exchange,
    private readonly incoming: IncomingRequest,
    readonly endpoint: Endpoint,
    readonly params: PathMatch['params'],
    readonly query: unknown,
    readonly body: unknown,
    readonly file: UploadedFile | undefined,
  ) {}

  get access(): Access {
    return this.exchange.access;
  }

  get headers(): RequestHeaders {
    return this.incoming.headers;
  }

  get address(): string {
    return this.incoming.address;
  }

  get url(): URL {
    return this.incoming.url;
  }

  get signal(): AbortSignal {
    return this.incoming.signal;
  }

  readBody(): Promise<unknown> {
    return this.exchange.readBody(this.endpoint);
  }

  reauthenticate(): Promise<Access> {
    return this.exchange.reauthenticate(this.endpoint);
  }

  take(policy: RateLimitPolicy, options?: { weight?: number; key?: string }): Promise<LimitState | undefined> {
    return this.exchange.take(policy, options);
  }
}

const policiesOf = ({ limits, endpoints }: Dialect): RateLimitPolicy[] => [
  ...limits,
  ...endpoints.flatMap((endpoint) => endpoint.limits ?? []),
];

function assertMay(access: Access, { scope, permission }: Endpoint): void {
  if (scope !== undefined && !access.scopes.includes(scope)) {
    throw new SmsError('scope_missing', `token lacks required scope: ${scope}`);
  }
  if (permission !== undefined && !hasPermission(access, permission)) {
    throw new SmsError('scope_missing', `token lacks required permission: ${permission}`);
  }
}

function endpointFor(match: PathMatch, method: string): Endpoint {
  const endpoint = match.methods.get(method === 'HEAD' ? 'GET' : method);
  if (endpoint) return endpoint;
  const allow = allowed(match);
  throw new RequestRefused(405, 'method_not_allowed', `this endpoint answers ${allow}`, { allow });
}

function allowed({ methods }: PathMatch): string {
  const names = [...methods.keys()];
  return [...names, ...(methods.has('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
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
