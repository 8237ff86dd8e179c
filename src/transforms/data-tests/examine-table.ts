import type { DataTestResult } from '#contracts/data-tests';
import type { MetadataTransaction } from '#platform/database/database';
import { emitEvent } from '#platform/database/emit-event';
import type { RowOf } from '#platform/database/tables';
import { AppError } from '#platform/errors';
import type { OrganizationId } from '#platform/ids';
import type { WarehouseServices } from '#warehouse';
import { loadCatalog } from '../load-catalog.ts';
import type { CatalogTable } from '../plan/catalog.ts';
import { askTest } from './ask-test.ts';
import { describeTest } from './describe-test.ts';

/** Results that are kept of each test. */
const KEPT_RESULTS = 50;

export interface ExamineInput {
  readonly organizationId: OrganizationId;
  /** Physical name of the table whose tests these are. */
  readonly publishedAs: string;
  /** Where the rows to test are read: the table itself, or what is about to take its place. */
  readonly table: CatalogTable;
  readonly runId: string | null;
  readonly stepId: string | null;
  readonly signal?: AbortSignal | undefined;
}

/** Whether a table has tests at all: most have none, and then nothing has to be prepared for them. */
export async function hasTests(trx: MetadataTransaction, table: string): Promise<boolean> {
  const row = await trx
    .selectFrom('data_tests')
    .select('id')
    .where('table_name', '=', table)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Asks every test of a table and keeps what came of it, in the order of the tests. */
export async function examineTable(
  services: WarehouseServices,
  input: ExamineInput,
): Promise<DataTestResult[]> {
  const { organizationId, table, publishedAs, signal } = input;
  const { tests, catalog } = await services.database.withOrganization(organizationId, async (trx) => {
    const rows = await trx
      .selectFrom('data_tests')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('table_name', '=', publishedAs)
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return { tests: rows, catalog: await loadCatalog(trx, organizationId) };
  });
  if (tests.length === 0) return [];
  const warehouse = await services.warehouse.forOrganization(organizationId);
  // A test that compares the table with itself means the rows that are about to be published.
  const known = [
    table,
    ...catalog.tables.filter((each) => each.name !== table.name && each.name !== publishedAs),
  ];
  const results: DataTestResult[] = [];
  for (const test of tests) {
    const rule =
      test.rule.kind === 'relation' && test.rule.table === publishedAs
        ? { ...test.rule, table: table.name }
        : test.rule;
    const verdict = await askTest(rule, {
      warehouse,
      table,
      catalog: known,
      timeZone: catalog.timeZone,
      now: services.clock.now(),
      signal,
    });
    results.push({
      test_id: test.id,
      table_name: publishedAs,
      run_id: input.runId,
      severity: test.severity,
      title: describeTest(test.rule, table, known),
      checked_at: new Date(services.clock.now()).toISOString(),
      ...verdict,
    });
  }
  await keepResults(services, input, tests, results);
  return results;
}

async function keepResults(
  services: WarehouseServices,
  { organizationId, stepId, publishedAs }: ExamineInput,
  tests: readonly RowOf<'data_tests'>[],
  results: readonly DataTestResult[],
): Promise<void> {
  await services.database.withOrganization(organizationId, async (trx) => {
    for (const [index, result] of results.entries()) {
      const test = tests[index];
      if (test === undefined) continue;
      const content = {
        severity: result.severity,
        status: result.status,
        title: result.title,
        message: result.message,
        failing_rows: result.failing_rows,
        sample: JSON.stringify(result.sample),
        checked_at: result.checked_at,
      };
      // The test may have been removed meanwhile: then nobody asks for its result.
      const isThere = await trx
        .selectFrom('data_tests')
        .select('id')
        .where('id', '=', test.id)
        .executeTakeFirst();
      if (isThere === undefined) continue;
      await trx
        .insertInto('data_test_results')
        .values({
          id: services.newId<string>(),
          organization_id: organizationId,
          test_id: test.id,
          table_name: publishedAs,
          run_id: result.run_id,
          step_id: stepId,
          ...content,
        })
        // A step that is repeated after a crash tells it once.
        .onConflict((conflict) => conflict.columns(['test_id', 'step_id']).doUpdateSet(content))
        .execute();
      const old = await trx
        .selectFrom('data_test_results')
        .select('id')
        .where('test_id', '=', test.id)
        .orderBy('checked_at', 'desc')
        .orderBy('id')
        .offset(KEPT_RESULTS)
        .execute();
      if (old.length > 0) {
        await trx
          .deleteFrom('data_test_results')
          .where(
            'id',
            'in',
            old.map((row) => row.id),
          )
          .execute();
      }
    }
    await emitEvent(trx, organizationId, { type: 'changed', kind: 'table', ref_id: publishedAs });
  });
}

/**
 * Refuses data that did not pass a test which says stop.
 *
 * @param isPublished it was in place before it could be tested.
 * @throws AppError data_test_failed
 */
export function requirePassed(
  results: readonly DataTestResult[],
  displayName: string,
  isPublished = false,
): void {
  const stopping = results.filter((each) => each.severity === 'stop' && each.status !== 'passed');
  const [first] = stopping;
  if (first === undefined) return;
  const more = stopping.length > 1 ? ` ${stopping.length - 1} more of its tests did not pass either.` : '';
  throw new AppError(
    'data_test_failed',
    isPublished
      ? `“${displayName}” did not pass a data test: ${first.title}. ${first.message}${more} What reads it was not run.`
      : `“${displayName}” was not published, since a data test did not pass: ${first.title}. ${first.message}${more} What was there before stays.`,
    {
      where: { table: displayName },
      errors: stopping.map((each) => ({ path: each.test_id, message: `${each.title}: ${each.message}` })),
    },
  );
}

/**
 * Asks the tests of tables that are published already, as a load that merges into what is there has done it.
 *
 * @throws AppError data_test_failed, so that what reads them waits
 */
export async function examinePublished(
  services: WarehouseServices,
  input: Omit<ExamineInput, 'publishedAs' | 'table'> & { readonly tables: readonly string[] },
): Promise<void> {
  const { tables, ...rest } = input;
  const known = await services.database.withOrganization(input.organizationId, async (trx) => {
    const tested: string[] = [];
    for (const name of tables) if (await hasTests(trx, name)) tested.push(name);
    return tested.length === 0
      ? []
      : (await loadCatalog(trx, input.organizationId)).tables.filter((table) => tested.includes(table.name));
  });
  for (const table of known) {
    const results = await examineTable(services, { ...rest, publishedAs: table.name, table });
    requirePassed(results, table.displayName, true);
  }
}
