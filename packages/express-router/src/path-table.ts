import type { AnyEndpoint, Method } from './endpoint.js';

/** What answers at a path: an endpoint for each method, and the values of its variables. */
export interface PathMatch {
  methods: ReadonlyMap<string, AnyEndpoint>;
  params: Readonly<Record<string, string>>;
}

interface Path {
  segments: readonly string[];
  methods: Map<Method, AnyEndpoint>;
}

const noParams: Readonly<Record<string, string>> = {};

/** Finds endpoints by path. Paths without variables, the busy ones among them, cost one look-up. */
export class PathTable {
  readonly #fixed = new Map<string, PathMatch>();
  readonly #variable: Path[] = [];

  constructor(endpoints: readonly AnyEndpoint[]) {
    const paths = new Map<string, Path>();
    for (const endpoint of endpoints) {
      let path = paths.get(endpoint.path);
      if (!path) paths.set(endpoint.path, (path = { segments: endpoint.path.split('/'), methods: new Map() }));
      if (path.methods.has(endpoint.method)) throw new Error(`${endpoint.method} ${endpoint.path} is listed twice`);
      path.methods.set(endpoint.method, endpoint);
    }
    for (const [name, path] of paths) {
      if (name.includes('{')) this.#variable.push(path);
      else this.#fixed.set(name, { methods: path.methods, params: noParams });
    }
  }

  /** A slash at the end makes no difference, as in Express. */
  find(path: string): PathMatch | undefined {
    const trimmed = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
    return this.#fixed.get(trimmed) ?? this.#findVariable(trimmed.split('/'));
  }

  #findVariable(asked: readonly string[]): PathMatch | undefined {
    for (const { segments, methods } of this.#variable) {
      const params = matchSegments(segments, asked);
      if (params) return { methods, params };
    }
    return undefined;
  }
}

function matchSegments(segments: readonly string[], asked: readonly string[]): Record<string, string> | undefined {
  if (segments.length !== asked.length) return undefined;
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
