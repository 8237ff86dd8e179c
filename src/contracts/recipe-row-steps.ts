import { z } from 'zod';
import { calendarUnit, conditionNode } from './recipe-conditions.ts';
import {
  columnReference,
  longText,
  newColumnName,
  scalarValue,
  shortText,
  someColumns,
  sortColumn,
  stepFields,
  tableReference,
} from './recipe-fields.ts';

/*
 * Steps that change which rows there are: other tables, groups, shapes.
 */

export const joinStep = z.strictObject({
  type: z.literal('join'),
  ...stepFields,
  with: tableReference,
  left_on: columnReference,
  right_on: columnReference,
  /** Further pairs of columns that must be equal as well. */
  more_keys: z
    .array(z.strictObject({ left_on: columnReference, right_on: columnReference }))
    .max(20)
    .optional(),
  /** semi keeps the rows that have a match, anti those that have none; neither brings columns or repeats a row. */
  join_type: z.enum(['left', 'inner', 'right', 'outer', 'semi', 'anti']).default('left'),
  /** Columns to bring from the other table, named `<table>_<column>`; all of them when absent. */
  columns: z.array(columnReference).max(1600).optional(),
  /** Name them `<column><suffix>` instead. */
  suffix: shortText.optional(),
  /**
   * What stands for `<table>` in the names of what is brought: kept with the recipe when it is saved, so that the
   * columns are called the same when the table gets another name. The name in the database, and the one people see.
   */
  prefix: z.strictObject({ name: tableReference, display_name: tableReference }).optional(),
  /** Compare text keys without regard to case, and without the white space around them. */
  ignore_case: z.boolean().optional(),
  trim: z.boolean().optional(),
});

export const aggregateFunction = z.enum([
  'count',
  'count_rows',
  'count_distinct',
  'sum',
  'avg',
  'average',
  'median',
  'percentile',
  'min',
  'max',
  'first',
  'last',
  'list',
]);
export type AggregateFunction = z.infer<typeof aggregateFunction>;

export const aggregate = z.strictObject({
  function: aggregateFunction,
  /** Values of this column, without the empty ones. Only `count` and `count_rows` may do without: they count rows. */
  column: columnReference.optional(),
  /** `<function>_<column>` when absent. */
  alias: newColumnName.optional(),
  /** Only rows for which this holds count. */
  filter: conditionNode.optional(),
  /** For percentile: 0 to 100. */
  percent: z.number().min(0).max(100).optional(),
  /** For list: what stands between the different values; ", " when absent. */
  separator: shortText.optional(),
  /** For first and last: which row comes first. The order of a Sort before when absent. */
  order: z.array(sortColumn).max(20).optional(),
});
export type Aggregate = z.infer<typeof aggregate>;

export const groupStep = z.strictObject({
  type: z.literal('group'),
  ...stepFields,
  /** Empty: one row for everything. */
  by: z.array(columnReference).max(200),
  /** Groups by the first day of the period in which a date lies. */
  by_date: z
    .array(z.strictObject({ column: columnReference, unit: calendarUnit, alias: newColumnName.optional() }))
    .max(20)
    .optional(),
  aggregates: z.array(aggregate).max(500),
});

/** Puts the rows of other tables below. Columns of the same name become one; where a table has none, its cells are empty. */
export const stackStep = z.strictObject({
  type: z.literal('stack'),
  ...stepFields,
  tables: z.array(tableReference).min(1, 'Choose a table').max(50),
  /** A column that says from which table a row came. */
  name_column: newColumnName.optional(),
});

export const unpivotStep = z.strictObject({
  type: z.literal('unpivot'),
  ...stepFields,
  /** The columns that become rows. */
  columns: z.array(columnReference).max(1600),
  /** All columns but these become rows. */
  all_but: z.boolean().default(false),
  name_column: newColumnName,
  value_column: newColumnName,
  /** Leave out rows whose value is empty. */
  drop_empty: z.boolean().default(true),
});

/** One column for each value of a column. The values are part of the recipe, so that its columns never change by themselves. */
export const pivotStep = z.strictObject({
  type: z.literal('pivot'),
  ...stepFields,
  by: z.array(columnReference).max(200),
  column: columnReference,
  values: z
    .array(z.strictObject({ value: scalarValue, name: newColumnName.optional() }))
    .min(1, 'Choose the values that become columns')
    .max(500),
  function: z.enum(['count', 'count_distinct', 'sum', 'average', 'min', 'max', 'list']),
  /** What is counted or added up; `count` may do without. */
  value_column: columnReference.optional(),
});

/** Keeps one row for each combination of values of some columns, or each different row once when there are none. */
export const removeDuplicatesStep = z.strictObject({
  type: z.literal('remove_duplicates'),
  ...stepFields,
  by: z.array(columnReference).max(200).default([]),
  keep: z.enum(['first', 'last']).default('first'),
  /** Which row is first: by these, else as sorted before, else by the values of the row. Empty values lose. */
  order: z.array(sortColumn).max(20).default([]),
});

/** The first n rows of each group (of all rows without one). */
export const topNStep = z.strictObject({
  type: z.literal('top_n'),
  ...stepFields,
  n: z.number().int().min(1).max(1_000_000),
  order: z.array(sortColumn).min(1, 'Choose the order of the rows').max(20),
  by: z.array(columnReference).max(200).default([]),
  /** Keep all rows that are equal to the last one. */
  ties: z.boolean().default(false),
});

/** The same rows for the same seed, whatever order they are in. */
export const sampleStep = z.strictObject({
  type: z.literal('sample'),
  ...stepFields,
  rows: z.number().int().min(1).max(1_000_000),
  seed: z.number().int().min(0).max(2_147_483_647).default(1),
});

/** One row for each item of a list: texts with a separator, or a list in nested data. Rows without an item stay. */
export const listToRowsStep = z.strictObject({
  type: z.literal('list_to_rows'),
  ...stepFields,
  column: columnReference,
  /** For text; absent for nested data. */
  separator: shortText.min(1).optional(),
  name: newColumnName,
  keep: z.boolean().default(true),
});

const windowFields = {
  type: z.literal('window'),
  ...stepFields,
  name: newColumnName,
  by: z.array(columnReference).max(200).default([]),
} as const;
const order = z.array(sortColumn).min(1, 'Choose the order of the rows').max(20);
/** A new column computed over the rows of a group. */
export const windowStep = z.discriminatedUnion('function', [
  z.strictObject({ ...windowFields, function: z.enum(['row_number', 'rank', 'dense_rank']), order }),
  z.strictObject({
    ...windowFields,
    function: z.enum(['running_total', 'running_count']),
    column: columnReference,
    order,
  }),
  z.strictObject({
    ...windowFields,
    function: z.enum(['previous', 'next']),
    column: columnReference,
    order,
    /** How many rows away. */
    offset: z.number().int().min(1).max(10_000).default(1),
  }),
  z.strictObject({
    ...windowFields,
    function: z.literal('moving_average'),
    column: columnReference,
    order,
    /** The row itself and the ones before it. */
    rows: z.number().int().min(2).max(10_000),
  }),
  z.strictObject({
    ...windowFields,
    function: z.enum([
      'percent_of_total',
      'group_total',
      'group_average',
      'group_min',
      'group_max',
      'group_count',
    ]),
    column: columnReference,
  }),
]);

const lookupFields = { ignore_case: z.boolean().optional(), trim: z.boolean().optional() } as const;
/** One value from another table, like VLOOKUP: never repeats a row, also when the other table has a key twice. */
export const lookupStep = z.strictObject({
  type: z.literal('lookup'),
  ...stepFields,
  column: columnReference,
  table: tableReference,
  key: columnReference,
  value: columnReference,
  name: newColumnName,
  /** Where the key is not found; empty when absent. */
  default: scalarValue.optional(),
  ...lookupFields,
});

/**
 * The most similar text of another table's column, or, without a table, the most frequent of the similar spellings in
 * the column itself. Never repeats a row.
 */
export const fuzzyMatchStep = z.strictObject({
  type: z.literal('fuzzy_match'),
  ...stepFields,
  column: columnReference,
  /** Both or neither. */
  table: tableReference.optional(),
  key: columnReference.optional(),
  /** For what was found; empty where nothing is similar enough. */
  name: newColumnName,
  /** For how similar it is, 0 to 1; no such column when absent. */
  score_name: newColumnName.optional(),
  /** Of the runs of three letters that either text has, the share that both have. */
  threshold: z.number().min(0.1).max(1).default(0.5),
});

const binFields = {
  type: z.literal('bin'),
  ...stepFields,
  column: columnReference,
  name: newColumnName,
} as const;
/** Puts numbers into ranges. */
export const binStep = z.discriminatedUnion('method', [
  /** Where one range ends and the next begins; a number equal to an edge belongs to the range above it. */
  z.strictObject({
    ...binFields,
    method: z.literal('edges'),
    edges: z.array(z.number()).min(1, 'Give at least one edge').max(200),
    /** One more than there are edges. */
    labels: z.array(longText).max(201).optional(),
  }),
  /** Ranges of the same width, from 0 or from `start`. */
  z.strictObject({
    ...binFields,
    method: z.literal('width'),
    width: z.number().positive(),
    start: z.number().default(0),
  }),
]);

export const maskStep = z.strictObject({
  type: z.literal('mask'),
  ...stepFields,
  columns: someColumns,
  /**
   * hash: the same value always gives the same 64 letters, which cannot be turned back by looking (use a salt, or
   * guessing can). partial: all but the last characters become *. remove: empty.
   */
  method: z.enum(['hash', 'partial', 'remove']),
  salt: shortText.optional(),
  /** For partial: how many characters stay at the end. */
  show: z.number().int().min(0).max(20).default(4),
});

export const flattenJsonStep = z.strictObject({
  type: z.literal('flatten_json'),
  ...stepFields,
  column: columnReference,
  fields: z
    .array(
      z.strictObject({
        /** Keys from the outside in; a number picks an item of a list, counted from 0. */
        path: z
          .array(z.union([shortText, z.number().int().min(0).max(100_000)]))
          .min(1)
          .max(20),
        name: newColumnName,
        type: z.enum(['text', 'integer', 'decimal', 'boolean', 'date', 'timestamp', 'json']).default('text'),
      }),
    )
    .min(1, 'Choose at least one field')
    .max(500),
  keep: z.boolean().default(false),
});
