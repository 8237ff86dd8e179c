import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBothEngines, type BothEngines, type Cell } from './testing/both-engines.ts';

let both: BothEngines;

const texts: readonly (string | null)[] = [
  null,
  '',
  ' \t',
  '12',
  ' -7.50 ',
  '1,23,456.7',
  '1,234,567',
  '12,34',
  '1e3',
  '.5',
  '5.',
  'NaN',
  'Infinity',
  '1_000',
  '99999999999999999999',
  '9'.repeat(40),
  'yes',
  'N',
  'TRUE',
  '2024-02-29',
  '2023-02-29',
  '0000-01-01',
  '2024-1-5',
  '2024-02-29 23:59:59',
  '2024-02-29T24:00',
  '10:00',
  '25:00',
  '05/03/2024',
  '5-Mar-24',
  '31 September 2024',
  ' 1  march 2024',
  '١٢',
  'O\'Brien \\ %_ "x"',
  'नमस्ते; दुनिया;;',
  '👩‍👩‍👧;b',
  '{"a": [1, {"b": "x"}]}',
  '[1,',
];

const numbers = [
  [
    '1',
    '1.5',
    '0.1',
    true,
    '2024-01-31',
    '2024-01-31 23:59:59',
    '2024-01-31 20:00:00+00',
    '10:30:00',
    '{"a": 1}',
  ],
  [
    '-3',
    '-2.5',
    '-2.5',
    false,
    '2024-03-31',
    '2024-03-31 00:00:00',
    '2024-03-31 00:00:00+00',
    '00:00:00',
    '"12"',
  ],
  ['0', '0', '0', true, '2024-04-01', '2024-04-01 12:00:00', '2024-04-01 00:00:00+00', '23:59:59', '1.5'],
  [
    '9223372036854775807',
    '99999999999999999999.5',
    '1e300',
    false,
    '0001-01-01',
    '9999-12-31 00:00:00',
    '1970-01-01 00:00:00+00',
    null,
    'true',
  ],
  [null, null, null, null, null, null, null, null, null],
  ['5', '2.5', '2.5', null, '9999-12-31', '2023-12-31 23:59:59', '2024-12-30 00:00:00+00', '12:00:00', '[1]'],
] as const;

beforeAll(async () => {
  both = await openBothEngines();
  await both.createTable({
    name: 'texts',
    columns: [
      { name: 'n', type: 'integer' },
      { name: 't', type: 'text', displayName: 'The text' },
    ],
    rows: texts.map((text, index) => [String(index), text]),
  });
  await both.createTable({
    name: 'typed',
    columns: [
      { name: 'i', type: 'integer' },
      { name: 'd', type: 'decimal' },
      { name: 'f', type: 'float' },
      { name: 'b', type: 'boolean' },
      { name: 'day', type: 'date' },
      { name: 'ts', type: 'timestamp' },
      { name: 'tz', type: 'timestamptz' },
      { name: 'clock', type: 'time' },
      { name: 'j', type: 'json' },
    ],
    rows: numbers,
  });
});
afterAll(() => both[Symbol.asyncDispose]());

type Step = Parameters<BothEngines['run']>[0]['steps'][number];

const run = (table: string, ...steps: Step[]) =>
  both.run({ steps: [{ type: 'source', table }, ...steps] }, { timeZone: 'Asia/Kolkata' });

/** The last column by text, without the texts that give nothing. */
async function read(...steps: Step[]): Promise<Record<string, Cell>> {
  const { rows } = await run('texts', ...steps);
  return Object.fromEntries(
    rows.flatMap((row) => {
      const text = texts[Number(row[0])];
      const last = row.at(-1) ?? null;
      return last === null ? [] : [[text ?? 'null', last]];
    }),
  );
}

async function column(table: string, name: string, ...steps: Step[]): Promise<Cell[]> {
  const { rows, columns } = await run(table, ...steps);
  const at = columns.findIndex((each) => each.name === name);
  expect(at, columns.map((each) => each.name).join()).not.toBe(-1);
  return rows.map((row) => row[at] ?? null);
}

describe('cast', () => {
  test('text to numbers, what is none becomes empty', async () => {
    const decimals = await read({ type: 'cast', columns: ['t'], to: 'decimal' });
    expect(decimals).toMatchObject({
      '12': '12',
      ' -7.50 ': '-7.5',
      '1,23,456.7': '123456.7',
      '1,234,567': '1234567',
      '1e3': '1000',
      '.5': '0.5',
      '5.': '5',
      '99999999999999999999': '99999999999999999999',
    });
    for (const text of ['', 'NaN', 'Infinity', '1_000', '12,34', '١٢'])
      expect(Object.keys(decimals)).not.toContain(text);
    expect(await read({ type: 'cast', columns: ['t'], to: 'integer' })).toEqual({
      '12': '12',
      ' -7.50 ': '-8',
      '1,23,456.7': '123457',
      '1,234,567': '1234567',
      '1e3': '1000',
      '.5': '1',
      '5.': '5',
    });
    expect(await read({ type: 'cast', columns: ['t'], to: 'float' })).toMatchObject({
      '.5': '0.5',
      '12': '12',
    });
  });

  test('text to yes/no, dates, times and nested data', async () => {
    expect(await read({ type: 'cast', columns: ['t'], to: 'boolean' })).toEqual({
      yes: 'true',
      N: 'false',
      TRUE: 'true',
    });
    expect(await read({ type: 'cast', columns: ['t'], to: 'date' })).toEqual({
      '2024-02-29': '2024-02-29',
      '2024-1-5': '2024-01-05',
    });
    expect(await read({ type: 'cast', columns: ['t'], to: 'timestamp' })).toEqual({
      '2024-02-29': '2024-02-29 00:00:00',
      '2024-1-5': '2024-01-05 00:00:00',
      '2024-02-29 23:59:59': '2024-02-29 23:59:59',
    });
    expect(await read({ type: 'cast', columns: ['t'], to: 'timestamptz' })).toHaveProperty('2024-02-29');
    expect(await read({ type: 'cast', columns: ['t'], to: 'time' })).toEqual({ '10:00': '10:00:00' });
    expect(await read({ type: 'cast', columns: ['t'], to: 'json' })).toMatchObject({
      '12': '12',
      '{"a": [1, {"b": "x"}]}': '{"a":[1,{"b":"x"}]}',
    });
  });

  test('typed columns into each other', async () => {
    const cast = (
      name: string,
      to:
        | 'text'
        | 'integer'
        | 'decimal'
        | 'boolean'
        | 'date'
        | 'timestamp'
        | 'timestamptz'
        | 'time'
        | 'float'
        | 'json',
    ) => column('typed', name, { type: 'cast', columns: [name], to });
    expect(await cast('d', 'integer')).toEqual(['2', '-3', '0', null, null, '3']);
    expect(await cast('d', 'text')).toEqual(['1.5', '-2.5', '0', '99999999999999999999.5', null, '2.5']);
    expect(await cast('f', 'integer')).toEqual(['0', '-3', '0', null, null, '3']);
    expect(await cast('i', 'boolean')).toEqual(['true', null, 'false', null, null, null]);
    expect(await cast('i', 'text')).toEqual(['1', '-3', '0', '9223372036854775807', null, '5']);
    expect(await cast('i', 'decimal')).toEqual(['1', '-3', '0', '9223372036854775807', null, '5']);
    expect(await cast('i', 'float')).toHaveLength(6);
    expect(await cast('b', 'integer')).toEqual(['1', '0', '1', '0', null, null]);
    expect(await cast('b', 'text')).toEqual(['true', 'false', 'true', 'false', null, null]);
    expect(await cast('ts', 'date')).toEqual([
      '2024-01-31',
      '2024-03-31',
      '2024-04-01',
      '9999-12-31',
      null,
      '2023-12-31',
    ]);
    expect(await cast('tz', 'date')).toEqual([
      '2024-02-01',
      '2024-03-31',
      '2024-04-01',
      '1970-01-01',
      null,
      '2024-12-30',
    ]);
    expect(await cast('tz', 'text')).toContain('2024-02-01 01:30:00');
    expect(await cast('ts', 'timestamptz')).toContain('2024-01-31 18:29:59');
    expect(await cast('day', 'timestamp')).toContain('0001-01-01 00:00:00');
    expect(await cast('ts', 'time')).toContain('23:59:59');
    expect(await cast('j', 'text')).toHaveLength(6);
    expect(await cast('j', 'decimal')).toEqual([null, '12', '1.5', null, null, null]);
    expect(await cast('i', 'json')).toHaveLength(6);
  });

  test('keeps what could not be read in a second column, or stops', async () => {
    const { rows, columns } = await run('texts', {
      type: 'cast',
      columns: ['t'],
      to: 'date',
      on_error: 'keep',
    });
    expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'n integer',
      't date',
      'The text (not read) text',
    ]);
    expect(rows.slice(0, 4)).toEqual([
      ['0', null, null],
      ['1', null, null],
      ['2', null, null],
      ['3', null, '12'],
    ]);
    await expect(
      run('texts', { type: 'cast', columns: ['t'], to: 'date', on_error: 'fail' }),
    ).rejects.toThrow('This cannot be read: 12');
    const calm: Step = { type: 'filter', column: 't', operator: 'in', value: ['', '12'] };
    for (const { run: ask } of both.engines) expect(ask).toBeTypeOf('function');
    expect(
      (await run('texts', calm, { type: 'cast', columns: ['t'], to: 'integer', on_error: 'fail' })).rows,
    ).toEqual([
      ['1', null],
      ['3', '12'],
    ]);
  });
});

describe('parse_date', () => {
  test('takes the first format that fits, and no day that does not exist', async () => {
    expect(
      await read({
        type: 'parse_date',
        column: 't',
        formats: ['DD/MM/YYYY', 'D-MMM-YY', 'D MMMM YYYY', 'YYYY-MM-DD'],
      }),
    ).toEqual({
      '05/03/2024': '2024-03-05',
      '5-Mar-24': '2024-03-05',
      ' 1  march 2024': '2024-03-01',
      '2024-02-29': '2024-02-29',
    });
    expect(await read({ type: 'parse_date', column: 't', formats: ['M/D/YYYY'] })).toEqual({
      '05/03/2024': '2024-05-03',
    });
  });

  test('reads two digits within the range of years and refuses years outside', async () => {
    const year = (from: number, to: number) =>
      read({
        type: 'parse_date',
        column: 't',
        formats: ['D-MMM-YY', 'YYYY-MM-DD'],
        year_range: { from, to },
      });
    expect(await year(1900, 1999)).toEqual({ '5-Mar-24': '1924-03-05' });
    expect(await year(2000, 2023)).toEqual({});
    expect(await year(2020, 2030)).toEqual({ '5-Mar-24': '2024-03-05', '2024-02-29': '2024-02-29' });
  });

  test('can leave the text where it is', async () => {
    const { columns } = await run('texts', {
      type: 'parse_date',
      column: 't',
      formats: ['DD.MM.YYYY'],
      new_column: 'On',
      on_error: 'keep',
    });
    expect(columns.map(({ name }) => name)).toEqual(['n', 't', 'On', 'The text (not read)']);
  });

  test.each([
    ['DD/MM', 'has no year'],
    ['DD/DD/YYYY', 'the day twice'],
    ['YYYY-QQ', '“Q”'],
  ])('refuses %s', async (format, expected) => {
    await expect(run('texts', { type: 'parse_date', column: 't', formats: [format] })).rejects.toThrow(
      expected,
    );
  });
});

describe('replace_values', () => {
  test('whole values, and empty ones', async () => {
    expect(
      await column('texts', 't', {
        type: 'replace_values',
        columns: ['t'],
        pairs: [
          { from: null, to: 'none' },
          { from: 'yes', to: null },
          { from: 'n', to: 'no' },
        ],
        ignore_case: true,
      }),
    ).toSatisfy((cells: Cell[]) => cells[0] === 'none' && cells[16] === null && cells[17] === 'no');
    expect(
      await column('typed', 'i', {
        type: 'replace_values',
        columns: ['i'],
        pairs: [
          { from: 1, to: 10 },
          { from: '-3', to: 0 },
        ],
      }),
    ).toEqual(['10', '0', '0', '9223372036854775807', null, '5']);
    await expect(
      run('typed', { type: 'replace_values', columns: ['i'], pairs: [{ from: 'x', to: 1 }] }),
    ).rejects.toThrow('is not a number');
  });

  test('parts, in which nothing is special', async () => {
    const after = await column('texts', 't', {
      type: 'replace_values',
      columns: ['t'],
      part: 'part',
      pairs: [
        { from: '\\ %_', to: '\\1 & $1' },
        { from: "O'", to: null },
      ],
    });
    expect(after[32]).toBe('Brien \\1 & $1 "x"');
    const folded = await column('texts', 't', {
      type: 'replace_values',
      columns: ['t'],
      part: 'part',
      pairs: [{ from: "o'b", to: '\\1&' }],
      ignore_case: true,
    });
    expect(folded[32]).toBe('\\1&rien \\ %_ "x"');
  });
});

describe('fill_empty', () => {
  test('with a value or with the first column that has one', async () => {
    expect(
      (await column('texts', 't', { type: 'fill_empty', columns: ['t'], method: 'value', value: '-' })).slice(
        0,
        4,
      ),
    ).toEqual(['-', '-', '-', '12']);
    expect(
      await column('typed', 'd', { type: 'fill_empty', columns: ['d'], method: 'value', value: 0.25 }),
    ).toContain('0.25');
    expect(
      await column(
        'typed',
        'd',
        {
          type: 'replace_values',
          columns: ['d'],
          pairs: [
            { from: 0, to: null },
            { from: 1.5, to: null },
          ],
        },
        { type: 'fill_empty', columns: ['d'], method: 'columns', from: ['i'] },
      ),
    ).toEqual(['1', '-2.5', '0', '99999999999999999999.5', null, '2.5']);
    await expect(
      run('typed', { type: 'fill_empty', columns: ['i'], method: 'value', value: 1.5 }),
    ).rejects.toThrow('whole number');
    await expect(
      run('typed', { type: 'fill_empty', columns: ['i'], method: 'columns', from: ['day'] }),
    ).rejects.toThrow('Change the type');
  });

  test('from the row before or after, in an order and within groups', async () => {
    const keep: Step = {
      type: 'replace_values',
      columns: ['t'],
      pairs: [
        { from: '12', to: null },
        { from: 'yes', to: '' },
      ],
    };
    const filled = await column('texts', 't', keep, {
      type: 'fill_empty',
      columns: ['t'],
      method: 'previous',
      order: ['n'],
    });
    expect(filled.slice(0, 6)).toEqual([null, null, null, null, ' -7.50 ', '1,23,456.7']);
    expect(filled[16]).toBe('9'.repeat(40));
    const next = await column('texts', 't', keep, {
      type: 'fill_empty',
      columns: ['t'],
      method: 'next',
      order: ['n'],
    });
    expect(next.slice(0, 3)).toEqual([' -7.50 ', ' -7.50 ', ' -7.50 ']);
    const grouped = await column('typed', 'i', {
      type: 'fill_empty',
      columns: ['i'],
      method: 'previous',
      order: ['day'],
      by: ['b'],
    });
    expect(grouped).toHaveLength(6);
  });
});

describe('split_column', () => {
  test('into columns, trimmed, in the place of the one that was split', async () => {
    const { columns, rows } = await run('texts', {
      type: 'split_column',
      column: 't',
      separator: ';',
      into: 'columns',
      names: ['first', 't', 'third'],
      keep: false,
    });
    expect(columns.map(({ name }) => name)).toEqual(['n', 'first', 't', 'third']);
    expect(rows[33]).toEqual(['33', 'नमस्ते', 'दुनिया', null]);
    expect(rows[34]).toEqual(['34', '👩‍👩‍👧', 'b', null]);
    expect(rows[1]).toEqual(['1', null, null, null]);
  });

  test('into rows, in which no row gets lost', async () => {
    const { rows } = await run('texts', {
      type: 'split_column',
      column: 't',
      separator: ';',
      into: 'rows',
      name: 'part',
    });
    expect(rows).toHaveLength(texts.length + 2);
    expect(rows.filter(([n]) => n === '33').map((row) => row[2])).toEqual(['नमस्ते', 'दुनिया']);
    expect(rows.slice(0, 3).map((row) => row[2])).toEqual([null, null, null]);
    const { columns } = await run('texts', {
      type: 'split_column',
      column: 't',
      separator: "'\\%",
      into: 'rows',
      name: 't',
      keep: false,
    });
    expect(columns.map(({ name }) => name)).toEqual(['n', 't']);
  });
});

test('merge_columns skips what is empty', async () => {
  const { columns, rows } = await run('typed', {
    type: 'merge_columns',
    columns: ['i', 'day'],
    separator: "'%",
    name: 'i',
    keep: false,
  });
  expect(columns.map(({ name }) => name).slice(0, 2)).toEqual(['i', 'd']);
  expect(rows[0]?.[0]).toBe("1'%2024-01-31");
  expect(rows[4]?.[0]).toBeNull();
});

test('rename swaps names, and reorder moves columns without losing any', async () => {
  const { columns, rows } = await run(
    'typed',
    { type: 'sort', columns: [{ column: 'i', descending: true }] },
    {
      type: 'rename',
      columns: [
        { column: 'i', name: 'd' },
        { column: 'd', name: 'i' },
      ],
    },
    { type: 'reorder', columns: ['j', 'clock'] },
    { type: 'reorder', columns: ['b'], to: 'end' },
    { type: 'reorder', columns: ['tz'], before: 'f' },
  );
  expect(columns.map(({ name }) => name)).toEqual(['j', 'clock', 'd', 'i', 'tz', 'f', 'day', 'ts', 'b']);
  expect(rows.map((row) => row[2])).toEqual(['9223372036854775807', '5', '1', '0', '-3', null]);
  await expect(run('typed', { type: 'rename', columns: [{ column: 'i', name: 'D' }] })).rejects.toThrow(
    'already a column',
  );
});

describe('extract_text', () => {
  const from = { type: 'extract_text', column: 't', name: 'x' } as const;
  test('before, after and between', async () => {
    expect(await read({ ...from, method: 'before', text: '-' })).toMatchObject({
      '2024-02-29': '2024',
      '5-Mar-24': '5',
    });
    expect(await read({ ...from, method: 'after', text: '👩‍👩‍👧' })).toEqual({ '👩‍👩‍👧;b': ';b' });
    expect(await read({ ...from, method: 'between', from: 'नमस्ते', to: ';;' })).toEqual({
      'नमस्ते; दुनिया;;': '; दुनिया',
    });
  });

  test('the first, the last, the digits, the number', async () => {
    expect(await read({ ...from, method: 'first', count: 2 })).toMatchObject({
      'नमस्ते; दुनिया;;': 'नम',
      '12': '12',
    });
    expect(await read({ ...from, method: 'last', count: 1 })).toMatchObject({ '1e3': '3', '5.': '.' });
    expect(await read({ ...from, method: 'digits' })).toMatchObject({
      '05/03/2024': '05032024',
      '10:00': '1000',
    });
    expect(await read({ ...from, method: 'number' })).toMatchObject({
      '1,23,456.7': '123456.7',
      ' -7.50 ': '-7.5',
      '5-Mar-24': '5',
    });
  });

  test('by a pattern, when it says the same everywhere', async () => {
    expect(await read({ ...from, method: 'pattern', pattern: '(\\d+)-mar', ignore_case: true })).toEqual({
      '5-Mar-24': '5',
    });
    expect(await read({ ...from, method: 'pattern', pattern: '\\d{4}' })).toMatchObject({
      '05/03/2024': '2024',
    });
    expect(await read({ ...from, method: 'pattern', pattern: 'x*' })).toHaveProperty('12', '');
    await expect(read({ ...from, method: 'pattern', pattern: '(a|ab)(c)' })).rejects.toThrow('without |');
  });
});

describe('date_part', () => {
  const of = (name: string, fields: object) =>
    // The fields of one of the forms of a date part.
    column('typed', 'x', { type: 'date_part', column: name, name: 'x', ...fields } as Step);
  test('takes dates apart', async () => {
    expect(await of('day', { part: 'quarter' })).toEqual(['1', '1', '2', '1', null, '4']);
    expect(await of('day', { part: 'month_name' })).toEqual([
      'January',
      'March',
      'April',
      'January',
      null,
      'December',
    ]);
    expect(await of('day', { part: 'weekday' })).toEqual(['3', '7', '1', '1', null, '5']);
    expect(await of('day', { part: 'weekday_name' })).toEqual([
      'Wednesday',
      'Sunday',
      'Monday',
      'Monday',
      null,
      'Friday',
    ]);
    expect(await of('tz', { part: 'week' })).toEqual(['5', '13', '14', '1', null, '1']);
    expect(await of('day', { part: 'fiscal_year' })).toEqual(['2023', '2023', '2024', null, null, '9999']);
    expect(await of('day', { part: 'fiscal_quarter' })).toEqual(['4', '4', '1', null, null, '3']);
    expect(await of('tz', { part: 'hour' })).toEqual(['1', '5', '5', '5', null, '5']);
    expect(await of('clock', { part: 'minute' })).toEqual(['30', '0', '59', null, null, '0']);
    expect(await of('tz', { part: 'date' })).toContain('2024-02-01');
    for (const part of ['year', 'month', 'day']) expect(await of('ts', { part })).toHaveLength(6);
  });

  test('finds the start of a period', async () => {
    expect(await of('day', { part: 'start_of', unit: 'week' })).toEqual([
      '2024-01-29',
      '2024-03-25',
      '2024-04-01',
      '0001-01-01',
      null,
      '9999-12-27',
    ]);
    expect(await of('ts', { part: 'start_of', unit: 'quarter' })).toEqual([
      '2024-01-01',
      '2024-01-01',
      '2024-04-01',
      '9999-10-01',
      null,
      '2023-10-01',
    ]);
    expect(await of('day', { part: 'start_of', unit: 'fiscal_year' })).toEqual([
      '2023-04-01',
      '2023-04-01',
      '2024-04-01',
      null,
      null,
      '9999-04-01',
    ]);
  });

  test('counts whole units between two dates, both ways', async () => {
    expect(await of('day', { part: 'difference', to: 'ts', unit: 'day' })).toEqual([
      '0',
      '0',
      '0',
      '3652058',
      null,
      '-2913174',
    ]);
    expect(await of('day', { part: 'difference', to: 'ts', unit: 'month' })).toEqual([
      '0',
      '0',
      '0',
      '119987',
      null,
      '-95712',
    ]);
    expect(await of('day', { part: 'difference', to: 'ts', unit: 'year' })).toEqual([
      '0',
      '0',
      '0',
      '9998',
      null,
      '-7976',
    ]);
    expect(await of('day', { part: 'difference', to: 'ts', unit: 'week' })).toHaveLength(6);
    expect(await of('day', { part: 'age', at: 'tz' })).toEqual(['0', '0', '0', '1969', null, '-7975']);
    expect(await of('day', { part: 'age' })).toHaveLength(6);
  });

  test('says what is no date', async () => {
    await expect(run('texts', { type: 'date_part', column: 't', name: 'x', part: 'year' })).rejects.toThrow(
      'Parse date',
    );
  });
});
