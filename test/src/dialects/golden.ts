import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/*
 * Golden exchanges: what a vendor's documents say goes over the wire. Written by hand, one file for each thing a vendor
 * documents.
 *
 * Texts may hold `{{names}}`: of the account (`api_token`, `client_id`, `mifumo_api_key`, `username` …), or of what an
 * earlier answer was remembered for. In an answer they may also be forms: `{{uuid}}`, `{{time}}`, `{{day}}`, `{{jwt}}`,
 * `{{number}}`, `{{text}}`; `{{uuid as id}}` remembers what was there as `id`. Whatever else is in an answer must be
 * exactly what the file says, names and all, and nothing more.
 */

const headers = z.record(z.string(), z.string());

const exchangeForm = z.strictObject({
  /** What is done before, beside what the file does for all. */
  setUp: z.array(z.string()).optional(),
  request: z.strictObject({
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
    path: z.string(),
    headers: headers.optional(),
    /** Sent as JSON, unless it is `text`, sent as it is, `form`, or `upload`: a form with a file of this text. */
    body: z.unknown().optional(),
    text: z.string().optional(),
    form: headers.optional(),
    upload: z.strictObject({ name: z.string(), text: z.string(), fields: headers.default({}) }).optional(),
  }),
  response: z.strictObject({
    status: z.int(),
    /** Those that must be there; null for those that must not. */
    headers: z.record(z.string(), z.string().nullable()).optional(),
    /** The whole body; absent when it is empty. */
    body: z.unknown().optional(),
  }),
});

const goldenForm = z.strictObject({
  /** What the documents call it. */
  name: z.string(),
  /** Which endpoints this is the proof of, such as `POST /api/send-sms`. */
  endpoints: z.array(z.string()).min(1),
  /** The document and its section. */
  source: z.string(),
  /** Where we differ from the documents, or decide what they leave open. */
  deviation: z.string().optional(),
  /** Steps of the runner, such as `credits 0` or `sender KIMISMS`. */
  setUp: z.array(z.string()).default([]),
  exchanges: z.array(exchangeForm).min(1),
});

export type Golden = z.output<typeof goldenForm>;
export type Exchange = z.output<typeof exchangeForm>;

const folder = join(__dirname, '../../dialects');

/** The golden files of each vendor, in the order of their names. */
export function readGoldens(): { vendor: string; file: string; golden: Golden }[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: vendor }) =>
      readdirSync(join(folder, vendor))
        .filter((file) => file.endsWith('.json'))
        .sort()
        .map((file) => {
          const path = join(folder, vendor, file);
          const parsed = goldenForm.safeParse(JSON.parse(readFileSync(path, 'utf8')));
          assert.ok(parsed.success, `${path}: ${parsed.error?.message}`);
          return { vendor, file, golden: parsed.data };
        }),
    );
}

export type Names = Map<string, string>;

/** A request's value with the names in its texts filled in. */
export function fill<T>(value: T, names: Names): T {
  if (typeof value === 'string') {
    return value.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
      const known = names.get(name);
      assert.ok(known !== undefined, `nothing is called ${name}`);
      return known;
    }) as T;
  }
  if (Array.isArray(value)) return value.map((one: unknown) => fill(one, names)) as T;
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fill(inner as unknown, names)])) as T;
  }
  return value;
}

const forms: Readonly<Record<string, string>> = {
  uuid: '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
  time: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:Z|[+-]\\d\\d:\\d\\d)',
  day: '\\d{4}-\\d\\d-\\d\\d',
  jwt: '[\\w-]+\\.[\\w-]+\\.[\\w-]+',
  number: '-?\\d+(?:\\.\\d+)?',
  text: '[^]+',
};

/** Asserts that an answer is what the file says, and remembers what it names. */
export function match(actual: unknown, expected: unknown, names: Names, path = 'body'): void {
  if (typeof expected === 'string' && expected.includes('{{')) {
    matchText(actual, expected, names, path);
  } else if (Array.isArray(expected)) {
    assert.ok(Array.isArray(actual), `${path} is not an array`);
    assert.equal(actual.length, expected.length, `${path} has ${actual.length} items: ${JSON.stringify(actual)}`);
    expected.forEach((one, at) => match(actual[at], one, names, `${path}[${at}]`));
  } else if (typeof expected === 'object' && expected !== null) {
    assert.ok(typeof actual === 'object' && actual !== null, `${path} is ${JSON.stringify(actual)}`);
    assert.deepEqual(Object.keys(actual), Object.keys(expected), `the names in ${path}: ${JSON.stringify(actual)}`);
    for (const [name, inner] of Object.entries(expected)) {
      match((actual as Record<string, unknown>)[name], inner, names, `${path}.${name}`);
    }
  } else {
    assert.deepEqual(actual, expected, path);
  }
}

function matchText(actual: unknown, expected: string, names: Names, path: string): void {
  const isNumber = /^\{\{number(?: as \w+)?\}\}$/.test(expected);
  assert.equal(typeof actual, isNumber ? 'number' : 'string', `${path} is ${JSON.stringify(actual)}`);
  const remembered: string[] = [];
  const pattern = expected
    .split(/(\{\{\w+(?: as \w+)?\}\})/)
    .map((part) => {
      const [, form = '', name] = /^\{\{(\w+)(?: as (\w+))?\}\}$/.exec(part) ?? [];
      if (form === '') return escaped(part);
      const known = forms[form];
      if (known === undefined) return escaped(fill(part, names));
      if (name !== undefined) remembered.push(name);
      return name === undefined ? `(?:${known})` : `(${known})`;
    })
    .join('');
  const found = new RegExp(`^${pattern}$`).exec(String(actual));
  assert.ok(found, `${path} is ${JSON.stringify(actual)}, not ${expected}`);
  remembered.forEach((name, at) => names.set(name, found[at + 1] ?? ''));
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
