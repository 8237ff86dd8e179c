import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { id } from './primitives.ts';
import { columnType } from './column-types.ts';

const columnRef = z.object({
  /** Physical names, and those that people see. */
  table: z.string(),
  table_name: z.string(),
  column: z.string(),
  column_name: z.string(),
});
export type ColumnRef = z.infer<typeof columnRef>;

export const columnLineage = z.object({
  name: z.string(),
  display_name: z.string(),
  type: columnType,
  /** copied: as it is there. calculated: made from what `from` names; from nothing when that is empty. */
  how: z.enum(['loaded', 'copied', 'calculated']),
  /** Columns of the tables that are read from which it is made. */
  from: z.array(columnRef),
  /** Columns of loaded tables from which it is made in the end. */
  origins: z.array(columnRef),
  used_by: z.array(
    z.object({
      transformation_id: id,
      transformation_name: z.string(),
      /** Columns of its result that are made from this one. */
      outputs: z.array(z.string()),
      /** Steps that compute, compare, sort or group by it, in words. */
      steps: z.array(z.string()),
    }),
  ),
});
export type ColumnLineage = z.infer<typeof columnLineage>;

export const lineageNode = z.object({
  id: z.string(),
  kind: z.enum(['source', 'table', 'transformation', 'pipeline']),
  /** Id, or the physical name of a table. */
  ref_id: z.string(),
  name: z.string(),
  /** Steps from the table that is asked for: negative for what it is made from. */
  distance: z.number().int(),
});

const tableParams = z.object({ name: z.string().min(1).max(200) });

export const getLineage = endpoint({
  method: 'GET',
  path: '/warehouse/tables/:name/lineage',
  summary: 'What a table and each of its columns is made from, and what uses them',
  tag: 'Warehouse',
  params: tableParams,
  response: z.object({
    nodes: z.array(lineageNode),
    edges: z.array(z.object({ from: z.string(), to: z.string() })),
    columns: z.array(columnLineage),
  }),
});

export const impact = z.object({
  /** "Used by 3 transformations and 1 pipeline." */
  summary: z.string(),
  transformations: z.array(
    z.object({
      id,
      name: z.string(),
      /** It reads the table itself, not only something made from it. */
      is_direct: z.boolean(),
      /** It would no longer run, and why. */
      breaks: z.boolean(),
      reason: z.string().nullable(),
    }),
  ),
  pipelines: z.array(z.object({ id, name: z.string() })),
  /** Tests of other tables that compare with this one. */
  tests: z.number().int(),
});
export type Impact = z.infer<typeof impact>;

export const getImpact = endpoint({
  method: 'GET',
  path: '/warehouse/tables/:name/impact',
  summary: 'What would break if a table, or one of its columns, went away; renaming breaks nothing',
  tag: 'Warehouse',
  params: tableParams,
  query: z.object({
    /** Physical name of a column; the whole table, with those that belong to it, when absent. */
    column: z.string().max(200).optional(),
  }),
  response: impact,
});
