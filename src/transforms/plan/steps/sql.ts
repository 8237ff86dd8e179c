import type { RecipeStep } from '#contracts/recipe';
import type { RecipeError } from '#contracts/transformations';
import { foldIdentifier } from '#warehouse';
import { visibleColumns, type Catalog, type CatalogTable } from '../catalog.ts';
import { nearestName } from '../nearest-name.ts';
import { isReservedName, type PlanColumn, type PlanOperation } from '../relation.ts';
import { checkSql } from '../sql/check-sql.ts';
import type { StepContext, StepResult } from '../step-context.ts';
import { orderByAll } from './source.ts';

type SqlStep = Extract<RecipeStep, { type: 'sql' }>;
type Problem = Omit<RecipeError, 'step'>;
export type SqlOperation = Extract<PlanOperation, { kind: 'sql' }>;

/** A query that runs away is stopped here, and says so. */
export const MAX_SQL_ROWS = 10_000_000;

/** Village list → village_list: how people write it in SQL, where a name without quotes has no spaces. */
function plainSpelling(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '_');
}

/** The table that a name in SQL means: exactly, else whatever its case, else with _ for spaces. */
function tableNamed(
  catalog: Catalog,
  name: string,
  kept: SqlStep['tables'],
): CatalogTable | Omit<Problem, 'field'> {
  const id = kept?.find((each) => each.as === name)?.table;
  for (const same of [
    (table: CatalogTable): boolean => table.name === id,
    (table: CatalogTable): boolean => table.name === name,
    (table: CatalogTable): boolean => table.displayName === name,
    (table: CatalogTable): boolean => foldIdentifier(table.displayName) === foldIdentifier(name),
    (table: CatalogTable): boolean => plainSpelling(table.displayName) === plainSpelling(name),
  ]) {
    const [found, ...others] = catalog.filter(same);
    if (found === undefined) continue;
    if (others.length > 0)
      return {
        message: `${others.length + 1} tables are called “${name}”. Rename one of them.`,
        suggestion: null,
      };
    return found.columns.length === 0 && found.notYet !== undefined
      ? { message: found.notYet, suggestion: null }
      : found;
  }
  const names = catalog.map((table) => table.displayName);
  const nearest = nearestName(name, names);
  return {
    message: `There is no table “${name}”.${nearest === null ? '' : ` Did you mean "${nearest}"?`}`,
    suggestion: null,
  };
}

export type SqlWork =
  | { readonly operation: SqlOperation; readonly problems: readonly [] }
  | { readonly operation: null; readonly problems: readonly Problem[] };

/**
 * What a query does, checked against the allow-list and the catalogue.
 *
 * @param step with which table each name means, where that is kept.
 * @param output what it gives, or null to ask the database for it.
 */
export function sqlOperation(
  step: Pick<SqlStep, 'query' | 'tables'>,
  input: readonly PlanColumn[],
  catalog: Catalog,
  output: SqlOperation['output'],
): SqlWork {
  const { checked, problem } = checkSql(step.query);
  if (checked === null)
    return { operation: null, problems: [{ field: 'query', suggestion: null, ...problem }] };
  const tables: { as: string; table: string; columns: string[] }[] = [];
  const problems: Problem[] = [];
  for (const { name, position } of checked.tables) {
    const found = tableNamed(catalog, name, step.tables);
    if ('message' in found) problems.push({ field: 'query', position, ...found });
    else
      tables.push({
        as: name,
        table: found.name,
        columns: visibleColumns(found).map((column) => column.name),
      });
  }
  if (problems.length > 0) return { operation: null, problems };
  return {
    operation: {
      kind: 'sql',
      query: checked.query,
      input: checked.readsInput ? input.map((column) => column.name) : null,
      tables,
      uses: checked.columns,
      output,
      maxRows: MAX_SQL_ROWS,
    },
    problems: [],
  };
}

/** Physical names of the tables that a query reads, as far as they exist; none when it has errors. */
export function tablesOfSql(step: Pick<SqlStep, 'query' | 'tables'>, catalog: Catalog): string[] {
  return namesInSql(step, catalog).map(({ table }) => table);
}

/** Which table each name in a query means, as far as they exist. */
export function namesInSql(
  step: Pick<SqlStep, 'query' | 'tables'>,
  catalog: Catalog,
): { readonly as: string; readonly table: string }[] {
  const { checked } = checkSql(step.query);
  return (checked?.tables ?? []).flatMap(({ name }) => {
    const found = tableNamed(catalog, name, step.tables);
    return 'message' in found ? [] : [{ as: name, table: found.name }];
  });
}

/** What is wrong with the columns that a query gives, however the database names them. */
export function outputProblem(output: readonly { readonly name: string }[]): string | null {
  const seen = new Set<string>();
  for (const { name } of output) {
    if (name === '?column?')
      return 'A calculated column has no name. Give it one with AS, for instance count(*) AS visits.';
    if (isReservedName(name))
      return `“${name}” is a name kept for the program itself. Choose another with AS.`;
    if (seen.has(foldIdentifier(name)))
      return `Two columns are called “${name}”. Give one another name with AS.`;
    seen.add(foldIdentifier(name));
  }
  return output.length === 0 ? 'This gives no columns.' : null;
}

export function planSql(step: SqlStep, context: StepContext): StepResult {
  const { input, settings, index } = context;
  const output = step.output ?? [];
  const columns = output.map(({ name, type }) => ({ name, displayName: name, type }));
  const relation = {
    columns,
    hidden: [],
    order: [],
    ties: settings.totalOrder ? orderByAll(columns) : [],
    incomplete: input.incomplete || step.output === undefined,
  };
  const { operation, problems } = sqlOperation(step, input.columns, settings.catalog, output);
  for (const { field, message, suggestion, position } of problems)
    context.report(field, message, suggestion, position);
  if (operation === null) return { output: relation, operation };
  const told = settings.sqlProblems.filter((problem) => problem.step === index);
  const wrong = step.output === undefined ? null : outputProblem(output);
  if (told.length > 0)
    for (const { field, message, suggestion, position } of told)
      context.report(field, message, suggestion, position);
  else if (wrong !== null) context.report('query', wrong);
  else if (step.output === undefined && !input.incomplete)
    context.report('query', 'The columns of this SQL are not known yet. Save it again.');
  return { output: relation, operation: step.output === undefined ? null : operation };
}
