import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { id, runError, stepStatus, timestamp } from './primitives.ts';
import { schedule } from './pipelines.ts';
import { runStatus } from './primitives.ts';
import { recipeProblem } from './transformations.ts';

/** A node of the canvas. `ref_id` is the id of the thing it stands for; for a table, its physical name. */
export const graphNode = z.object({
  /** Unique on the canvas, for instance `source:abc`. */
  id: z.string(),
  kind: z.enum(['source', 'table', 'transformation', 'output']),
  ref_id: z.string(),
  name: z.string(),
  /** What a transformation does in a few words: "Filter, combine, summarize". Type of a source. */
  summary: z.string(),
  row_count: z.number().int().nullable(),
  column_count: z.number().int().nullable(),
  /** When its data was last written. */
  updated_at: timestamp.nullable(),
  status: stepStatus.nullable(),
  run_id: id.nullable(),
  error: runError.nullable(),
  /** Why its next run cannot succeed; of transformations. */
  problem: recipeProblem.nullable(),
  /** Something it is made from is newer than itself. */
  stale: z.boolean(),
});
export type GraphNode = z.infer<typeof graphNode>;

export const graphEdge = z.object({ id: z.string(), from: z.string(), to: z.string() });
export type GraphEdge = z.infer<typeof graphEdge>;

export const graphPipeline = z.object({
  id,
  name: z.string(),
  node_ids: z.array(z.string()),
  schedule: schedule.nullable(),
  last_status: runStatus.nullable(),
  last_run_at: timestamp.nullable(),
  running_run_id: id.nullable(),
});

export const getGraph = endpoint({
  method: 'GET',
  path: '/graph',
  summary: 'The canvas: sources, tables, transformations, outputs and how data flows between them',
  tag: 'Graph',
  response: z.object({
    nodes: z.array(graphNode),
    edges: z.array(graphEdge),
    pipelines: z.array(graphPipeline),
    /** Positions that people chose, by node id. */
    positions: z.record(z.string(), z.object({ x: z.number(), y: z.number() })),
  }),
});

export const saveGraphPositions = endpoint({
  method: 'PUT',
  path: '/graph/positions',
  summary: 'Keep where people put the nodes; replaces the positions of the nodes named',
  tag: 'Graph',
  body: z.strictObject({
    positions: z.record(
      z.string().max(200),
      z.strictObject({ x: z.number().min(-1e6).max(1e6), y: z.number().min(-1e6).max(1e6) }),
    ),
  }),
  response: z.object({ saved: z.number().int() }),
});

export const loadSample = endpoint({
  method: 'POST',
  path: '/sample',
  summary: 'Load the sample organization data: four sources, two transformations and a pipeline',
  tag: 'Graph',
  response: z.object({
    source_ids: z.array(id),
    transformation_ids: z.array(id),
    pipeline_id: id,
    run_id: id,
  }),
  status: 201,
});
