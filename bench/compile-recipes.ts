import type { Recipe, RecipeStep } from '#contracts/recipe';
import { recipe as recipeSchema } from '#contracts/recipe';
import type { Catalog } from '../src/transforms/plan/catalog.ts';

export const columns = [
  ['id', 'integer'],
  ['district', 'text'],
  ['village', 'text'],
  ['age', 'integer'],
  ['cost', 'decimal'],
  ['visited', 'date'],
] as const;

export function catalogOf(tables: readonly string[]): Catalog {
  return tables.map((name) => ({
    name,
    displayName: name,
    hasRowPosition: true,
    columns: columns.map(([column, type]) => ({ name: column, displayName: column, type })),
  }));
}

const kinds: readonly ((index: number) => object)[] = [
  (index) => ({ type: 'filter', column: 'age', operator: 'greater_than', value: -index }),
  (index) => ({
    type: 'add_column',
    name: `n${index}`,
    expression_type: 'math',
    left: 'age',
    operator: '*',
    right: index,
  }),
  () => ({ type: 'clean', columns: ['district', 'village'], operations: ['trim', 'upper'] }),
  (index) => ({ type: 'replace_values', columns: ['district'], pairs: [{ from: `a${index}`, to: 'b' }] }),
  (index) => ({
    type: 'formula',
    name: `f${index}`,
    expression: `IF([age] > ${index}, UPPER([village]), LEFT([district], 3))`,
  }),
  () => ({ type: 'fill_empty', columns: ['cost'], method: 'value', value: 0 }),
  (index) => ({ type: 'filter', column: 'village', operator: 'not_equals', value: `v${index}` }),
  () => ({ type: 'sort', columns: ['age'] }),
];

/** A recipe of many kinds of steps; another salt makes another order of them. */
export function longRecipe(table: string, steps: number, salt: number): Recipe {
  return recipeSchema.parse({
    steps: [
      { type: 'source', table },
      ...Array.from({ length: steps - 1 }, (_, index) => kinds[(index + salt) % kinds.length]?.(index + 1)),
    ],
  });
}

/** The same recipe with another number in its middle. */
export function edited(recipe: Recipe): Recipe {
  const steps: RecipeStep[] = [...recipe.steps];
  steps.splice(Math.floor(steps.length / 2), 0, {
    type: 'filter',
    column: 'age',
    operator: 'greater_than',
    value: 7,
  });
  return { steps };
}
