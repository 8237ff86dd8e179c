import { z } from 'zod';
import { columnType } from './column-types.ts';
import { endpoint } from './endpoint.ts';
import {
  displayName,
  id,
  idParams,
  noContent,
  page,
  pageQuery,
  runError,
  runStatus,
  timestamp,
} from './primitives.ts';
import { previewResult } from './warehouse.ts';

/** Types that can be created today; the catalogue lists them with their form. */
export const sourceType = z.enum([
  'csv',
  'excel',
  'json',
  'parquet',
  'kobo',
  'odk_central',
  'commcare',
  'surveycto',
  'google_sheets',
  'rest_api',
  'postgres',
  'mysql',
]);
export type SourceType = z.infer<typeof sourceType>;

/** How a file is to be read. What is absent is detected; what does not concern its format is ignored. */
export const csvOptions = z.strictObject({
  /** Sheet of a workbook, or file in an archive, by its name; the first visible one unless said. */
  sheet: z.string().max(500).optional(),
  /** `, ` and `; `: blanks behind the delimiter are no part of the cell. */
  delimiter: z.enum([',', ';', '\t', '|', ', ', '; ', ' ', '^', '~']).optional(),
  encoding: z.enum(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252']).optional(),
  /** 1-based record that holds the column names; 0 = the file has none. */
  header_row: z.number().int().min(0).max(1000).optional(),
  /** Records that hold the names, one below the other, beginning with `header_row`. */
  header_rows: z.number().int().min(1).max(10).optional(),
  /** Rows with totals and notes below the table: left out unless they are to be kept. */
  totals: z.enum(['leave_out', 'keep']).optional(),
  decimal: z.enum(['.', ',']).optional(),
  /** Which comes first in dates like 03/04/2025. */
  date_order: z.enum(['dmy', 'mdy', 'ymd']).optional(),
  /** Types the user corrected, by original header or resulting name. */
  columns: z.record(z.string(), columnType).optional(),
  /** Names the user corrected: original header or resulting name → new display name. */
  names: z.record(z.string(), displayName).optional(),
});
export type CsvOptions = z.infer<typeof csvOptions>;

/** A file whose rows come into a table that is there already. */
export const fileAddition = z
  .strictObject({
    upload_id: id,
    options: csvOptions.optional(),
    /** `append`: its rows are more rows. `merge`: a row takes the place of those with the same key. */
    mode: z.enum(['append', 'merge']),
    /** Columns of the table that tell its rows apart; those of records by their keys, “home › town”. */
    key: z.array(z.string().max(500)).max(20).default([]),
    /**
     * Column of the file, by its resulting name or header → column of the table, as the suggestion calls it; null
     * leaves it out. A column that is not named becomes a new one.
     */
    mapping: z.record(z.string(), z.string().max(500).nullable()).default({}),
  })
  .refine(({ mode, key }) => mode === 'append' || key.length > 0, {
    path: ['key'],
    message: 'Choose the columns that tell rows apart',
  });
export type FileAddition = z.infer<typeof fileAddition>;

export const fileConfig = z.strictObject({
  upload_id: id,
  options: csvOptions.optional(),
  additions: z.array(fileAddition).max(500).optional(),
});
export type FileConfig = z.infer<typeof fileConfig>;

export const uploadColumn = z.object({
  /** Resulting column name. */
  name: z.string(),
  /** Header as it stands in the file. */
  display_name: z.string(),
  type: columnType,
  nullable: z.boolean(),
  sample: z.array(z.string().nullable()),
});

export const warning = z.object({
  code: z.string(),
  message: z.string(),
  column: z.string().optional(),
  line: z.number().int().optional(),
});
export type Warning = z.infer<typeof warning>;

export const upload = z.object({
  id,
  filename: z.string(),
  size_bytes: z.number().int(),
  /** By content, never by the extension. */
  format: z.enum(['csv', 'xlsx', 'json', 'ndjson', 'parquet']),
  compression: z.enum(['gzip', 'zip']).nullable(),
  /** To choose from with `options.sheet`; empty when there is nothing to choose. */
  sheets: z.array(z.object({ name: z.string(), hidden: z.boolean() })),
  sheet: z.string().nullable(),
  encoding: z.string(),
  delimiter: z.string(),
  header_row: z.number().int(),
  header_rows: z.number().int(),
  totals: z.enum(['leave_out', 'keep']),
  /** Rows that are no part of the table, the first of them: totals, notes, numbers of pages. */
  left_out: z.array(
    z.object({ line: z.number().int(), kind: z.enum(['total', 'note', 'page']), text: z.string() }),
  ),
  decimal: z.enum(['.', ',']),
  date_order: z.enum(['dmy', 'mdy', 'ymd']).nullable(),
  columns: z.array(uploadColumn),
  /** Of a file of records: what lists within them become, each a table of its own beside this one. */
  lists: z.array(z.object({ title: z.string(), columns: z.array(z.string()) })),
  preview: previewResult,
  warnings: z.array(warning),
});
export type Upload = z.infer<typeof upload>;

export const createUpload = endpoint({
  method: 'POST',
  path: '/uploads',
  summary: 'Upload a file (multipart field "file"); answers with what was detected, before any full scan',
  tag: 'Sources',
  raw: 'multipart-body',
  response: upload,
  status: 201,
});

export const previewUpload = endpoint({
  method: 'POST',
  path: '/uploads/:id/preview',
  summary: 'The same file read with other options',
  tag: 'Sources',
  params: idParams,
  body: z.strictObject({ options: csvOptions }),
  response: upload,
});

export const sourceTypeInfo = z.object({
  type: z.string(),
  title: z.string(),
  description: z.string(),
  /** Name of an icon of the web's set. */
  icon: z.string(),
  category: z.enum(['file', 'service', 'database', 'api']),
  /** JSON Schema of `config`, with x-order, x-secret and x-help for the form. */
  spec: z.record(z.string(), z.unknown()),
});
export type SourceTypeInfo = z.infer<typeof sourceTypeInfo>;

export const listSourceTypes = endpoint({
  method: 'GET',
  path: '/source-types',
  summary: 'Kinds of source that can be added',
  tag: 'Sources',
  response: z.object({ items: z.array(sourceTypeInfo), next_cursor: z.string().nullable() }),
});

export const syncProgress = z.object({
  phase: z.enum(['waiting', 'reading', 'loading', 'finishing']),
  rows_done: z.number().int(),
  bytes_done: z.number().int(),
  bytes_total: z.number().int().nullable(),
  rows_per_second: z.number().nullable(),
  /** Seconds; null when it cannot be told yet. */
  seconds_left: z.number().nullable(),
});
export type SyncProgress = z.infer<typeof syncProgress>;

export const schemaChange = z.object({
  kind: z.enum(['column_added', 'column_removed', 'type_changed']),
  /** Physical name of the table, where a source has more than one. */
  table: z.string().optional(),
  column: z.string(),
  from: columnType.nullable(),
  to: columnType.nullable(),
});

export const syncResult = z.object({
  run_id: id,
  source_id: id,
  status: runStatus,
  trigger: z.enum(['manual', 'pipeline', 'upload']),
  rows_synced: z.number().int(),
  rows_rejected: z.number().int(),
  tables: z.array(z.object({ name: z.string(), rows: z.number().int() })),
  schema_changes: z.array(schemaChange),
  warnings: z.array(warning),
  progress: syncProgress.nullable(),
  started_at: timestamp.nullable(),
  finished_at: timestamp.nullable(),
  duration_ms: z.number().int().nullable(),
  error: runError.nullable(),
});
export type SyncResult = z.infer<typeof syncResult>;

export const source = z.object({
  id,
  name: z.string(),
  type: sourceType,
  /** The same as `type`; the name the first design used. */
  source_type: sourceType,
  /** Without secrets. */
  config: z.record(z.string(), z.unknown()),
  warehouse_table_name: z.string(),
  column_count: z.number().int(),
  row_count: z.number().int(),
  rows_rejected: z.number().int(),
  last_synced_at: timestamp.nullable(),
  last_sync: syncResult.nullable(),
  created_at: timestamp,
});
export type Source = z.infer<typeof source>;

export const listSources = endpoint({
  method: 'GET',
  path: '/sources',
  summary: 'Sources of the organization',
  tag: 'Sources',
  query: pageQuery,
  response: page(source),
});
export const createSource = endpoint({
  method: 'POST',
  path: '/sources',
  summary: 'Add a source',
  tag: 'Sources',
  body: z.strictObject({ name: displayName, type: sourceType, config: z.record(z.string(), z.unknown()) }),
  response: source,
  status: 201,
});
export const getSource = endpoint({
  method: 'GET',
  path: '/sources/:id',
  summary: 'One source',
  tag: 'Sources',
  params: idParams,
  response: source,
});
export const updateSource = endpoint({
  method: 'PATCH',
  path: '/sources/:id',
  summary: 'Rename a source, or give it a new file or other options for the next sync',
  tag: 'Sources',
  params: idParams,
  body: z.strictObject({
    name: displayName.optional(),
    config: z.record(z.string(), z.unknown()).optional(),
  }),
  response: source,
});
export const deleteSource = endpoint({
  method: 'DELETE',
  path: '/sources/:id',
  summary: 'Delete a source and its table; 409 with what depends on it unless force=true',
  tag: 'Sources',
  params: idParams,
  query: z.object({ force: z.stringbool().default(false) }),
  response: noContent,
  status: 204,
});
export const sourceStream = z.object({
  /** Key by which the configuration chooses it. */
  name: z.string(),
  title: z.string(),
  rows: z.number().int().nullable(),
});
export type SourceStream = z.infer<typeof sourceStream>;

/** Something that was found out and can be set. */
export const sourceFinding = z.object({
  /** Dotted path in the configuration. */
  setting: z.string(),
  /** What the setting would be to say the same; absent where nothing was found. */
  value: z.unknown(),
  text: z.string(),
  /** What else it could be, each in a few words. */
  others: z.array(z.object({ value: z.unknown(), text: z.string() })).readonly(),
});
export type SourceFinding = z.infer<typeof sourceFinding>;

/** A column, or a list that becomes a table of its own, as the configuration's `columns` names it. */
export const sourceField = z.object({
  /** Dotted path of the field. */
  path: z.string(),
  label: z.string(),
  /** Null for a list. */
  type: columnType.nullable(),
  /** Name in `preview.columns`; null for a list and for what lies within one. */
  column: z.string().nullable(),
  /** Tells rows apart, and so cannot be left out. */
  is_key: z.boolean(),
});
export type SourceField = z.infer<typeof sourceField>;

export const testSource = endpoint({
  method: 'POST',
  path: '/sources/test',
  summary:
    'Check a configuration without saving it; says what it offers, and shows the first rows of a stream',
  tag: 'Sources',
  body: z.strictObject({
    type: sourceType,
    config: z.record(z.string(), z.unknown()),
    /** A saved source whose secrets stand in for those that the configuration lacks. */
    source_id: id.optional(),
    /** Stream to show the first rows of. */
    preview: z.string().max(500).optional(),
  }),
  response: z.object({
    ok: z.boolean(),
    message: z.string(),
    code: z.string().optional(),
    /** What to do. */
    hint: z.string().optional(),
    /** What is wrong at which field of the configuration. */
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    streams: z.array(sourceStream).optional(),
    preview: previewResult.optional(),
    /** Every field of the stream that is shown, in the order of its columns. */
    fields: z.array(sourceField).optional(),
    findings: z.array(sourceFinding).optional(),
  }),
});
export const listStreams = endpoint({
  method: 'GET',
  path: '/sources/:id/streams',
  summary: 'What the source offers (for a file: the file itself)',
  tag: 'Sources',
  params: idParams,
  response: z.object({
    items: z.array(z.object({ name: z.string(), title: z.string(), columns: z.array(uploadColumn) })),
    next_cursor: z.string().nullable(),
  }),
});
export const syncSource = endpoint({
  method: 'POST',
  path: '/sources/:id/sync',
  summary: 'Load the source into its table',
  tag: 'Sources',
  params: idParams,
  response: syncResult,
  status: 202,
  longRunning: true,
});
export const listSyncs = endpoint({
  method: 'GET',
  path: '/sources/:id/syncs',
  summary: 'History of loads, newest first',
  tag: 'Sources',
  params: idParams,
  query: pageQuery,
  response: page(syncResult),
});

export const rejectedRow = z.object({
  /** 1-based line in the file at which the row starts. */
  line: z.number().int(),
  column: z.string().nullable(),
  value: z.string().nullable(),
  reason: z.string(),
  /** The row as it stands in the file, cut at 10,000 characters. */
  raw: z.string(),
});
export type RejectedRow = z.infer<typeof rejectedRow>;

export const listRejectedRows = endpoint({
  method: 'GET',
  path: '/sources/:id/rejected-rows',
  summary: 'Rows of the last load that could not be read, with the reason',
  tag: 'Sources',
  params: idParams,
  query: pageQuery.extend({ run_id: id.optional() }),
  response: page(rejectedRow),
});
export const downloadRejectedRows = endpoint({
  method: 'GET',
  path: '/sources/:id/rejected-rows/download',
  summary: 'The same as a CSV file',
  tag: 'Sources',
  params: idParams,
  query: z.object({ run_id: id.optional() }),
  response: z.unknown(),
  raw: 'file-response',
});
