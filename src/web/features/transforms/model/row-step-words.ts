import type { StepOf } from './editor-step.ts';
import { columnsWords, listWords } from './list-words.ts';
import { directionWords } from './sort-words.ts';
import type { Naming } from './step-words.ts';

export type RowStep = StepOf<
  | 'stack'
  | 'unpivot'
  | 'pivot'
  | 'remove_duplicates'
  | 'top_n'
  | 'sample'
  | 'list_to_rows'
  | 'window'
  | 'lookup'
  | 'bin'
  | 'mask'
  | 'flatten_json'
>;

/** What a step that changes rows or shapes does, as a person would say it. */
export function describeRowStep(step: RowStep, naming: Naming): string {
  const columns = (names: readonly string[]): string => columnsWords(names, naming.column);
  switch (step.type) {
    case 'stack':
      return `Put the rows of ${step.tables.length <= 3 ? listWords(step.tables.map(naming.table)) : `${step.tables.length} tables`} below`;
    case 'unpivot':
      return `Turn ${step.all_but ? `all columns but ${columns(step.columns)}` : columns(step.columns)} into rows`;
    case 'pivot':
      return `Turn the ${step.values.length === 1 ? 'value' : `${step.values.length} values`} of ${naming.column(step.column)} into columns`;
    case 'remove_duplicates':
      return step.by.length === 0
        ? 'Remove duplicate rows'
        : `Keep the ${step.keep} row for each ${columns(step.by)}${orderWords(step.order, naming)}`;
    case 'top_n':
      return `Keep the first ${step.n === 1 ? 'row' : `${step.n} rows`}${step.by.length === 0 ? '' : ` for each ${columns(step.by)}`}${orderWords(step.order, naming)}`;
    case 'sample':
      return `Take ${step.rows} rows at random`;
    case 'list_to_rows':
      return `Make a row for each item of ${naming.column(step.column)}`;
    case 'window':
      return `Add ${windowWords(step, naming)} as ${step.name}`;
    case 'lookup':
      return `Look up ${step.name} in ${naming.table(step.table)} by ${naming.column(step.column)}`;
    case 'bin':
      return `Put ${naming.column(step.column)} into ranges as ${step.name}`;
    case 'mask':
      return `${maskWords[step.method]} ${columns(step.columns)}`;
    case 'flatten_json':
      return `Take ${listWords(step.fields.length <= 3 ? step.fields.map(({ name }) => name) : [`${step.fields.length} fields`])} out of ${naming.column(step.column)}`;
  }
}

const maskWords: Record<StepOf<'mask'>['method'], string> = {
  hash: 'Replace with codes:',
  partial: 'Hide all but the last characters of',
  remove: 'Empty',
};

function orderWords(order: StepOf<'top_n'>['order'], naming: Naming): string {
  const [key] = order;
  if (key === undefined) return '';
  const column = typeof key === 'string' ? key : key.column;
  const isDescending = typeof key !== 'string' && key.descending === true;
  const direction = directionWords(naming.columnType(column) ?? 'text', isDescending);
  return ` by ${naming.column(column)} (${direction})`;
}

/** What is calculated over the rows of a group, in the words of a menu. */
export const windowFunctionWords: Record<StepOf<'window'>['function'], string> = {
  running_total: 'Running total',
  running_count: 'Running count',
  moving_average: 'Moving average',
  row_number: 'Number of the row (1, 2, 3 …)',
  rank: 'Rank (1, 2, 2, 4 …)',
  dense_rank: 'Rank without gaps (1, 2, 2, 3 …)',
  previous: 'Value of the row before',
  next: 'Value of the row after',
  percent_of_total: 'Share of the total',
  group_total: 'Total of the group',
  group_average: 'Average of the group',
  group_min: 'Smallest of the group',
  group_max: 'Largest of the group',
  group_count: 'Count of the group',
};

function windowWords(step: StepOf<'window'>, naming: Naming): string {
  const words = windowFunctionWords[step.function].replace(/ \(.*\)$/, '');
  const said = `the ${words.slice(0, 1).toLowerCase()}${words.slice(1)}`;
  const of = 'column' in step ? ` of ${naming.column(step.column)}` : '';
  return `${said}${of}${step.by.length === 0 ? '' : ` within ${columnsWords(step.by, naming.column)}`}`;
}
