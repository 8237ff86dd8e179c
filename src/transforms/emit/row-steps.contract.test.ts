import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBothEngines, type BothEngines, type Cell } from './testing/both-engines.ts';

let both: BothEngines;

beforeAll(async () => {
  both = await openBothEngines();
  await both.createTable({
    name: 'visits',
    displayName: "Visits '24",
    columns: [
      { name: 'id', type: 'integer' },
      { name: 'district', type: 'text', displayName: 'District' },
      { name: 'month', type: 'text' },
      { name: 'cost', type: 'decimal' },
      { name: 'day', type: 'date' },
      { name: 'seen', type: 'timestamptz' },
      { name: 'ok', type: 'boolean' },
      { name: 'extra', type: 'json' },
    ],
    rows: [
      [
        '1',
        'Pune',
        'Jan',
        '10',
        '2024-01-31',
        '2024-01-31 20:00:00+00',
        true,
        '{"a": {"b/c~\\"": 1.5}, "l": ["x", " y ", "", null, 2]}',
      ],
      ['2', 'pune ', 'Jan', '20.5', '2024-03-31', '2024-03-31 18:29:59+00', false, '{"a": null, "l": []}'],
      ['3', 'Pune', 'Feb', null, '2024-04-01', null, null, '{"a": {"b/c~\\"": "2"}, "l": "no list"}'],
      ['4', null, 'Feb', '-5', null, '1970-01-01 00:00:00+00', true, null],
      ['5', 'नगर', null, '10', '0001-01-01', '2024-01-01 00:00:00+00', false, '[1, {"a": true}]'],
      ['6', 'नगर', "O'%", '0', '9999-12-31', '2024-01-01 00:00:00+00', true, '"text"'],
      ['7', '', 'Jan', '10', '2024-01-01', '2024-01-01 00:00:00+00', true, '{"a": {"b/c~\\"": [1]}}'],
    ],
  });
  await both.createTable({
    name: 'places',
    displayName: 'Places',
    columns: [
      { name: 'name', type: 'text' },
      { name: 'month', type: 'text' },
      { name: 'state', type: 'text' },
      { name: 'size', type: 'integer' },
    ],
    rows: [
      ['PUNE', 'Jan', 'MH', '3'],
      ['PUNE', 'Feb', 'KA', '1'],
      ['नगर', 'Jan', null, '2'],
      [null, 'Feb', 'none', null],
    ],
  });
  await both.createTable({
    name: 'older',
    displayName: 'Older',
    columns: [
      { name: 'DISTRICT', type: 'text' },
      { name: 'cost', type: 'integer' },
      { name: 'note', type: 'text' },
    ],
    rows: [
      ['Pune', '7', "it's"],
      [null, null, null],
    ],
  });
  await both.createTable({
    name: 'wide',
    columns: [
      { name: 'who', type: 'text' },
      { name: "Jan '24", type: 'integer' },
      { name: 'Feb "24"', type: 'decimal' },
      { name: 'मार्च', type: 'integer' },
    ],
    rows: [
      ['a', '1', '2.5', null],
      ['b', null, null, '0'],
    ],
  });
});
afterAll(() => both[Symbol.asyncDispose]());

type Step = Parameters<BothEngines['run']>[0]['steps'][number];

const run = (table: string, ...steps: Step[]) =>
  both.run({ steps: [{ type: 'source', table }, ...steps] }, { timeZone: 'Asia/Kolkata' });

/** What an execution does: the same rows without the order of a preview. */
const execute = (table: string, ...steps: Step[]) =>
  both.run(
    { steps: [{ type: 'source', table }, ...steps, { type: 'sort', columns: ['id'] }] },
    { timeZone: 'Asia/Kolkata', totalOrder: false },
  );

const last = (rows: readonly (readonly Cell[])[]): Cell[] => rows.map((row) => row.at(-1) ?? null);
const names = (columns: readonly { name: string }[]): string[] => columns.map(({ name }) => name);

describe('stack', () => {
  test('puts tables below one another by the names of their columns', async () => {
    const { columns, rows } = await run(
      'visits',
      { type: 'sort', columns: [{ column: 'id', descending: true }] },
      { type: 'select', columns: ['District', 'cost'] },
      { type: 'stack', tables: ['Older', 'older'], name_column: 'From' },
    );
    expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'district text',
      'cost decimal',
      'note text',
      'From text',
    ]);
    expect(rows).toHaveLength(11);
    expect(rows[0]).toEqual(['', '10', null, "Visits '24"]);
    expect(rows[7]).toEqual(['Pune', '7', "it's", 'Older']);
    expect(rows[10]).toEqual([null, null, null, 'Older']);
  });

  test('can be sorted, filtered and joined further', async () => {
    const { rows } = await run(
      'visits',
      { type: 'stack', tables: ['older'] },
      { type: 'filter', column: 'district', operator: 'equals', value: 'Pune' },
      { type: 'join', with: 'places', left_on: 'month', right_on: 'month', columns: ['state'] },
      { type: 'sort', columns: ['cost'] },
      { type: 'select', columns: ['cost'] },
    );
    expect(last(rows)).toEqual(['7', '10', '10', null, null]);
  });

  test('says which column does not fit', async () => {
    await expect(
      run(
        'places',
        { type: 'rename', columns: [{ column: 'name', name: 'cost' }] },
        { type: 'stack', tables: ['older'] },
      ),
    ).rejects.toThrow('“cost” holds whole numbers in “Older” and text above');
  });
});

describe('unpivot', () => {
  test('turns columns into rows', async () => {
    const { columns, rows } = await run('wide', {
      type: 'unpivot',
      columns: ['who'],
      all_but: true,
      name_column: 'month',
      value_column: 'मार्च',
    });
    expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'who text',
      'month text',
      'मार्च decimal',
    ]);
    expect(rows).toEqual([
      ['a', "Jan '24", '1'],
      ['a', 'Feb "24"', '2.5'],
      ['b', 'मार्च', '0'],
    ]);
    const all = await run('wide', {
      type: 'unpivot',
      columns: ["Jan '24", 'मार्च'],
      name_column: 'n',
      value_column: 'v',
      drop_empty: false,
    });
    expect(names(all.columns)).toEqual(['who', 'Feb "24"', 'n', 'v']);
    expect(all.rows).toHaveLength(4);
  });

  test('refuses values that do not go together', async () => {
    await expect(
      run('wide', { type: 'unpivot', columns: [], all_but: true, name_column: 'n', value_column: 'v' }),
    ).rejects.toThrow('cannot stand in one column');
    await expect(
      run('wide', { type: 'unpivot', columns: [], name_column: 'n', value_column: 'v' }),
    ).rejects.toThrow('Choose the columns');
  });
});

test('pivot makes a column of each value that the recipe names', async () => {
  const { columns, rows } = await run('visits', {
    type: 'pivot',
    by: ['ok'],
    column: 'month',
    values: [{ value: 'Jan' }, { value: "O'%", name: 'Odd' }, { value: null }, { value: 'none' }],
    function: 'sum',
    value_column: 'cost',
  });
  expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'ok boolean',
    'Jan decimal',
    'Odd decimal',
    'Empty decimal',
    'none decimal',
  ]);
  expect(rows).toEqual([
    ['false', '20.5', null, '10', null],
    ['true', '20', '0', null, null],
    [null, null, null, null, null],
  ]);
  const counted = await run('visits', {
    type: 'pivot',
    by: [],
    column: 'cost',
    values: [{ value: 10 }, { value: 20.5 }],
    function: 'count',
  });
  expect(counted.rows).toEqual([['3', '1']]);
  const listed = await run('visits', {
    type: 'pivot',
    by: ['month'],
    column: 'ok',
    values: [{ value: true }],
    function: 'list',
    value_column: 'id',
  });
  expect(listed.rows).toContainEqual(['Jan', '1, 7']);
});

describe('remove_duplicates', () => {
  test('keeps the first or the last row of each', async () => {
    const keep = (step: object) =>
      // The fields of this step.
      execute('visits', { type: 'remove_duplicates', ...step }).then(({ rows }) => rows.map(([id]) => id));
    expect(await keep({ by: ['District'], order: ['cost'] })).toEqual(['1', '2', '4', '6', '7']);
    expect(await keep({ by: ['District'], keep: 'last', order: ['day'] })).toEqual(['2', '3', '4', '6', '7']);
    expect(
      await keep({ by: ['month'], keep: 'last', order: [{ column: 'cost', descending: true }] }),
    ).toEqual(['4', '5', '6', '7']);
    expect(await keep({ by: ['month', 'ok'] })).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(await keep({ by: [] })).toHaveLength(7);
  });

  test('heeds the sort before', async () => {
    const { rows } = await run(
      'visits',
      { type: 'sort', columns: [{ column: 'id', descending: true }] },
      { type: 'remove_duplicates', by: ['month'] },
      { type: 'select', columns: ['id'] },
    );
    expect(last(rows)).toEqual(['7', '6', '5', '4']);
  });
});

test('top_n keeps the first of each group, with ties when asked', async () => {
  const top = (step: object) =>
    // The fields of this step.
    run('visits', { type: 'top_n', order: [{ column: 'cost', descending: true }], ...step } as Step).then(
      ({ rows }) => rows.map(([id]) => id),
    );
  expect(await top({ n: 1 })).toEqual(['2']);
  expect(await top({ n: 2 })).toEqual(['2', '1']);
  expect(await top({ n: 2, ties: true })).toEqual(['2', '1', '5', '7']);
  expect(await top({ n: 1, by: ['month'] })).toEqual(['4', '2', '6', '5']);
});

test('sample draws the same rows for the same seed', async () => {
  const draw = (seed: number, ...before: Step[]) =>
    execute('visits', ...before, { type: 'sample', rows: 3, seed }).then(({ rows }) =>
      rows.map(([id]) => id),
    );
  const first = await draw(1);
  expect(first).toHaveLength(3);
  expect(await draw(1, { type: 'sort', columns: ['cost'] })).toEqual(first);
  const others = [await draw(2), await draw(3), await draw(4)];
  expect(others.some((each) => each.join() !== first.join())).toBe(true);
  expect((await run('visits', { type: 'sample', rows: 100 })).rows).toHaveLength(7);
});

describe('join', () => {
  const ids = (step: object, ...more: Step[]) =>
    // The fields of this step.
    run('visits', { type: 'join', with: 'places', left_on: 'District', right_on: 'name', ...step }, ...more);

  test('on several keys, whatever the case and the spaces', async () => {
    const { columns, rows } = await ids({
      more_keys: [{ left_on: 'month', right_on: 'month' }],
      ignore_case: true,
      trim: true,
      columns: ['state'],
      suffix: ' of place',
    });
    expect(names(columns).at(-1)).toBe('state of place');
    expect(last(rows)).toEqual(['MH', 'MH', 'KA', null, null, null, null]);
    expect((await ids({ columns: ['size'] })).rows).toHaveLength(7);
  });

  test('keeps rows that have a match, or those that have none', async () => {
    const kept = await ids({ join_type: 'semi', ignore_case: true });
    expect(kept.rows.map(([id]) => id)).toEqual(['1', '3', '5', '6']);
    expect(kept.columns).toHaveLength(8);
    const others = await ids(
      { join_type: 'anti', ignore_case: true, trim: true },
      { type: 'select', columns: ['id'] },
    );
    expect(last(others.rows)).toEqual(['4', '7']);
  });

  test('says which key does not fit', async () => {
    await expect(ids({ more_keys: [{ left_on: 'id', right_on: 'state' }] })).rejects.toThrow(
      'more_keys.0.right_on',
    );
  });
});

describe('group', () => {
  const one = (aggregate: object, ...before: Step[]) =>
    // The fields of one aggregate.
    run(
      'visits',
      ...before,
      { type: 'group', by: ['month'], aggregates: [{ alias: 'x', ...aggregate }] } as Step,
      {
        type: 'sort',
        columns: ['month'],
      },
    ).then(({ rows }) => last(rows));

  test('counts, medians and percentiles, of some rows only', async () => {
    expect(await one({ function: 'count_rows' })).toEqual(['2', '3', '1', '1']);
    expect(await one({ function: 'median', column: 'cost' })).toEqual(['-5', '10', '0', '10']);
    expect(await one({ function: 'percentile', percent: 75, column: 'cost' })).toEqual([
      '-5',
      '15.25',
      '0',
      '10',
    ]);
    expect(
      await one({
        function: 'sum',
        column: 'cost',
        filter: { column: 'ok', operator: 'equals', value: true },
      }),
    ).toEqual(['-5', '20', '0', null]);
    expect(
      await one({
        function: 'count',
        filter: {
          match: 'any',
          conditions: [
            { column: 'cost', operator: 'is_null' },
            { column: 'id', operator: 'less_than', value: 3 },
          ],
        },
      }),
    ).toEqual(['1', '2', '0', '0']);
    for (const name of ['count_distinct', 'average', 'min', 'max'])
      expect(
        await one({
          function: name,
          column: 'cost',
          filter: { column: 'ok', operator: 'equals', value: true },
        }),
      ).toHaveLength(4);
    await expect(one({ function: 'percentile', column: 'cost' })).rejects.toThrow('0 to 100');
    await expect(one({ function: 'median', column: 'day' })).rejects.toThrow('only numbers');
    await expect(
      one({ function: 'sum', column: 'cost', filter: { column: 'nope', operator: 'is_null' } }),
    ).rejects.toThrow('aggregates.0.filter.column');
  });

  test('lists, and finds the first and the last', async () => {
    expect(await one({ function: 'list', column: 'District', separator: "'; " })).toEqual([
      'Pune',
      "'; Pune'; pune ",
      'नगर',
      'नगर',
    ]);
    expect(await one({ function: 'list', column: 'cost' })).toEqual(['-5', '10, 20.5', '0', '10']);
    expect(await one({ function: 'first', column: 'cost', order: ['id'] })).toEqual(['-5', '10', '0', '10']);
    expect(await one({ function: 'last', column: 'day' }, { type: 'sort', columns: ['id'] })).toEqual([
      '2024-04-01',
      '2024-01-01',
      '9999-12-31',
      '0001-01-01',
    ]);
    expect(
      await one({ function: 'first', column: 'extra', order: [{ column: 'day', descending: true }] }),
    ).toHaveLength(4);
    expect(await one({ function: 'first', column: 'ok', order: ['seen'] })).toHaveLength(4);
    await expect(one({ function: 'first', column: 'cost' })).rejects.toThrow('need an order');
  });

  test('by the period in which a date lies', async () => {
    const { columns, rows } = await run('visits', {
      type: 'group',
      by: [],
      by_date: [
        { column: 'seen', unit: 'month' },
        { column: 'day', unit: 'fiscal_year', alias: 'FY' },
      ],
      aggregates: [{ function: 'count' }],
    });
    expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'seen (month) date',
      'FY date',
      'count integer',
    ]);
    expect(rows).toContainEqual(['2024-02-01', '2023-04-01', '1']);
    expect(rows).toContainEqual(['2024-01-01', '9999-04-01', '1']);
    await expect(
      run('visits', { type: 'group', by: [], by_date: [{ column: 'cost', unit: 'month' }], aggregates: [] }),
    ).rejects.toThrow('only dates');
  });
});

describe('window', () => {
  const of = (step: object) =>
    // The fields of one of the forms of this step.
    execute('visits', { type: 'window', name: 'x', ...step } as Step).then(({ rows }) => last(rows));

  test('counts, ranks and adds up along an order', async () => {
    const order = ['id'];
    expect(await of({ function: 'row_number', order: [{ column: 'cost', descending: true }] })).toEqual([
      '2',
      '1',
      '7',
      '6',
      '3',
      '5',
      '4',
    ]);
    expect(await of({ function: 'rank', order: ['cost'] })).toEqual(['3', '6', '7', '1', '3', '2', '3']);
    expect(await of({ function: 'dense_rank', order: ['cost'] })).toEqual([
      '3',
      '4',
      '5',
      '1',
      '3',
      '2',
      '3',
    ]);
    expect(await of({ function: 'running_total', column: 'cost', order })).toEqual([
      '10',
      '30.5',
      '30.5',
      '25.5',
      '35.5',
      '35.5',
      '45.5',
    ]);
    expect(await of({ function: 'running_total', column: 'id', order, by: ['month'] })).toEqual([
      '1',
      '3',
      '3',
      '7',
      '5',
      '6',
      '10',
    ]);
    expect(await of({ function: 'running_count', column: 'cost', order })).toEqual([
      '1',
      '2',
      '2',
      '3',
      '4',
      '5',
      '6',
    ]);
    expect(await of({ function: 'moving_average', column: 'cost', rows: 2, order })).toEqual([
      '10',
      '15.25',
      '20.5',
      '-5',
      '2.5',
      '5',
      '5',
    ]);
  });

  test('looks at rows before and after', async () => {
    expect(await of({ function: 'previous', column: 'District', order: ['id'] })).toEqual([
      null,
      'Pune',
      'pune ',
      'Pune',
      null,
      'नगर',
      'नगर',
    ]);
    expect(await of({ function: 'next', column: 'cost', order: ['id'], offset: 2, by: ['month'] })).toEqual([
      '10',
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(await of({ function: 'previous', column: 'extra', order: ['id'] })).toHaveLength(7);
  });

  test('compares with a whole group', async () => {
    expect(await of({ function: 'percent_of_total', column: 'cost', by: ['month'] })).toEqual([
      '24.6913580247',
      '50.6172839506',
      null,
      '100',
      '100',
      null,
      '24.6913580247',
    ]);
    expect(await of({ function: 'group_total', column: 'id' })).toEqual(
      Array.from({ length: 7 }, () => '28'),
    );
    expect(await of({ function: 'group_average', column: 'cost', by: ['ok'] })).toEqual([
      '3.75',
      '15.25',
      null,
      '3.75',
      '15.25',
      '3.75',
      '3.75',
    ]);
    expect(await of({ function: 'group_count', column: 'cost' })).toContain('6');
    expect(await of({ function: 'group_min', column: 'District' })).toEqual(
      Array.from({ length: 7 }, () => ''),
    );
    expect(await of({ function: 'group_max', column: 'ok', by: ['month'] })).toHaveLength(7);
    await expect(of({ function: 'group_total', column: 'District' })).rejects.toThrow('only numbers');
  });
});

test('lookup brings one value and never repeats a row', async () => {
  const found = await execute('visits', {
    type: 'lookup',
    column: 'District',
    table: 'Places',
    key: 'name',
    value: 'state',
    name: 'state',
    default: '?',
    ignore_case: true,
    trim: true,
  });
  expect(last(found.rows)).toEqual(['KA', 'KA', 'KA', '?', '?', '?', '?']);
  const size = await execute('visits', {
    type: 'lookup',
    column: 'month',
    table: 'places',
    key: 'month',
    value: 'size',
    name: 'n',
  });
  expect(last(size.rows)).toEqual(['2', '2', '1', '1', null, null, '2']);
});

test('bin puts numbers into ranges', async () => {
  const bins = (step: object) =>
    // The fields of one of the forms of this step.
    execute('visits', { type: 'bin', column: 'cost', name: 'x', ...step } as Step).then(({ rows }) =>
      last(rows),
    );
  expect(await bins({ method: 'edges', edges: [0, 10.5] })).toEqual([
    '0 to below 10.5',
    '10.5 and above',
    null,
    'below 0',
    '0 to below 10.5',
    '0 to below 10.5',
    '0 to below 10.5',
  ]);
  expect(await bins({ method: 'edges', edges: [10], labels: ["'less'", '%'] })).toEqual([
    '%',
    '%',
    null,
    "'less'",
    '%',
    "'less'",
    '%',
  ]);
  expect(await bins({ method: 'width', width: 3, start: 1 })).toEqual([
    '10',
    '19',
    null,
    '-5',
    '10',
    '-2',
    '10',
  ]);
  await expect(bins({ method: 'edges', edges: [1, 1] })).rejects.toThrow('smallest to the largest');
  await expect(bins({ method: 'edges', edges: [1], labels: ['a'] })).rejects.toThrow('2 ranges');
});

test('mask hides what people are called', async () => {
  const mask = (step: object) =>
    // The fields of this step.
    execute('visits', { type: 'mask', columns: ['District'], ...step } as Step).then(({ rows }) =>
      rows.map((row) => row[1] ?? null),
    );
  expect(await mask({ method: 'partial', show: 1 })).toEqual([
    '***e',
    '**** ',
    '***e',
    null,
    '**र',
    '**र',
    null,
  ]);
  expect(await mask({ method: 'partial' })).toEqual(['****', '*****', '****', null, '***', '***', null]);
  expect(await mask({ method: 'remove' })).toEqual(Array.from({ length: 7 }, () => null));
  const [one, , three] = await mask({ method: 'hash', salt: "s'" });
  expect(one).toMatch(/^[0-9a-f]{64}$/);
  expect(three).toBe(one);
  const { columns } = await run('visits', {
    type: 'mask',
    columns: ['cost', 'seen', 'ok', 'day'],
    method: 'hash',
  });
  expect(columns.filter(({ type }) => type === 'text')).toHaveLength(6);
});

test('flatten_json takes fields out by their path', async () => {
  const { columns, rows } = await run('visits', {
    type: 'flatten_json',
    column: 'extra',
    fields: [
      { path: ['a', 'b/c~"'], name: 'text' },
      { path: ['a', 'b/c~"'], name: 'number', type: 'decimal' },
      { path: ['l', 0], name: 'first' },
      { path: [1, 'a'], name: 'yes', type: 'boolean' },
      { path: ['a'], name: 'part', type: 'json' },
    ],
  });
  expect(names(columns).slice(-5)).toEqual(['text', 'number', 'first', 'yes', 'part']);
  expect(rows.map((row) => row.slice(-5))).toEqual([
    ['1.5', '1.5', 'x', null, '{"b/c~\\"":1.5}'],
    [null, null, null, null, 'null'],
    ['2', '2', null, null, '{"b/c~\\"":"2"}'],
    [null, null, null, null, null],
    [null, null, null, 'true', null],
    [null, null, null, null, null],
    [null, null, null, null, '{"b/c~\\"":[1]}'],
  ]);
});

test('list_to_rows gives every item a row', async () => {
  const json = await run(
    'visits',
    { type: 'flatten_json', column: 'extra', fields: [{ path: ['l'], name: 'l', type: 'json' }] },
    { type: 'list_to_rows', column: 'l', name: 'l', keep: false },
    { type: 'select', columns: ['id', 'l'] },
  );
  expect(json.rows.slice(0, 4)).toEqual([
    ['1', 'x'],
    ['1', 'y'],
    ['1', '2'],
    ['2', null],
  ]);
  expect(json.rows).toHaveLength(9);
  const texts = await run('visits', {
    type: 'list_to_rows',
    column: 'District',
    separator: 'n',
    name: 'part',
  });
  expect(texts.rows).toHaveLength(10);
  await expect(run('visits', { type: 'list_to_rows', column: 'District', name: 'part' })).rejects.toThrow(
    'between the items',
  );
});
