import type { Contact } from '@ujumbe/core';
import type { SeededRandom } from '../../faults/seeded-random.js';

/** A contact with all that a rule can ask of it. */
export interface Person {
  contact: Contact;
  groups: Set<string>;
  /** Milliseconds since the epoch; null for never. */
  delivered: number | null;
  replied: number | null;
}

type Json = Record<string, unknown>;
type Value = string | number | boolean;

const dayMs = 86_400_000;
export const tags = ['vip', 'customer', 'dar es salaam', 'a', 'aa', '%', "o'neil", 'ü'];
export const networks = ['Vodacom', 'Airtel', 'Halotel'];
export const attributeNames = ['city', 'age', 'member', 'näme 1.x'];
export const values: Value[] = ['Arusha', 'arusha', '7', '', 'ü', 'zz', '\u{1f642}', 7, 7.5, -3, 0, 1e20, true, false];

/** What a rule means, in plain words: for the compiled SQL to be held against. */
export function holds(rule: Json, person: Person, nowMs: number): boolean {
  const [[name, given]] = Object.entries(rule) as [[string, never]];
  const { contact } = person;
  switch (name) {
    case 'all':
      return (given as Json[]).every((one) => holds(one, person, nowMs));
    case 'any':
      return (given as Json[]).some((one) => holds(one, person, nowMs));
    case 'not':
      return !holds(given, person, nowMs);
    case 'tags':
      return tagsHold(given, contact.tags);
    case 'active':
      return contact.active === given;
    case 'created':
      return timeHolds(given, contact.createdAt, nowMs);
    case 'last_delivered':
      return timeHolds(given, person.delivered, nowMs);
    case 'last_replied':
      return timeHolds(given, person.replied, nowMs);
    case 'group':
      return person.groups.has(given);
    case 'network':
      return (given as string[]).includes(contact.network ?? 'none');
    case 'attribute':
      return attributeHolds(given, contact.attributes);
    default:
      throw new Error(`no such rule: ${name}`);
  }
}

function tagsHold(test: { any?: string[]; all?: string[]; none?: string[] }, has: string[]): boolean {
  const { any, all, none } = test;
  return (
    (any?.some((tag) => has.includes(tag)) ?? true) &&
    (all?.every((tag) => has.includes(tag)) ?? true) &&
    !(none?.some((tag) => has.includes(tag)) ?? false)
  );
}

function timeHolds(
  { after, before, within_days: days }: { after?: string; before?: string; within_days?: number },
  time: number | null,
  nowMs: number,
): boolean {
  if (time === null) return false;
  if (after !== undefined && time < Date.parse(after)) return false;
  if (before !== undefined && time >= Date.parse(before)) return false;
  return days === undefined || time >= nowMs - days * dayMs;
}

function attributeHolds(test: Json & { name: string }, attributes: Readonly<Record<string, Value>>): boolean {
  const { name, ...how } = test;
  const isThere = Object.hasOwn(attributes, name);
  const value = attributes[name];
  if ('exists' in how) return isThere === how.exists;
  if (!isThere || value === undefined) return false;
  if ('equals' in how) return value === how.equals;
  if ('in' in how) return (how.in as Value[]).includes(value);
  return Object.entries(how).every(
    ([by, bound]) => typeof bound === typeof value && compares(by, value, bound as Value),
  );
}

function compares(by: string, value: Value, bound: Value): boolean {
  const order =
    typeof value === 'string'
      ? Buffer.compare(Buffer.from(value), Buffer.from(String(bound)))
      : Number(value) - Number(bound);
  return { gt: order > 0, gte: order >= 0, lt: order < 0, lte: order <= 0 }[by]!;
}

/** A rule by chance. */
export function randomRule(random: SeededRandom, groups: string[], nowMs: number, depth = 0): Json {
  const some = <T>(from: readonly T[]): T[] => Array.from({ length: random.between(1, 3) }, () => random.pick(from));
  const time = (): string => new Date(nowMs - random.between(0, 40) * dayMs).toISOString();
  const timeTest = (): Json => ({
    ...random.pick([{ after: time() }, { before: time() }, { within_days: random.between(1, 40) }]),
    ...(random.happens(0.3) ? { before: time() } : {}),
  });
  const bound = (): Value => random.pick(values.filter((value) => typeof value !== 'boolean'));
  const attribute = (): Json => ({
    name: random.pick([...attributeNames, 'nobody has it']),
    ...random.pick<Json>([
      { equals: random.pick(values) },
      { in: some(values) },
      { exists: random.happens(0.5) },
      { [random.pick(['gt', 'gte', 'lt', 'lte'])]: bound() },
      { gte: bound(), lt: bound() },
    ]),
  });
  const next = (): Json => randomRule(random, groups, nowMs, depth + 1);
  const nested: (() => Json)[] = [
    () => ({ all: Array.from({ length: random.between(1, 3) }, next) }),
    () => ({ any: Array.from({ length: random.between(1, 3) }, next) }),
    () => ({ not: next() }),
  ];
  const leaves: (() => Json)[] = [
    () => ({ tags: { [random.pick(['any', 'all', 'none'])]: some(tags) } }),
    () => ({ tags: { any: some(tags), none: some(tags) } }),
    () => ({ active: random.happens(0.5) }),
    () => ({ created: timeTest() }),
    () => ({ last_delivered: timeTest() }),
    () => ({ last_replied: timeTest() }),
    () => ({ group: random.pick(groups) }),
    () => ({ network: some(networks) }),
    () => ({ attribute: attribute() }),
  ];
  return random.pick(depth < 3 && random.happens(0.5) ? nested : leaves)();
}
