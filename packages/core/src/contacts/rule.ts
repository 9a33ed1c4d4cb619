import type { AttributeValue } from './contact.js';

/** Whom a segment is of, as a tree. The language for customers is in docs/reference/segments.md. */
export type Rule =
  | { kind: 'all' | 'any'; rules: Rule[] }
  | { kind: 'not'; rule: Rule }
  | { kind: 'tags'; how: 'any' | 'all' | 'none'; tags: string[] }
  | { kind: 'active'; active: boolean }
  | { kind: 'time'; of: TimeOf; test: TimeTest }
  | { kind: 'group'; groupId: string }
  | { kind: 'network'; networks: string[] }
  | { kind: 'attribute'; name: string; test: AttributeTest };

export type TimeOf = 'created' | 'last_delivered' | 'last_replied';

/** Milliseconds since the epoch: at `after` or later, earlier than `before`, in the days until now. */
export interface TimeTest {
  after?: number;
  before?: number;
  withinDays?: number;
}

/** A value is compared with values of its own type alone: the text `"7"` is not the number 7. */
export type AttributeTest =
  | { in: AttributeValue[] }
  | { exists: boolean }
  /** In the order of numbers, or of text by its code points. */
  | { compare: { by: Comparison; with: string | number }[] };

export const comparisons = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;
export type Comparison = keyof typeof comparisons;

export const mostRules = 100;
export const deepestRule = 8;
export const mostValues = 100;
export const mostDays = 36_500;
export const longestValue = 500;
/** How long a rule may be as JSON. */
export const ruleLimitBytes = 16_384;

/** The groups a rule names. */
export function groupsIn(rule: Rule): string[] {
  switch (rule.kind) {
    case 'all':
    case 'any':
      return rule.rules.flatMap(groupsIn);
    case 'not':
      return groupsIn(rule.rule);
    case 'group':
      return [rule.groupId];
    default:
      return [];
  }
}
