import type { DataTest, DataTestResult, DataTestRule, DataTestSeverity } from '#contracts/data-tests';
import type { TableColumn } from '#contracts/warehouse';
import type { Actor } from '#platform/actor';
import type { MetadataTransaction } from '#platform/database/database';
import { emitEvent } from '#platform/database/emit-event';
import type { RowOf } from '#platform/database/tables';
import { AppError } from '#platform/errors';
import type { DataTestId, SourceId, TransformationId } from '#platform/ids';
import type { Services } from '#platform/services';
import type { WarehouseServices } from '#warehouse';
import { findCatalogTable } from '../graph/get-lineage.ts';
import { loadCatalog, presentColumns, type OrganizationCatalog } from '../load-catalog.ts';
import { visibleColumns, type CatalogTable } from '../plan/catalog.ts';
import { findColumn } from '../plan/step-context.ts';
import { describeTest } from './describe-test.ts';
import { examineTable } from './examine-table.ts';
import { planTest } from './plan-test.ts';

const MAX_TESTS = 100;

export function presentResult(row: RowOf<'data_test_results'>): DataTestResult {
  return {
    test_id: row.test_id,
    table_name: row.table_name,
    run_id: row.run_id,
    severity: row.severity,
    status: row.status,
    title: row.title,
    message: row.message,
    failing_rows: row.failing_rows,
    sample: row.sample,
    checked_at: row.checked_at.toISOString(),
  };
}

async function presentTest(
  trx: MetadataTransaction,
  row: RowOf<'data_tests'>,
  catalog: OrganizationCatalog,
): Promise<DataTest> {
  const last = await trx
    .selectFrom('data_test_results')
    .selectAll()
    .where('test_id', '=', row.id)
    .orderBy('checked_at', 'desc')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  const table = catalog.tables.find((each) => each.name === row.table_name);
  return {
    id: row.id,
    table_name: row.table_name,
    rule: row.rule,
    severity: row.severity,
    title: describeTest(row.rule, table, catalog.tables),
    last_result: last === undefined ? null : presentResult(last),
    created_at: row.created_at.toISOString(),
  };
}

/** Tests of a table, and the columns that they can be about. @throws AppError not_found */
export function listDataTests(
  services: Pick<Services, 'database'>,
  actor: Actor,
  name: string,
): Promise<{ items: DataTest[]; columns: TableColumn[] }> {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const catalog = await loadCatalog(trx, actor.organizationId);
    const table = findCatalogTable(catalog, name);
    const rows = await trx
      .selectFrom('data_tests')
      .selectAll()
      .where('table_name', '=', name)
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    const items: DataTest[] = [];
    for (const row of rows) items.push(await presentTest(trx, row, catalog));
    return { items, columns: presentColumns(visibleColumns(table)) };
  });
}

/** Columns by their physical names, and tables by their ids, so that a renaming changes nothing. */
function keepNames(rule: DataTestRule, table: CatalogTable, catalog: OrganizationCatalog): DataTestRule {
  const nameIn = (of: CatalogTable | undefined, reference: string): string =>
    (of === undefined ? undefined : findColumn(of.columns, reference))?.name ?? reference;
  switch (rule.kind) {
    case 'row_count':
      return rule;
    case 'unique':
      return { ...rule, columns: rule.columns.map((column) => nameIn(table, column)) };
    case 'relation': {
      const other =
        catalog.tables.find((each) => each.name === rule.table) ??
        catalog.tables.find((each) => each.displayName === rule.table);
      return {
        ...rule,
        column: nameIn(table, rule.column),
        table: other?.name ?? rule.table,
        table_column: nameIn(other, rule.table_column),
      };
    }
    default:
      return { ...rule, column: nameIn(table, rule.column) };
  }
}

/** The rule as it is kept. @throws AppError invalid_input for one that can never be asked of this table */
function checkedRule(rule: DataTestRule, table: CatalogTable, catalog: OrganizationCatalog): DataTestRule {
  const kept = keepNames(rule, table, catalog);
  if (table.columns.length === 0) return kept;
  const planned = planTest(kept, table, catalog.tables, catalog.timeZone);
  if (planned.kind !== 'error') return kept;
  const message = planned.errors[0]?.message.replace(' at this step', '') ?? 'This test cannot be asked.';
  throw new AppError('invalid_input', message, { errors: [{ path: 'rule', message }] });
}

/** Adds a test to a table of a source or a transformation. @throws AppError not_found, invalid_input */
export function createDataTest(
  services: Services,
  actor: Actor,
  name: string,
  input: { readonly rule: DataTestRule; readonly severity: DataTestSeverity },
): Promise<DataTest> {
  const { organizationId } = actor;
  return services.database.withOrganization(organizationId, async (trx) => {
    const catalog = await loadCatalog(trx, organizationId);
    const table = findCatalogTable(catalog, name);
    const { n } = await trx
      .selectFrom('data_tests')
      .select((select) => select.fn.countAll<number>().as('n'))
      .where('table_name', '=', name)
      .executeTakeFirstOrThrow();
    if (n >= MAX_TESTS) throw new AppError('invalid_input', `A table can have ${MAX_TESTS} tests.`);
    const row = await trx
      .insertInto('data_tests')
      .values({
        id: services.newId<DataTestId>(),
        organization_id: organizationId,
        table_name: name,
        ...(await ownerOf(trx, name)),
        rule: JSON.stringify(checkedRule(input.rule, table, catalog)),
        severity: input.severity,
        created_by: actor.userId,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await emitEvent(trx, organizationId, { type: 'changed', kind: 'table', ref_id: name });
    return presentTest(trx, row, catalog);
  });
}

/** With what a table's tests go away. */
async function ownerOf(
  trx: MetadataTransaction,
  name: string,
): Promise<{ source_id: SourceId | null; transformation_id: TransformationId | null }> {
  const sources = await trx.selectFrom('sources').select(['id', 'warehouse_table_name']).execute();
  const source = sources.find(
    ({ warehouse_table_name: main }) => name === main || name.startsWith(`${main}__`),
  );
  if (source !== undefined) return { source_id: source.id, transformation_id: null };
  const transformation = await trx
    .selectFrom('transformations')
    .select('id')
    .where('id', '=', name.replace(/^transform_/, '') as TransformationId) // that is how its table is named
    .executeTakeFirst();
  if (transformation === undefined) throw new AppError('not_found', 'There is no table with this name.');
  return { source_id: null, transformation_id: transformation.id };
}

async function findTest(trx: MetadataTransaction, id: string): Promise<RowOf<'data_tests'>> {
  const row = await trx
    .selectFrom('data_tests')
    .selectAll()
    .where('id', '=', id as DataTestId) // ids lose their brand in a URL
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw new AppError('not_found', 'There is no test with this id.');
  return row;
}

/** @throws AppError not_found, invalid_input */
export function updateDataTest(
  services: Services,
  actor: Actor,
  id: string,
  change: { readonly rule?: DataTestRule | undefined; readonly severity?: DataTestSeverity | undefined },
): Promise<DataTest> {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const before = await findTest(trx, id);
    const catalog = await loadCatalog(trx, actor.organizationId);
    const table = findCatalogTable(catalog, before.table_name);
    const rule = change.rule === undefined ? before.rule : checkedRule(change.rule, table, catalog);
    const row = await trx
      .updateTable('data_tests')
      .set({
        rule: JSON.stringify(rule),
        severity: change.severity ?? before.severity,
        updated_at: new Date(services.clock.now()),
      })
      .where('id', '=', before.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await emitEvent(trx, actor.organizationId, { type: 'changed', kind: 'table', ref_id: before.table_name });
    return presentTest(trx, row, catalog);
  });
}

/** @throws AppError not_found */
export function deleteDataTest(
  services: Pick<Services, 'database'>,
  actor: Actor,
  id: string,
): Promise<void> {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const { table_name: table, id: known } = await findTest(trx, id);
    await trx.deleteFrom('data_tests').where('id', '=', known).execute();
    await emitEvent(trx, actor.organizationId, { type: 'changed', kind: 'table', ref_id: table });
  });
}

/** Asks all tests of a table of the data that is published. @throws AppError not_found, table_missing */
export async function runDataTests(
  services: WarehouseServices,
  actor: Actor,
  name: string,
  signal: AbortSignal,
): Promise<{ items: DataTestResult[] }> {
  const table = await services.database.withOrganization(actor.organizationId, async (trx) =>
    findCatalogTable(await loadCatalog(trx, actor.organizationId), name),
  );
  if (table.notYet !== undefined) throw new AppError('table_missing', table.notYet);
  const input = { organizationId: actor.organizationId, publishedAs: name, table, signal };
  return { items: await examineTable(services, { ...input, runId: null, stepId: null }) };
}

/** Newest first. @throws AppError not_found */
export function listDataTestResults(
  services: Pick<Services, 'database'>,
  actor: Actor,
  id: string,
): Promise<{ items: DataTestResult[] }> {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const test = await findTest(trx, id);
    const rows = await trx
      .selectFrom('data_test_results')
      .selectAll()
      .where('test_id', '=', test.id)
      .orderBy('checked_at', 'desc')
      .orderBy('id')
      .execute();
    return { items: rows.map(presentResult) };
  });
}
