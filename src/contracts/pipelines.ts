import { z } from 'zod';
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
  stepStatus,
  timestamp,
} from './primitives.ts';
import { schemaChange, syncProgress } from './sources.ts';

/** after: when another pipeline has succeeded. arrival: when one of its sources was loaded by something else. */
export const frequency = z.enum([
  'manual',
  'every',
  'hourly',
  'daily',
  'weekly',
  'monthly',
  'cron',
  'after',
  'arrival',
]);
export type Frequency = z.infer<typeof frequency>;

/** A time that passed while nothing was there to run it: run once for all of them, or wait for the next. */
export const missedPolicy = z.enum(['run_once', 'skip']);
export type MissedPolicy = z.infer<typeof missedPolicy>;
/** When the last run still goes on: after it, not at all, or in its place. */
export const overlapPolicy = z.enum(['queue', 'skip', 'cancel_old']);
export type OverlapPolicy = z.infer<typeof overlapPolicy>;

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Use HH:MM, for instance 06:00');

export const schedule = z.object({
  frequency,
  /** HH:MM in `timezone`; for hourly only the minutes count. */
  run_at: z.string().nullable(),
  run_at_time: z.string().nullable(),
  /** 0 = Monday … 6 = Sunday. */
  day_of_week: z.number().int().nullable(),
  run_at_day: z.number().int().nullable(),
  /** 1–31, of monthly; the last day of a month that has fewer. */
  day_of_month: z.number().int().nullable(),
  /** Of every. */
  every_minutes: z.number().int().nullable(),
  /** Of after: runs whenever this pipeline has succeeded. */
  after_pipeline_id: id.nullable(),
  missed: missedPolicy,
  overlap: overlapPolicy,
  cron: z.string().nullable(),
  timezone: z.string(),
  is_active: z.boolean(),
  next_run_at: timestamp.nullable(),
  /** The next five, empty when manual or paused. */
  next_runs: z.array(timestamp),
});
export type Schedule = z.infer<typeof schedule>;

export const runTrigger = z.enum(['manual', 'schedule', 'retry', 'webhook', 'after', 'arrival']);
export type RunTrigger = z.infer<typeof runTrigger>;

/** only: one step. to: it and all that it is made from. from: it and all that is made from it. */
export const partScope = z.enum(['only', 'to', 'from']);
export type PartScope = z.infer<typeof partScope>;
/** continue: what does not depend on a failed step is still done. stop: nothing more is begun. */
export const onFailure = z.enum(['continue', 'stop']);
export type OnFailure = z.infer<typeof onFailure>;

export const runStep = z.object({
  id,
  kind: z.enum(['sync', 'transform']),
  ref_id: id,
  name: z.string(),
  status: stepStatus,
  attempt: z.number().int(),
  rows: z.number().int().nullable(),
  progress: syncProgress.nullable(),
  started_at: timestamp.nullable(),
  finished_at: timestamp.nullable(),
  error: runError.nullable(),
});
export type RunStep = z.infer<typeof runStep>;

export const pipelineRun = z.object({
  run_id: id,
  /** null for a run of one source or one transformation outside of a pipeline. */
  pipeline_id: id.nullable(),
  pipeline_name: z.string().nullable(),
  status: runStatus,
  trigger: runTrigger,
  /** null: the whole pipeline. */
  part: z.object({ scope: partScope, step: z.string() }).nullable(),
  steps: z.array(runStep),
  queued_at: timestamp,
  started_at: timestamp.nullable(),
  finished_at: timestamp.nullable(),
  duration_ms: z.number().int().nullable(),
  error: runError.nullable(),
});
export type PipelineRun = z.infer<typeof pipelineRun>;

export const pipeline = z.object({
  id,
  name: z.string(),
  source_ids: z.array(id),
  transformation_ids: z.array(id),
  on_failure: onFailure,
  schedule: schedule.nullable(),
  last_run_at: timestamp.nullable(),
  last_run: pipelineRun.nullable(),
  created_at: timestamp,
});
export type Pipeline = z.infer<typeof pipeline>;

const pipelineBody = z.strictObject({
  name: displayName,
  source_ids: z.array(id).max(500).default([]),
  transformation_ids: z.array(id).max(500).default([]),
  on_failure: onFailure.optional(),
});

export const listPipelines = endpoint({
  method: 'GET',
  path: '/pipelines',
  summary: 'Pipelines of the organization',
  tag: 'Pipelines',
  query: pageQuery,
  response: page(pipeline),
});
export const createPipeline = endpoint({
  method: 'POST',
  path: '/pipelines',
  summary: 'Create a pipeline of sources and transformations',
  tag: 'Pipelines',
  body: pipelineBody,
  response: pipeline,
  status: 201,
});
export const getPipeline = endpoint({
  method: 'GET',
  path: '/pipelines/:id',
  summary: 'One pipeline',
  tag: 'Pipelines',
  params: idParams,
  response: pipeline,
});
export const updatePipeline = endpoint({
  method: 'PATCH',
  path: '/pipelines/:id',
  summary: 'Rename a pipeline or change what it runs',
  tag: 'Pipelines',
  params: idParams,
  body: z.strictObject({
    name: displayName.optional(),
    source_ids: z.array(id).max(500).optional(),
    transformation_ids: z.array(id).max(500).optional(),
    on_failure: onFailure.optional(),
  }),
  response: pipeline,
});
export const deletePipeline = endpoint({
  method: 'DELETE',
  path: '/pipelines/:id',
  summary: 'Delete a pipeline; its tables stay',
  tag: 'Pipelines',
  params: idParams,
  response: noContent,
  status: 204,
});
export const runPipeline = endpoint({
  method: 'POST',
  path: '/pipelines/:id/run',
  summary: 'Run a pipeline now',
  tag: 'Pipelines',
  params: idParams,
  response: pipelineRun,
  status: 202,
  longRunning: true,
});
export const runPipelinePart = endpoint({
  method: 'POST',
  path: '/pipelines/:id/run-part',
  summary: 'Run one step of a pipeline now, or all up to it, or all from it on',
  tag: 'Pipelines',
  params: idParams,
  /** `step`: id of the source or transformation. */
  body: z.strictObject({ step: id, scope: partScope.default('only') }),
  response: pipelineRun,
  status: 202,
  longRunning: true,
});
const scheduleBody = z.strictObject({
  frequency,
  run_at: timeOfDay.nullable().optional(),
  day_of_week: z.number().int().min(0).max(6).nullable().optional(),
  day_of_month: z.number().int().min(1).max(31).nullable().optional(),
  every_minutes: z.number().int().min(1).max(10_080).nullable().optional(),
  cron: z.string().max(200).nullable().optional(),
  after_pipeline_id: id.nullable().optional(),
  /** IANA name; the organization's when absent. */
  timezone: z.string().max(64).optional(),
  is_active: z.boolean().optional(),
  missed: missedPolicy.optional(),
  overlap: overlapPolicy.optional(),
});
export const setSchedule = endpoint({
  method: 'PUT',
  path: '/pipelines/:id/schedule',
  summary: 'Set when a pipeline runs by itself',
  tag: 'Pipelines',
  params: idParams,
  body: scheduleBody,
  response: schedule,
});
export const previewSchedule = endpoint({
  method: 'POST',
  path: '/schedule-preview',
  summary: 'The next five times of a schedule that is not saved',
  tag: 'Pipelines',
  body: scheduleBody,
  response: z.object({ next_runs: z.array(timestamp) }),
});
export const listPipelineRuns = endpoint({
  method: 'GET',
  path: '/pipelines/:id/runs',
  summary: 'History of runs, newest first',
  tag: 'Pipelines',
  params: idParams,
  query: pageQuery,
  response: page(pipelineRun),
});
export const getRun = endpoint({
  method: 'GET',
  path: '/runs/:id',
  summary: 'One run with its steps',
  tag: 'Runs',
  params: idParams,
  response: pipelineRun,
});
/** What a run was to do, and what came of each step. */
export const runDetails = z.object({
  run_id: id,
  on_failure: onFailure,
  steps: z.array(
    z.object({
      id,
      /** Names of the steps whose tables it reads. */
      after: z.array(z.string()),
      /** Of the recipe, as it was when the run was asked for; null for a source. */
      version: z.number().int().nullable(),
      /** The statement that made the table; null for a source, and before it ran. */
      sql: z.string().nullable(),
      rows: z.number().int().nullable(),
      /** Rows that could not be read; null for a transformation. */
      rows_rejected: z.number().int().nullable(),
      /** Of its last try. */
      duration_ms: z.number().int().nullable(),
      schema_changes: z.array(schemaChange),
      /** How many remarks the load made. */
      warnings: z.number().int(),
    }),
  ),
});
export type RunDetails = z.infer<typeof runDetails>;
export const getRunDetails = endpoint({
  method: 'GET',
  path: '/runs/:id/details',
  summary: 'What a run was to do, frozen when it was asked for, and what each step did',
  tag: 'Runs',
  params: idParams,
  response: runDetails,
});
export const cancelRun = endpoint({
  method: 'POST',
  path: '/runs/:id/cancel',
  summary: 'Cancel a run; what it has already committed stays',
  tag: 'Runs',
  params: idParams,
  response: pipelineRun,
  status: 202,
});
export const retryRun = endpoint({
  method: 'POST',
  path: '/runs/:id/retry',
  summary: 'Run again from the failed steps',
  tag: 'Runs',
  params: idParams,
  response: pipelineRun,
  status: 202,
  longRunning: true,
});
export const logLine = z.object({
  at: timestamp,
  level: z.enum(['info', 'warning', 'error']),
  step_id: id.nullable(),
  message: z.string(),
});
export type LogLine = z.infer<typeof logLine>;
export const runLogs = endpoint({
  method: 'GET',
  path: '/runs/:id/logs',
  summary: 'Log lines of a run as NDJSON',
  tag: 'Runs',
  params: idParams,
  response: z.unknown(),
  raw: 'file-response',
});
