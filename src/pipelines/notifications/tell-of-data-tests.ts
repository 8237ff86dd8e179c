import { sql } from 'kysely';
import type { MetadataTransaction } from '#platform/database/database';
import type { OrganizationId } from '#platform/ids';
import { notifyOrCount } from './notify-or-count.ts';
import { notify } from './notify.ts';
import type { EndedRun } from './tell-of-run-end.ts';

const MAX_NAMES = 20;

interface FailedTest {
  readonly test_id: string;
  readonly table_name: string;
  readonly severity: 'warn' | 'stop';
  readonly status: 'passed' | 'failed' | 'error';
  readonly title: string;
  readonly message: string;
}

/**
 * Tells of the tests that data of this run did not pass, a notification for each table. The same tests failing again
 * are counted there, for a day.
 */
export async function tellOfDataTests(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  run: EndedRun,
): Promise<void> {
  const failed = await trx
    .selectFrom('data_test_results')
    .select(['test_id', 'table_name', 'severity', 'status', 'title', 'message'])
    .where('organization_id', '=', organizationId)
    .where('run_id', '=', run.id)
    .where('status', '<>', 'passed')
    .orderBy('severity')
    .orderBy('id')
    .execute();
  for (const [table, tests] of Map.groupBy(failed, (test) => test.table_name)) {
    await tellOfTable(trx, organizationId, run, table, tests);
  }
}

async function tellOfTable(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  run: EndedRun,
  table: string,
  tests: readonly FailedTest[],
): Promise<void> {
  const name = await nameOf(trx, organizationId, table);
  const isStopped = tests.some((test) => test.severity === 'stop');
  const cause = `data_test ${table} ${tests
    .map((test) => test.test_id)
    .toSorted()
    .join(' ')}`;
  const content = {
    reason: tests.map((test) => `${test.title}: ${test.message}`).join(' '),
    affected: isStopped ? await readersOf(trx, organizationId, table) : [],
    advice: isStopped
      ? 'The last good data is still there. Look at the rows that did not pass, correct them where they come from or change the test, then run it again.'
      : 'The data was published all the same. Look at the rows that did not pass.',
    cause,
  };
  const title =
    tests.length === 1 ? `A data test of “${name}” failed` : `${tests.length} data tests of “${name}” failed`;
  const what = {
    occurrence: `data_test ${table} ${run.id}`,
    kind: 'data_test',
    severity: isStopped ? 'error' : 'warning',
    title,
    content,
    path: `/data/${encodeURIComponent(table)}?tab=tests`,
    pipelineId: run.pipeline_id,
    runId: run.id,
  } as const;
  // Who runs one thing by hand wants to hear of it each time.
  if (run.pipeline_id === null) await notify(trx, organizationId, what);
  else await notifyOrCount(trx, organizationId, what);
}

/** What people call a table, also one that was never published. */
async function nameOf(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  table: string,
): Promise<string> {
  const known = await trx
    .selectFrom('warehouse_tables')
    .select('display_name')
    .where('organization_id', '=', organizationId)
    .where('name', '=', table)
    .executeTakeFirst();
  if (known !== undefined) return known.display_name;
  const { rows } = await sql<{ name: string }>`
    SELECT coalesce(output_table_name, name) AS name FROM transformations WHERE organization_id = ${organizationId} AND 'transform_' || id = ${table}
    UNION ALL SELECT name FROM sources WHERE organization_id = ${organizationId} AND warehouse_table_name = ${table}`.execute(
    trx,
  );
  return rows[0]?.name ?? table;
}

/** Transformations that stand on a table, near ones first. */
async function readersOf(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  table: string,
): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    WITH RECURSIVE below AS (
      SELECT id, name, 1 AS level FROM transformations
       WHERE organization_id = ${organizationId} AND ${table} = ANY (depends_on)
      UNION
      SELECT t.id, t.name, below.level + 1 FROM below
        JOIN transformations t ON t.organization_id = ${organizationId} AND 'transform_' || below.id = ANY (t.depends_on)
       WHERE below.level < 50
    )
    SELECT name FROM below GROUP BY id, name ORDER BY min(level), name LIMIT ${MAX_NAMES}`.execute(trx);
  return rows.map((row) => row.name);
}
