import { SmsError } from '../errors.js';
import { isUuid } from '../ids.js';
import { networkNames } from '../numbers/network.js';
import { isAttributeValue, readAttributeName, readTag } from './contact-fields.js';
import type { AttributeValue } from './contact.js';
import {
  comparisons,
  deepestRule,
  longestValue,
  mostDays,
  mostRules,
  mostValues,
  ruleLimitBytes,
  type AttributeTest,
  type Comparison,
  type Rule,
  type TimeOf,
  type TimeTest,
} from './rule.js';

type Fields = Record<string, unknown>;

const invalid = (at: string, sentence: string): SmsError => new SmsError('invalid_request', `${at} ${sentence}`);

/** Where a rule is, and how much of it has been read. */
interface Reading {
  at: string;
  depth: number;
  counted: { rules: number };
}

/**
 * Reads a rule from outside, strictly. The first thing that is wrong is said with its place: `rule.all[1].tags must …`.
 *
 * @throws SmsError `invalid_request`
 */
export function readRule(given: unknown): Rule {
  const fields = fieldsOf('rule', given);
  if (Buffer.byteLength(JSON.stringify(fields)) > ruleLimitBytes) {
    throw invalid('rule', `must have at most ${ruleLimitBytes} bytes as JSON`);
  }
  const reading = { at: 'rule', depth: 1, counted: { rules: 0 } };
  return readCriteria(fields, reading) ?? readNode(fields, reading);
}

const criteria: Readonly<Record<string, (value: unknown, at: string) => Rule>> = {
  tags: readTagsRule,
  is_active: readActive,
  created_after: (value, at) => ({ kind: 'time', of: 'created', test: { after: readTime(value, at) } }),
};

/** The flat form that Mifumo has: all of its up to three fields hold. Source: contracts/mifumo.md §4. */
function readCriteria(fields: Fields, { at }: Reading): Rule | undefined {
  const names = Object.keys(fields);
  if (names.length === 0 || !names.every((name) => Object.hasOwn(criteria, name))) return undefined;
  const rules = names.flatMap((name) => criteria[name]?.(fields[name], `${at}.${name}`) ?? []);
  return { kind: 'all', rules };
}

const readers: Readonly<Record<string, (value: unknown, reading: Reading) => Rule>> = {
  all: (value, reading) => ({ kind: 'all', rules: readNodes(value, reading) }),
  any: (value, reading) => ({ kind: 'any', rules: readNodes(value, reading) }),
  not: (value, reading) => ({ kind: 'not', rule: readNode(value, reading) }),
  tags: (value, { at }) => readTagsRule(value, at),
  active: (value, { at }) => readActive(value, at),
  created: (value, { at }) => readTimeRule('created', value, at),
  last_delivered: (value, { at }) => readTimeRule('last_delivered', value, at),
  last_replied: (value, { at }) => readTimeRule('last_replied', value, at),
  group: (value, { at }) => {
    if (typeof value !== 'string' || !isUuid(value.toLowerCase())) throw invalid(at, 'must be the uuid of a group');
    return { kind: 'group', groupId: value.toLowerCase() };
  },
  network: (value, { at }) => ({ kind: 'network', networks: readList(value, at, readNetwork) }),
  attribute: (value, { at }) => readAttributeRule(value, at),
};

function readNode(given: unknown, { at, depth, counted }: Reading): Rule {
  if (depth > deepestRule) throw invalid(at, `is too deep; rules are nested at most ${deepestRule} deep`);
  if (++counted.rules > mostRules) throw invalid('rule', `must have at most ${mostRules} rules`);
  const fields = fieldsOf(at, given);
  const [name, ...more] = Object.keys(fields);
  const reader = name !== undefined && Object.hasOwn(readers, name) ? readers[name] : undefined;
  if (name === undefined || reader === undefined || more.length > 0) {
    throw invalid(at, `must have exactly one of ${Object.keys(readers).join(', ')}`);
  }
  return reader(fields[name], { at: `${at}.${name}`, depth: depth + 1, counted });
}

function readNodes(given: unknown, reading: Reading): Rule[] {
  if (!Array.isArray(given) || given.length === 0) throw invalid(reading.at, 'must be a list of at least one rule');
  return given.map((rule, index) => readNode(rule, { ...reading, at: `${reading.at}[${index}]` }));
}

function fieldsOf(at: string, given: unknown): Fields {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw invalid(at, 'must be an object');
  return given as Fields;
}

function onlyFields(at: string, given: unknown, known: readonly string[]): Fields {
  const fields = fieldsOf(at, given);
  const names = Object.keys(fields);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined || names.length === 0) {
    throw invalid(at, `must have ${known.join(', ')}${unknown === undefined ? '' : ' and nothing else'}`);
  }
  return fields;
}

function readList<T>(given: unknown, at: string, read: (value: unknown, at: string) => T): T[] {
  if (!Array.isArray(given) || given.length === 0 || given.length > mostValues) {
    throw invalid(at, `must be a list of 1 to ${mostValues}`);
  }
  return given.map((value, index) => read(value, `${at}[${index}]`));
}

/** A list means any of the tags. */
function readTagsRule(given: unknown, at: string): Rule {
  const fields = Array.isArray(given) ? { any: given as unknown[] } : onlyFields(at, given, ['any', 'all', 'none']);
  const rules = (['any', 'all', 'none'] as const)
    .filter((how) => Object.hasOwn(fields, how))
    .map((how): Rule => {
      const tags = readList(fields[how], Array.isArray(given) ? at : `${at}.${how}`, (tag, tagAt) => {
        if (typeof tag !== 'string') throw invalid(tagAt, 'must be text');
        return readTag(tag);
      });
      return { kind: 'tags', how, tags };
    });
  return rules.length === 1 && rules[0] ? rules[0] : { kind: 'all', rules };
}

function readActive(given: unknown, at: string): Rule {
  if (typeof given !== 'boolean') throw invalid(at, 'must be true or false');
  return { kind: 'active', active: given };
}

function readNetwork(given: unknown, at: string): string {
  const asked = typeof given === 'string' ? given.toLowerCase() : '';
  const network = networkNames.find((name) => name.toLowerCase() === asked);
  if (network === undefined) throw invalid(at, `must be one of ${networkNames.join(', ')}`);
  return network;
}

function readTimeRule(of: TimeOf, given: unknown, at: string): Rule {
  const fields = onlyFields(at, given, ['after', 'before', 'within_days']);
  const test: TimeTest = {};
  if (fields.after !== undefined) test.after = readTime(fields.after, `${at}.after`);
  if (fields.before !== undefined) test.before = readTime(fields.before, `${at}.before`);
  if (fields.within_days !== undefined) test.withinDays = readDays(fields.within_days, `${at}.within_days`);
  return { kind: 'time', of, test };
}

const timeForm = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** A day alone begins at midnight UTC. */
function readTime(given: unknown, at: string): number {
  const time = typeof given === 'string' && timeForm.test(given) ? Date.parse(given) : Number.NaN;
  if (Number.isNaN(time) || time < 0) {
    throw invalid(at, 'must be a day, or a time with its zone, such as 2026-05-11T09:00:00Z');
  }
  return time;
}

function readDays(given: unknown, at: string): number {
  if (!Number.isSafeInteger(given) || Number(given) < 1 || Number(given) > mostDays) {
    throw invalid(at, `must be a whole number from 1 to ${mostDays}`);
  }
  return Number(given);
}

const compared = Object.keys(comparisons) as Comparison[];

function readAttributeRule(given: unknown, at: string): Rule {
  const { name, ...test } = onlyFields(at, given, ['name', 'equals', 'in', 'exists', ...compared]);
  if (typeof name !== 'string') throw invalid(`${at}.name`, 'must be the name of an attribute');
  return { kind: 'attribute', name: readAttributeName(name), test: readAttributeTest(test, at) };
}

function readAttributeTest(test: Fields, at: string): AttributeTest {
  const [how, ...more] = Object.keys(test);
  if (how === 'equals' && more.length === 0) return { in: [readValue(test.equals, `${at}.equals`)] };
  if (how === 'in' && more.length === 0) return { in: readList(test.in, `${at}.in`, readValue) };
  if (how === 'exists' && more.length === 0) {
    if (typeof test.exists !== 'boolean') throw invalid(`${at}.exists`, 'must be true or false');
    return { exists: test.exists };
  }
  const given = compared.filter((by) => Object.hasOwn(test, by));
  if (given.length === 0 || given.length !== more.length + 1) {
    throw invalid(at, `must have a name and one of equals, in, exists, or some of ${compared.join(', ')}`);
  }
  return {
    compare: given.map((by) => {
      const value = readValue(test[by], `${at}.${by}`);
      if (typeof value === 'boolean') throw invalid(`${at}.${by}`, 'must be a number or text');
      return { by, with: value };
    }),
  };
}

function readValue(given: unknown, at: string): AttributeValue {
  if (!isAttributeValue(given)) throw invalid(at, 'must be text, a number, true or false');
  if (typeof given === 'string' && given.length > longestValue) {
    throw invalid(at, `must have at most ${longestValue} characters`);
  }
  return given;
}
