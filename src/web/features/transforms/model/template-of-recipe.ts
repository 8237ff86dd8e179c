import type { RecipeStep } from '#contracts/recipe';
import type { RecipeTemplate, TemplateQuestion } from '#contracts/recipe-template';
import type { Transformation } from '#contracts/transformations';
import type { TableColumn, WarehouseTable } from '#contracts/warehouse';
import { visibleColumns } from './column-naming.ts';
import { columnInFormula } from './formula-text.ts';
import { namesMadeBy, withReferences } from './step-references.ts';

/**
 * A transformation as a template: it asks which tables to use instead of its own, and, for each column of its first
 * table that it names, which column of the new one stands in its place. Its steps stay what they are.
 */
export function templateOfRecipe(
  { id, name, recipe }: Pick<Transformation, 'id' | 'name' | 'recipe'>,
  tables: readonly WarehouseTable[],
): RecipeTemplate {
  const [source, ...rest] = recipe.steps;
  const start = source?.type === 'source' ? source.table : '';
  const nameOf = (table: string) => tables.find((one) => one.name === table)?.display_name ?? table;
  const { used, others } = namedBy(rest, start, visibleColumns(tables.find((one) => one.name === start)));
  const questions: TemplateQuestion[] = [
    { kind: 'table', id: 'table', label: `Instead of ${nameOf(start)}` },
    ...used.map((column): TemplateQuestion => ({
      kind: 'column',
      id: `column ${column.name}`,
      of: 'table',
      label: column.display_name,
      types: alike(column),
      likely: [column.display_name],
    })),
    ...others.map((table): TemplateQuestion => ({
      kind: 'table',
      id: `table ${table}`,
      label: `Instead of ${nameOf(table)}`,
    })),
  ];
  return {
    id,
    name,
    about: 'Its steps, on other tables',
    icon: rest[0]?.type ?? 'source',
    questions,
    steps: (answers) => [
      { type: 'source', table: answers.one('table') },
      ...rest.map((step, index) =>
        withReferences(step, {
          table: (table) => (table === start ? answers.one('table') : answers.one(`table ${table}`) || table),
          column(reference) {
            if (madeBefore(rest, index).has(reference)) return reference;
            const old = used.find((one) => one.name === reference || one.display_name === reference);
            return old === undefined ? reference : answers.one(`column ${old.name}`);
          },
          formula: (formula) =>
            used.reduce((text, old) => {
              const name = answers.column(`column ${old.name}`)?.display_name ?? old.display_name;
              return withColumn(text, columnInFormula(old.display_name), columnInFormula(name));
            }, formula),
        }),
      ),
    ],
  };
}

/** The columns of the first table that steps name, in the table's order, and the other tables that they read. */
function namedBy(
  steps: readonly RecipeStep[],
  start: string,
  columns: readonly TableColumn[],
): { readonly used: readonly TableColumn[]; readonly others: readonly string[] } {
  const named = new Set<string>();
  const others = new Set<string>();
  let formulas = '';
  for (const [index, step] of steps.entries()) {
    const made = madeBefore(steps, index);
    withReferences(step, {
      column: (reference) => {
        if (!made.has(reference)) named.add(reference);
        return reference;
      },
      table: (table) => {
        if (table !== start) others.add(table);
        return table;
      },
      formula: (formula) => {
        formulas += `${formula}\n`;
        return formula;
      },
    });
  }
  return {
    used: columns.filter(
      ({ name, display_name: shown }) =>
        named.has(name) || named.has(shown) || formulas.includes(columnInFormula(shown)),
    ),
    others: [...others],
  };
}

/** Columns that steps before this one made. */
function madeBefore(steps: readonly RecipeStep[], index: number): ReadonlySet<string> {
  return new Set(steps.slice(0, index).flatMap(namesMadeBy));
}

/** A formula with another column in the place of one, except inside of its texts. */
function withColumn(formula: string, from: string, to: string): string {
  return formula
    .split(/("[^"]*"?)/)
    .map((piece) => (piece.startsWith('"') ? piece : piece.replaceAll(from, to)))
    .join('');
}

/** Types that can stand in for one another without a step that says otherwise. */
function alike({ type }: TableColumn): readonly TableColumn['type'][] {
  const families: readonly (readonly TableColumn['type'][])[] = [
    ['integer', 'decimal', 'float'],
    ['date', 'timestamp', 'timestamptz'],
  ];
  return families.find((family) => family.includes(type)) ?? [type];
}
