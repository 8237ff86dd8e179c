import { sql } from 'kysely';
import { z } from 'zod';
import { schemaChange } from '#contracts/sources';
import type { MetadataTransaction } from '#platform/database/database';
import type { OrganizationId } from '#platform/ids';
import type { RecipeProblem } from '#contracts/transformations';
import { findProblems } from '#transforms';
import { notify } from './notify.ts';
import type { EndedRun } from './tell-of-run-end.ts';

type SchemaChange = z.infer<typeof schemaChange>;

function words(change: SchemaChange): string {
  switch (change.kind) {
    case 'column_added':
      return `“${change.column}” is new`;
    case 'column_removed':
      return `“${change.column}” is gone`;
    case 'type_changed':
      return `“${change.column}” was ${change.from ?? 'unknown'} and is ${change.to ?? 'unknown'} now`;
    default:
      return change.kind satisfies never;
  }
}

/** Tells of sources that brought other columns than the time before, once for each load. */
export async function tellOfSchemaChanges(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  run: EndedRun,
): Promise<void> {
  const syncs = await trx
    .selectFrom('sync_runs as sync')
    .innerJoin('sources as source', 'source.id', 'sync.source_id')
    .select([
      'sync.id',
      'sync.schema_changes',
      'source.id as source_id',
      'source.name',
      'source.warehouse_table_name',
    ])
    .where('sync.organization_id', '=', organizationId)
    .where('sync.run_id', '=', run.id)
    .where(sql<boolean>`jsonb_array_length(sync.schema_changes) > 0`)
    .orderBy('sync.id')
    .execute();
  for (const sync of syncs) {
    const changes = z.array(schemaChange).parse(sync.schema_changes);
    const breaking = changes.some((change) => change.kind !== 'column_added');
    const readers = await trx
      .selectFrom('transformations')
      .select(['id', 'name'])
      .where('organization_id', '=', organizationId)
      .where(sql<boolean>`${sync.warehouse_table_name} = ANY(reads)`)
      .orderBy('name')
      .limit(20)
      .execute();
    const problems = breaking ? await findProblems(trx, organizationId) : new Map<string, RecipeProblem>();
    const broken = readers.flatMap((reader) => {
      const problem = problems.get(reader.id);
      return problem === undefined ? [] : [`“${reader.name}”, ${problem.where}: ${problem.message}`];
    });
    const shown = changes.slice(0, 10).map(words);
    const more = changes.length > shown.length ? `, and ${changes.length - shown.length} more changes` : '';
    await notify(trx, organizationId, {
      occurrence: `schema_change ${sync.id}`,
      kind: 'schema_change',
      severity: breaking ? 'warning' : 'info',
      title: `The columns of “${sync.name}” changed`,
      content: {
        reason: `${shown.join('; ')}${more}.`,
        affected: breaking ? readers.map((reader) => reader.name) : [],
        advice: breaking
          ? broken.length > 0
            ? `These cannot run until they are corrected: ${broken.slice(0, 5).join(' ')} Open the step and choose another column, or bring the column back.`
            : 'Nothing that reads it breaks. Check whether the change was meant.'
          : 'Nothing to do, unless you want to use what is new.',
      },
      path: `/sources/${sync.source_id}`,
      pipelineId: run.pipeline_id,
      runId: run.id,
    });
  }
}
