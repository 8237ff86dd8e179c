import { z } from 'zod';
import { columnType } from './column-types.ts';
import { endpoint } from './endpoint.ts';
import { id, page, pageQuery, timestamp } from './primitives.ts';

export const tableColumn = z.object({
  /** Physical name, at most 63 bytes; what recipes refer to. */
  name: z.string(),
  /** What people see: the header as it was in their file. */
  display_name: z.string(),
  type: columnType,
  description: z.string().nullable().optional(),
});
export type TableColumn = z.infer<typeof tableColumn>;

/** A JSON value of a cell. Integers beyond 2^53 and decimals that a double would change come as strings. */
export const cell = z.unknown();
export type Row = Record<string, unknown>;

export const previewResult = z.object({
  columns: z.array(tableColumn),
  rows: z.array(z.record(z.string(), cell)),
  /** Exact; null when it is not known yet. */
  total_count: z.number().int().nullable(),
  /** About how many rows there are, while `total_count` is null and a first page is asked for. */
  estimated_count: z.number().int().nullable().optional(),
  next_cursor: z.string().nullable(),
});
export type PreviewResult = z.infer<typeof previewResult>;

export const warehouseTable = z.object({
  name: z.string(),
  display_name: z.string(),
  kind: z.enum(['source', 'transform', 'view']),
  source_id: id.nullable().optional(),
  transformation_id: id.nullable().optional(),
  /** What people wrote about it. */
  description: z.string().nullable().optional(),
  columns: z.array(tableColumn),
  row_count: z.number().int().nullable(),
  size_bytes: z.number().int().nullable(),
  updated_at: timestamp,
});
export type WarehouseTable = z.infer<typeof warehouseTable>;

/** Simple condition on a table's preview, as the grid's column filters send it: a JSON array in `?filter=`. */
export const gridFilter = z.strictObject({
  column: z.string(),
  operator: z.enum([
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
  ]),
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
});

export const listTables = endpoint({
  method: 'GET',
  path: '/warehouse/tables',
  summary: 'Every table of the organization: sources and transformations',
  tag: 'Warehouse',
  query: pageQuery,
  response: page(warehouseTable),
});

export const getTable = endpoint({
  method: 'GET',
  path: '/warehouse/tables/:name',
  summary: 'One table, with what it is used by',
  tag: 'Warehouse',
  params: z.object({ name: z.string().min(1).max(200) }),
  response: warehouseTable.extend({
    used_by: z.array(z.object({ kind: z.enum(['transformation', 'pipeline']), id, name: z.string() })),
    /**
     * Where one table could not hold all columns: all tables of it in order, this one among them. Their rows belong
     * together by `_dlt_id`. Empty for a table that is whole.
     */
    parts: z.array(z.object({ name: z.string(), display_name: z.string(), columns: z.number().int() })),
  }),
});

const tableNote = z
  .string()
  .trim()
  .max(5000, 'Use at most 5,000 characters')
  .transform((text) => (text === '' ? null : text))
  .nullable();

export const describeTable = endpoint({
  method: 'PATCH',
  path: '/warehouse/tables/:name',
  summary: 'Write down what a table and its columns mean; what is not named stays',
  tag: 'Warehouse',
  params: z.object({ name: z.string().min(1).max(200) }),
  body: z.strictObject({
    description: tableNote.optional(),
    /** By physical name of the column. */
    columns: z.record(z.string().max(200), tableNote).optional(),
  }),
  response: warehouseTable,
});

export const exportDictionary = endpoint({
  method: 'GET',
  path: '/warehouse/dictionary',
  summary: 'Every table and column with its description, as a CSV file',
  tag: 'Warehouse',
  response: z.unknown(),
  raw: 'file-response',
});

export const previewTable = endpoint({
  method: 'GET',
  path: '/warehouse/tables/:name/preview',
  summary: 'A page of rows of a table',
  tag: 'Warehouse',
  params: z.object({ name: z.string().min(1).max(200) }),
  query: z.object({
    limit: z.coerce.number().int().min(1).max(1000).default(100),
    offset: z.coerce.number().int().min(0).default(0),
    /** `column` or `-column` for descending, comma-separated. */
    sort: z.string().max(2000).optional(),
    /** JSON array of gridFilter. */
    filter: z.string().max(10_000).optional(),
  }),
  response: previewResult,
});

export const columnProfile = z.object({
  name: z.string(),
  type: columnType,
  row_count: z.number().int(),
  /** NULL, or text of nothing but spaces. */
  empty_count: z.number().int(),
  /** Values that are not what most of the column are: no number or date among texts that look so, no number at all. */
  invalid_count: z.number().int(),
  /** Texts with spaces before or after. */
  untrimmed_count: z.number().int(),
  /** What four fifths of a text column's values could be read as. */
  looks_like: z.enum(['numbers', 'dates']).nullable(),
  distinct_count: z.number().int().nullable(),
  min: z.string().nullable(),
  max: z.string().nullable(),
  mean: z.number().nullable(),
  top: z.array(z.object({ value: z.unknown(), count: z.number().int() })),
  /** Of numbers and dates, in equal steps from the least to the greatest; a bin ends before the next begins. */
  histogram: z.array(z.object({ from: z.string(), to: z.string(), count: z.number().int() })),
});
export type ColumnProfile = z.infer<typeof columnProfile>;

export const tableProfile = z.object({
  columns: z.array(columnProfile),
  /** Counted on a part of the rows. */
  sampled: z.boolean(),
  /** Rows that were looked at. */
  sample_rows: z.number().int(),
});
export type TableProfile = z.infer<typeof tableProfile>;

export const profileTable = endpoint({
  method: 'GET',
  path: '/warehouse/tables/:name/profile',
  summary:
    'Statistics of every column; on a sample of 20,000 rows when the table is larger, unless full=true',
  tag: 'Warehouse',
  params: z.object({ name: z.string().min(1).max(200) }),
  query: z.object({ full: z.stringbool().default(false) }),
  response: tableProfile,
});

/** json and ndjson (an object a line) and parquet have physical names of columns, csv and xlsx what people call them. */
export const exportFormat = z.enum(['csv', 'xlsx', 'parquet', 'json', 'ndjson']);
export type ExportFormat = z.infer<typeof exportFormat>;

export const exportTable = endpoint({
  method: 'GET',
  path: '/warehouse/tables/:name/export',
  summary: 'Every row of a table as a file; cells that a spreadsheet would run as a formula are escaped',
  tag: 'Warehouse',
  params: z.object({ name: z.string().min(1).max(200) }),
  query: z.object({ format: exportFormat.default('csv') }),
  response: z.unknown(),
  raw: 'file-response',
});
