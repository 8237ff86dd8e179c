import type { RecipeStep } from '#contracts/recipe';
import type { TableColumn } from '#contracts/warehouse';
import { comparisonFamily, emptyOperator } from './filter-operators.ts';

export interface CellFilter {
  /** What a person reads. */
  readonly words: string;
  readonly step: RecipeStep;
}

/**
 * Filters that a cell suggests, by its type.
 *
 * @param shown the value as the person sees it
 * @example cellFilters(district, 'Pune', 'Pune')[0] // {words: 'Keep only rows with Pune', step: {type: 'filter', …}}
 */
export function cellFilters(column: TableColumn, value: unknown, shown: string): readonly CellFilter[] {
  const { name, type } = column;
  if (value === null || value === undefined) {
    return [
      {
        words: `Leave out rows where ${column.display_name} is empty`,
        step: {
          type: 'filter',
          column: name,
          operator: emptyOperator(type) === 'is_empty' ? 'is_not_empty' : 'is_not_null',
        },
      },
      {
        words: `Keep only rows where ${column.display_name} is empty`,
        step: { type: 'filter', column: name, operator: emptyOperator(type) },
      },
    ];
  }
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return [];
  const compare = (
    operator: 'equals' | 'not_equals' | 'greater_or_equal' | 'less_or_equal',
    words: string,
  ): CellFilter => ({ words, step: { type: 'filter', column: name, operator, value } });
  const family = comparisonFamily(type);
  if (family === 'other') return [];
  const exact = [
    compare('equals', `Keep only rows with ${shown}`),
    compare('not_equals', `Leave out rows with ${shown}`),
  ];
  if (family === 'number') {
    return [
      ...exact,
      compare('greater_or_equal', `Keep ${shown} and more`),
      compare('less_or_equal', `Keep ${shown} and less`),
    ];
  }
  if (family === 'date') {
    return [
      ...exact,
      compare('greater_or_equal', `Keep ${shown} and later`),
      compare('less_or_equal', `Keep ${shown} and earlier`),
    ];
  }
  return exact;
}
