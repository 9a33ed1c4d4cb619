import { z } from 'zod';
import type { FieldIssue } from '../validate.js';

/*
 * The words and shapes of Django REST Framework, which several vendors answer in: a map from fields to lists of
 * sentences when fields are wrong, `{"detail": …}` otherwise. Source: contracts/kimisms.md and contracts/mifumo.md §2,
 * and the framework's own messages.
 */

/** Text as the framework reads it: numbers are taken as they are written; neither NUL nor half a surrogate pair. */
export const chars = (longest?: number): z.ZodType<string> =>
  z.preprocess(
    (value) => (typeof value === 'number' && Number.isFinite(value) ? String(value) : value),
    z
      .string()
      .refine((text) => text.trim() !== '', { error: 'This field may not be blank.', abort: true })
      .refine((text) => longest === undefined || lengthOf(text) <= longest, {
        error: `Ensure this field has no more than ${longest ?? ''} characters.`,
      })
      .refine((text) => !text.includes('\0'), { error: 'Null characters are not allowed.' })
      .refine((text) => !/\p{Cs}/u.test(text), { error: 'Surrogate characters are not allowed.' }),
  );

/** Characters as Python counts them: code points. */
export function lengthOf(text: string): number {
  let length = text.length;
  // A pair of surrogates is one character.
  for (let at = 0; at < text.length; at++) if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) length--;
  return length;
}

export const url = z
  .string()
  .refine((text) => text.length <= 2_048 && URL.canParse(text) && /^https?:\/\//i.test(text), {
    error: 'Enter a valid URL.',
  });

const kinds: Readonly<Record<string, string>> = {
  string: 'Not a valid string.',
  number: 'A valid number is required.',
  int: 'A valid integer is required.',
  boolean: 'Must be a valid boolean.',
};

/** Python's name for what came where something else was asked for. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  if (value === null) return 'NoneType';
  const names: Readonly<Record<string, string>> = { string: 'str', boolean: 'bool', number: 'int', object: 'dict' };
  return names[typeof value] ?? typeof value;
}

/** What is wrong with a field. */
export function say(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined) return 'This field is required.';
  if (issue.input === null) return 'This field may not be null.';
  switch (issue.code) {
    case 'invalid_type':
      if (issue.expected === 'array') return `Expected a list of items but got type "${kindOf(issue.input)}".`;
      if (issue.expected === 'object') {
        return `Invalid data. Expected a dictionary, but got ${kindOf(issue.input)}.`;
      }
      return kinds[issue.expected] ?? 'Not a valid value.';
    case 'invalid_value':
      return `"${typeof issue.input === 'string' ? issue.input.slice(0, 100) : kindOf(issue.input)}" is not a valid choice.`;
    case 'too_small':
      if (issue.origin === 'array') return 'This list may not be empty.';
      if (issue.origin === 'string') return `Ensure this field has at least ${issue.minimum} characters.`;
      return `Ensure this value is greater than or equal to ${issue.minimum}.`;
    case 'too_big':
      if (issue.origin === 'array') return `Ensure this field has no more than ${issue.maximum} elements.`;
      if (issue.origin === 'string') return `Ensure this field has no more than ${issue.maximum} characters.`;
      return `Ensure this value is less than or equal to ${issue.maximum}.`;
    default:
      return 'Not a valid value.';
  }
}

type FieldMap = Record<string, unknown>;

/** All that is wrong with all fields, by field. */
export function fieldMap(issues: readonly FieldIssue[]): FieldMap {
  const map: FieldMap = {};
  for (const { path, message } of issues) {
    let place: FieldMap = map;
    const names = path.length === 0 ? ['non_field_errors'] : path.map(String);
    for (const name of names.slice(0, -1)) {
      const inner = place[name];
      place = (
        typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : (place[name] = {})
      ) as FieldMap;
    }
    const last = names.at(-1) ?? '';
    const said = place[last];
    place[last] = Array.isArray(said) ? [...(said as string[]), message] : [message];
  }
  return map;
}

/** `Request was throttled. Expected available in 30 seconds.` */
export const throttledIn = (seconds: number): string =>
  `Request was throttled. Expected available in ${seconds} second${seconds === 1 ? '' : 's'}.`;

/** What the framework says where HTTP refuses a request. */
export const refusalDetail = {
  not_found: () => 'Not found.',
  method_not_allowed: (method: string) => `Method "${method}" not allowed.`,
  unsupported_media_type: (type: string) => `Unsupported media type "${type}" in request.`,
  malformed_body: () => 'JSON parse error - Expecting value: line 1 column 1 (char 0)',
  credential_missing: () => 'Authentication credentials were not provided.',
} as const;
