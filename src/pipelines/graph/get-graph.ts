import type { getGraph as contract } from '#contracts/graph';
import type { EndpointResponse } from '#contracts/endpoint';
import type { Actor } from '#platform/actor';
import type { MetadataTransaction } from '#platform/database/database';
import type { OrganizationId } from '#platform/ids';
import type { Services } from '#platform/services';
import { findProblems } from '#transforms';
import { presentSchedule } from '../schedule/present-schedule.ts';
import { buildGraph, nodeId, type GraphStep } from './build-graph.ts';

export type Graph = EndpointResponse<typeof contract>;

/** The whole of an organization's data flow on one sheet. */
export function getGraph(services: Pick<Services, 'database' | 'clock'>, actor: Actor): Promise<Graph> {
  const { organizationId } = actor;
  return services.database.withOrganization(organizationId, async (trx) => {
    const sources = await trx
      .selectFrom('sources')
      .select(['id', 'name', 'type', 'warehouse_table_name'])
      .where('organization_id', '=', organizationId)
      .orderBy('name')
      .execute();
    const transformations = await trx
      .selectFrom('transformations as each')
      .leftJoin('warehouse_tables as output', (join) =>
        join
          .onRef('output.transformation_id', '=', 'each.id')
          .onRef('output.organization_id', '=', 'each.organization_id'),
      )
      .leftJoin('transformation_runs as run', 'run.id', 'output.run_token')
      .select(['each.id', 'each.name', 'run.version as made_by_version', 'output.kind as output_kind'])
      // While there is a draft, the published one is what runs.
      .select((column) => [
        column.fn.coalesce('each.published_recipe', 'each.recipe').as('recipe'),
        column.fn.coalesce('each.published_version', 'each.version').as('version'),
        column.fn.coalesce('each.published_depends_on', 'each.depends_on').as('depends_on'),
      ])
      .where('each.organization_id', '=', organizationId)
      .orderBy('each.name')
      .execute();
    const tables = await trx
      .selectFrom('warehouse_tables')
      .select(['name', 'display_name', 'row_count', 'columns', 'updated_at'])
      .where('organization_id', '=', organizationId)
      .execute();
    const problems = await findProblems(trx, organizationId);
    const { nodes, edges } = buildGraph({
      sources,
      transformations: transformations.map(({ output_kind, ...each }) => ({
        ...each,
        isView: output_kind === 'view',
        problem: problems.get(each.id) ?? null,
      })),
      tables: tables.map((table) => ({ ...table, column_count: table.columns.length })),
      steps: await newestSteps(trx, organizationId),
    });
    const known = new Set(nodes.map((node) => node.id));
    const positions = await trx
      .selectFrom('canvas_positions')
      .select(['node_id', 'x', 'y'])
      .where('organization_id', '=', organizationId)
      .execute();
    return {
      nodes,
      edges,
      pipelines: await graphPipelines(trx, organizationId, known, services.clock.now()),
      positions: Object.fromEntries(
        positions.filter((each) => known.has(each.node_id)).map(({ node_id, x, y }) => [node_id, { x, y }]),
      ),
    };
  });
}

/** The newest step of each source and transformation; one that only kept an older result does not count. */
async function newestSteps(trx: MetadataTransaction, organizationId: OrganizationId): Promise<GraphStep[]> {
  return trx
    .selectFrom('run_steps as step')
    .innerJoin('pipeline_runs as run', 'run.id', 'step.run_id')
    .distinctOn('step.ref_id')
    .select(['step.ref_id', 'step.run_id', 'step.status', 'step.error'])
    .where('step.organization_id', '=', organizationId)
    .where((where) => where.or([where('step.attempt', '>', 0), where('step.status', '<>', 'succeeded')]))
    .orderBy('step.ref_id')
    .orderBy('run.queued_at', 'desc')
    .orderBy('run.id', 'desc')
    .execute();
}

async function graphPipelines(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  known: ReadonlySet<string>,
  now: number,
): Promise<Graph['pipelines']> {
  const pipelines = await trx
    .selectFrom('pipelines')
    .select(['id', 'name'])
    .where('organization_id', '=', organizationId)
    .orderBy('name')
    .execute();
  const sources = await trx
    .selectFrom('pipeline_sources')
    .innerJoin('sources', 'sources.id', 'pipeline_sources.source_id')
    .select(['pipeline_id', 'source_id', 'warehouse_table_name'])
    .where('pipeline_sources.organization_id', '=', organizationId)
    .execute();
  const transformations = await trx
    .selectFrom('pipeline_transformations')
    .select(['pipeline_id', 'transformation_id'])
    .where('organization_id', '=', organizationId)
    .execute();
  const schedules = await trx
    .selectFrom('schedules')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .execute();
  const runs = await trx
    .selectFrom('pipeline_runs')
    .distinctOn('pipeline_id')
    .select(['id', 'pipeline_id', 'status', 'queued_at', 'started_at'])
    .where('organization_id', '=', organizationId)
    .where('pipeline_id', 'is not', null)
    .orderBy('pipeline_id')
    .orderBy('queued_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const running = await trx
    .selectFrom('pipeline_runs')
    .select(['id', 'pipeline_id'])
    .where('organization_id', '=', organizationId)
    .where('status', '=', 'running')
    .execute();
  return pipelines.map((pipeline) => {
    const schedule = schedules.find((each) => each.pipeline_id === pipeline.id);
    const last = runs.find((run) => run.pipeline_id === pipeline.id);
    const nodeIds = [
      ...sources
        .filter((each) => each.pipeline_id === pipeline.id)
        .flatMap((each) => [nodeId.source(each.source_id), nodeId.table(each.warehouse_table_name)]),
      ...transformations
        .filter((each) => each.pipeline_id === pipeline.id)
        .flatMap((each) => [
          nodeId.transformation(each.transformation_id),
          nodeId.output(`transform_${each.transformation_id}`),
        ]),
    ];
    return {
      id: pipeline.id,
      name: pipeline.name,
      node_ids: nodeIds.filter((id) => known.has(id)),
      schedule: schedule === undefined ? null : presentSchedule(schedule, now),
      last_status: last?.status ?? null,
      last_run_at: (last?.started_at ?? last?.queued_at)?.toISOString() ?? null,
      running_run_id: running.find((run) => run.pipeline_id === pipeline.id)?.id ?? null,
    };
  });
}
