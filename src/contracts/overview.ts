import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { runTrigger } from './pipelines.ts';
import { id, runStatus, timestamp } from './primitives.ts';
import { externalRun } from './webhooks.ts';

const load = z.object({ queued: z.number().int(), running: z.number().int() });

export const overview = z.object({
  /** Every pipeline with its last runs, oldest first. */
  pipelines: z.array(
    z.object({
      id,
      name: z.string(),
      next_run_at: timestamp.nullable(),
      last_success_at: timestamp.nullable(),
      runs: z.array(
        z.object({
          run_id: id,
          status: runStatus,
          trigger: runTrigger,
          queued_at: timestamp,
          duration_ms: z.number().int().nullable(),
          /** Rows that its steps wrote. */
          rows: z.number().int().nullable(),
        }),
      ),
    }),
  ),
  /** What is not up to date, and why. */
  stale: z.array(
    z.object({
      kind: z.enum(['source', 'transformation']),
      ref_id: id,
      name: z.string(),
      updated_at: timestamp.nullable(),
      reason: z.string(),
    }),
  ),
  /** What runs by itself within the next day, soonest first. */
  upcoming: z.array(z.object({ pipeline_id: id, name: z.string(), at: timestamp })),
  /** Of this organization: runs that people wait for, loads and recipes in the background, and messages to people. */
  queue: z.object({
    manual: load,
    sync: load,
    transform: load,
    notify: load,
    /** Of the run that has waited longest. */
    oldest_queued_at: timestamp.nullable(),
  }),
  workers: z.object({ live: z.number().int() }),
  /** The newest run of each job of other systems. */
  external: z.array(externalRun),
});
export type Overview = z.infer<typeof overview>;

export const getOverview = endpoint({
  method: 'GET',
  path: '/overview',
  summary: 'How all pipelines are doing: last runs, what is stale, what comes, what waits',
  tag: 'Pipelines',
  response: overview,
});
