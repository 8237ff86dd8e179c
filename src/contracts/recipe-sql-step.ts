import { z } from 'zod';
import { columnType } from './column-types.ts';
import { newColumnName, stepFields, writtenText, tableReference } from './recipe-fields.ts';

/** One SELECT of PostgreSQL over `{{input}}`, the rows of the step before, and the organization's tables. */
export const sqlStep = z.strictObject({
  type: z.literal('sql'),
  ...stepFields,
  query: writtenText.min(1, 'Write a SELECT').max(20_000, 'Use at most 20,000 characters'),
  /** The columns that it gives, as the database told. The server finds them; what is sent is replaced. */
  output: z
    .array(z.strictObject({ name: newColumnName, type: columnType }))
    .max(1600)
    .optional(),
  /** Which table each name in it means, by physical name: kept when it is saved, so that renaming a table breaks nothing. */
  tables: z
    .array(z.strictObject({ as: tableReference, table: tableReference }))
    .max(200)
    .optional(),
});
