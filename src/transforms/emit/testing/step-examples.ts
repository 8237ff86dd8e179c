import type { z } from 'zod';
import type { ColumnType } from '#contracts/column-types';
import type { recipeStep, RecipeStepType } from '#contracts/recipe';
import type { CatalogTable } from '../../plan/catalog.ts';

type WrittenStep = z.input<typeof recipeStep>;

export interface StepHelp {
  /** What people call it. */
  readonly title: string;
  /** What it does, in the words of a spreadsheet. */
  readonly what: string;
  /** What it does with empty cells. */
  readonly empty: string;
  /** Steps after `source`, each a way to use it; the first is the one that is shown. */
  readonly examples: readonly (readonly WrittenStep[])[];
}

const table = (name: string, columns: Readonly<Record<string, ColumnType>>): CatalogTable => ({
  name,
  displayName: name,
  hasRowPosition: true,
  columns: Object.entries(columns).map(([column, type]) => ({ name: column, displayName: column, type })),
});

/** The tables that the examples speak of. */
export const exampleTables: readonly CatalogTable[] = [
  table('Visits', {
    id: 'integer',
    district: 'text',
    village: 'text',
    visited: 'date',
    seen: 'timestamptz',
    age: 'integer',
    cost: 'decimal',
    weight: 'float',
    consent: 'boolean',
    notes: 'text',
    answers: 'json',
  }),
  table('Villages', { name: 'text', district: 'text', block: 'text', people: 'integer' }),
  table('Old visits', { id: 'integer', district: 'text', visited: 'date', cost: 'integer' }),
  table('Months', { district: 'text', Jan: 'integer', Feb: 'integer', Mar: 'integer' }),
];

const byDay = [{ column: 'visited' }];

/** Every kind of step, with what docs/steps.md says of it; a kind without an entry does not compile. */
export const stepHelp: Readonly<Record<RecipeStepType, StepHelp>> = {
  source: {
    title: 'Start',
    what: 'The table that the recipe begins with.',
    empty: 'Stay as they are.',
    examples: [[]],
  },
  filter: {
    title: 'Filter',
    what: 'Keeps only the rows that meet a condition, or several in groups.',
    empty: 'Meet no comparison, except “is not” and “is not one of”; “is empty” asks for them.',
    examples: [
      [{ type: 'filter', column: 'age', operator: 'greater_or_equal', value: 18 }],
      [{ type: 'filter', column: 'notes', operator: 'contains', value: "50%_'x" }],
      [
        {
          type: 'filter',
          match: 'any',
          conditions: [
            { column: 'district', operator: 'in', value: ['Pune', 'Nashik'] },
            { column: 'village', operator: 'is_empty' },
            { column: 'visited', operator: 'between', value: ['2026-01-01', '2026-03-31'] },
            { column: 'district', operator: 'not_equals', value: 'pune', ignore_case: true },
          ],
        },
      ],
    ],
  },
  join: {
    title: 'Combine tables',
    what: 'Brings columns of another table in where keys are equal, like VLOOKUP; or keeps rows with or without a match.',
    empty: 'Match nothing.',
    examples: [
      [{ type: 'join', with: 'Villages', left_on: 'village', right_on: 'name', columns: ['block'] }],
      [{ type: 'join', with: 'Villages', left_on: 'village', right_on: 'name', join_type: 'outer' }],
      [
        {
          type: 'join',
          with: 'Villages',
          left_on: 'village',
          right_on: 'name',
          more_keys: [{ left_on: 'district', right_on: 'district' }],
          join_type: 'anti',
          ignore_case: true,
          trim: true,
        },
      ],
    ],
  },
  group: {
    title: 'Summarize',
    what: 'One row for each group, with counts, sums and the like, each over all rows or those of a condition.',
    empty: 'Are a group of their own as keys, and left out of what is calculated.',
    examples: [
      [
        {
          type: 'group',
          by: ['district'],
          by_date: [{ column: 'visited', unit: 'month' }],
          aggregates: [
            { function: 'count_rows', alias: 'visits' },
            { function: 'sum', column: 'cost', alias: 'total' },
            { function: 'average', column: 'age', alias: 'mean' },
            { function: 'count_distinct', column: 'village', alias: 'villages' },
          ],
        },
      ],
      [
        {
          type: 'group',
          by: [],
          aggregates: [
            {
              function: 'count',
              alias: 'adults',
              filter: { column: 'age', operator: 'greater_or_equal', value: 18 },
            },
            { function: 'min', column: 'consent', alias: 'all consent' },
            { function: 'max', column: 'seen', alias: 'latest' },
            { function: 'list', column: 'district', alias: 'districts' },
            { function: 'first', column: 'notes', alias: 'first note', order: byDay },
            {
              function: 'last',
              column: 'notes',
              alias: 'last note',
              order: byDay,
              filter: { column: 'notes', operator: 'is_not_empty' },
            },
          ],
        },
      ],
      [
        {
          type: 'group',
          by: ['district'],
          aggregates: [{ function: 'median', column: 'age', alias: 'median' }],
        },
      ],
    ],
  },
  select: {
    title: 'Select columns',
    what: 'Keeps some columns, in the order in which they were chosen.',
    empty: 'Stay as they are.',
    examples: [[{ type: 'select', columns: ['district', 'age'] }]],
  },
  sort: {
    title: 'Sort',
    what: 'Puts the rows in order.',
    empty: 'Come last, in both directions.',
    examples: [[{ type: 'sort', columns: ['district', { column: 'cost', descending: true }] }]],
  },
  clean: {
    title: 'Clean data',
    what: 'Removes spaces around texts, changes capital letters, removes repeated rows.',
    empty: 'Stay empty.',
    examples: [
      [{ type: 'clean', columns: ['district'], operations: ['trim', 'title'] }],
      [{ type: 'clean', columns: ['district'], operations: ['upper', 'lower'] }],
    ],
  },
  categorize: {
    title: 'Categorize',
    what: 'A new column by rules; the first rule that holds decides, like IFS.',
    empty: 'Meet no rule but “is empty”, so they get the rest.',
    examples: [
      [
        {
          type: 'categorize',
          new_column: 'group',
          source_column: 'age',
          rules: [
            { operator: 'less_than', value: 6, category: 'Child' },
            { operator: 'is_null', category: 'Unknown' },
          ],
          default: 'Other',
        },
      ],
    ],
  },
  add_column: {
    title: 'Add column',
    what: 'A new column: two numbers calculated, columns joined as text, or a part of a date.',
    empty: 'Make a calculation empty; joining leaves them out.',
    examples: [
      [
        {
          type: 'add_column',
          name: 'share',
          expression_type: 'math',
          left: 'cost',
          operator: '/',
          right: 'age',
        },
        {
          type: 'add_column',
          name: 'more',
          expression_type: 'math',
          left: 'cost',
          operator: '*',
          right: 'share',
        },
        { type: 'add_column', name: 'sum', expression_type: 'math', left: 'age', operator: '+', right: 1 },
      ],
      [
        {
          type: 'add_column',
          name: 'place',
          expression_type: 'concat',
          columns: ['village', 'age', 'visited', 'seen'],
        },
      ],
      [{ type: 'add_column', name: 'year', expression_type: 'extract', column: 'seen', part: 'year' }],
    ],
  },
  distinct: {
    title: 'Remove duplicates',
    what: 'Keeps each row once.',
    empty: 'Are equal to one another.',
    examples: [[{ type: 'select', columns: ['district', 'age'] }, { type: 'distinct' }]],
  },
  rename: {
    title: 'Rename columns',
    what: 'Gives columns other names.',
    empty: 'Stay as they are.',
    examples: [[{ type: 'rename', columns: [{ column: 'visited', name: 'Day of the visit' }] }]],
  },
  reorder: {
    title: 'Move columns',
    what: 'Puts columns in another place; all of them stay.',
    empty: 'Stay as they are.',
    examples: [[{ type: 'reorder', columns: ['cost'], to: 'start' }]],
  },
  cast: {
    title: 'Change type',
    what: 'Text to numbers, numbers to text and so on; what cannot be read becomes empty, stops the run or is kept beside.',
    empty: 'Stay empty.',
    examples: [
      [{ type: 'cast', columns: ['notes'], to: 'decimal' }],
      [{ type: 'cast', columns: ['notes'], to: 'timestamptz', on_error: 'keep' }],
      [{ type: 'cast', columns: ['notes'], to: 'integer', on_error: 'fail' }],
      [
        {
          type: 'cast',
          columns: ['age', 'consent', 'cost', 'weight', 'visited', 'seen', 'answers'],
          to: 'text',
        },
      ],
      [
        { type: 'cast', columns: ['notes'], to: 'boolean' },
        { type: 'cast', columns: ['village'], to: 'json' },
      ],
    ],
  },
  parse_date: {
    title: 'Read dates',
    what: 'Text to dates, by the formats in which they were written; the first that fits decides.',
    empty: 'Stay empty.',
    examples: [[{ type: 'parse_date', column: 'notes', formats: ['D/M/YYYY', 'D MMM YY'] }]],
  },
  replace_values: {
    title: 'Replace values',
    what: 'Puts one value in the place of another, as whole cells or parts of texts.',
    empty: 'Can be replaced, and be put in the place of something.',
    examples: [
      [
        {
          type: 'replace_values',
          columns: ['district'],
          pairs: [
            { from: 'Puna', to: 'Pune' },
            { from: 'n/a', to: null },
          ],
        },
      ],
      [
        {
          type: 'replace_values',
          columns: ['notes'],
          part: 'part',
          pairs: [{ from: 'Dr.', to: '' }],
          ignore_case: true,
        },
      ],
    ],
  },
  fill_empty: {
    title: 'Fill empty cells',
    what: 'A value, the first of other columns, or the value of the row before or after.',
    empty: 'Are what is filled.',
    examples: [
      [{ type: 'fill_empty', columns: ['cost'], method: 'value', value: 0 }],
      [{ type: 'fill_empty', columns: ['village'], method: 'columns', from: ['district'] }],
      [{ type: 'fill_empty', columns: ['cost'], method: 'previous', order: byDay, by: ['district'] }],
    ],
  },
  split_column: {
    title: 'Split column',
    what: 'Takes a text apart at a separator, into columns or rows, like Text to Columns.',
    empty: 'Give empty parts; as rows they stay one row.',
    examples: [
      [{ type: 'split_column', column: 'notes', separator: ',', into: 'columns', names: ['one', 'two'] }],
      [{ type: 'split_column', column: 'notes', separator: ',', into: 'rows', name: 'part' }],
    ],
  },
  merge_columns: {
    title: 'Merge columns',
    what: 'Joins columns as one text with a separator.',
    empty: 'Are left out, with their separator.',
    examples: [[{ type: 'merge_columns', columns: ['village', 'district'], separator: ', ', name: 'place' }]],
  },
  extract_text: {
    title: 'Take text out',
    what: 'Text before, after or between others, the first or last letters, digits, or what a pattern finds.',
    empty: 'Give an empty cell.',
    examples: [
      [{ type: 'extract_text', column: 'notes', name: 'part', method: 'before', text: '-' }],
      [{ type: 'extract_text', column: 'notes', name: 'part', method: 'between', from: '(', to: ')' }],
      [{ type: 'extract_text', column: 'notes', name: 'number', method: 'number' }],
      [
        {
          type: 'extract_text',
          column: 'notes',
          name: 'code',
          method: 'pattern',
          pattern: '([A-Z]+)-(\\d{2})',
        },
      ],
    ],
  },
  date_part: {
    title: 'Date parts',
    what: 'The month, weekday, fiscal year …, the first day of a period, an age, or the time between two dates.',
    empty: 'Give an empty cell.',
    examples: [
      [
        { type: 'date_part', column: 'visited', name: 'month', part: 'month_name' },
        { type: 'date_part', column: 'visited', name: 'weekday', part: 'weekday' },
        { type: 'date_part', column: 'visited', name: 'week', part: 'week' },
        { type: 'date_part', column: 'visited', name: 'fiscal', part: 'fiscal_year' },
        { type: 'date_part', column: 'seen', name: 'hour', part: 'hour' },
      ],
      [{ type: 'date_part', column: 'visited', name: 'monday', part: 'start_of', unit: 'week' }],
      [{ type: 'date_part', column: 'visited', name: 'years', part: 'difference', to: 'seen', unit: 'year' }],
    ],
  },
  stack: {
    title: 'Stack tables',
    what: 'Puts the rows of other tables below; columns of the same name become one.',
    empty: 'Stand where a table has no such column.',
    examples: [[{ type: 'stack', tables: ['Old visits'], name_column: 'From' }]],
  },
  unpivot: {
    title: 'Turn columns into rows',
    what: 'A row for each of some columns, with its name and its value.',
    empty: 'Are left out, unless they are to stay.',
    examples: [[{ type: 'unpivot', columns: ['age', 'cost'], name_column: 'what', value_column: 'value' }]],
  },
  pivot: {
    title: 'Turn rows into columns',
    what: 'A column for each value of a column, with counts, sums and the like in the cells.',
    empty: 'Count nowhere; where there is nothing the cell is empty, and a count 0.',
    examples: [
      [
        {
          type: 'pivot',
          by: ['district'],
          column: 'consent',
          values: [
            { value: true, name: 'yes' },
            { value: false, name: 'no' },
          ],
          function: 'sum',
          value_column: 'cost',
        },
      ],
    ],
  },
  remove_duplicates: {
    title: 'Remove duplicates by columns',
    what: 'Keeps the first or last row of those that are equal in some columns.',
    empty: 'Are equal to one another, and lose where there is an order.',
    examples: [[{ type: 'remove_duplicates', by: ['village'], keep: 'last', order: byDay }]],
  },
  top_n: {
    title: 'First rows of each group',
    what: 'The largest, newest or first rows, of everything or of each group.',
    empty: 'Come last.',
    examples: [
      [{ type: 'top_n', n: 3, order: [{ column: 'cost', descending: true }], by: ['district'], ties: true }],
    ],
  },
  sample: {
    title: 'Random sample',
    what: 'Some rows at random; the same rows for the same seed.',
    empty: 'Make no difference.',
    examples: [[{ type: 'sample', rows: 100, seed: 7 }]],
  },
  list_to_rows: {
    title: 'Turn lists into rows',
    what: 'A row for each item of a list.',
    empty: 'Stay one row.',
    examples: [
      [{ type: 'list_to_rows', column: 'notes', separator: ' ', name: 'answer' }],
      [{ type: 'list_to_rows', column: 'answers', name: 'answer' }],
    ],
  },
  window: {
    title: 'Running total and rank',
    what: 'A new column that looks at other rows: totals so far, ranks, the row before, shares, moving averages.',
    empty: 'Add nothing, and come last in an order.',
    examples: [
      [
        {
          type: 'window',
          function: 'running_total',
          name: 'so far',
          column: 'cost',
          order: byDay,
          by: ['district'],
        },
        { type: 'window', function: 'rank', name: 'rank', order: [{ column: 'cost', descending: true }] },
        { type: 'window', function: 'previous', name: 'before', column: 'cost', order: byDay },
        {
          type: 'window',
          function: 'moving_average',
          name: 'of three',
          column: 'cost',
          order: byDay,
          rows: 3,
        },
        { type: 'window', function: 'percent_of_total', name: 'percent', column: 'cost' },
      ],
    ],
  },
  lookup: {
    title: 'Look up a value',
    what: 'One value from another table, like VLOOKUP; never repeats a row.',
    empty: 'Match nothing.',
    examples: [
      [
        {
          type: 'lookup',
          column: 'village',
          table: 'Villages',
          key: 'name',
          value: 'block',
          name: 'block',
          default: '?',
        },
      ],
    ],
  },
  bin: {
    title: 'Ranges of numbers',
    what: 'Puts numbers into ranges, by edges or of the same width.',
    empty: 'Give an empty cell.',
    examples: [
      [
        {
          type: 'bin',
          column: 'age',
          name: 'group',
          method: 'edges',
          edges: [18, 60],
          labels: ['young', 'adult', 'old'],
        },
      ],
      [{ type: 'bin', column: 'cost', name: 'range', method: 'width', width: 0.5 }],
    ],
  },
  mask: {
    title: 'Hide personal data',
    what: 'Replaces values by a fingerprint, by stars, or by nothing.',
    empty: 'Stay empty.',
    examples: [
      [{ type: 'mask', columns: ['notes'], method: 'partial', show: 2 }],
      [{ type: 'mask', columns: ['notes', 'age'], method: 'hash', salt: 'secret' }],
    ],
  },
  flatten_json: {
    title: 'Take nested data apart',
    what: 'Fields of nested data as columns.',
    empty: 'Give empty cells, as a field that is not there does.',
    examples: [
      [
        {
          type: 'flatten_json',
          column: 'answers',
          fields: [
            { path: ['household', 'size'], name: 'size', type: 'integer' },
            { path: ['members', 0], name: 'first member', type: 'json' },
          ],
        },
      ],
    ],
  },
  formula: {
    title: 'Formula',
    what: 'Calculates a column with a formula, as in Excel; docs/formulas.md lists the functions.',
    empty: 'Each function says what it does with them.',
    examples: [
      [{ type: 'formula', name: 'label', expression: 'IF([age] >= 18, UPPER([district]), "child")' }],
    ],
  },
  sql: {
    title: 'SQL',
    what: 'One SELECT of PostgreSQL over `{{input}}` and your tables, read-only and within limits.',
    empty: 'As in SQL.',
    examples: [
      [
        {
          type: 'sql',
          query: 'SELECT district, count(*) AS visits FROM {{input}} GROUP BY 1',
          output: [
            { name: 'district', type: 'text' },
            { name: 'visits', type: 'integer' },
          ],
        },
      ],
    ],
  },
  fuzzy_match: {
    title: 'Match similar texts',
    what: 'The most similar text of another table’s column, or the most frequent of similar spellings in the same column, with a score.',
    empty: 'Match nothing.',
    examples: [
      [
        {
          type: 'fuzzy_match',
          column: 'village',
          table: 'Villages',
          key: 'name',
          name: 'village found',
          score_name: 'similarity',
        },
      ],
      [{ type: 'fuzzy_match', column: 'village', name: 'spelling' }],
    ],
  },
};
