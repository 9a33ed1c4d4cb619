import type { Dialect } from './dialect.js';
import type { Endpoint, Method } from './endpoint.js';

/** What answers at a path: an endpoint for each method, the dialect they are of, and the values of its variables. */
export interface PathMatch {
  dialect: Dialect;
  methods: ReadonlyMap<string, Endpoint>;
  params: Readonly<Record<string, string>>;
}

interface Path {
  dialect: Dialect;
  segments: readonly string[];
  methods: Map<Method, Endpoint>;
}

const noParams: Readonly<Record<string, string>> = {};

/** Finds endpoints by path, of all dialects together. Paths without variables, the busy ones, cost one look-up. */
export class PathTable {
  readonly #fixed = new Map<string, PathMatch>();
  /** By how many segments they have; in the order they are listed. */
  readonly #variable = new Map<number, Path[]>();
  /** The longest first. */
  readonly #owned: { prefix: string; dialect: Dialect }[];

  constructor(dialects: readonly Dialect[]) {
    const paths = new Map<string, Path>();
    for (const dialect of dialects) {
      for (const endpoint of dialect.endpoints) {
        const name = dialect.prefix + endpoint.path;
        let path = paths.get(name);
        if (!path) paths.set(name, (path = { dialect, segments: name.split('/'), methods: new Map() }));
        if (path.methods.has(endpoint.method)) throw new Error(`${endpoint.method} ${name} is listed twice`);
        path.methods.set(endpoint.method, endpoint);
      }
    }
    for (const [name, path] of paths) {
      if (!name.includes('{')) {
        this.#fixed.set(name, { dialect: path.dialect, methods: path.methods, params: noParams });
        continue;
      }
      const { length } = path.segments;
      this.#variable.set(length, [...(this.#variable.get(length) ?? []), path]);
    }
    this.#owned = dialects
      .flatMap((dialect) => dialect.owns.map((prefix) => ({ prefix, dialect })))
      .sort((a, b) => b.prefix.length - a.prefix.length);
  }

  /** A slash at the end makes no difference, as in Express. */
  find(path: string): PathMatch | undefined {
    const trimmed = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
    return this.#fixed.get(trimmed) ?? this.#findVariable(trimmed.split('/'));
  }

  /** The dialect that answers for what is not there. */
  ownerOf(path: string): Dialect | undefined {
    return this.#owned.find(
      ({ prefix }) => path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/'),
    )?.dialect;
  }

  #findVariable(asked: readonly string[]): PathMatch | undefined {
    for (const { dialect, segments, methods } of this.#variable.get(asked.length) ?? []) {
      const params = matchSegments(segments, asked);
      if (params) return { dialect, methods, params };
    }
    return undefined;
  }
}

function matchSegments(segments: readonly string[], asked: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [at, segment] of segments.entries()) {
    const value = asked[at] ?? '';
    if (segment.startsWith('{')) {
      const decoded = decodeSegment(value);
      if (decoded === undefined || decoded === '') return undefined;
      params[segment.slice(1, -1)] = decoded;
    } else if (segment !== value) {
      return undefined;
    }
  }
  return params;
}

/** A `+` stays a plus in a path: only a query string writes a space that way. */
function decodeSegment(value: string): string | undefined {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
