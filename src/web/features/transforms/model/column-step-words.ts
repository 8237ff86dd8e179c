import type { ColumnType } from '#contracts/column-types';
import type { StepOf } from './editor-step.ts';
import { valueWords } from './condition-words.ts';
import { calendarWords } from './filter-operators.ts';
import { columnsWords, listWords } from './list-words.ts';
import type { Naming } from './step-words.ts';

export type ColumnStep = StepOf<
  | 'rename'
  | 'reorder'
  | 'cast'
  | 'parse_date'
  | 'replace_values'
  | 'fill_empty'
  | 'split_column'
  | 'merge_columns'
  | 'extract_text'
  | 'date_part'
  | 'formula'
>;

/** What a step that changes columns does, as a person would say it. */
export function describeColumnStep(step: ColumnStep, naming: Naming): string {
  const columns = (names: readonly string[]): string => columnsWords(names, naming.column);
  switch (step.type) {
    case 'rename':
      return step.columns.length <= 2
        ? `Rename ${listWords(step.columns.map(({ column, name }) => `${naming.column(column)} to ${name}`))}`
        : `Rename ${step.columns.length} columns`;
    case 'reorder': {
      const place =
        step.before !== undefined
          ? `before ${naming.column(step.before)}`
          : step.to === 'end'
            ? 'to the end'
            : 'to the beginning';
      return `Move ${columns(step.columns)} ${place}`;
    }
    case 'cast':
      return `Make ${columns(step.columns)} ${targetWords[step.to]}`;
    case 'parse_date':
      return `Read ${naming.column(step.column)} as a date (${listWords(step.formats, 'or')})`;
    case 'replace_values':
      return describeReplacements(step, columns(step.columns));
    case 'fill_empty':
      return `Fill empty cells of ${columns(step.columns)} with ${fillWords(step, naming)}`;
    case 'split_column':
      return step.into === 'rows'
        ? `Split ${naming.column(step.column)} into rows`
        : `Split ${naming.column(step.column)} into ${step.names.length <= 3 ? listWords(step.names) : `${step.names.length} columns`}`;
    case 'merge_columns':
      return `Merge ${columns(step.columns)} into ${step.name}`;
    case 'extract_text':
      return `Take ${extractWords(step)} of ${naming.column(step.column)} as ${step.name}`;
    case 'date_part':
      return describeDatePart(step, naming);
    case 'formula':
      return `Add ${step.name} = ${shortened(step.expression)}`;
  }
}

function shortened(expression: string): string {
  const text = expression.trim().replace(/^=/, '').replaceAll(/\s+/g, ' ').trim();
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

const targetWords: Record<ColumnType, string> = {
  text: 'text',
  integer: 'whole numbers',
  decimal: 'decimal numbers',
  float: 'approximate numbers',
  boolean: 'Yes or No',
  date: 'dates',
  timestamp: 'dates with time',
  timestamptz: 'dates with time and timezone',
  time: 'times',
  json: 'structured data',
};

function describeReplacements({ pairs, part }: StepOf<'replace_values'>, columns: string): string {
  const [first] = pairs;
  const targets = new Set(pairs.map(({ to }) => to));
  const where = part === 'part' ? `within ${columns}` : `in ${columns}`;
  if (first === undefined) return `Replace values ${where}`;
  if (targets.size === 1 && pairs.length <= 3)
    return `Replace ${listWords(pairs.map(({ from }) => valueWords(from)))} with ${valueWords(first.to)} ${where}`;
  return `Replace ${pairs.length} values ${where}`;
}

function fillWords(step: StepOf<'fill_empty'>, naming: Naming): string {
  switch (step.method) {
    case 'value':
      return valueWords(step.value);
    case 'columns':
      return listWords(step.from.map(naming.column), 'or');
    case 'previous':
      return 'the value above';
    case 'next':
      return 'the value below';
  }
}

function extractWords(step: StepOf<'extract_text'>): string {
  switch (step.method) {
    case 'first':
    case 'last':
      return step.count === 1
        ? `the ${step.method} character`
        : `the ${step.method} ${step.count} characters`;
    case 'before':
    case 'after':
      return `what is ${step.method} “${step.text}”`;
    case 'between':
      return `what is between “${step.from}” and “${step.to}”`;
    case 'number':
      return 'the first number';
    case 'digits':
      return 'the digits';
    case 'pattern':
      return 'what matches a pattern';
  }
}

/** Parts of a date in the words of a menu. */
export const datePartWords: Record<StepOf<'date_part'>['part'], string> = {
  year: 'Year',
  quarter: 'Quarter (1 to 4)',
  month: 'Month (1 to 12)',
  month_name: 'Name of the month',
  week: 'Week of the year',
  day: 'Day of the month',
  weekday: 'Day of the week (1 is Monday)',
  weekday_name: 'Name of the weekday',
  hour: 'Hour',
  minute: 'Minute',
  fiscal_year: 'Fiscal year',
  fiscal_quarter: 'Fiscal quarter (1 to 4)',
  date: 'Date without the time',
  start_of: 'First day',
  age: 'Age in years',
  difference: 'Time to another date',
};

function describeDatePart(step: StepOf<'date_part'>, naming: Naming): string {
  const column = naming.column(step.column);
  switch (step.part) {
    case 'start_of':
      return `Take the first day of the ${calendarWords(step.unit, undefined)} of ${column} as ${step.name}`;
    case 'age':
      return `Take the age from ${column} ${step.at === undefined ? 'today' : `on ${naming.column(step.at)}`} as ${step.name}`;
    case 'difference':
      return `Count the ${calendarWords(step.unit, 2).slice(2)} from ${column} to ${naming.column(step.to)} as ${step.name}`;
    default: {
      const words = datePartWords[step.part].replace(/ \(.*\)$/, '');
      return `Take the ${words.slice(0, 1).toLowerCase() + words.slice(1)} of ${column} as ${step.name}`;
    }
  }
}
