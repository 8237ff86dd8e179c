import { z } from 'zod';
import { columnReference } from './recipe-fields.ts';

/**
 * How the result of a transformation is kept.
 *
 * table: made whole at every run. view: computed whenever it is read. incremental: a growing table, to which each run
 * brings what is new.
 */
export const materialization = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('table') }),
  z.strictObject({ kind: z.literal('view') }),
  z
    .strictObject({
      kind: z.literal('incremental'),
      /** append: new rows are added. merge: a row replaces the one with the same key. */
      strategy: z.enum(['append', 'merge']),
      /** Columns of the result that tell its rows apart; for merge. */
      key: z.array(columnReference).max(20).default([]),
      /**
       * Column of the result that grows: only rows beyond the largest value that is already kept are brought. A merge
       * without one brings all rows.
       */
      cursor: columnReference.nullable().default(null),
      /**
       * When the recipe gives other columns than the table has. add: new columns are added, empty in old rows; those
       * that are gone stay, empty in new rows. rebuild: the table is made again. fail: the run says so and stops.
       */
      on_schema_change: z.enum(['add', 'rebuild', 'fail']).default('add'),
    })
    .refine((value) => value.strategy !== 'merge' || value.key.length > 0, {
      message: 'Choose the columns that tell rows apart',
      path: ['key'],
    })
    .refine((value) => value.strategy !== 'append' || value.cursor !== null, {
      message: 'Choose the column by which new rows are told',
      path: ['cursor'],
    }),
]);
export type Materialization = z.infer<typeof materialization>;
