import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '#platform/actor';
import { AppError } from '#platform/errors';
import type { RunId } from '#platform/ids';
import { createSource, storeUpload } from '#sources';
import { createTestOrganization } from '#testing/organization';
import { createTransformation } from '#transforms';
import { requestCancel } from '../../runs/request-cancel.ts';
import { runPipeline } from '../../runs/run-pipeline.ts';
import type { Random } from '../../sample/random.ts';
import { createPipeline, updatePipeline } from '../../save-pipeline.ts';
import { setSchedule } from '../../schedule/set-schedule.ts';
import type { PipelineServices } from '../../services.ts';
import type { ChaosSite } from './chaos-site.ts';
import type { FieldService } from './field-service.ts';

/** Rows of the file of an organization; all the numbers about it follow from them. */
export const FILE_ROWS = 300;
export const districtOf = (row: number): number => row % 7;

/** An organization with two pipelines over the same file and the same service. */
export interface Tenant {
  readonly actor: Actor;
  readonly schema: string;
  readonly fileTable: string;
  readonly visitsTable: string;
  readonly byDistrictTable: string;
  readonly totalTable: string;
  /** Asked for by hand. */
  readonly pipelineId: string;
  /** Runs by its schedule. */
  readonly scheduledId: string;
}

/** While the database restarts nobody gets an answer; what a person would do is to try again. */
export async function insist<T>(fn: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await fn();
    } catch (error) {
      const passes =
        (error instanceof AppError && error.isTransient) ||
        (error instanceof Error &&
          /terminat|ECONN|connection|starting up|shutting down|recovery|space left/i.test(error.message));
      if (!passes || tries > 300) throw error;
      await sleep(100);
    }
  }
}

export async function createTenant(
  site: ChaosSite,
  services: PipelineServices,
  field: FieldService,
): Promise<Tenant> {
  const { signal } = new AbortController();
  const actor = await createTestOrganization(services.database, services.config);
  const csv = `visit,district\n${Array.from({ length: FILE_ROWS }, (_, row) => `${row},${districtOf(row)}`).join('\n')}\n`;
  const upload = await storeUpload(
    services,
    actor,
    { filename: 'visits.csv', stream: Readable.from([Buffer.from(csv)]), wasTruncated: () => false },
    signal,
  );
  const file = await createSource(
    services,
    actor,
    { name: 'File', type: 'csv', config: { upload_id: upload.id } },
    signal,
  );
  const visits = await createSource(
    services,
    actor,
    {
      name: 'Visits',
      type: 'rest_api',
      config: {
        base_url: `${field.origin}/${actor.organizationId}`,
        path: 'visits',
        primary_key: ['id'],
        incremental: { kind: 'cursor', field: 'seq', param: 'since' },
      },
    },
    signal,
  );
  const sources = { source_ids: [file.id, visits.id], transformation_ids: [] };
  const pipeline = await createPipeline(services, actor, { name: 'By hand', ...sources });
  const first = await runPipeline(services, actor, pipeline.id);
  await waitForEnd(site, [first], 60);
  const byDistrict = await createTransformation(services, actor, {
    name: 'By district',
    recipe: {
      steps: [
        { type: 'source', table: file.warehouse_table_name },
        { type: 'group', by: ['district'], aggregates: [{ function: 'count', alias: 'visits' }] },
      ],
    },
  });
  const total = await createTransformation(services, actor, {
    name: 'People',
    recipe: {
      steps: [
        { type: 'source', table: visits.warehouse_table_name },
        {
          type: 'group',
          by: [],
          aggregates: [
            { function: 'count', alias: 'visits' },
            { function: 'sum', column: 'people', alias: 'people' },
          ],
        },
      ],
    },
  });
  const content = { ...sources, transformation_ids: [byDistrict.id, total.id] };
  await updatePipeline(services, actor, pipeline.id, content);
  const scheduled = await createPipeline(services, actor, { name: 'By schedule', ...content });
  await setSchedule(services, actor, scheduled.id, {
    frequency: 'every',
    every_minutes: 30,
    timezone: 'UTC',
  });
  return {
    actor,
    schema: `org_${actor.organizationId}`,
    fileTable: file.warehouse_table_name,
    visitsTable: visits.warehouse_table_name,
    byDistrictTable: byDistrict.table_name,
    totalTable: total.table_name,
    pipelineId: pipeline.id,
    scheduledId: scheduled.id,
  };
}

/** What was asked for while things went wrong. */
export interface Requests {
  /** Runs that were asked for by hand. */
  readonly runs: ReadonlySet<RunId>;
  /** Those that somebody then asked to cancel. */
  readonly cancelled: ReadonlySet<RunId>;
  /** The times at which schedules were due: `<pipeline> <ISO time>`. */
  readonly due: ReadonlySet<string>;
}

/** Asks for runs, by hand and by schedule, until there are as many by hand as are wanted, and enough has gone wrong. */
export async function askForRuns(
  site: ChaosSite,
  services: PipelineServices,
  tenants: readonly Tenant[],
  random: Random,
  wanted: { readonly runs: number; readonly requestMs: number; readonly isEnough: () => boolean },
): Promise<Requests> {
  const runs = new Set<RunId>();
  const cancelled = new Set<RunId>();
  const due = new Set<string>();
  for (let turn = 0; runs.size < wanted.runs || !wanted.isEnough(); turn += 1) {
    const tenant = tenants[turn % tenants.length];
    if (tenant === undefined) throw new Error('nobody to run anything');
    const { actor } = tenant;
    const runId = await insist(() => runPipeline(services, actor, tenant.pipelineId));
    const isNew = !runs.has(runId);
    runs.add(runId);
    if (isNew && random.chance(0.04)) {
      cancelled.add(runId);
      await insist(() =>
        requestCancel(services, actor.organizationId, runId).catch((error: unknown) => {
          if (!(error instanceof AppError && error.code === 'run_not_cancellable')) throw error;
        }),
      );
    }
    if (random.chance(0.15)) due.add(`${tenant.scheduledId} ${await makeDue(site, tenant)}`);
    await sleep(wanted.requestMs);
  }
  return { runs, cancelled, due };
}

/** The time of a schedule has come. */
async function makeDue(site: ChaosSite, tenant: Tenant): Promise<string> {
  const [row] = await site.ask<{ next_run_at: Date }>(
    `UPDATE schedules SET next_run_at = date_trunc('milliseconds', clock_timestamp()) WHERE pipeline_id = $1 RETURNING next_run_at`,
    [tenant.scheduledId],
  );
  if (row === undefined) throw new Error('no schedule');
  return row.next_run_at.toISOString();
}

/** Waits until these runs have ended, or all. */
export async function waitForEnd(
  site: ChaosSite,
  runs: readonly string[] | 'all',
  seconds: number,
): Promise<void> {
  for (const from = performance.now(); ; await sleep(200)) {
    const open = await site.ask<{ id: string }>(
      `SELECT id FROM pipeline_runs WHERE status IN ('queued', 'running') ${runs === 'all' ? '' : 'AND id = ANY($1)'}`,
      runs === 'all' ? [] : [runs],
    );
    if (open.length === 0) return;
    if (performance.now() - from > seconds * 1000) {
      const states = await site.ask(
        `SELECT run.id, run.status, run.queued_at, workflow.status AS engine, workflow.executor_id, workflow.queue_name,
           (SELECT json_agg(json_build_object('status', step.status, 'attempt', step.attempt, 'worker', step.worker_id)) FROM run_steps step WHERE step.run_id = run.id) AS steps
         FROM pipeline_runs run LEFT JOIN dbos.workflow_status workflow ON workflow.workflow_uuid = run.id
         WHERE run.id = ANY($1) LIMIT 5`,
        [open.map((run) => run.id)],
      );
      throw new Error(
        `${open.length} runs have not ended within ${seconds} s: ${JSON.stringify(states, null, 1)}`,
      );
    }
  }
}
