import { z } from 'zod';
import { newColumnName, stepFields, writtenText } from './recipe-fields.ts';

/**
 * A new column calculated like in a spreadsheet: `IF([Age] >= 18, "adult", "child")`. Parsed to a tree and typed before
 * any data is read; never evaluated as code. docs/formulas.md lists the functions.
 */
export const formulaStep = z.strictObject({
  type: z.literal('formula'),
  ...stepFields,
  name: newColumnName,
  expression: writtenText.min(1, 'Write a formula').max(5000, 'Use at most 5,000 characters'),
});
