import { SmsError } from '../errors.js';
import { isUuid } from '../ids.js';
import type { Clock, Database, Ids, RunStatements, Transaction } from '../runtime.js';
import { missingGroups } from './member.store.js';
import { readDescription, readName, readNamed, withFreeName } from './named.js';
import { readRule } from './read-rule.js';
import { groupsIn, type Rule } from './rule.js';
import { ruleCondition } from './rule-sql.js';
import { mostSegments, type ContactSegment, type Segments } from './segment.js';
import {
  countSegments,
  deleteSegment,
  findSegment,
  insertSegment,
  listSegments,
  rewriteSegment,
} from './segment.store.js';
import { audiencePage, walkContacts } from './walk-contacts.js';
import type { Condition } from './walk.store.js';

export interface SegmentDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  runStatements: RunStatements;
  /** The account's country. @throws SmsError `not_found` */
  countryOf: (accountId: string) => Promise<string>;
}

const shown = { limit: 20, offset: 0 };

async function find(tx: Transaction, accountId: string, id: string): Promise<ContactSegment> {
  const segment = isUuid(id) && isUuid(accountId) ? await findSegment(tx, accountId, id) : undefined;
  if (!segment) throw new SmsError('not_found', 'segment not found');
  return segment;
}

/** @throws SmsError `not_found` when a rule names a group that is not there, or somebody else's */
async function assertGroups(tx: Transaction, accountId: string, rule: Rule): Promise<void> {
  const groups = groupsIn(rule);
  if (groups.length === 0) return;
  const missing = await missingGroups(tx, accountId, groups);
  if (missing.length > 0) throw new SmsError('not_found', 'the rule names a group that is not found');
}

/**
 * What holds for whoever is in a segment, or for whom a rule holds. A group that was deleted has nobody, and everybody is
 * outside it: so a segment that names one is refused, before it means all those whom it left out.
 *
 * @throws SmsError `not_found`, `invalid_request`
 */
export async function segmentCondition(
  { database, clock }: Pick<SegmentDeps, 'database' | 'clock'>,
  accountId: string,
  of: { segmentId: string } | { rule: object },
  nowMs = clock.now(),
): Promise<Condition> {
  return database.read(async (tx) => {
    const rule = readRule('rule' in of ? of.rule : (await find(tx, accountId, of.segmentId)).rule);
    await assertGroups(tx, accountId, rule);
    return ruleCondition(rule, { kind: database.kind, nowMs });
  });
}

/** Everything a customer does with segments. */
export function manageSegments(deps: SegmentDeps): Segments {
  const { database, clock, ids, runStatements, countryOf } = deps;

  return {
    async create(accountId, { name, description, rule }) {
      await countryOf(accountId);
      const nowMs = clock.now();
      const segment: ContactSegment = {
        id: ids.next(),
        accountId,
        name: readName(name),
        description: readDescription(description),
        rule,
        createdAt: nowMs,
        updatedAt: nowMs,
      };
      await database.read((tx) => assertGroups(tx, accountId, readRule(rule)));
      if ((await database.read((tx) => countSegments(tx, accountId))) >= mostSegments) {
        throw new SmsError('conflict', `an account has at most ${mostSegments} segments; delete one first`);
      }
      await withFreeName('segment', () => database.commit([insertSegment(segment)]));
      return segment;
    },

    get: (accountId, segmentId) => database.read((tx) => find(tx, accountId, segmentId)),

    async list(accountId, page) {
      await countryOf(accountId);
      return database.read((tx) => listSegments(tx, accountId, page));
    },

    async update(accountId, segmentId, { rule, ...named }) {
      const read = readNamed(named);
      await database.read(async (tx) => {
        await find(tx, accountId, segmentId);
        if (rule !== undefined) await assertGroups(tx, accountId, readRule(rule));
      });
      return withFreeName('segment', () =>
        database.write(async (tx) => {
          const before = await find(tx, accountId, segmentId);
          const after = { ...before, ...read, rule: rule ?? before.rule, updatedAt: clock.now() };
          await runStatements(tx, [rewriteSegment(after)]);
          return after;
        }),
      );
    },

    async delete(accountId, segmentId) {
      await database.read((tx) => find(tx, accountId, segmentId));
      await database.commit([deleteSegment(accountId, segmentId)]);
    },

    async preview(accountId, of) {
      await countryOf(accountId);
      const condition = await segmentCondition(deps, accountId, of);
      const { contacts, total } = await walkContacts(database, accountId, condition, shown);
      return { count: total, contacts };
    },

    async audience(accountId, of, { after = null, at } = {}) {
      await countryOf(accountId);
      return audiencePage(database, accountId, await segmentCondition(deps, accountId, of, at), after);
    },
  };
}
