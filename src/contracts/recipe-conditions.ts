import { z } from 'zod';
import { columnReference, longText, scalarValue, stepFields } from './recipe-fields.ts';

export const filterOperator = z.enum([
  'equals',
  'not_equals',
  'contains',
  'not_contains',
  'starts_with',
  'ends_with',
  'matches',
  'greater_than',
  'less_than',
  'greater_or_equal',
  'less_or_equal',
  'is_null',
  'is_not_null',
  'is_empty',
  'is_not_empty',
  'in',
  'not_in',
  'between',
  'in_last',
  'in_next',
  'in_this',
  'in_previous',
  'in_following',
]);
export type FilterOperator = z.infer<typeof filterOperator>;

/** One value; for `in` and `not_in` any number of them, for `between` two. */
export const filterValue = z.union([
  scalarValue,
  z.array(scalarValue).max(10_000, 'Use at most 10,000 values'),
]);
export type FilterValue = z.infer<typeof filterValue>;

/** The units of relative dates. Weeks begin on Monday; a fiscal year on the first of April. */
export const calendarUnit = z.enum(['day', 'week', 'month', 'quarter', 'year', 'fiscal_year']);
export type CalendarUnit = z.infer<typeof calendarUnit>;

const comparisonFields = {
  operator: filterOperator,
  /** Absent for the operators that need none (is_null, is_empty, in_this …); a count of units for in_last and in_next. */
  value: filterValue.optional(),
  /** For equals, not_equals, in, not_in and matches on text; the other text operators always ignore case. */
  ignore_case: z.boolean().optional(),
  /** For relative dates (in_last, in_next, in_this, in_previous, in_following). */
  unit: calendarUnit.optional(),
} as const;

const conditionFields = {
  column: columnReference,
  ...comparisonFields,
  /** Compare with this column of the same row instead of with a value; for equals, not_equals, less and greater. */
  other_column: columnReference.optional(),
} as const;

/** Absent: what tells one condition from a group of them. */
const single = { match: z.undefined().optional() } as const;

/** One condition on one column. */
export const singleCondition = z.strictObject({ ...single, ...conditionFields });
export type SingleCondition = z.infer<typeof singleCondition>;

/** Groups stand in one another at most three deep: more than anybody reads, and a limit that hostile input cannot cross. */
const someConditions = <Item extends z.ZodType>(item: Item) =>
  z.array(item).min(1, 'Add at least one condition').max(100, 'Use at most 100 conditions');
const match = z.enum(['all', 'any']);
const innerGroup = z.strictObject({ match, conditions: someConditions(singleCondition) });
const innerNode = z.discriminatedUnion('match', [singleCondition, innerGroup]);
export const conditionGroup = z.strictObject({ match, conditions: someConditions(innerNode) });

/** A condition, or conditions of which all or any must hold. */
export const conditionNode = z.discriminatedUnion('match', [singleCondition, conditionGroup]);
export type ConditionNode =
  | SingleCondition
  | { readonly match: 'all' | 'any'; readonly conditions: readonly ConditionNode[] };

export const singleFilterStep = z.strictObject({
  type: z.literal('filter'),
  ...stepFields,
  ...single,
  ...conditionFields,
});
export const groupFilterStep = z.strictObject({
  type: z.literal('filter'),
  ...stepFields,
  match,
  conditions: someConditions(conditionNode),
});
/** One condition in the step itself, or `match` and `conditions`. */
export const filterStep = z.discriminatedUnion('match', [singleFilterStep, groupFilterStep]);

export const categoryRule = z.strictObject({
  ...comparisonFields,
  /** What must hold besides, on any column. */
  and: conditionNode.optional(),
  category: longText,
});
