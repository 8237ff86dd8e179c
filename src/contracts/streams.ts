import { z } from 'zod';
import { columnType } from './column-types.ts';
import { endpoint } from './endpoint.ts';
import { id, idParams, page, pageQuery, timestamp } from './primitives.ts';

/** A field of a record: its keys from the record inwards, joined by dots. */
const fieldPath = z.string().trim().min(1).max(500);

/**
 * What happens when a service brings something that the tables do not have yet. `evolve`: the table follows;
 * `freeze`: nothing is loaded until a person has agreed; `discard_row`: the row is put aside; `discard_value`: only
 * the value is left out. The words are dlt's.
 */
export const contractMode = z.enum(['evolve', 'freeze', 'discard_row', 'discard_value']);
export type ContractMode = z.infer<typeof contractMode>;

export const schemaContract = z.strictObject({
  /** A list that was never there before, and so a new table. */
  tables: contractMode.default('evolve'),
  /** A field that was never there before. */
  columns: contractMode.default('evolve'),
  /** A value that does not fit the type of its column. */
  data_type: contractMode.default('evolve'),
});
export type SchemaContract = z.infer<typeof schemaContract>;

/** How the records of a stream meet the rows that are there, and what they may change. */
export const streamSettings = z.strictObject({
  /** `auto`: as the connector says, all or only what is new. */
  write_disposition: z.enum(['auto', 'replace', 'append', 'merge']).default('auto'),
  /** For `merge`, and for `auto` where the connector merges. */
  merge_strategy: z.enum(['delete-insert', 'upsert', 'insert-only', 'scd2']).default('delete-insert'),
  /** Fields that tell records apart; the connector's own unless said. */
  primary_key: z.array(fieldPath).max(20).optional(),
  /** Rows with the same values here are replaced together; for scd2: only versions of keys that came are ended. */
  merge_key: z.array(fieldPath).max(20).optional(),
  /** A record whose field is true (or, when it is not yes/no, has any value) deletes the row of its key. */
  hard_delete: fieldPath.optional(),
  /** Of several records with one key, the first by this order stays; without it the last that was read. */
  dedup_sort: z.strictObject({ field: fieldPath, order: z.enum(['asc', 'desc']) }).optional(),
  /** Only records from the greatest value that was loaded on. */
  cursor: z
    .strictObject({
      field: fieldPath.optional(),
      /** Reads this much further back: seconds for times, days for dates, else the number itself. */
      lag: z.number().min(0).max(1e12).optional(),
      /** Where the first load begins. */
      initial_value: z.union([z.string().max(200), z.number()]).optional(),
      /** What to do with a record without a value. */
      on_missing: z.enum(['fail', 'include', 'exclude']).default('fail'),
    })
    .optional(),
  contract: schemaContract.prefault({}),
  /** `widen`: the column takes the type that holds all; `variant`: misfits go to a column beside it, as in dlt. */
  on_type_conflict: z.enum(['widen', 'variant']).default('widen'),
  /** `breaking`: a column that goes or changes its type waits for a person. */
  review: z.enum(['none', 'breaking']).default('none'),
});
export type StreamSettings = z.infer<typeof streamSettings>;

const streamTable = z.object({
  /** Physical name. */
  name: z.string(),
  display_name: z.string(),
  rows: z.number().int().nullable(),
  columns: z.number().int(),
  /** Set where a table that was too wide goes on here: the name of the one that it belongs to, joined by `_dlt_id`. */
  continues: z.string().nullable(),
});

export const loadedStream = z.object({
  /** Key of the stream at the connector. */
  stream: z.string(),
  title: z.string(),
  settings: streamSettings,
  /** False: the settings are the source's. */
  has_own_settings: z.boolean(),
  tables: z.array(streamTable),
  /** From where the next load continues, in words of the service; null: it reads everything. */
  continues_from: z.string().nullable(),
  /** Asked for and not done yet. */
  waiting_for: z.enum(['reset', 'backfill']).nullable(),
  loaded_at: timestamp,
});
export type LoadedStream = z.infer<typeof loadedStream>;

export const getStreamSettings = endpoint({
  method: 'GET',
  path: '/sources/:id/stream-settings',
  summary: 'How a source is loaded: the settings of all its streams, and of each that has been loaded',
  tag: 'Sources',
  params: idParams,
  response: z.object({ defaults: streamSettings, items: z.array(loadedStream) }),
});

export const setStreamSettings = endpoint({
  method: 'PUT',
  path: '/sources/:id/stream-settings',
  summary:
    'Set how a stream is loaded from the next load on; stream null: all that have no settings of their own',
  tag: 'Sources',
  params: idParams,
  body: z.strictObject({
    stream: z.string().min(1).max(500).nullable(),
    /** Null: as the source. */
    settings: streamSettings.nullable(),
  }),
  response: getStreamSettings.response,
});

export const resetStream = endpoint({
  method: 'POST',
  path: '/sources/:id/reset',
  summary:
    'Let the next load of a stream read everything again: reset replaces its tables, backfill merges into them',
  tag: 'Sources',
  params: idParams,
  body: z.strictObject({ stream: z.string().min(1).max(500), mode: z.enum(['reset', 'backfill']) }),
  response: getStreamSettings.response,
});

export const recordedChange = z.object({
  kind: z.enum(['table_added', 'table_split', 'column_added', 'column_removed', 'type_changed']),
  /** Key of the stream; null for a file. */
  stream: z.string().nullable(),
  /** Physical names. */
  table: z.string(),
  column: z.string().nullable(),
  from: columnType.nullable(),
  to: columnType.nullable(),
});
export type RecordedChange = z.infer<typeof recordedChange>;

export const listSchemaChanges = endpoint({
  method: 'GET',
  path: '/sources/:id/schema-changes',
  summary: 'What changed in the tables of a source, newest first',
  tag: 'Sources',
  params: idParams,
  query: pageQuery,
  response: page(recordedChange.extend({ run_id: id.nullable(), at: timestamp })),
});

export const schemaReview = z.object({
  id,
  run_id: id,
  status: z.enum(['pending', 'approved', 'refused']),
  changes: z.array(recordedChange),
  created_at: timestamp,
  decided_at: timestamp.nullable(),
  /** Name of who decided. */
  decided_by: z.string().nullable(),
});
export type SchemaReview = z.infer<typeof schemaReview>;

export const listSchemaReviews = endpoint({
  method: 'GET',
  path: '/sources/:id/schema-reviews',
  summary: 'Changes that a load brought and that wait for a person, or did; newest first',
  tag: 'Sources',
  params: idParams,
  query: pageQuery,
  response: page(schemaReview),
});

export const decideSchemaReview = endpoint({
  method: 'POST',
  path: '/sources/:id/schema-reviews/:review_id',
  summary: 'Approve or refuse a change; the next load brings what was approved',
  tag: 'Sources',
  params: z.object({ id, review_id: id }),
  body: z.strictObject({ decision: z.enum(['approve', 'refuse']) }),
  response: schemaReview,
});
