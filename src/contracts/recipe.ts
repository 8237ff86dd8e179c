import { z } from 'zod';

/*
 * A recipe: what a person did to a table, as data. It is stored as JSON, versioned, compiled to SQL and never run as
 * code. Unknown fields are refused, so that a misspelt one is not silently without effect.
 *
 * A new step type is one more object in `recipeStep`; nothing else in this file changes.
 */

/**
 * Text that a database can keep: NUL has no place in PostgreSQL's text, and half a surrogate pair none in UTF-8. Both
 * become U+FFFD, as every decoder does, rather than refusing the whole recipe for one pasted character.
 */
function storable(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD').toWellFormed();
}

const longText = z.string().max(10_000, 'Use at most 10,000 characters').overwrite(storable);

/** The name of an existing column: its physical name, or its display name when that is the only one so called. */
const columnReference = z.string().min(1, 'Choose a column').max(1000).overwrite(storable);
/** A name for a new column; it is shortened for the database and kept whole as display name. */
const newColumnName = z.string().min(1, 'Give the column a name').max(1000).overwrite(storable);
/** The physical name of a table (`source_…`, `transform_…`), or its display name when that is the only one so called. */
const tableReference = z.string().min(1, 'Choose a table').max(1000).overwrite(storable);

const stepFields = {
  /** Identity of the step while steps are moved around; unique within a recipe when given. */
  id: z.string().min(1).max(64).optional(),
  /** What people call this step; also names its CTE when it has Latin letters. */
  label: z.string().max(200).overwrite(storable).optional(),
  note: z.string().max(5000).overwrite(storable).optional(),
  /** Skipped, but still shown. */
  disabled: z.boolean().optional(),
} as const;

export const filterOperator = z.enum([
  'equals',
  'not_equals',
  'contains',
  'starts_with',
  'ends_with',
  'greater_than',
  'less_than',
  'greater_or_equal',
  'less_or_equal',
  'is_null',
  'is_not_null',
  'in',
  'between',
]);
export type FilterOperator = z.infer<typeof filterOperator>;

export const scalarValue = z.union([longText, z.number(), z.boolean(), z.null()]);
export type ScalarValue = z.infer<typeof scalarValue>;
/** One value; for `in` any number of them, for `between` two. */
export const filterValue = z.union([
  scalarValue,
  z.array(scalarValue).max(10_000, 'Use at most 10,000 values'),
]);
export type FilterValue = z.infer<typeof filterValue>;

export const sourceStep = z.strictObject({ type: z.literal('source'), ...stepFields, table: tableReference });

export const filterStep = z.strictObject({
  type: z.literal('filter'),
  ...stepFields,
  column: columnReference,
  operator: filterOperator,
  /** Absent for is_null and is_not_null. */
  value: filterValue.optional(),
  /** For equals, not_equals and in on text; the other text operators always ignore case. */
  ignore_case: z.boolean().optional(),
});

export const joinStep = z.strictObject({
  type: z.literal('join'),
  ...stepFields,
  with: tableReference,
  left_on: columnReference,
  right_on: columnReference,
  join_type: z.enum(['left', 'inner', 'right', 'outer']).default('left'),
  /** Columns to bring from the other table, named `<table>_<column>`; all of them when absent. */
  columns: z.array(columnReference).max(1600).optional(),
});

export const aggregateFunction = z.enum(['count', 'count_distinct', 'sum', 'avg', 'average', 'min', 'max']);
export type AggregateFunction = z.infer<typeof aggregateFunction>;

export const aggregate = z.strictObject({
  function: aggregateFunction,
  /** Values of this column, without the empty ones. Only `count` may do without: then it counts rows. */
  column: columnReference.optional(),
  /** `<function>_<column>` when absent. */
  alias: newColumnName.optional(),
});
export type Aggregate = z.infer<typeof aggregate>;

export const groupStep = z.strictObject({
  type: z.literal('group'),
  ...stepFields,
  /** Empty: one row for everything. */
  by: z.array(columnReference).max(200),
  aggregates: z.array(aggregate).max(500),
});

export const selectStep = z.strictObject({
  type: z.literal('select'),
  ...stepFields,
  columns: z.array(columnReference).min(1, 'Choose at least one column').max(1600),
});

export const sortColumn = z.union([
  columnReference,
  z.strictObject({ column: columnReference, descending: z.boolean().optional() }),
]);
export type SortColumn = z.infer<typeof sortColumn>;

export const sortStep = z.strictObject({
  type: z.literal('sort'),
  ...stepFields,
  columns: z.array(sortColumn).min(1, 'Choose at least one column').max(200),
});

export const cleanOperation = z.enum(['trim', 'upper', 'lower', 'title', 'remove_duplicates']);
export type CleanOperation = z.infer<typeof cleanOperation>;

export const cleanStep = z.strictObject({
  type: z.literal('clean'),
  ...stepFields,
  columns: z.array(columnReference).max(1600),
  operations: z.array(cleanOperation).min(1, 'Choose what to clean').max(10),
});

export const categoryRule = z.strictObject({
  operator: filterOperator,
  value: filterValue.optional(),
  category: longText,
});

export const categorizeStep = z.strictObject({
  type: z.literal('categorize'),
  ...stepFields,
  new_column: newColumnName,
  source_column: columnReference,
  /** The first rule that holds decides. */
  rules: z.array(categoryRule).min(1, 'Add at least one rule').max(500),
  /** Where no rule holds; null leaves it empty. */
  default: longText.nullable().default('Other'),
});

const addColumnFields = {
  type: z.literal('add_column'),
  ...stepFields,
  name: newColumnName,
} as const;

/** A column's name or a number; text that names no column is read as a number. */
const operand = z.union([columnReference, z.number()]);

export const addColumnStep = z.discriminatedUnion('expression_type', [
  z.strictObject({
    ...addColumnFields,
    expression_type: z.literal('math'),
    left: operand,
    operator: z.enum(['+', '-', '*', '/']),
    right: operand,
  }),
  z.strictObject({
    ...addColumnFields,
    expression_type: z.literal('concat'),
    columns: z.array(columnReference).min(1, 'Choose at least one column').max(200),
    separator: longText.default(' '),
  }),
  z.strictObject({
    ...addColumnFields,
    expression_type: z.literal('extract'),
    column: columnReference,
    part: z.enum(['year', 'month', 'day']),
  }),
]);
export type AddColumnStep = z.infer<typeof addColumnStep>;

export const distinctStep = z.strictObject({ type: z.literal('distinct'), ...stepFields });

export const recipeStep = z.discriminatedUnion('type', [
  sourceStep,
  filterStep,
  joinStep,
  groupStep,
  selectStep,
  sortStep,
  cleanStep,
  categorizeStep,
  addColumnStep,
  distinctStep,
]);
export type RecipeStep = z.infer<typeof recipeStep>;
export type RecipeStepType = RecipeStep['type'];

export const recipe = z.strictObject({
  steps: z
    .array(recipeStep)
    .min(1, 'A recipe begins with its source')
    .max(200, 'Use at most 200 steps; save a part of them as a transformation of its own'),
});
export type Recipe = z.infer<typeof recipe>;
