import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRecordBench, type RecordBench, settings } from './testing/record-bench.ts';

let bench: RecordBench;
beforeAll(async () => {
  bench = await openRecordBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const wide = (count: number, value: (index: number) => unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`q${index}`, value(index)]));

/** Names after the table's own, and how many columns people see in each. */
function partsOf(
  loaded: Awaited<ReturnType<ReturnType<RecordBench['newSource']>['load']>>,
  mainTable: string,
) {
  return loaded.tables.map(({ name, columns }) => [
    name.replace(mainTable, ''),
    columns.filter((column) => !column.name.startsWith('_dlt')).length,
  ]);
}

test.each([
  ['740 short texts', 740, 'ten letters'],
  ['388 texts of 20 letters', 388, 'abcdefghijklmnopqrst'],
  ['453 long texts', 453, 'x'.repeat(3000)],
])('a form of %s fits, over several tables that share their row id', async (_name, count, value) => {
  const source = bench.newSource();
  const records = [1, 2].map((id) => ({ id, ...wide(count, () => value), list: [{ a: id }] }));
  const loaded = await source.load(records);
  expect(partsOf(loaded, source.mainTable).map(([, columns]) => columns)).toEqual([
    300,
    ...(count + 1 > 600 ? [300, count + 1 - 600] : [count + 1 - 300]),
    1,
  ]);
  expect(loaded.warnings.map(({ code }) => code)).toEqual(['table_split']);
  expect(loaded.changes.map(({ kind }) => kind)).toEqual(['table_split']);
  const { rows } = await bench.warehouse.read(
    `SELECT a.id, a.q0, b.q${count - 1} AS last, c.a FROM "${source.mainTable}" a
     JOIN "${source.mainTable}__part_${count + 1 > 600 ? 3 : 2}" b USING ("_dlt_id")
     JOIN "${source.mainTable}__list" c ON c."_dlt_parent_id" = a."_dlt_id" ORDER BY a.id`,
  );
  expect(rows).toEqual([1, 2].map((id) => ({ id, q0: value, last: value, a: id })));
});

test('a form of many questions with few answers each stays one table, up to what PostgreSQL takes', async () => {
  const source = bench.newSource();
  const sparse = Array.from({ length: 20 }, (_, id) => ({
    id,
    ...Object.fromEntries(Array.from({ length: 70 }, (__, at) => [`q${id * 70 + at}`, 'answer of a person'])),
  }));
  expect(partsOf(await source.load(sparse), source.mainTable)).toEqual([['', 1401]]);
  expect(await bench.newSource().load([wide(1700, (index) => index)])).toMatchObject({ rows: 1 });
});

test('a table that becomes too wide while its rows stay is taken apart in place', async () => {
  const source = bench.newSource();
  const wish = { settingsOf: () => settings({ write_disposition: 'merge', primary_key: ['id'] }) };
  await source.load([{ id: 1, ...wide(350, (index) => index) }], {}, wish);
  const second = await source.load([{ id: 2, ...wide(400, () => 'abcdefghijklmnopqrst') }], {}, wish);
  expect(partsOf(second, source.mainTable)).toEqual([
    ['', 300],
    ['__part_2', 101],
  ]);
  // The row that changes goes from both of its tables, a new column goes to the last.
  await source.load([{ id: 1, q0: 'x', q399: 'y', q400: 'z' }], {}, wish);
  const { rows } = await bench.warehouse.read(
    `SELECT a.id, a.q0, b.q349, b.q399, b.q400 FROM "${source.mainTable}" a JOIN "${source.mainTable}__part_2" b USING ("_dlt_id") ORDER BY a.id`,
  );
  const text = 'abcdefghijklmnopqrst';
  expect(rows).toEqual([
    { id: 1, q0: 'x', q349: null, q399: 'y', q400: 'z' },
    { id: 2, q0: text, q349: text, q399: text, q400: null },
  ]);
});

test('values that wide tables hold arrive byte by byte, and an upsert finds them again', async () => {
  const source = bench.newSource();
  const upsert = {
    settingsOf: () =>
      settings({ write_disposition: 'merge', merge_strategy: 'upsert', primary_key: ['q399'] }),
  };
  const odd = (index: number) =>
    index % 3 === 0
      ? 'tab\there, and a little more'
      : index % 3 === 1
        ? 'line\nबाढ़ में कितने लोग'
        : 'back\\slash and N is \\N, of course';
  await source.load([{ ...wide(399, odd), q399: 1 }], {}, upsert);
  await source.load(
    [
      { ...wide(399, odd), q399: 1, q0: 'new' },
      { ...wide(399, odd), q399: 2 },
    ],
    {},
    upsert,
  );
  const { rows } = await bench.warehouse.read(
    `SELECT a.q399, a.q0, b.q397, b.q398 FROM "${source.mainTable}" a JOIN "${source.mainTable}__part_2" b USING ("_dlt_id") ORDER BY 1`,
  );
  expect(rows).toEqual([
    { q399: 1, q0: 'new', q397: odd(397), q398: odd(398) },
    { q399: 2, q0: odd(0), q397: odd(397), q398: odd(398) },
  ]);
});
