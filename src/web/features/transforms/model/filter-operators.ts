import type { ColumnType } from '#contracts/column-types';
import type { FilterOperator } from '#contracts/recipe';

/** How people compare values of a type. */
export type ComparisonFamily = 'text' | 'number' | 'date' | 'boolean' | 'other';

const families: Record<ColumnType, ComparisonFamily> = {
  text: 'text',
  integer: 'number',
  decimal: 'number',
  float: 'number',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'date',
  timestamptz: 'date',
  time: 'date',
  json: 'other',
};

export function comparisonFamily(type: ColumnType): ComparisonFamily {
  return families[type];
}

const emptiness = ['is_null', 'is_not_null'] as const;
const comparisons = ['greater_than', 'greater_or_equal', 'less_than', 'less_or_equal', 'between'] as const;

const offered: Record<ComparisonFamily, readonly FilterOperator[]> = {
  text: ['equals', 'not_equals', 'in', 'contains', 'starts_with', 'ends_with', ...emptiness],
  number: ['equals', 'not_equals', ...comparisons, 'in', ...emptiness],
  date: ['equals', 'not_equals', ...comparisons, ...emptiness],
  boolean: ['equals', ...emptiness],
  other: emptiness,
};

/** Operators that make sense for a type, the most used first. */
export function operatorsFor(type: ColumnType): readonly FilterOperator[] {
  return offered[families[type]];
}

/** The operator that a rule over values of a type begins with: amounts and dates fall into ranges, texts are equal. */
export function usualOperator(type: ColumnType): FilterOperator {
  const family = families[type];
  return family === 'number' || family === 'date' ? 'less_than' : (offered[family][0] ?? 'equals');
}

const words: Record<FilterOperator, string> = {
  equals: 'is',
  not_equals: 'is not',
  contains: 'contains',
  starts_with: 'begins with',
  ends_with: 'ends with',
  greater_than: 'is more than',
  less_than: 'is less than',
  greater_or_equal: 'is at least',
  less_or_equal: 'is at most',
  is_null: 'is empty',
  is_not_null: 'is not empty',
  in: 'is one of',
  between: 'is between',
  not_contains: 'does not contain',
  matches: 'matches the pattern',
  not_in: 'is none of',
  is_empty: 'is empty or blank',
  is_not_empty: 'is not empty or blank',
  in_last: 'is in the last',
  in_next: 'is in the next',
  in_this: 'is in this',
  in_previous: 'is in the previous',
  in_following: 'is in the following',
};
const dateWords: Partial<Record<FilterOperator, string>> = {
  greater_than: 'is after',
  less_than: 'is before',
  greater_or_equal: 'is on or after',
  less_or_equal: 'is on or before',
};

/** "is more than", "is after": what stands between a column and a value in a sentence. */
export function operatorWords(operator: FilterOperator, type: ColumnType): string {
  return (families[type] === 'date' ? dateWords[operator] : undefined) ?? words[operator];
}

const withoutValue: ReadonlySet<FilterOperator> = new Set([
  ...emptiness,
  'is_empty',
  'is_not_empty',
  'in_this',
  'in_previous',
  'in_following',
]);

export type OperatorArity = 'none' | 'one' | 'two' | 'many';

/** How many values an operator takes. */
export function operatorArity(operator: FilterOperator): OperatorArity {
  if (withoutValue.has(operator)) return 'none';
  if (operator === 'between') return 'two';
  return operator === 'in' || operator === 'not_in' ? 'many' : 'one';
}
