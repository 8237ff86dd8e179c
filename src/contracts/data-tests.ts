import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { id, idParams, noContent, timestamp } from './primitives.ts';
import { columnReference, longText, tableReference, writtenText } from './recipe-fields.ts';
import { tableColumn } from './warehouse.ts';

const column = columnReference;
/** A number, or a date or time as text; it is read as the column's type. */
const bound = z.union([z.number(), longText]);

/** What has to hold for the data of a table. An empty value passes every test but `not_empty`. */
export const dataTestRule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('not_empty'), column }),
  /** The columns together. */
  z.strictObject({ kind: z.literal('unique'), columns: z.array(column).min(1, 'Choose a column').max(20) }),
  z.strictObject({
    kind: z.literal('one_of'),
    column,
    values: z
      .array(z.union([longText, z.number(), z.boolean()]))
      .min(1, 'Add a value')
      .max(1000),
  }),
  z
    .strictObject({ kind: z.literal('between'), column, min: bound.nullable(), max: bound.nullable() })
    .refine((rule) => rule.min !== null || rule.max !== null, {
      message: 'Give a smallest or a largest value',
      path: ['min'],
    }),
  /** A regular expression that all of the text has to match. */
  z.strictObject({
    kind: z.literal('matches'),
    column,
    pattern: writtenText.min(1, 'Give a pattern').max(1000),
  }),
  z
    .strictObject({
      kind: z.literal('row_count'),
      min: z.number().int().min(0).nullable(),
      max: z.number().int().min(0).nullable(),
    })
    .refine((rule) => rule.min !== null || rule.max !== null, {
      message: 'Give a smallest or a largest number',
      path: ['min'],
    }),
  /** The newest value of a date or time is no older than so many hours. */
  z.strictObject({
    kind: z.literal('freshness'),
    column,
    max_age_hours: z.number().min(1).max(87_600),
  }),
  /** Every value is there in a column of another table. */
  z.strictObject({ kind: z.literal('relation'), column, table: tableReference, table_column: column }),
]);
export type DataTestRule = z.infer<typeof dataTestRule>;

/** stop: a table that does not pass is not published, and the last good data stays. */
export const dataTestSeverity = z.enum(['warn', 'stop']);
export type DataTestSeverity = z.infer<typeof dataTestSeverity>;

export const dataTestResult = z.object({
  test_id: id,
  table_name: z.string(),
  run_id: id.nullable(),
  severity: dataTestSeverity,
  /** error: it could not be asked, since a column or a table is gone. */
  status: z.enum(['passed', 'failed', 'error']),
  /** The test in words. */
  title: z.string(),
  /** What came of it, in words. */
  message: z.string(),
  failing_rows: z.number().int().nullable(),
  /** A few of the rows that did not pass, and their columns. */
  sample: z.array(z.record(z.string(), z.unknown())),
  checked_at: timestamp,
});
export type DataTestResult = z.infer<typeof dataTestResult>;

export const dataTest = z.object({
  id,
  table_name: z.string(),
  rule: dataTestRule,
  severity: dataTestSeverity,
  title: z.string(),
  last_result: dataTestResult.nullable(),
  created_at: timestamp,
});
export type DataTest = z.infer<typeof dataTest>;

const tableParams = z.object({ name: z.string().min(1).max(200) });
const testBody = z.strictObject({ rule: dataTestRule, severity: dataTestSeverity.default('warn') });

export const listDataTests = endpoint({
  method: 'GET',
  path: '/warehouse/tables/:name/tests',
  summary: 'Tests of a table with their last results',
  tag: 'Data tests',
  params: tableParams,
  response: z.object({
    items: z.array(dataTest),
    /** Columns that a test can be about: those that the table has, or will have. */
    columns: z.array(tableColumn),
  }),
});
export const createDataTest = endpoint({
  method: 'POST',
  path: '/warehouse/tables/:name/tests',
  summary: 'Add a test to a table of a source or a transformation, which need not have been made yet',
  tag: 'Data tests',
  params: tableParams,
  body: testBody,
  response: dataTest,
  status: 201,
});
export const updateDataTest = endpoint({
  method: 'PATCH',
  path: '/data-tests/:id',
  summary: 'Change a test',
  tag: 'Data tests',
  params: idParams,
  body: z.strictObject({ rule: dataTestRule.optional(), severity: dataTestSeverity.optional() }),
  response: dataTest,
});
export const deleteDataTest = endpoint({
  method: 'DELETE',
  path: '/data-tests/:id',
  summary: 'Remove a test and its results',
  tag: 'Data tests',
  params: idParams,
  response: noContent,
  status: 204,
});
export const runDataTests = endpoint({
  method: 'POST',
  path: '/warehouse/tables/:name/tests/run',
  summary: 'Ask all tests of a table now, of the data that is published',
  tag: 'Data tests',
  params: tableParams,
  response: z.object({ items: z.array(dataTestResult) }),
});
export const suggestDataTests = endpoint({
  method: 'GET',
  path: '/warehouse/tables/:name/tests/suggestions',
  summary: 'Tests that the present data passes and that look meant, from the profile of the table',
  tag: 'Data tests',
  params: tableParams,
  response: z.object({
    items: z.array(z.object({ rule: dataTestRule, title: z.string(), reason: z.string() })),
  }),
});
export const listDataTestResults = endpoint({
  method: 'GET',
  path: '/data-tests/:id/results',
  summary: 'Results of a test, newest first',
  tag: 'Data tests',
  params: idParams,
  response: z.object({ items: z.array(dataTestResult) }),
});
export const listRunTestResults = endpoint({
  method: 'GET',
  path: '/runs/:id/test-results',
  summary: 'Results of all tests of a run, those that failed first',
  tag: 'Data tests',
  params: idParams,
  response: z.object({ items: z.array(dataTestResult.extend({ table_display_name: z.string() })) }),
});
