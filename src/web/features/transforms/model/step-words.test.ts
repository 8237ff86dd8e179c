import { expect, test } from 'vitest';
import type { ColumnType } from '#contracts/column-types';
import type { RecipeStep } from '#contracts/recipe';
import { summarizeRecipe } from '#contracts/recipe-words';
import { columnNaming } from './column-naming.ts';
import { listWords } from './list-words.ts';
import { readable } from './readable-error.ts';
import { describeStep, type Naming } from './step-words.ts';

const columns: Record<string, readonly [name: string, type: ColumnType]> = {
  status: ['Status', 'text'],
  district: ['District', 'text'],
  amount: ['Amount', 'decimal'],
  visited: ['Visited on', 'date'],
};
const naming: Naming = {
  column: (reference) => columns[reference]?.[0] ?? reference,
  columnType: (reference) => columns[reference]?.[1],
  table: (reference) => (reference === 'source_b' ? 'Programmes' : reference),
};

const cases: readonly (readonly [string, RecipeStep])[] = [
  ['Start with Programmes', { type: 'source', table: 'source_b' }],
  [
    'Keep rows where Status is Active',
    { type: 'filter', column: 'status', operator: 'equals', value: 'Active' },
  ],
  [
    'Keep rows where Amount is more than 10',
    { type: 'filter', column: 'amount', operator: 'greater_than', value: 10 },
  ],
  [
    'Keep rows where Visited on is after 2026-01-02',
    { type: 'filter', column: 'visited', operator: 'greater_than', value: '2026-01-02' },
  ],
  [
    'Keep rows where Amount is between 1 and 5',
    { type: 'filter', column: 'amount', operator: 'between', value: [1, 5] },
  ],
  [
    'Keep rows where Status is one of A or B',
    { type: 'filter', column: 'status', operator: 'in', value: ['A', 'B'] },
  ],
  [
    'Keep rows where Status is one of A, B, C and 2 more',
    { type: 'filter', column: 'status', operator: 'in', value: ['A', 'B', 'C', 'D', 'E'] },
  ],
  ['Keep rows where Status is not empty', { type: 'filter', column: 'status', operator: 'is_not_null' }],
  [
    'Bring 3 columns from Programmes',
    {
      type: 'join',
      with: 'source_b',
      left_on: 'a',
      right_on: 'b',
      join_type: 'left',
      columns: ['x', 'y', 'z'],
    },
  ],
  [
    'Bring 1 column from Programmes, keep only matches',
    { type: 'join', with: 'source_b', left_on: 'a', right_on: 'b', join_type: 'inner', columns: ['x'] },
  ],
  ['Count by District', { type: 'group', by: ['district'], aggregates: [{ function: 'count' }] }],
  [
    'Sum of Amount and count by District and Status',
    {
      type: 'group',
      by: ['district', 'status'],
      aggregates: [{ function: 'sum', column: 'amount' }, { function: 'count' }],
    },
  ],
  [
    'Average of Amount of all rows',
    { type: 'group', by: [], aggregates: [{ function: 'avg', column: 'amount' }] },
  ],
  ['Keep only Status and District', { type: 'select', columns: ['status', 'district'] }],
  [
    'Sort by Amount (largest first), then Status (A to Z)',
    { type: 'sort', columns: [{ column: 'amount', descending: true }, 'status'] },
  ],
  [
    'Clean Status: remove extra spaces and capital first letters',
    { type: 'clean', columns: ['status'], operations: ['trim', 'title'] },
  ],
  [
    'Add Total = Amount × 2',
    { type: 'add_column', name: 'Total', expression_type: 'math', left: 'amount', operator: '*', right: 2 },
  ],
  [
    'Take the year of Visited on as Year',
    { type: 'add_column', name: 'Year', expression_type: 'extract', column: 'visited', part: 'year' },
  ],
  ['Remove duplicate rows', { type: 'distinct' }],
  [
    'Keep rows where Visited on is in the last 30 days',
    { type: 'filter', column: 'visited', operator: 'in_last', value: 30, unit: 'day' },
  ],
  [
    'Keep rows where Visited on is in the last 1 fiscal year',
    { type: 'filter', column: 'visited', operator: 'in_last', value: 1, unit: 'fiscal_year' },
  ],
  [
    'Keep rows where Visited on is in this month',
    { type: 'filter', column: 'visited', operator: 'in_this', unit: 'month' },
  ],
  [
    'Keep rows where Status is Active and (District is empty or Amount is more than 5)',
    {
      type: 'filter',
      match: 'all',
      conditions: [
        { column: 'status', operator: 'equals', value: 'Active' },
        {
          match: 'any',
          conditions: [
            { column: 'district', operator: 'is_empty' },
            { column: 'amount', operator: 'greater_than', value: 5 },
          ],
        },
      ],
    },
  ],
  [
    'Keep rows where Status is District',
    { type: 'filter', column: 'status', operator: 'equals', other_column: 'district' },
  ],
  ['Rename Status to State', { type: 'rename', columns: [{ column: 'status', name: 'State' }] }],
  ['Move Status to the end', { type: 'reorder', columns: ['status'], to: 'end' }],
  ['Move Status before Amount', { type: 'reorder', columns: ['status'], to: 'start', before: 'amount' }],
  [
    'Make Status and District whole numbers',
    { type: 'cast', columns: ['status', 'district'], to: 'integer', on_error: 'null' },
  ],
  [
    'Read Status as a date (D/M/YYYY or YYYY-MM-DD)',
    { type: 'parse_date', column: 'status', formats: ['D/M/YYYY', 'YYYY-MM-DD'], on_error: 'null' },
  ],
  [
    'Replace Narobi and nairobi with Nairobi in District',
    {
      type: 'replace_values',
      columns: ['district'],
      part: 'whole',
      pairs: [
        { from: 'Narobi', to: 'Nairobi' },
        { from: 'nairobi', to: 'Nairobi' },
      ],
    },
  ],
  [
    'Replace 2 values within District',
    {
      type: 'replace_values',
      columns: ['district'],
      part: 'part',
      pairs: [
        { from: 'a', to: 'b' },
        { from: 'c', to: 'd' },
      ],
    },
  ],
  [
    'Fill empty cells of District with Unknown',
    { type: 'fill_empty', columns: ['district'], method: 'value', value: 'Unknown' },
  ],
  [
    'Fill empty cells of District with the value above',
    { type: 'fill_empty', columns: ['district'], method: 'previous', order: ['visited'], by: [] },
  ],
  [
    'Split District into A and B',
    {
      type: 'split_column',
      column: 'district',
      separator: ',',
      keep: true,
      into: 'columns',
      names: ['A', 'B'],
    },
  ],
  [
    'Merge Status and District into Both',
    { type: 'merge_columns', columns: ['status', 'district'], separator: ' ', name: 'Both', keep: true },
  ],
  [
    'Take the first 3 characters of Status as Code',
    { type: 'extract_text', column: 'status', name: 'Code', method: 'first', count: 3 },
  ],
  [
    'Take the name of the month of Visited on as Month',
    { type: 'date_part', column: 'visited', name: 'Month', part: 'month_name' },
  ],
  [
    'Count the days from Visited on to end as Stay',
    { type: 'date_part', column: 'visited', name: 'Stay', part: 'difference', to: 'end', unit: 'day' },
  ],
  ['Put the rows of Programmes below', { type: 'stack', tables: ['source_b'] }],
  [
    'Turn Status and District into rows',
    {
      type: 'unpivot',
      columns: ['status', 'district'],
      all_but: false,
      name_column: 'a',
      value_column: 'b',
      drop_empty: true,
    },
  ],
  [
    'Turn the 2 values of Status into columns',
    {
      type: 'pivot',
      by: ['district'],
      column: 'status',
      values: [{ value: 'A' }, { value: 'B' }],
      function: 'count',
    },
  ],
  [
    'Keep the last row for each District by Visited on (earliest first)',
    { type: 'remove_duplicates', by: ['district'], keep: 'last', order: ['visited'] },
  ],
  [
    'Keep the first 5 rows for each District by Amount (largest first)',
    { type: 'top_n', n: 5, order: [{ column: 'amount', descending: true }], by: ['district'], ties: false },
  ],
  [
    'Add the running total of Amount within District as Total',
    {
      type: 'window',
      function: 'running_total',
      column: 'amount',
      order: ['visited'],
      by: ['district'],
      name: 'Total',
    },
  ],
  ['Add the rank as Place', { type: 'window', function: 'rank', order: ['amount'], by: [], name: 'Place' }],
  [
    'Look up State in Programmes by District',
    { type: 'lookup', column: 'district', table: 'source_b', key: 'a', value: 'b', name: 'State' },
  ],
  [
    'Median of Amount and count where Status is Active by District and month of Visited on',
    {
      type: 'group',
      by: ['district'],
      by_date: [{ column: 'visited', unit: 'month' }],
      aggregates: [
        { function: 'median', column: 'amount' },
        { function: 'count', filter: { column: 'status', operator: 'equals', value: 'Active' } },
      ],
    },
  ],
  [
    'Keep rows without a match in Programmes',
    { type: 'join', with: 'source_b', left_on: 'a', right_on: 'b', join_type: 'anti' },
  ],
  [
    'Hide all but the last characters of Status',
    { type: 'mask', columns: ['status'], method: 'partial', show: 4 },
  ],
];

test.each(cases)('%s', (sentence, step) => {
  expect(describeStep(step, naming)).toBe(sentence);
});

test('a recipe is told in about three words, each once, without disabled steps', () => {
  expect(summarizeRecipe([{ type: 'source', table: 'a' }])).toBe('Copy');
  expect(
    summarizeRecipe([
      { type: 'source', table: 'a' },
      { type: 'filter', column: 'a', operator: 'is_null' },
      { type: 'filter', column: 'b', operator: 'is_null' },
      { type: 'distinct', disabled: true },
      { type: 'join', with: 'b', left_on: 'a', right_on: 'b', join_type: 'left' },
      { type: 'group', by: ['a'], aggregates: [] },
    ]),
  ).toBe('Filter, combine, summarize');
});

test('lists are joined as in a sentence', () => {
  expect(listWords([])).toBe('');
  expect(listWords(['A'])).toBe('A');
  expect(listWords(['A', 'B', 'C'], 'or')).toBe('A, B or C');
});

test('a column that a broken step lost still has the name that people know', () => {
  const naming = columnNaming(
    [[{ name: 'status', display_name: 'Status', type: 'text' }]],
    [
      {
        name: 'source_b',
        display_name: 'Programmes',
        kind: 'source',
        columns: [{ name: 'state', display_name: 'State', type: 'text' }],
        row_count: 1,
        size_bytes: null,
        updated_at: '2026-11-21T00:00:00Z',
      },
    ],
  );
  expect(naming.column('status')).toBe('Status');
  expect(naming.column('source_b_state')).toBe('Programmes_State');
  expect(naming.column('gone')).toBe('gone');
  const step: RecipeStep = { type: 'group', by: ['source_b_state'], aggregates: [] };
  expect(readable('There is no column “source_b_state” here.', 'by.0', step, naming)).toBe(
    'There is no column “Programmes_State” here.',
  );
});
