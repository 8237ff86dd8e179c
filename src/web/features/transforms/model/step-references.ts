import type { RecipeStep } from '#contracts/recipe';

/** What stands in the place of each existing thing that a step names. */
export interface Replacements {
  readonly column: (reference: string) => string;
  readonly table: (reference: string) => string;
  readonly formula: (formula: string) => string;
}

/** Fields that hold values and words of a person, or names of what is made; never a column that is there. */
const ownWords: ReadonlySet<string> = new Set(
  `id type label note section name alias new_column name_column score_name names
   value values pairs category default separator suffix prefix labels text pattern formats salt path query
   operator function method unit part keep join_type on_error into expression_type match`.split(/\s+/),
);
const tableFields: ReadonlySet<string> = new Set(['with', 'table', 'tables']);

/** Fields that name columns of another table, or what is made, in steps of one type only. */
const foreignFields: Partial<Record<RecipeStep['type'], readonly string[]>> = {
  join: ['right_on', 'columns'],
  lookup: ['key', 'value', 'order'],
  fuzzy_match: ['key'],
  unpivot: ['value_column'],
  cast: ['to'],
  reorder: ['to'],
  extract_text: ['from', 'to'],
};

const newNames: ReadonlySet<string> = new Set(
  'name alias new_column name_column score_name names'.split(' '),
);

/** Names of the columns that a step makes: from it on they mean these, not older columns of the same name. */
export function namesMadeBy(step: RecipeStep): readonly string[] {
  const walk = (value: unknown, field: string): string[] => {
    if (typeof value === 'string') return newNames.has(field) ? [value] : [];
    if (Array.isArray(value)) return value.flatMap((item) => walk(item, field));
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, item]) => walk(item, key));
  };
  return [...walk(step, ''), ...(step.type === 'unpivot' ? [step.value_column] : [])];
}

/**
 * The same step with other tables and columns in the places of those that it names. What it makes, and columns of other
 * tables, keep their names.
 */
export function withReferences(step: RecipeStep, to: Replacements): RecipeStep {
  const foreign = foreignFields[step.type] ?? [];
  const walk = (value: unknown, field: string): unknown => {
    if (typeof value === 'string') {
      if (tableFields.has(field)) return to.table(value);
      return field === 'expression' ? to.formula(value) : to.column(value);
    }
    if (Array.isArray(value)) return value.map((item) => walk(item, field));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        ownWords.has(key) || foreign.includes(key) ? item : walk(item, key),
      ]),
    );
  };
  // Texts are replaced by texts in the same places, so that it is a step of the same type.
  return walk(step, '') as RecipeStep;
}
