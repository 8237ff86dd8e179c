import { z } from 'zod';
import { columnType } from './column-types.ts';
import {
  columnReference,
  longText,
  newColumnName,
  onError,
  scalarValue,
  shortText,
  someColumns,
  sortColumn,
  stepFields,
  writtenText,
} from './recipe-fields.ts';

/*
 * Steps that change columns and keep the rows as they are.
 */

export const renameStep = z.strictObject({
  type: z.literal('rename'),
  ...stepFields,
  columns: z
    .array(z.strictObject({ column: columnReference, name: newColumnName }))
    .min(1, 'Choose at least one column')
    .max(1600),
});

/** Moves columns to the beginning, to the end, or before another one. All columns stay. */
export const reorderStep = z.strictObject({
  type: z.literal('reorder'),
  ...stepFields,
  columns: someColumns,
  to: z.enum(['start', 'end']).default('start'),
  /** Before this column instead. */
  before: columnReference.optional(),
});

export const castStep = z.strictObject({
  type: z.literal('cast'),
  ...stepFields,
  columns: someColumns,
  to: columnType,
  on_error: onError.default('null'),
});

/**
 * Text to dates. A format is written with YYYY, YY, MM, M, MMM (Jan), MMMM (January), DD, D and whatever stands
 * between them; the first format that fits decides.
 */
export const parseDateStep = z.strictObject({
  type: z.literal('parse_date'),
  ...stepFields,
  column: columnReference,
  formats: z.array(writtenText.min(1).max(60)).min(1, 'Give at least one format').max(20),
  /** Years outside count as unreadable; two digits are read as a year within. 1950 to 2049 when absent. */
  year_range: z
    .strictObject({ from: z.number().int().min(1).max(9999), to: z.number().int().min(1).max(9999) })
    .optional(),
  on_error: onError.default('null'),
  /** Keep the text and put the date into a new column. */
  new_column: newColumnName.optional(),
});

export const replaceValuesStep = z.strictObject({
  type: z.literal('replace_values'),
  ...stepFields,
  columns: someColumns,
  /** `whole`: the value is exactly this. `part`: wherever it occurs in a text. */
  part: z.enum(['whole', 'part']).default('whole'),
  /** The first that fits a whole value decides; parts are replaced one after the other. */
  pairs: z
    .array(z.strictObject({ from: scalarValue, to: scalarValue }))
    .min(1, 'Add at least one value to replace')
    .max(5000),
  ignore_case: z.boolean().optional(),
});

const fillFields = { type: z.literal('fill_empty'), ...stepFields, columns: someColumns } as const;
export const fillEmptyStep = z.discriminatedUnion('method', [
  z.strictObject({ ...fillFields, method: z.literal('value'), value: scalarValue }),
  /** The first of these columns that is not empty. */
  z.strictObject({ ...fillFields, method: z.literal('columns'), from: someColumns }),
  /** The last value before (after) this row in an order, within the same group. */
  z.strictObject({
    ...fillFields,
    method: z.enum(['previous', 'next']),
    order: z.array(sortColumn).min(1, 'Choose the order of the rows').max(20),
    by: z.array(columnReference).max(200).default([]),
  }),
]);

const splitFields = {
  type: z.literal('split_column'),
  ...stepFields,
  column: columnReference,
  separator: shortText.min(1, 'Give the separator'),
  /** Keep the column that was split. */
  keep: z.boolean().default(true),
} as const;
export const splitColumnStep = z.discriminatedUnion('into', [
  z.strictObject({
    ...splitFields,
    into: z.literal('columns'),
    names: z.array(newColumnName).min(1, 'Name at least one column').max(100),
  }),
  /** One row for each part, in a column called `name`; rows without a value stay. */
  z.strictObject({ ...splitFields, into: z.literal('rows'), name: newColumnName }),
]);

export const mergeColumnsStep = z.strictObject({
  type: z.literal('merge_columns'),
  ...stepFields,
  columns: someColumns,
  separator: longText.default(' '),
  name: newColumnName,
  /** Keep the columns that were merged. */
  keep: z.boolean().default(true),
});

const extractFields = {
  type: z.literal('extract_text'),
  ...stepFields,
  column: columnReference,
  name: newColumnName,
} as const;
const count = z.number().int().min(1).max(10_000);
export const extractTextStep = z.discriminatedUnion('method', [
  /** Up to, or from, the first place where `text` occurs; empty where it does not. */
  z.strictObject({ ...extractFields, method: z.enum(['before', 'after']), text: shortText.min(1) }),
  z.strictObject({
    ...extractFields,
    method: z.literal('between'),
    from: shortText.min(1),
    to: shortText.min(1),
  }),
  z.strictObject({ ...extractFields, method: z.enum(['first', 'last']), count }),
  z.strictObject({ ...extractFields, method: z.enum(['digits', 'number']) }),
  /** The first group of the pattern, or the whole match when it has none. */
  z.strictObject({
    ...extractFields,
    method: z.literal('pattern'),
    pattern: writtenText.min(1).max(500),
    ignore_case: z.boolean().optional(),
  }),
]);

const dateFields = {
  type: z.literal('date_part'),
  ...stepFields,
  column: columnReference,
  name: newColumnName,
} as const;
export const datePartStep = z.discriminatedUnion('part', [
  z.strictObject({
    ...dateFields,
    part: z.enum([
      'year',
      'quarter',
      'month',
      'month_name',
      'week',
      'day',
      'weekday',
      'weekday_name',
      'hour',
      'minute',
      'fiscal_year',
      'fiscal_quarter',
      'date',
    ]),
  }),
  /** The first day of the year, quarter, month … in which the date lies. */
  z.strictObject({
    ...dateFields,
    part: z.literal('start_of'),
    unit: z.enum(['week', 'month', 'quarter', 'year', 'fiscal_year']),
  }),
  /** Whole years, on a day or today. */
  z.strictObject({ ...dateFields, part: z.literal('age'), at: columnReference.optional() }),
  /** Whole units from the column's date to the other's; negative when the other one is earlier. */
  z.strictObject({
    ...dateFields,
    part: z.literal('difference'),
    to: columnReference,
    unit: z.enum(['day', 'week', 'month', 'year']),
  }),
]);
