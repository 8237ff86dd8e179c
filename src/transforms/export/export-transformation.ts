import { Readable } from 'node:stream';
import type { Actor } from '#platform/actor';
import type { MetadataTransaction } from '#platform/database/database';
import type { RowOf } from '#platform/database/tables';
import { AppError } from '#platform/errors';
import type { FileAnswer } from '#platform/http-route';
import type { WarehouseServices } from '#warehouse';
import { emitPlan } from '../emit/emit-plan.ts';
import { syntaxes } from '../emit/syntaxes.ts';
import { loadCatalog, transformTable, type OrganizationCatalog } from '../load-catalog.ts';
import { planRecipe, type Plan } from '../plan/plan-recipe.ts';
import { findTransformation } from '../queries.ts';
import { stepWords } from '../recipe-problem.ts';
import { dbtProject, type ExportedModel, type ExportedSource } from './dbt-project.ts';
import { writeZip } from './write-zip.ts';

/** A comment of SQL: one line, whatever the text is. */
function comment(text: string): string {
  return `-- ${text.replaceAll(/\s+/g, ' ').trim()}`.trimEnd();
}

function planOf(row: RowOf<'transformations'>, catalog: OrganizationCatalog): Plan {
  const { plan, errors } = planRecipe(row.recipe, catalog.tables, { timeZone: catalog.timeZone });
  if (plan !== null) return plan;
  const [first] = errors;
  throw new AppError(
    'recipe_invalid',
    `“${row.name}” cannot be exported before its steps are corrected: ${first === undefined ? '' : `${stepWords(row.recipe, first.step)}: ${first.message}`}`,
  );
}

/** What one reads above the SQL: what it makes, from what, and what people noted at the steps. */
function header(row: RowOf<'transformations'>, plan: Plan, catalog: OrganizationCatalog): string {
  const names = plan.tables.map((name) => {
    const table = catalog.tables.find((each) => each.name === name);
    return `${table?.displayName ?? name} (${name})`;
  });
  const notes = row.recipe.steps.flatMap((step, index) =>
    step.note === undefined || step.disabled === true
      ? []
      : [`${stepWords(row.recipe, index)}: ${step.note}`],
  );
  return [
    row.output_table_name ?? row.name,
    ...(row.description === null ? [] : [row.description]),
    `Made from ${names.join(', ')}. Version ${row.version}.`,
    ...notes,
  ]
    .map(comment)
    .join('\n');
}

/** The saved recipe as one readable SELECT. @throws AppError not_found, recipe_invalid */
export function exportSql(services: WarehouseServices, actor: Actor, id: string): Promise<FileAnswer> {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const row = await findTransformation(trx, id);
    const catalog = await loadCatalog(trx, actor.organizationId);
    const plan = planOf(row, catalog);
    const warehouse = await services.warehouse.forOrganization(actor.organizationId);
    const { dialect } = warehouse.capabilities;
    const { sql } = emitPlan(plan, syntaxes[dialect.name], { schema: warehouse.schema });
    return {
      filename: `${row.output_table_name ?? row.name}.sql`,
      contentType: 'application/sql; charset=utf-8',
      body: Readable.from([`${header(row, plan, catalog)}\n\n${sql};\n`]),
    };
  });
}

/** The transformation and all that it is made from, each after what it reads. */
async function upstream(
  trx: MetadataTransaction,
  row: RowOf<'transformations'>,
): Promise<RowOf<'transformations'>[]> {
  const all = await trx.selectFrom('transformations').selectAll().execute();
  const byTable = new Map(all.map((each) => [transformTable(each.id), each]));
  const ordered: RowOf<'transformations'>[] = [];
  const seen = new Set<string>();
  const visit = (each: RowOf<'transformations'>): void => {
    if (seen.has(each.id)) return;
    seen.add(each.id);
    for (const table of each.depends_on) {
      const maker = byTable.get(table);
      if (maker !== undefined) visit(maker);
    }
    ordered.push(each);
  };
  visit(row);
  return ordered;
}

/** The transformation with all that it is made from as a dbt project. @throws AppError not_found, recipe_invalid */
export function exportDbt(services: WarehouseServices, actor: Actor, id: string): Promise<FileAnswer> {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const row = await findTransformation(trx, id);
    const catalog = await loadCatalog(trx, actor.organizationId);
    const rows = await upstream(trx, row);
    const recorded = await trx.selectFrom('warehouse_tables').selectAll().execute();
    const tests = await trx
      .selectFrom('data_tests')
      .selectAll()
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    const notesOf = (table: string) => {
      const known = recorded.find((each) => each.name === table);
      return {
        description: known?.description ?? null,
        columnNotes: new Map(known?.columns.map((column) => [column.name, column.description ?? null])),
        tests: tests
          .filter((test) => test.table_name === table)
          .map(({ rule, severity }) => ({ rule, severity })),
      };
    };
    const models = rows.map((each): ExportedModel => {
      const plan = planOf(each, catalog);
      const table = transformTable(each.id);
      const notes = notesOf(table);
      return {
        table,
        displayName: each.output_table_name ?? each.name,
        ...notes,
        description: notes.description ?? each.description,
        header: header(each, plan, catalog),
        plan,
        materialization: each.materialization,
      };
    });
    const made = new Set(models.map((model) => model.table));
    const compared = models.flatMap((model) =>
      model.tests.flatMap(({ rule }) => (rule.kind === 'relation' ? [rule.table] : [])),
    );
    const sources = [...new Set([...models.flatMap((model) => model.plan.tables), ...compared])]
      .filter((table) => !made.has(table))
      .map((table): ExportedSource => {
        const known = catalog.tables.find((each) => each.name === table);
        return {
          table,
          displayName: known?.displayName ?? table,
          columns: known?.columns ?? [],
          ...notesOf(table),
        };
      });
    const warehouse = await services.warehouse.forOrganization(actor.organizationId);
    const files = dbtProject({
      name: row.output_table_name ?? row.name,
      schema: warehouse.schema,
      models,
      sources,
      catalog: catalog.tables,
      timeZone: catalog.timeZone,
      sentinel: services.newId<string>(),
    });
    return {
      filename: `${row.output_table_name ?? row.name} (dbt).zip`,
      contentType: 'application/zip',
      body: Readable.from([writeZip(files)]),
    };
  });
}
