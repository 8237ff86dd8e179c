import type { ColumnType } from '#contracts/column-types';
import type { CalendarUnit, FilterOperator } from '#contracts/recipe';

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
/** Before and after today, whenever the rows are read. */
const relative = ['in_last', 'in_this', 'in_previous', 'in_next', 'in_following'] as const;

const offered: Record<ComparisonFamily, readonly FilterOperator[]> = {
  text: [
    'equals',
    'not_equals',
    'in',
    'not_in',
    'contains',
    'not_contains',
    'starts_with',
    'ends_with',
    'is_empty',
    'is_not_empty',
    'matches',
  ],
  number: ['equals', 'not_equals', ...comparisons, 'in', 'not_in', ...emptiness],
  date: ['equals', 'not_equals', ...comparisons, ...relative, ...emptiness],
  boolean: ['equals', ...emptiness],
  other: emptiness,
};

/** Operators that make sense for a type, the most used first. */
export function operatorsFor(type: ColumnType): readonly FilterOperator[] {
  const operators = offered[families[type]];
  return type === 'time' ? operators.filter((operator) => !isRelative(operator)) : operators;
}

export function isRelative(operator: FilterOperator): boolean {
  return relative.some((one) => one === operator);
}

/** For people a text of spaces is as empty as no text. */
export function emptyOperator(type: ColumnType): FilterOperator {
  return type === 'text' ? 'is_empty' : 'is_null';
}

/** Whether another column of the row can stand in place of the value. */
export function comparesColumns(operator: FilterOperator): boolean {
  return (
    operator === 'equals' ||
    operator === 'not_equals' ||
    (operator !== 'between' && comparisons.some((one) => one === operator))
  );
}

export function canIgnoreCase(operator: FilterOperator, type: ColumnType): boolean {
  return type === 'text' && caseSensitive.has(operator);
}
const caseSensitive: ReadonlySet<FilterOperator> = new Set([
  'equals',
  'not_equals',
  'in',
  'not_in',
  'matches',
]);

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
  is_empty: 'is empty',
  is_not_empty: 'is not empty',
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

const unitWords: Record<CalendarUnit, readonly [one: string, many: string]> = {
  day: ['day', 'days'],
  week: ['week', 'weeks'],
  month: ['month', 'months'],
  quarter: ['quarter', 'quarters'],
  year: ['year', 'years'],
  fiscal_year: ['fiscal year', 'fiscal years'],
};

/** "day", "30 days". */
export function calendarWords(unit: CalendarUnit, count: number | undefined): string {
  return count === undefined ? unitWords[unit][0] : `${count} ${unitWords[unit][count === 1 ? 0 : 1]}`;
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
