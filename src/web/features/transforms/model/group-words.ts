import type { Aggregate, AggregateFunction } from '#contracts/recipe';
import { describeConditions } from './condition-words.ts';
import type { StepOf } from './editor-step.ts';
import { calendarWords } from './filter-operators.ts';
import { listWords } from './list-words.ts';
import type { Naming } from './step-words.ts';

const functionWords: Record<AggregateFunction, string> = {
  count: 'Count',
  count_rows: 'Count',
  count_distinct: 'Count of different values',
  sum: 'Sum',
  avg: 'Average',
  average: 'Average',
  median: 'Median',
  percentile: 'Percentile',
  min: 'Smallest',
  max: 'Largest',
  first: 'First',
  last: 'Last',
  list: 'List',
};

/** "Sum of Amount", "Count where Sex is F". */
export function aggregateWords(aggregate: Aggregate, naming: Naming): string {
  const only = aggregate.filter === undefined ? '' : ` where ${describeConditions(aggregate.filter, naming)}`;
  return `${calculationWords(aggregate, naming)}${only}`;
}

function calculationWords(aggregate: Aggregate, naming: Naming): string {
  if (aggregate.column === undefined) return functionWords[aggregate.function];
  const column = naming.column(aggregate.column);
  switch (aggregate.function) {
    case 'count_distinct':
      return `Different values of ${column}`;
    case 'percentile':
      return `${aggregate.percent ?? 50}% point of ${column}`;
    case 'first':
    case 'last':
      return `${functionWords[aggregate.function]} ${column}`;
    default:
      return `${functionWords[aggregate.function]} of ${column}`;
  }
}

/** "Sum of Amount and count by District and month of Visited on". */
export function describeGroup(step: StepOf<'group'>, naming: Naming): string {
  const by = listWords([
    ...step.by.map(naming.column),
    ...(step.by_date ?? []).map(
      ({ column, unit }) => `${calendarWords(unit, undefined)} of ${naming.column(column)}`,
    ),
  ]);
  const { aggregates } = step;
  if (aggregates.length === 0) return `List each ${by}`;
  const calculated =
    aggregates.length <= 2
      ? listWords(aggregates.map((one, index) => lowerFirst(aggregateWords(one, naming), index > 0)))
      : `Calculate ${aggregates.length} values`;
  return by === '' ? `${calculated} of all rows` : `${calculated} by ${by}`;
}

function lowerFirst(text: string, isWanted: boolean): string {
  return isWanted ? text.slice(0, 1).toLowerCase() + text.slice(1) : text;
}
