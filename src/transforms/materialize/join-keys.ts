import type { Catalog } from '../plan/catalog.ts';
import { findTable } from '../plan/catalog.ts';
import { findColumn } from '../plan/step-context.ts';
import type { Recipe } from '#contracts/recipe';
import type { PlanColumn } from '../plan/relation.ts';

/** More indexes than this cost more at every run than they save. */
const MAX_INDEXES = 5;

/**
 * Columns of a table by which other recipes look its rows up, each list one index: a join reads them again and again,
 * and a preview of a join needs only a few.
 *
 * @param table physical name of the table.
 * @param columns that it is about to have.
 */
export function joinKeysOf(
  table: string,
  columns: readonly PlanColumn[],
  recipes: Iterable<Recipe>,
  catalog: Catalog,
): readonly (readonly string[])[] {
  const keys = new Map<string, readonly string[]>();
  const add = (references: readonly string[]): void => {
    const found = references.map((reference) => findColumn(columns, reference));
    const names = found.flatMap((column) =>
      column === undefined || column.type === 'json' ? [] : [column.name],
    );
    if (names.length === references.length) keys.set(names.join('\u0000'), names);
  };
  const isTable = (reference: string): boolean =>
    reference === table || findTable(catalog, reference).found?.name === table;
  for (const { steps } of recipes) {
    for (const step of steps) {
      if (step.disabled === true) continue;
      if (step.type === 'join' && isTable(step.with)) {
        add([step.right_on, ...(step.more_keys ?? []).map((key) => key.right_on)]);
      }
      if (step.type === 'lookup' && isTable(step.table)) add([step.key]);
    }
  }
  return [...keys.values()].slice(0, MAX_INDEXES);
}
