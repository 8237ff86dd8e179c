import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FilterOperator, FilterValue } from '#contracts/recipe';
import { openBothEngines, type BothEngines, type Cell } from './testing/both-engines.ts';

let both: BothEngines;

/** One word for each row, so that a test reads as the list of rows that stay. */
const people: readonly (readonly (string | boolean | null)[])[] = [
  //  key, name, age, amount, ratio, active, born, seen, met, wakes, extra
  [
    'asha',
    'Asha Rao',
    '34',
    '1250.50',
    '0.1',
    true,
    '1990-02-28',
    '2024-01-05 10:00:00',
    '2024-01-05 23:30:00+00',
    '06:30:00',
    '{"a": 1}',
  ],
  ['empty', null, null, null, null, null, null, null, null, null, null],
  [
    'blank',
    '',
    '0',
    '0',
    '0',
    false,
    '2024-02-29',
    '2024-01-05 00:00:00',
    '2024-01-05 18:30:00+00',
    '00:00:00',
    '[]',
  ],
  [
    'space',
    '  ',
    '-1',
    '-0.01',
    '-2.5',
    true,
    '0001-01-01',
    '2024-01-06 00:00:00',
    '2024-01-04 18:30:00+00',
    '23:59:59',
    '"x"',
  ],
  [
    'hindi',
    'नमस्ते दुनिया',
    '34',
    '99999999999999.99',
    '1e10',
    false,
    '9999-12-31',
    '2023-12-31 23:59:59.999999',
    '2024-01-06 00:00:00+00',
    '12:00:00',
    'null',
  ],
  [
    'emoji',
    '👩‍👩‍👧 Família Ñandú',
    '9223372036854775807',
    '0.000001',
    '3',
    true,
    '1970-01-01',
    '1969-12-31 23:59:59',
    '1970-01-01 00:00:00+00',
    '06:30:00',
    '{"a": 1}',
  ],
  [
    'quote',
    'O\'Brien "the" 100%_\\',
    '-9223372036854775808',
    '-1250.5',
    '-0.1',
    null,
    '2000-01-01',
    '2024-01-05 10:00:00',
    '2024-01-05 10:00:00+00',
    null,
    '{}',
  ],
  [
    'upper',
    'ASHA RAO',
    '7',
    '7',
    '7',
    true,
    '1990-02-28',
    '2024-06-30 12:30:45',
    '2024-06-30 12:30:45+00',
    '06:30:00',
    '[1, 2]',
  ],
  [
    'tabs',
    "\tmary-jane\u00a0o'neil\n",
    '7',
    '7.10',
    '7.1',
    false,
    '2024-12-31',
    '2024-12-31 23:59:59',
    '2024-12-31 23:59:59+00',
    '18:00:00',
    '{"b": null}',
  ],
  [
    'sharp',
    'straße ÉCOLE ŉ',
    '100',
    '0.1',
    '0.5',
    true,
    '2024-01-01',
    '2024-01-01 00:00:00',
    '2024-01-01 00:00:00+00',
    '01:02:03',
    '1',
  ],
];

const columns = [
  { name: 'key', type: 'text' },
  { name: 'name', type: 'text', displayName: 'Full name' },
  { name: 'age', type: 'integer' },
  { name: 'amount', type: 'decimal' },
  { name: 'ratio', type: 'float' },
  { name: 'active', type: 'boolean' },
  { name: 'born', type: 'date' },
  { name: 'seen', type: 'timestamp' },
  { name: 'met', type: 'timestamptz' },
  { name: 'wakes', type: 'time' },
  { name: 'extra', type: 'json' },
] as const;

beforeAll(async () => {
  both = await openBothEngines();
  await both.createTable({ name: 'people', displayName: 'People', columns, rows: people });
  await both.createTable({
    name: 'visits',
    columns: [
      { name: 'id', type: 'integer' },
      { name: 'person', type: 'text' },
      { name: 'age', type: 'decimal' },
      { name: 'day', type: 'date' },
      { name: 'cost', type: 'decimal' },
    ],
    rows: [
      ['1', 'asha', '34', '2024-01-05', '10.5'],
      ['2', 'asha', '7', '2024-01-06', '0.25'],
      ['3', 'nobody', '7', null, null],
      ['4', null, null, '2024-01-01', '3'],
      ['5', 'quote', '9223372036854775807', '2024-12-31', '1'],
    ],
  });
  await both.createTable({
    name: 'nothing',
    columns: [
      { name: 'n', type: 'integer' },
      { name: 't', type: 'text' },
    ],
    rows: [],
  });
});
afterAll(() => both[Symbol.asyncDispose]());

async function keysWhere(
  column: string,
  operator: FilterOperator,
  value?: FilterValue,
  more: { ignore_case?: boolean; timeZone?: string } = {},
): Promise<Cell[]> {
  const { timeZone, ...fields } = more;
  const { rows } = await both.run(
    {
      steps: [
        { type: 'source', table: 'people' },
        { type: 'filter', column, operator, ...(value === undefined ? {} : { value }), ...fields },
        { type: 'select', columns: ['key'] },
      ],
    },
    { timeZone },
  );
  return rows.map(([key]) => key ?? null);
}

async function computed(...steps: Parameters<BothEngines['run']>[0]['steps']): Promise<Record<string, Cell>> {
  const { rows, columns: result } = await both.run({
    steps: [{ type: 'source', table: 'people' }, ...steps],
  });
  const last = result.length - 1;
  return Object.fromEntries(rows.map((row) => [String(row[0]), row[last] ?? null]));
}

describe('filter', () => {
  test('equals keeps the same value and never an empty one', async () => {
    expect(await keysWhere('name', 'equals', 'Asha Rao')).toEqual(['asha']);
    expect(await keysWhere('name', 'equals', '')).toEqual(['blank']);
    expect(await keysWhere('name', 'equals', 'O\'Brien "the" 100%_\\')).toEqual(['quote']);
    expect(await keysWhere('age', 'equals', '34')).toEqual(['asha', 'hindi']);
    expect(await keysWhere('age', 'equals', 7.0)).toEqual(['upper', 'tabs']);
    expect(await keysWhere('age', 'equals', '9223372036854775807')).toEqual(['emoji']);
    expect(await keysWhere('age', 'equals', 2.5)).toEqual([]);
    expect(await keysWhere('amount', 'equals', 1250.5)).toEqual(['asha']);
    expect(await keysWhere('ratio', 'equals', 0.1)).toEqual(['asha']);
    expect(await keysWhere('active', 'equals', false)).toEqual(['blank', 'hindi', 'tabs']);
    expect(await keysWhere('active', 'equals', 'yes')).toEqual(['asha', 'space', 'emoji', 'upper', 'sharp']);
    expect(await keysWhere('born', 'equals', '1990-02-28')).toEqual(['asha', 'upper']);
    expect(await keysWhere('wakes', 'equals', '06:30')).toEqual(['asha', 'emoji', 'upper']);
  });

  test('not_equals keeps rows without a value', async () => {
    expect(await keysWhere('age', 'not_equals', 34)).toEqual([
      'empty',
      'blank',
      'space',
      'emoji',
      'quote',
      'upper',
      'tabs',
      'sharp',
    ]);
    expect(await keysWhere('name', 'not_equals', 'Asha Rao')).toHaveLength(9);
    expect(await keysWhere('active', 'not_equals', true)).toEqual([
      'empty',
      'blank',
      'hindi',
      'quote',
      'tabs',
    ]);
    expect(await keysWhere('seen', 'not_equals', '2024-01-05')).toEqual([
      'empty',
      'space',
      'hindi',
      'emoji',
      'upper',
      'tabs',
      'sharp',
    ]);
  });

  test('equality heeds case unless it is told not to', async () => {
    expect(await keysWhere('name', 'equals', 'asha rao')).toEqual([]);
    expect(await keysWhere('name', 'equals', 'asha rao', { ignore_case: true })).toEqual(['asha', 'upper']);
    expect(await keysWhere('name', 'in', ['ASHA rao', 'STRASSE'], { ignore_case: true })).toEqual([
      'asha',
      'upper',
    ]);
    expect(await keysWhere('name', 'not_equals', 'asha rao', { ignore_case: true })).toHaveLength(8);
  });

  test('contains, starts_with and ends_with ignore case in every script', async () => {
    expect(await keysWhere('name', 'contains', 'RAO')).toEqual(['asha', 'upper']);
    expect(await keysWhere('name', 'contains', 'école')).toEqual(['sharp']);
    expect(await keysWhere('name', 'contains', 'ñandÚ')).toEqual(['emoji']);
    expect(await keysWhere('name', 'contains', 'दुनिया')).toEqual(['hindi']);
    expect(await keysWhere('name', 'contains', '👩')).toEqual(['emoji']);
    expect(await keysWhere('name', 'starts_with', 'asha')).toEqual(['asha', 'upper']);
    expect(await keysWhere('name', 'ends_with', 'rao')).toEqual(['asha', 'upper']);
    expect(await keysWhere('name', 'contains', '')).toHaveLength(9);
  });

  test('wildcards and quotes in a value mean themselves', async () => {
    expect(await keysWhere('name', 'contains', '%')).toEqual(['quote']);
    expect(await keysWhere('name', 'contains', '_')).toEqual(['quote']);
    expect(await keysWhere('name', 'contains', '\\')).toEqual(['quote']);
    expect(await keysWhere('name', 'ends_with', '100%_\\')).toEqual(['quote']);
    expect(await keysWhere('name', 'contains', "'; drop table people; --")).toEqual([]);
    expect(await keysWhere('name', 'contains', '\\%')).toEqual([]);
    expect(await keysWhere('name', 'starts_with', "o'b")).toEqual(['quote']);
  });

  test('greater and less compare numbers, dates, times and text by code point', async () => {
    expect(await keysWhere('age', 'greater_than', 34)).toEqual(['emoji', 'sharp']);
    expect(await keysWhere('age', 'greater_or_equal', '34')).toEqual(['asha', 'hindi', 'emoji', 'sharp']);
    expect(await keysWhere('age', 'less_than', 0)).toEqual(['space', 'quote']);
    expect(await keysWhere('age', 'less_or_equal', '0.5')).toEqual(['blank', 'space', 'quote']);
    expect(await keysWhere('age', 'greater_than', '1e18')).toEqual(['emoji']);
    expect(await keysWhere('age', 'less_than', '99999999999999999999999999999999999999999999')).toHaveLength(
      9,
    );
    expect(await keysWhere('amount', 'greater_than', '12345678901234567890123456789012.5')).toEqual([]);
    expect(await keysWhere('amount', 'less_than', '0.00000100000000001')).toEqual([
      'blank',
      'space',
      'emoji',
      'quote',
    ]);
    expect(await keysWhere('ratio', 'greater_than', 1e300)).toEqual([]);
    expect(await keysWhere('born', 'greater_than', '2024-02-29')).toEqual(['hindi', 'tabs']);
    expect(await keysWhere('wakes', 'less_than', '06:30:00')).toEqual(['blank', 'sharp']);
    expect(await keysWhere('name', 'less_than', 'a')).toEqual([
      'asha',
      'blank',
      'space',
      'quote',
      'upper',
      'tabs',
    ]);
  });

  test('a day compared with a moment means the whole day, in the given time zone', async () => {
    expect(await keysWhere('seen', 'equals', '2024-01-05')).toEqual(['asha', 'blank', 'quote']);
    expect(await keysWhere('seen', 'greater_than', '2024-01-05')).toEqual(['space', 'upper', 'tabs']);
    expect(await keysWhere('seen', 'less_or_equal', '2024-01-05')).toEqual([
      'asha',
      'blank',
      'hindi',
      'emoji',
      'quote',
      'sharp',
    ]);
    expect(await keysWhere('seen', 'less_than', '2024-01-05')).toEqual(['hindi', 'emoji', 'sharp']);
    expect(await keysWhere('seen', 'between', ['2024-01-01', '2024-01-05'])).toEqual([
      'asha',
      'blank',
      'quote',
      'sharp',
    ]);
    expect(await keysWhere('seen', 'in', ['2024-01-05 10:00', '2024-12-31', null])).toEqual([
      'asha',
      'quote',
      'tabs',
    ]);
    expect(await keysWhere('seen', 'less_or_equal', '9999-12-31')).toHaveLength(9);
    expect(await keysWhere('met', 'equals', '2024-01-05')).toEqual(['asha', 'blank', 'quote']);
    expect(await keysWhere('met', 'equals', '2024-01-05', { timeZone: 'Asia/Kolkata' })).toEqual([
      'space',
      'quote',
    ]);
    expect(await keysWhere('met', 'equals', '2024-01-05T23:30:00Z')).toEqual(['asha']);
    expect(await keysWhere('met', 'equals', '2024-01-06T05:00:00+05:30')).toEqual(['asha']);
    expect(await keysWhere('met', 'equals', '2024-01-06 05:00', { timeZone: 'Asia/Kolkata' })).toEqual([
      'asha',
    ]);
  });

  test('is_null and is_not_null tell missing values, not blanks', async () => {
    expect(await keysWhere('name', 'is_null')).toEqual(['empty']);
    expect(await keysWhere('extra', 'is_null')).toEqual(['empty']);
    expect(await keysWhere('extra', 'is_not_null')).toHaveLength(9);
    expect(await keysWhere('active', 'is_null')).toEqual(['empty', 'quote']);
  });

  test('in keeps listed values; an empty one in the list changes nothing', async () => {
    expect(await keysWhere('name', 'in', ['Asha Rao', null, ''])).toEqual(['asha', 'blank']);
    expect(await keysWhere('age', 'in', [7, '34', 2.5, null])).toEqual(['asha', 'hindi', 'upper', 'tabs']);
    expect(await keysWhere('amount', 'in', ['7.1', '-0.010'])).toEqual(['space', 'tabs']);
    expect(await keysWhere('name', 'in', [])).toEqual([]);
    expect(await keysWhere('name', 'in', [null])).toEqual([]);
    expect(await keysWhere('born', 'in', ['2000-01-01', '9999-12-31'])).toEqual(['hindi', 'quote']);
  });

  test('between includes both ends', async () => {
    expect(await keysWhere('age', 'between', [0, 34])).toEqual(['asha', 'blank', 'hindi', 'upper', 'tabs']);
    expect(await keysWhere('age', 'between', [34, 0])).toEqual([]);
    expect(await keysWhere('born', 'between', ['1990-02-28', '2000-01-01'])).toEqual([
      'asha',
      'quote',
      'upper',
    ]);
    expect(await keysWhere('name', 'between', ['A', 'B'])).toEqual(['asha', 'upper']);
  });
});

describe('join', () => {
  const joined = async (join_type: 'left' | 'inner' | 'right' | 'outer') => {
    const { rows, columns: result } = await both.run({
      steps: [
        { type: 'source', table: 'people' },
        {
          type: 'join',
          with: 'visits',
          left_on: 'key',
          right_on: 'person',
          join_type,
          columns: ['id', 'cost'],
        },
        { type: 'select', columns: ['key', 'visits_id', 'visits_cost'] },
      ],
    });
    expect(result.map((column) => column.name)).toEqual(['key', 'visits_id', 'visits_cost']);
    return rows.map(([key, id]) => `${key ?? '-'}:${id ?? '-'}`);
  };

  test('left keeps every row of the first table, once for each match', async () => {
    expect(await joined('left')).toEqual([
      'asha:1',
      'asha:2',
      'empty:-',
      'blank:-',
      'space:-',
      'hindi:-',
      'emoji:-',
      'quote:5',
      'upper:-',
      'tabs:-',
      'sharp:-',
    ]);
  });

  test('inner keeps matches only, and an empty key matches nothing', async () => {
    expect(await joined('inner')).toEqual(['asha:1', 'asha:2', 'quote:5']);
    const { rows } = await both.run({
      steps: [
        { type: 'source', table: 'visits' },
        {
          type: 'join',
          with: 'visits',
          left_on: 'person',
          right_on: 'person',
          join_type: 'inner',
          columns: [],
        },
      ],
    });
    expect(rows.map(([id]) => id)).toEqual(['1', '1', '2', '2', '3', '5']);
  });

  test('right and outer keep rows of the second table without a match', async () => {
    expect(await joined('right')).toEqual(['asha:1', 'asha:2', 'quote:5', '-:3', '-:4']);
    expect(await joined('outer')).toHaveLength(13);
  });

  test('numbers of different types match, dates match midnights', async () => {
    const { rows } = await both.run({
      steps: [
        { type: 'source', table: 'people' },
        {
          type: 'join',
          with: 'visits',
          left_on: 'age',
          right_on: 'age',
          join_type: 'inner',
          columns: ['id'],
        },
        { type: 'select', columns: ['key', 'visits_id'] },
      ],
    });
    expect(rows.map((row) => row.join(':'))).toEqual([
      'asha:1',
      'hindi:1',
      'emoji:5',
      'upper:2',
      'upper:3',
      'tabs:2',
      'tabs:3',
    ]);
    const days = await both.run({
      steps: [
        { type: 'source', table: 'people' },
        {
          type: 'join',
          with: 'visits',
          left_on: 'seen',
          right_on: 'day',
          join_type: 'inner',
          columns: ['id'],
        },
        { type: 'select', columns: ['key', 'visits_id'] },
      ],
    });
    expect(days.rows.map((row) => row.join(':'))).toEqual(['blank:1', 'space:2', 'sharp:4']);
  });

  test('without a choice every column of the second table comes along, and names stay unique', async () => {
    const { columns: result } = await both.run({
      steps: [
        { type: 'source', table: 'visits' },
        { type: 'join', with: 'visits', left_on: 'id', right_on: 'id' },
        { type: 'join', with: 'visits', left_on: 'id', right_on: 'id', columns: ['id'] },
      ],
    });
    expect(result.map((column) => column.name)).toEqual([
      'id',
      'person',
      'age',
      'day',
      'cost',
      'visits_id',
      'visits_person',
      'visits_age',
      'visits_day',
      'visits_cost',
      'visits_id_2',
    ]);
  });
});

describe('group', () => {
  test('every function ignores empty values, and empty keys are one group', async () => {
    const { rows } = await both.run({
      steps: [
        { type: 'source', table: 'people' },
        {
          type: 'group',
          by: ['active'],
          aggregates: [
            { function: 'count', alias: 'all_rows' },
            { function: 'count', column: 'name', alias: 'names' },
            { function: 'count_distinct', column: 'age', alias: 'ages' },
            { function: 'sum', column: 'amount', alias: 'total' },
            { function: 'avg', column: 'ratio', alias: 'mean' },
            { function: 'average', column: 'age', alias: 'mean_age' },
            { function: 'min', column: 'name', alias: 'first_name' },
            { function: 'max', column: 'born', alias: 'last_born' },
            { function: 'max', column: 'wakes', alias: 'latest' },
            { function: 'count_distinct', column: 'extra', alias: 'extras' },
          ],
        },
      ],
    });
    expect(rows).toEqual([
      [
        'false',
        '3',
        '3',
        '3',
        '100000000000007.09',
        '3333333335.7',
        '13.6666666667',
        '',
        '9999-12-31',
        '18:00:00',
        '3',
      ],
      [
        'true',
        '5',
        '5',
        '5',
        '1257.590001',
        '1.62',
        '1844674407370955189.4',
        '  ',
        '2024-01-01',
        '23:59:59',
        '4',
      ],
      [
        null,
        '2',
        '1',
        '1',
        '-1250.5',
        '-0.1',
        '-9223372036854775808',
        'O\'Brien "the" 100%_\\',
        '2000-01-01',
        null,
        '1',
      ],
    ]);
  });

  test('a sum of the largest integers is exact and does not overflow', async () => {
    const { rows } = await both.run({
      steps: [
        { type: 'source', table: 'people' },
        { type: 'filter', column: 'age', operator: 'greater_than', value: 50 },
        { type: 'group', by: [], aggregates: [{ function: 'sum', column: 'age', alias: 'total' }] },
      ],
    });
    expect(rows).toEqual([['9223372036854775907']]);
  });

  test('no rows give one row without groups and none with them', async () => {
    const aggregates = [
      { function: 'count' as const, alias: 'rows' },
      { function: 'sum' as const, column: 'n', alias: 'total' },
      { function: 'avg' as const, column: 'n', alias: 'mean' },
      { function: 'max' as const, column: 't', alias: 'last' },
    ];
    const steps = (by: string[]) => [
      { type: 'source' as const, table: 'nothing' },
      { type: 'group' as const, by, aggregates },
    ];
    expect((await both.run({ steps: steps([]) })).rows).toEqual([['0', null, null, null]]);
    expect((await both.run({ steps: steps(['t']) })).rows).toEqual([]);
  });

  test('booleans have a smallest and a largest', async () => {
    const { rows } = await both.run({
      steps: [
        { type: 'source', table: 'people' },
        {
          type: 'group',
          by: ['wakes'],
          aggregates: [
            { function: 'min', column: 'active', alias: 'least' },
            { function: 'max', column: 'active', alias: 'most' },
          ],
        },
        { type: 'filter', column: 'wakes', operator: 'in', value: ['06:30', '18:00'] },
      ],
    });
    expect(rows).toEqual([
      ['06:30:00', 'true', 'true'],
      ['18:00:00', 'false', 'false'],
    ]);
  });

  test('grouping by every type works', async () => {
    const { rows } = await both.run({
      steps: [
        { type: 'source', table: 'people' },
        {
          type: 'group',
          by: ['name', 'age', 'amount', 'ratio', 'active', 'born', 'seen', 'met', 'wakes', 'extra'],
          aggregates: [{ function: 'count', alias: 'n' }],
        },
        { type: 'group', by: [], aggregates: [{ function: 'count', alias: 'n' }] },
      ],
    });
    expect(rows).toEqual([['10']]);
  });
});

describe('select, sort and distinct', () => {
  test('select keeps the order that it is given', async () => {
    const { columns: result } = await both.run({
      steps: [
        { type: 'source', table: 'people' },
        { type: 'select', columns: ['age', 'Full name', 'key'] },
      ],
    });
    expect(result.map((column) => column.name)).toEqual(['age', 'name', 'key']);
  });

  test('sort puts empty values last in both directions', async () => {
    const sorted = async (descending: boolean, column: string) =>
      (
        await both.run({
          steps: [
            { type: 'source', table: 'people' },
            { type: 'sort', columns: [{ column, descending }] },
            { type: 'select', columns: ['key'] },
          ],
        })
      ).rows.map(([key]) => key);
    expect(await sorted(false, 'age')).toEqual([
      'quote',
      'space',
      'blank',
      'upper',
      'tabs',
      'asha',
      'hindi',
      'sharp',
      'emoji',
      'empty',
    ]);
    expect(await sorted(true, 'age')).toEqual([
      'emoji',
      'sharp',
      'asha',
      'hindi',
      'upper',
      'tabs',
      'blank',
      'space',
      'quote',
      'empty',
    ]);
    expect(await sorted(false, 'name')).toEqual([
      'blank',
      'tabs',
      'space',
      'upper',
      'asha',
      'quote',
      'sharp',
      'hindi',
      'emoji',
      'empty',
    ]);
    expect((await sorted(true, 'name')).at(-1)).toBe('empty');
    for (const column of ['amount', 'ratio', 'active', 'born', 'seen', 'met', 'wakes']) {
      expect((await sorted(false, column)).slice(-2)).toContain('empty');
      expect((await sorted(true, column)).slice(-2)).toContain('empty');
    }
  });

  test('an order survives the steps after it, also when its column is dropped or rewritten', async () => {
    const { rows } = await both.run({
      steps: [
        { type: 'source', table: 'people' },
        { type: 'sort', columns: [{ column: 'name', descending: true }] },
        { type: 'clean', columns: ['name'], operations: ['upper'] },
        { type: 'add_column', name: 'twice', expression_type: 'math', left: 'age', operator: '*', right: 2 },
        { type: 'filter', column: 'age', operator: 'between', value: [0, 100] },
        { type: 'select', columns: ['key', 'twice'] },
      ],
    });
    expect(rows.map(([key]) => key)).toEqual(['hindi', 'sharp', 'asha', 'upper', 'tabs', 'blank']);
  });

  test('a later sort keeps the earlier one among equals, as in a spreadsheet', async () => {
    const { rows } = await both.run({
      steps: [
        { type: 'source', table: 'people' },
        { type: 'sort', columns: ['key'] },
        { type: 'sort', columns: ['active'] },
        { type: 'select', columns: ['key'] },
      ],
    });
    expect(rows.map(([key]) => key)).toEqual([
      'blank',
      'hindi',
      'tabs',
      'asha',
      'emoji',
      'sharp',
      'space',
      'upper',
      'empty',
      'quote',
    ]);
  });

  test('distinct keeps one of equal rows', async () => {
    const { rows } = await both.run({
      steps: [
        { type: 'source', table: 'people' },
        { type: 'select', columns: ['active', 'wakes'] },
        { type: 'distinct' },
        { type: 'filter', column: 'wakes', operator: 'equals', value: '06:30' },
      ],
    });
    expect(rows).toEqual([['true', '06:30:00']]);
  });
});

describe('clean', () => {
  test('trim takes every kind of white space from both ends', async () => {
    const { rows } = await both.run({
      steps: [
        { type: 'source', table: 'people' },
        { type: 'clean', columns: ['name'], operations: ['trim'] },
        { type: 'select', columns: ['key', 'name'] },
      ],
    });
    const byKey = Object.fromEntries(rows);
    expect(byKey).toMatchObject({ space: '', tabs: "mary-jane\u00a0o'neil", empty: null, asha: 'Asha Rao' });
  });

  test('upper, lower and title know letters beyond ASCII', async () => {
    const cleaned = async (...operations: ('trim' | 'upper' | 'lower' | 'title')[]) => {
      const { rows } = await both.run({
        steps: [
          { type: 'source', table: 'people' },
          { type: 'clean', columns: ['name'], operations },
          { type: 'select', columns: ['key', 'name'] },
        ],
      });
      return Object.fromEntries(rows) as Record<string, Cell>;
    };
    expect(await cleaned('upper')).toMatchObject({
      sharp: 'STRAßE ÉCOLE ŉ',
      emoji: '👩‍👩‍👧 FAMÍLIA ÑANDÚ',
      hindi: 'नमस्ते दुनिया',
    });
    expect(await cleaned('lower')).toMatchObject({ sharp: 'straße école ŉ', upper: 'asha rao', empty: null });
    expect(await cleaned('trim', 'lower', 'title')).toMatchObject({
      asha: 'Asha Rao',
      upper: 'Asha Rao',
      tabs: "Mary-Jane\u00a0O'neil",
      quote: 'O\'brien "The" 100%_\\',
      sharp: 'Straße École ŉ',
      emoji: '👩‍👩‍👧 Família Ñandú',
      hindi: 'नमस्ते दुनिया',
      blank: '',
      empty: null,
    });
  });

  test('remove_duplicates compares rows after the cleaning', async () => {
    const { rows } = await both.run({
      steps: [
        { type: 'source', table: 'people' },
        { type: 'select', columns: ['name'] },
        { type: 'filter', column: 'name', operator: 'contains', value: 'rao' },
        { type: 'clean', columns: ['name'], operations: ['title', 'remove_duplicates'] },
      ],
    });
    expect(rows).toEqual([['Asha Rao']]);
  });
});

describe('categorize', () => {
  test('the first rule that holds decides, and the default takes the rest', async () => {
    expect(
      await computed({
        type: 'categorize',
        new_column: 'band',
        source_column: 'age',
        rules: [
          { operator: 'is_null', category: 'unknown' },
          { operator: 'less_than', value: 18, category: "child's" },
          { operator: 'between', value: [18, 59], category: 'adult' },
        ],
      }),
    ).toEqual({
      asha: 'adult',
      empty: 'unknown',
      blank: "child's",
      space: "child's",
      hindi: 'adult',
      emoji: 'Other',
      quote: "child's",
      upper: "child's",
      tabs: "child's",
      sharp: 'Other',
    });
  });

  test('text rules ignore case, and a default of null leaves it empty', async () => {
    const result = await computed({
      type: 'categorize',
      new_column: 'band',
      source_column: 'name',
      rules: [
        { operator: 'starts_with', value: 'ASHA', category: '%' },
        { operator: 'equals', value: '', category: '' },
        { operator: 'in', value: ['  '], category: '\\' },
      ],
      default: null,
    });
    expect(result).toMatchObject({ asha: '%', upper: '%', blank: '', space: '\\', hindi: null, empty: null });
  });
});

describe('add column', () => {
  const math = (left: string | number, operator: '+' | '-' | '*' | '/', right: string | number) =>
    computed({ type: 'add_column', name: 'x', expression_type: 'math', left, operator, right });

  test('sums, differences and products do not overflow', async () => {
    expect(await math('age', '+', 'age')).toMatchObject({
      emoji: '18446744073709551614',
      quote: '-18446744073709551616',
      empty: null,
    });
    expect(await math('age', '-', 1)).toMatchObject({ quote: '-9223372036854775809', blank: '-1' });
    expect(await math('age', '*', 2)).toMatchObject({ emoji: '18446744073709551614', asha: '68' });
    expect(await math('age', '*', 'age')).toMatchObject({
      emoji: '85070591730234615847396907784232501249',
      asha: '1156',
    });
    expect(await math('amount', '*', 'age')).toMatchObject({
      asha: '42517',
      tabs: '49.7',
      hindi: '3399999999999999.66',
    });
    expect(await math('amount', '*', '-0.5')).toMatchObject({ asha: '-625.25', space: '0.005' });
    expect(await math('ratio', '+', 'ratio')).toMatchObject({ asha: '0.2', sharp: '1' });
    expect(await math('ratio', '+', 0.2)).toMatchObject({ asha: '0.3' });
    expect(await math(100, '-', 'age')).toMatchObject({ asha: '66' });
  });

  test('division keeps the fraction, and by zero gives an empty value', async () => {
    expect(await math('age', '/', 4)).toMatchObject({ asha: '8.5', upper: '1.75', blank: '0' });
    expect(await math('age', '/', 0)).toMatchObject({ asha: null, empty: null });
    expect(await math('amount', '/', 'age')).toMatchObject({
      blank: null,
      tabs: '1.0142857143',
      space: '0.01',
    });
    expect(await math('amount', '/', 'ratio')).toMatchObject({ asha: '12505', blank: null });
  });

  test('concat joins what is there, in canonical text', async () => {
    expect(
      await computed({
        type: 'add_column',
        name: 'x',
        expression_type: 'concat',
        columns: ['name', 'age', 'amount', 'active'],
        separator: '|',
      }),
    ).toMatchObject({
      asha: 'Asha Rao|34|1250.5|true',
      empty: null,
      blank: '0|0|false',
      emoji: '👩‍👩‍👧 Família Ñandú|9223372036854775807|0.000001|true',
      upper: 'ASHA RAO|7|7|true',
    });
    expect(
      await computed({
        type: 'add_column',
        name: 'x',
        expression_type: 'concat',
        columns: ['born', 'seen', 'wakes', 'ratio'],
      }),
    ).toMatchObject({
      asha: '1990-02-28 2024-01-05 10:00:00 06:30:00 0.1',
      hindi: '9999-12-31 2023-12-31 23:59:59 12:00:00 10000000000',
      space: '0001-01-01 2024-01-06 00:00:00 23:59:59 -2.5',
    });
    expect(
      await computed({
        type: 'add_column',
        name: 'x',
        expression_type: 'concat',
        columns: ['met', 'extra'],
        separator: "'%s",
      }),
    ).toMatchObject({ asha: '2024-01-05 23:30:00\'%s{"a": 1}', empty: null });
  });

  test('extract takes year, month and day out of dates and moments', async () => {
    const part = (column: string, part: 'year' | 'month' | 'day', timeZone?: string) =>
      both
        .run(
          {
            steps: [
              { type: 'source', table: 'people' },
              { type: 'add_column', name: 'x', expression_type: 'extract', column, part },
            ],
          },
          { timeZone },
        )
        .then(({ rows }) => Object.fromEntries(rows.map((row) => [row[0], row.at(-1)])));
    expect(await part('born', 'year')).toMatchObject({
      asha: '1990',
      space: '1',
      hindi: '9999',
      empty: null,
    });
    expect(await part('born', 'month')).toMatchObject({ asha: '2', tabs: '12' });
    expect(await part('born', 'day')).toMatchObject({ asha: '28', blank: '29' });
    expect(await part('seen', 'day')).toMatchObject({ hindi: '31', space: '6' });
    expect(await part('met', 'day')).toMatchObject({ asha: '5' });
    expect(await part('met', 'day', 'Asia/Kolkata')).toMatchObject({ asha: '6' });
  });
});

test('a disabled step is skipped, and a display name finds its column and its table', async () => {
  const { rows } = await both.run({
    steps: [
      { type: 'source', table: 'People' },
      { type: 'filter', column: 'nonsense', operator: 'equals', value: 1, disabled: true },
      { type: 'filter', column: 'Full name', operator: 'equals', value: 'Asha Rao' },
      { type: 'select', columns: ['key'] },
    ],
  });
  expect(rows).toEqual([['asha']]);
});

test('two hundred steps still run', async () => {
  const { rows } = await both.run({
    steps: [
      { type: 'source', table: 'people' },
      ...Array.from({ length: 199 }, (_, index) =>
        index % 3 === 0
          ? ({
              type: 'add_column',
              name: `c${index}`,
              expression_type: 'math',
              left: 'age',
              operator: '+',
              right: index,
            } as const)
          : ({ type: 'filter', column: 'key', operator: 'not_equals', value: `none${index}` } as const),
      ),
    ],
  });
  expect(rows).toHaveLength(10);
});
