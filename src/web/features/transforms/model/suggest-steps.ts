import type { RecipeStep } from '#contracts/recipe';
import type { ColumnProfile, TableColumn } from '#contracts/warehouse';
import { clusterSpellings } from './cluster-spellings.ts';
import { detectDateFormats } from './detect-dates.ts';
import { looksNumeric } from './looks-numeric.ts';

/** A step that the content of a column calls for. */
export interface StepSuggestion {
  readonly id: string;
  /** Physical name. */
  readonly column: string;
  readonly kind: 'spaces' | 'spellings' | 'numbers' | 'dates' | 'empty';
  /** How many things it puts right: rows, spellings, ways of writing a date. */
  readonly count: number;
  /** What would change, as an example. */
  readonly example: string;
  readonly step: RecipeStep;
  /** A person has something to decide, so its form is opened instead of adding it. */
  readonly needsLook: boolean;
}

/** More different values than this are names and remarks, whose likeness means nothing. */
const MAX_SPELLINGS = 200;
const DATES_SHARE = 0.8;
const EXAMPLES = 3;

/**
 * What the values of the columns call for: spaces at the ends, several spellings of one thing, numbers and dates that are
 * text, columns with nothing in them. In the order in which they are best done.
 *
 * @param profiles with enough of the most frequent values
 * @example suggestSteps(columns, profiles)[0] // {kind: 'spellings', count: 3, example: 'Narobi → Nairobi', step: {…}}
 */
export function suggestSteps(
  columns: readonly TableColumn[],
  profiles: readonly ColumnProfile[],
): readonly StepSuggestion[] {
  const byName = new Map(profiles.map((profile) => [profile.name, profile]));
  const found = columns.flatMap((column) => {
    const profile = byName.get(column.name);
    return profile === undefined ? [] : suggestForColumn(column, profile, columns);
  });
  const order = ['spaces', 'dates', 'numbers', 'spellings', 'empty'];
  return found.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

function suggestForColumn(
  column: TableColumn,
  profile: ColumnProfile,
  columns: readonly TableColumn[],
): StepSuggestion[] {
  const { name } = column;
  const made = (
    suggestion: Omit<StepSuggestion, 'id' | 'column' | 'needsLook'> & { needsLook?: boolean },
  ) => [{ id: `${suggestion.kind} ${name}`, column: name, needsLook: false, ...suggestion }];
  if (profile.row_count > 0 && profile.empty_count === profile.row_count) {
    const others = columns.filter((one) => one.name !== name).map((one) => one.name);
    if (others.length === 0) return [];
    return made({ kind: 'empty', count: 1, example: '', step: { type: 'select', columns: others } });
  }
  if (column.type !== 'text') return [];
  const values = profile.top.flatMap(({ value, count }) =>
    typeof value === 'string' && value.trim() !== '' ? [{ value, count }] : [],
  );
  const spaces =
    profile.untrimmed_count === 0
      ? []
      : made({
          kind: 'spaces',
          count: profile.untrimmed_count,
          example: `“${values.find(({ value }) => value !== value.trim())?.value ?? ' '}”`,
          step: { type: 'clean', columns: [name], operations: ['trim'] },
        });
  return [
    ...spaces,
    ...(dates(column, values, made) ??
      numbers(column, values, made) ??
      spellings(column, profile, values, made)),
  ];
}

type Counted = readonly { readonly value: string; readonly count: number }[];
type Made = (
  suggestion: Omit<StepSuggestion, 'id' | 'column' | 'needsLook'> & { needsLook?: boolean },
) => StepSuggestion[];

const rowsOf = (values: Counted): number => values.reduce((sum, { count }) => sum + count, 0);

function dates({ name }: TableColumn, values: Counted, made: Made): StepSuggestion[] | null {
  const formats = detectDateFormats(values);
  const read = formats.reduce((sum, { rows }) => sum + rows, 0);
  if (formats.length === 0 || read < DATES_SHARE * rowsOf(values)) return null;
  return made({
    kind: 'dates',
    count: formats.length,
    example: formats
      .slice(0, EXAMPLES)
      .map(({ example }) => example)
      .join(', '),
    // Only a person knows whether 03/04 is in March or in April.
    needsLook: formats.some(({ rival }) => rival !== null),
    step: {
      type: 'parse_date',
      column: name,
      formats: formats.map(({ format }) => format),
      on_error: 'null',
    },
  });
}

function numbers({ name }: TableColumn, values: Counted, made: Made): StepSuggestion[] | null {
  if (!looksNumeric(values)) return null;
  const lost = values.filter(({ value }) => !/\d/.test(value));
  return made({
    kind: 'numbers',
    count: rowsOf(values),
    example: values
      .slice(0, EXAMPLES)
      .map(({ value }) => value)
      .join(', '),
    // Words among the numbers would become empty cells.
    needsLook: lost.length > 0,
    step: { type: 'cast', columns: [name], to: 'decimal', on_error: 'null' },
  });
}

function spellings(
  { name }: TableColumn,
  profile: ColumnProfile,
  values: Counted,
  made: Made,
): StepSuggestion[] {
  if ((profile.distinct_count ?? Infinity) > MAX_SPELLINGS) return [];
  // Spaces at the ends are another suggestion; what is left after it counts here.
  const trimmed = new Map<string, number>();
  for (const { value, count } of values) trimmed.set(value.trim(), (trimmed.get(value.trim()) ?? 0) + count);
  const clusters = clusterSpellings(Array.from(trimmed, ([value, count]) => ({ value, count })));
  const pairs = clusters.flatMap(({ keep, others }) =>
    others.map(({ value }) => ({ from: value, to: keep })),
  );
  if (pairs.length === 0) return [];
  return made({
    kind: 'spellings',
    count: pairs.length,
    example: pairs
      .slice(0, EXAMPLES)
      .map(({ from, to }) => `${from} → ${to}`)
      .join(', '),
    step: { type: 'replace_values', columns: [name], part: 'whole', pairs },
  });
}

/** What a button for it says: what it does, to which column. */
export function suggestionWords({ kind, count }: StepSuggestion, column: string): string {
  switch (kind) {
    case 'spaces':
      return `Remove stray spaces in ${column}`;
    case 'spellings':
      return count === 1 ? `Fix 1 spelling in ${column}` : `Fix ${count} spellings in ${column}`;
    case 'numbers':
      return `Read ${column} as numbers`;
    case 'dates':
      return count === 1 ? `Read ${column} as dates` : `Read ${column} as dates, written in ${count} ways`;
    case 'empty':
      return `Leave out ${column}, which is empty`;
  }
}
