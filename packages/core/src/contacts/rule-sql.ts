import type { Database } from '../runtime.js';
import type { AttributeValue } from './contact.js';
import { isMember } from './member.store.js';
import { comparisons, type AttributeTest, type Rule, type TimeOf, type TimeTest } from './rule.js';
import type { Condition } from './walk.store.js';

/** What a rule is compiled for. */
export interface CompileFor {
  kind: Database['kind'];
  /** What the days until now are counted from. */
  nowMs: number;
}

const dayMs = 86_400_000;

/**
 * A rule as SQL over a contact `c`, with every value of it as a binding. Each piece is true or false, never null, so that
 * `NOT` means what it says.
 */
export function ruleCondition(rule: Rule, on: CompileFor): Condition {
  switch (rule.kind) {
    case 'all':
    case 'any':
      return joined(
        rule.rules.map((one) => ruleCondition(one, on)),
        rule.kind === 'all' ? ' AND ' : ' OR ',
      );
    case 'not':
      return negated(ruleCondition(rule.rule, on));
    case 'tags':
      return tagsCondition(rule, on);
    case 'active':
      return { sql: 'c.active = ?', bindings: [Number(rule.active)] };
    case 'time':
      return timeCondition(rule.of, rule.test, on);
    case 'group':
      return { sql: isMember, bindings: [rule.groupId] };
    case 'network':
      return { sql: `coalesce(c.network, '') IN (${marks(rule.networks)})`, bindings: rule.networks };
    case 'attribute':
      return (on.kind === 'postgres' ? attributeOnPostgres : attributeOnSqlite)(rule.name, rule.test);
  }
}

const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ');

const joined = (conditions: readonly Condition[], by: ' AND ' | ' OR '): Condition => ({
  sql: `(${conditions.map(({ sql }) => sql).join(by)})`,
  bindings: conditions.flatMap(({ bindings }) => bindings),
});

const negated = ({ sql, bindings }: Condition): Condition => ({ sql: `NOT (${sql})`, bindings });

/** A tag is found by its text in quotes: contact-fields.ts lets nothing into a tag that could be found elsewhere. */
function tagsCondition({ how, tags }: Extract<Rule, { kind: 'tags' }>, { kind }: CompileFor): Condition {
  const has = kind === 'postgres' ? 'strpos(c.tags, ?) > 0' : 'instr(c.tags, ?) > 0';
  const each = tags.map((tag): Condition => ({ sql: has, bindings: [JSON.stringify(tag)] }));
  if (how === 'none') return negated(joined(each, ' OR '));
  return joined(each, how === 'all' ? ' AND ' : ' OR ');
}

/**
 * When a message was last delivered and when a reply last came is asked of the messages themselves, by the contact's
 * number: kept with the contact, it would cost every message a write. As a value, and not as EXISTS, it is looked up for
 * one contact after the other in both databases. The plus keeps SQLite from walking through all messages of the account.
 */
function timeOf(of: TimeOf, never: number, { kind }: CompileFor): string {
  const account = `${kind === 'sqlite' ? '+' : ''}m.account_id = c.account_id`;
  switch (of) {
    case 'created':
      return 'c.created_at';
    case 'last_delivered':
      return `coalesce((SELECT max(m.final_at) FROM sms_messages m
        WHERE m.recipient = c.phone AND ${account} AND m.state = 'delivered'), ${never})`;
    case 'last_replied':
      return `coalesce((SELECT max(i.received_at) FROM sms_inbound i
        WHERE i.account_id = c.account_id AND i.sender = c.phone), ${never})`;
  }
}

/** What never happened is before every time or after all of them, whichever is out. */
const [beforeAll, afterAll] = [-1, Number.MAX_SAFE_INTEGER];

/** With one bound the time is looked up once; PostgreSQL looks it up twice for a range. */
function timeCondition(of: TimeOf, { after = 0, before, withinDays }: TimeTest, on: CompileFor): Condition {
  const from = Math.max(0, after, withinDays === undefined ? 0 : on.nowMs - withinDays * dayMs);
  if (before === undefined) return { sql: `${timeOf(of, beforeAll, on)} >= ?`, bindings: [from] };
  if (from === 0) return { sql: `${timeOf(of, afterAll, on)} < ?`, bindings: [before] };
  return { sql: `${timeOf(of, beforeAll, on)} BETWEEN ? AND ?`, bindings: [from, before - 1] };
}

function attributeOnPostgres(name: string, test: AttributeTest): Condition {
  const value = '(c.attributes -> CAST(? AS text))';
  if ('exists' in test) return { sql: `${value} IS ${test.exists ? 'NOT ' : ''}NULL`, bindings: [name] };
  if ('in' in test) {
    // As JSON, values of different types differ.
    const values = test.in.map((one) => JSON.stringify(one));
    const casts = values.map(() => 'CAST(? AS jsonb)').join(', ');
    return { sql: `coalesce(${value} IN (${casts}), false)`, bindings: [name, ...values] };
  }
  return joined(
    test.compare.map(({ by, with: bound }): Condition => {
      const text = '(c.attributes ->> CAST(? AS text))';
      const [type, left, right] =
        typeof bound === 'number'
          ? ['number', `CAST(${text} AS numeric)`, 'CAST(? AS numeric)']
          : ['string', `${text} COLLATE "C"`, 'CAST(? AS text)'];
      return {
        sql: `CASE coalesce(jsonb_typeof(${value}), '') WHEN '${type}' THEN ${left} ${comparisons[by]} ${right} ELSE false END`,
        bindings: [name, name, bound],
      };
    }),
    ' AND ',
  );
}

function attributeOnSqlite(name: string, test: AttributeTest): Condition {
  const path = `$."${name}"`;
  const type = `coalesce(json_type(c.attributes, ?), '')`;
  const value = 'json_extract(c.attributes, ?)';
  if ('exists' in test) return { sql: `${type} ${test.exists ? '<>' : '='} ''`, bindings: [path] };
  if ('in' in test) return joined(test.in.map(equalOnSqlite), ' OR ');
  return joined(
    test.compare.map(({ by, with: bound }): Condition => ({
      sql: `CASE WHEN ${type} IN (${typesOf(bound)}) THEN ${value} ${comparisons[by]} ? ELSE 0 END`,
      bindings: [path, path, bound],
    })),
    ' AND ',
  );

  function equalOnSqlite(wanted: AttributeValue): Condition {
    if (typeof wanted === 'boolean') return { sql: `${type} = '${wanted}'`, bindings: [path] };
    return {
      sql: `CASE WHEN ${type} IN (${typesOf(wanted)}) THEN ${value} = ? ELSE 0 END`,
      bindings: [path, path, wanted],
    };
  }
}

/** What SQLite calls the types of JSON. */
const typesOf = (value: string | number): string => (typeof value === 'number' ? `'integer', 'real'` : `'text'`);
