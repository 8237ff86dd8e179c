import { z } from 'zod';
import {
  castStep,
  datePartStep,
  extractTextStep,
  fillEmptyStep,
  mergeColumnsStep,
  parseDateStep,
  renameStep,
  reorderStep,
  replaceValuesStep,
  splitColumnStep,
} from './recipe-column-steps.ts';
import { categoryRule, filterStep } from './recipe-conditions.ts';
import { formulaStep } from './recipe-formula-step.ts';
import {
  binStep,
  flattenJsonStep,
  fuzzyMatchStep,
  groupStep,
  joinStep,
  listToRowsStep,
  lookupStep,
  maskStep,
  pivotStep,
  removeDuplicatesStep,
  sampleStep,
  stackStep,
  topNStep,
  unpivotStep,
  windowStep,
} from './recipe-row-steps.ts';
import { sqlStep } from './recipe-sql-step.ts';
import {
  columnReference,
  longText,
  newColumnName,
  sortColumn,
  stepFields,
  tableReference,
} from './recipe-fields.ts';

export type { OnError, ScalarValue, SortColumn } from './recipe-fields.ts';
export type { Aggregate, AggregateFunction } from './recipe-row-steps.ts';
export {
  filterOperator,
  type CalendarUnit,
  type ConditionNode,
  type FilterOperator,
  type FilterValue,
} from './recipe-conditions.ts';

/*
 * A recipe: what a person did to a table, as data. It is stored as JSON, versioned, compiled to SQL and never run as
 * code. Unknown fields are refused, so that a misspelt one is not silently without effect.
 *
 * A new step type is one more object in `recipeStep`, described in the file of its kind (recipe-column-steps.ts …).
 */

export const sourceStep = z.strictObject({ type: z.literal('source'), ...stepFields, table: tableReference });

export const selectStep = z.strictObject({
  type: z.literal('select'),
  ...stepFields,
  columns: z.array(columnReference).min(1, 'Choose at least one column').max(1600),
});

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
  renameStep,
  reorderStep,
  castStep,
  parseDateStep,
  replaceValuesStep,
  fillEmptyStep,
  splitColumnStep,
  mergeColumnsStep,
  extractTextStep,
  datePartStep,
  stackStep,
  unpivotStep,
  pivotStep,
  removeDuplicatesStep,
  topNStep,
  sampleStep,
  listToRowsStep,
  windowStep,
  lookupStep,
  binStep,
  maskStep,
  flattenJsonStep,
  formulaStep,
  sqlStep,
  fuzzyMatchStep,
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
