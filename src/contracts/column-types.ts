import { z } from 'zod';

/** The types a column can have, on every engine. */
export const columnType = z.enum([
  'text',
  'integer',
  'decimal',
  'float',
  'boolean',
  'date',
  'timestamp',
  'timestamptz',
  'time',
  'json',
]);
export type ColumnType = z.infer<typeof columnType>;
