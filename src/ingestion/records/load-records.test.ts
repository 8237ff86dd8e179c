import * as fc from 'fast-check';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RejectedRow } from '#contracts/sources';
import { newId } from '#platform/ids';
import type { RecordStream, StreamState } from '#sources';
import type { OrganizationWarehouse } from '#warehouse';
import { openRecordBench, type RecordBench, streamOf } from './testing/record-bench.ts';

let bench: RecordBench;
let ours: OrganizationWarehouse;

beforeAll(async () => {
  bench = await openRecordBench();
  ours = bench.warehouse;
});

afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const newSource = () => bench.newSource();

async function leftovers(): Promise<unknown[]> {
  const { rows } = await ours.read(
    `SELECT relname FROM pg_class WHERE relnamespace = '${ours.schema}'::regnamespace AND starts_with(relname, '_staging')`,
  );
  const spilled = await readdir(join(bench.dataDirectory, 'spill')).catch(() => []);
  return [...rows, ...spilled];
}

test('nested records become flat typed tables that are joined by the keys of dlt', async () => {
  const { load, rows, mainTable } = newSource();
  const loaded = await load([
    {
      id: 1,
      name: 'Asha',
      address: { city: 'Pune', 'Pin code': '411001' },
      children: [{ name: 'Om', marks: [70, 80.5] }, { name: 'Ira' }],
      joined: '2024-03-01',
      seen: '2024-03-01T10:00:00.000+05:30',
      active: true,
    },
    { id: 2, name: null, address: {}, children: [], joined: '2024-02-29', active: false, tags: ['a', null] },
  ]);
  expect(loaded.rows).toBe(2);
  expect(
    loaded.tables.map((table) => [
      table.name.replace(mainTable, ''),
      table.columns.map((c) => `${c.name} ${c.type}`),
    ]),
  ).toEqual([
    [
      '',
      [
        'id integer',
        'name text',
        'address__city text',
        'address__pin_code text',
        'joined date',
        'seen timestamptz',
        'active boolean',
        '_dlt_id text',
      ],
    ],
    ['__children', ['name text', '_dlt_id text', '_dlt_parent_id text', '_dlt_list_idx integer']],
    ['__children__marks', ['value decimal', '_dlt_parent_id text', '_dlt_list_idx integer']],
    ['__tags', ['value text', '_dlt_parent_id text', '_dlt_list_idx integer']],
  ]);
  expect(await rows('id, name, address__city, joined, seen, active')).toEqual([
    {
      id: 1,
      name: 'Asha',
      address__city: 'Pune',
      joined: '2024-03-01',
      seen: '2024-03-01T04:30:00Z',
      active: true,
    },
    { id: 2, name: null, address__city: null, joined: '2024-02-29', seen: null, active: false },
  ]);
  const joined = await ours.read(
    `SELECT p.name AS parent, c.name, c."_dlt_list_idx" AS at, m.value FROM "${mainTable}" p JOIN "${mainTable}__children" c ON c."_dlt_parent_id" = p."_dlt_id" LEFT JOIN "${mainTable}__children__marks" m ON m."_dlt_parent_id" = c."_dlt_id" ORDER BY c."_dlt_list_idx", m."_dlt_list_idx"`,
  );
  expect(joined.rows).toEqual([
    { parent: 'Asha', name: 'Om', at: 0, value: 70 },
    { parent: 'Asha', name: 'Om', at: 0, value: 80.5 },
    { parent: 'Asha', name: 'Ira', at: 1, value: null },
  ]);
  expect(await rows('value', '__tags')).toEqual([{ value: 'a' }, { value: null }]);
  expect(await leftovers()).toEqual([]);
});

test('a column widens over everything that it sees and loses no value; the first misfit is told', async () => {
  const { load, rows } = newSource();
  const loaded = await load([
    { a: 1, b: 1, c: '2024-01-01', d: true, e: 9_007_199_254_740_993n, late: null },
    { a: 2.5, b: 'x', c: '2024-01-01T10:00:00', d: 0, e: 1e300, f: 'only here' },
    { a: 99_999_999_999_999_999_999n, c: '2024-02-30', late: 7 },
  ]);
  expect(loaded.tables[0]?.columns.map((c) => `${c.name} ${c.type}`)).toEqual([
    'a decimal',
    'b text',
    'c text',
    'd text',
    'e decimal',
    'f text',
    'late integer',
  ]);
  expect((await rows('a::text, b, c, d, f, late')).map((row) => Object.values(row))).toEqual([
    ['1', '1', '2024-01-01', 'true', null, null],
    ['2.5', 'x', '2024-01-01T10:00:00', '0', 'only here', null],
    ['99999999999999999999', null, '2024-02-30', null, null, 7],
  ]);
  expect(loaded.warnings.map((warning) => warning.message)).toContain(
    '“b” was read as text: row 2 has “x”, which is no integer.',
  );
});

test('what a service says of its fields decides, as far as the values allow', async () => {
  const { load, rows } = newSource();
  const fields = [
    { path: ['age'], type: 'integer', label: 'उम्र (Age)' },
    { path: ['weight'], type: 'decimal' },
    { path: ['at'], type: 'timestamptz' },
    { path: ['code'], type: 'text' },
    { path: ['raw'], type: 'json' },
    { path: ['visits'], isList: true, label: 'Visits' },
    { path: ['visits', 'on'], type: 'date' },
    { path: ['never'], type: 'time' },
  ] as const;
  const loaded = await load(
    [
      { age: '34', weight: '50', at: '2024-01-01T00:00:00', code: 7, raw: { a: [1, '\u0000'] } },
      { age: 'about 40', weight: '', at: '2024-01-01T00:00:00Z', code: '007', raw: 'x' },
    ],
    { fields },
  );
  expect(loaded.tables.map(({ columns }) => columns.map((c) => `${c.display_name}: ${c.type}`))).toEqual([
    [
      'उम्र (Age): text',
      'weight: decimal',
      'at: timestamptz',
      'code: text',
      'raw: json',
      'never: time',
      'Row id: text',
    ],
    ['on: date', 'Row id of the parent: text', 'Position in the list: integer'],
  ]);
  expect(await rows('code, raw, weight')).toEqual([
    { code: '7', raw: { a: [1, '\u2400'] }, weight: 50 },
    { code: '007', raw: 'x', weight: null },
  ]);
  expect(await rows('*', '__visits')).toEqual([]);
});

test('a replaced table keeps its names and columns, and a list that is empty now is an empty table', async () => {
  const { load, rows } = newSource();
  await load([{ 'Full Name': 'A', 'Full name': 'B', extra: 5, list: [1] }]);
  const again = await load([{ 'Full name': 'B2', 'Full Name': 'A2' }]);
  expect(again.tables[0]?.columns.map((c) => `${c.name} ${c.type}`)).toEqual([
    'full_name text',
    'full_name_2 text',
    'extra integer',
    '_dlt_id text',
  ]);
  expect(await rows('full_name, full_name_2')).toEqual([{ full_name: 'A2', full_name_2: 'B2' }]);
  expect(await rows('*', '__list')).toEqual([]);
});

const keyed = (state: StreamState, more: Partial<RecordStream> = {}): Partial<RecordStream> => ({
  disposition: 'merge',
  primaryKey: ['id'],
  nextState: () => state,
  ...more,
});

test('merged rows take the place of those with the same key, with everything that hangs on them', async () => {
  const { load, rows } = newSource();
  await load(
    [
      { id: 1, n: 'one', list: [{ x: 1, deep: [1, 2] }] },
      { id: 2, n: 'two', list: [{ x: 2 }, { x: 3 }] },
      { id: 2, n: 'two again', list: [{ x: 4, deep: [3] }] },
    ],
    keyed({ last: 2 }),
  );
  expect(await rows('id, n', '', 'id')).toEqual([
    { id: 1, n: 'one' },
    { id: 2, n: 'two again' },
  ]);
  expect(await rows('x', '__list', 'x')).toEqual([{ x: 1 }, { x: 4 }]);
  const seen: unknown[] = [];
  const second = await load(
    [],
    {},
    {
      open: async (_stream, state) => {
        seen.push(state);
        return streamOf(
          [
            { id: 2, n: 22, list: [{ x: 'five', y: true }] },
            { id: 3, n: null, list: [] },
          ],
          keyed({ last: 3 }),
        );
      },
    },
  );
  expect(seen).toEqual([{ last: 2 }]);
  expect(second.rows).toBe(2);
  expect(await rows('id, n', '', 'id')).toEqual([
    { id: 1, n: 'one' },
    { id: 2, n: '22' },
    { id: 3, n: null },
  ]);
  expect(await rows('x, y', '__list', 'x')).toEqual([
    { x: '1', y: null },
    { x: 'five', y: true },
  ]);
  expect(await rows('value', '__list__deep', 'value')).toEqual([{ value: 1 }, { value: 2 }]);
  const third = await load([], keyed({ last: 3 }));
  expect(third.rows).toBe(0);
  expect(third.tables).toHaveLength(3);
  expect(await rows('id', '', 'id')).toHaveLength(3);
});

test('appended rows are added; other settings begin anew', async () => {
  const { load, rows } = newSource();
  const append: Partial<RecordStream> = { disposition: 'append', nextState: () => ({ at: 1 }) };
  await load([{ a: 1 }], append);
  await load([{ a: 2, b: 'new' }], append);
  expect(await rows('a, b', '', 'a')).toEqual([
    { a: 1, b: null },
    { a: 2, b: 'new' },
  ]);
  const states: unknown[] = [];
  const open = async (_stream: string, state: StreamState | undefined) => {
    states.push(state);
    return streamOf([{ a: 9 }], append);
  };
  await load([], {}, { config: { url: 'other' }, open });
  await load([], {}, { config: { url: 'other' }, open });
  expect(states).toEqual([undefined, { at: 1 }]);
  expect(await rows('a')).toEqual([{ a: 9 }, { a: 9 }]);
});

test('a load happens once, and a stream that fails in the middle changes nothing', async () => {
  const { load, rows } = newSource();
  const runToken = newId<string>();
  await load([{ id: 1 }, { id: 2 }], keyed({ last: 2 }), { runToken });
  const again = await load([{ id: 9 }], keyed({ last: 9 }), { runToken });
  expect(again).toMatchObject({ rows: 2, tables: [{ columns: [{ name: 'id', type: 'integer' }] }] });
  async function* failing() {
    yield [{ id: 3 }];
    throw new Error('the connection broke');
  }
  await expect(load([], keyed({ last: 3 }, { batches: failing() }))).rejects.toThrow('the connection broke');
  const late = { assertCurrent: () => Promise.reject(new Error('taken over')) };
  await expect(load([{ id: 4 }], keyed({ last: 4 }), late)).rejects.toThrow('taken over');
  expect(await rows('id', '', 'id')).toEqual([{ id: 1 }, { id: 2 }]);
  let state: unknown;
  await load(
    [],
    {},
    {
      open: async (_stream, known) => {
        state = known;
        return streamOf([], keyed({ last: 2 }));
      },
    },
  );
  expect(state).toEqual({ last: 2 });
  expect(await leftovers()).toEqual([]);
});

test('of two loads of one stream at once the second to end is refused', async () => {
  const { load, rows } = newSource();
  await load([{ id: 1 }], keyed({}));
  let release: () => void = () => undefined;
  const waiting = new Promise<void>((resolve) => {
    release = resolve;
  });
  async function* slow() {
    await waiting;
    yield [{ id: 2 }];
  }
  const first = load([], keyed({}, { batches: slow() }));
  const outcome = first.catch((error: unknown) => error);
  await new Promise((resolve) => setTimeout(resolve, 200));
  await load([{ id: 3 }], keyed({}));
  release();
  expect(await outcome).toMatchObject({ code: 'conflict' });
  expect(await rows('id', '', 'id')).toEqual([{ id: 1 }, { id: 3 }]);
});

test('all streams of a source appear together, the first in its own table for good', async () => {
  const { load, rows, mainTable } = newSource();
  const open = async (stream: string) => streamOf([{ of: stream }]);
  const streams = [
    { name: 'a', title: 'गाँव 2024' },
    { name: 'b', title: 'गाँव 2024' },
  ];
  const { tables } = await load([], {}, { streams, open });
  expect(tables.map(({ name }) => name.replace(mainTable, ''))).toEqual(['', '__gamv_2024']);
  await load([], {}, { streams: streams.toReversed(), open });
  expect(await rows('of')).toEqual([{ of: 'a' }]);
});

test('poison is put aside or made visible, and ends no load', async () => {
  const { load, rows } = newSource();
  let deep: unknown = 'x';
  for (let level = 0; level < 10_000; level += 1) deep = { a: deep };
  const rejected: RejectedRow[] = [];
  const loaded = await load(
    [
      { t: 'nul \u0000 tab \t line \n back \\ \\N', h: '\ud800', __proto__: 1 },
      { t: 'deep', deep },
      { 'a\u001fb': 1, ctid: 1, _dlt_id: 'mine', '': 2, [' '.repeat(5)]: 3, ['x'.repeat(500)]: 4 },
      5,
    ],
    {},
    { onRejected: async (refused) => void rejected.push(...refused) },
  );
  expect(loaded).toMatchObject({ rows: 3, rejected: 1 });
  expect(rejected).toMatchObject([{ line: 2, reason: 'The record is nested too deeply to be kept.' }]);
  expect((await rows('t, h'))[0]).toEqual({ t: 'nul \u2400 tab \t line \n back \\ \\N', h: '\ufffd' });
  const wide = Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`c${index}`, 1]));
  await expect(load([wide])).rejects.toMatchObject({ code: 'too_many_columns' });
});

test('whatever JSON comes, every row and every scalar of it arrives', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.dictionary(fc.constantFrom('a', 'b', 'C d'), fc.jsonValue({ maxDepth: 2 }), {
          noNullPrototype: true,
        }),
        {
          maxLength: 6,
        },
      ),
      async (records) => {
        const { load, rows } = newSource();
        const loaded = await load(records);
        expect(loaded.rows).toBe(records.length);
        expect(await rows('1 AS one')).toHaveLength(records.length);
        const texts = records
          .map((record) => record['a'])
          .filter((value): value is string => typeof value === 'string' && value !== '');
        const hasColumn = loaded.tables[0]?.columns.some(({ name }) => name === 'a');
        const kept = hasColumn === true ? await rows('a::text AS a') : [];
        const expected = texts.map((text) => text.replaceAll('\u0000', '\u2400').toWellFormed());
        expect(kept.map((row) => row['a'])).toEqual(expect.arrayContaining(expected));
      },
    ),
    { numRuns: 25 },
  );
});
