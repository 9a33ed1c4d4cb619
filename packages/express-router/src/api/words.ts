import type { z } from 'zod';
import type { FieldIssue } from '../validate.js';

const longestName = 60;

/**
 * The first thing that is wrong, as one sentence that begins with the field's name: `to is required`,
 * `messages[3].to must be a string`, `unknown field: colour`.
 */
export function sentenceOf([issue]: readonly FieldIssue[]): string {
  if (!issue) return 'the request is not valid';
  if (issue.unknown) return `unknown field: ${nameOf([...issue.path, issue.unknown[0] ?? ''])}`;
  if (issue.path.length === 0) return 'the request body must be a JSON object';
  return `${nameOf(issue.path)} ${issue.message}`;
}

function nameOf(path: readonly PropertyKey[]): string {
  let name = '';
  for (const step of path) {
    if (typeof step === 'number') name += `[${step}]`;
    else name += name === '' ? String(step) : `.${String(step)}`;
  }
  return name.length > longestName ? `${name.slice(0, longestName)}…` : name;
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
};

/** Says what is wrong with a field, to be read after its name. */
export function say(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required' : `must be ${kinds[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return issue.input === undefined ? 'is required' : `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.input === '' ? 'is required' : boundOf('at least', issue.origin, issue.minimum);
    case 'too_big':
      return boundOf('at most', issue.origin, issue.maximum);
    default:
      return 'is not valid';
  }
}

/** `must be at most 100`, `must have at least 1 item`. */
function boundOf(bound: string, origin: string, count: number | bigint): string {
  const unit = { string: 'character', array: 'item' }[origin];
  return unit ? `must have ${bound} ${count} ${unit}${Number(count) === 1 ? '' : 's'}` : `must be ${bound} ${count}`;
}
