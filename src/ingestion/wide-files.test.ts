import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FileAddition, FileConfig } from '#contracts/sources';
import type { SourceId } from '#platform/ids';
import { createSource, updateSource } from '#sources';
import { getTable } from '../warehouse/queries.ts';
import { addFile, suggestAddition } from './add-file.ts';
import { deleteSource } from './delete-source.ts';
import { type FileBench, openFileBench } from './testing/file-bench.ts';

let bench: FileBench;
const never = new AbortController().signal;

beforeAll(async () => {
  bench = await openFileBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

type Cell = (row: number, column: number) => string;

function wideFile(columns: number, rows: readonly number[], cell: Cell): string {
  const line = (first: string, value: (column: number) => string) =>
    [first, ...Array.from({ length: columns - 1 }, (_, at) => value(at + 1))].join(',');
  return [line('id', (at) => `q${at}`), ...rows.map((row) => line(String(row), (at) => cell(row, at)))]
    .join('\n')
    .concat('\n');
}

async function addSource(content: string) {
  const file = await bench.upload(content);
  const config: FileConfig = { upload_id: file.id };
  const source = await createSource(
    bench.services,
    bench.actor,
    { name: 'Survey', type: 'csv', config },
    never,
  );
  return { file, source };
}

async function tablesOf(sourceId: string) {
  // An id of the database.
  const tables = await bench.services.database.withOrganization(bench.actor.organizationId, (trx) =>
    trx
      .selectFrom('warehouse_tables')
      .select(['name', 'display_name', 'columns', 'row_count'])
      .where('source_id', '=', sourceId as SourceId)
      .execute(),
  );
  return tables.toSorted((a, b) => a.display_name.localeCompare(b.display_name, 'en', { numeric: true }));
}

/** Values of some columns, wherever they are. */
async function rowsOf(tables: Awaited<ReturnType<typeof tablesOf>>, columns: readonly string[]) {
  const [first, ...others] = tables.map(({ name }) => `"${name}"`);
  const joins = others.map((name) => `JOIN ${name} USING ("_dlt_id")`).join(' ');
  const { rows } = await bench.warehouse.read(
    `SELECT ${columns.map((name) => `"${name}"`).join(', ')} FROM ${first ?? ''} ${joins} ORDER BY id`,
  );
  return rows.map((row) => columns.map((name) => row[name]));
}

const numbered: Cell = (row, column) =>
  column % 7 === 0 ? '' : column % 5 === 0 ? `"a, ""b"" \\ ${row}"` : String(row * column);

test('a file of 5,000 columns is said to be split before it loads, and loads into linked tables', async () => {
  const { file, source } = await addSource(wideFile(5000, [1, 2, 3], numbered));
  expect(file.columns).toHaveLength(5000);
  expect(file.warnings.filter(({ code }) => code === 'table_split')).toMatchObject([
    { message: expect.stringMatching(/5,000 columns.*17 linked tables/) as unknown },
  ]);

  const { sync: result } = await bench.sync(source.id);
  expect(result).toMatchObject({ status: 'succeeded', rows_synced: 3 });
  expect(result.warnings.map(({ code }) => code)).toContain('table_split');
  const tables = await tablesOf(source.id);
  expect(tables.map(({ display_name }) => display_name)).toEqual([
    'Survey',
    ...Array.from({ length: 16 }, (_, at) => `Survey – part ${at + 2}`),
  ]);
  expect(
    tables.every(({ columns, row_count }) => columns.at(-1)?.name === '_dlt_id' && row_count === 3),
  ).toBe(true);
  expect(result.tables).toHaveLength(17);
  // Any of them tells of the others.
  const { parts } = await getTable(bench.services, bench.actor, tables[3]?.name ?? '');
  expect(parts.map(({ name, columns }) => [name, columns])).toEqual(
    tables.map(({ name }, at) => [name, at < 16 ? 300 : 200]),
  );
  expect(await rowsOf(tables, ['id', 'q1', 'q7', 'q10', 'q4999'])).toEqual([
    [1, 1, null, 'a, "b" \\ 1', 4999],
    [2, 2, null, 'a, "b" \\ 2', 9998],
    [3, 3, null, 'a, "b" \\ 3', 14_997],
  ]);
});

test('rows that are too long for a page of the database are split too, after one table was tried', async () => {
  const { file, source } = await addSource(wideFile(500, [1, 2], () => 'twenty letters of it'));
  expect(file.warnings.map(({ code }) => code)).toEqual(['table_split']);
  const { sync: result } = await bench.sync(source.id);
  expect(result).toMatchObject({ status: 'succeeded', rows_synced: 2 });
  const tables = await tablesOf(source.id);
  expect(tables.map(({ columns }) => columns.length - 1)).toEqual([300, 200]);
  // 500 short ones fit, so that nothing is split for the number alone.
  const short = await addSource(wideFile(500, [1], () => '7'));
  expect(short.file.warnings).toEqual([]);
  await bench.sync(short.source.id);
  expect((await tablesOf(short.source.id)).map(({ columns }) => columns.length)).toEqual([500]);
});

test('rows are added to and merged into linked tables as into one', async () => {
  const { source } = await addSource(wideFile(1700, [1, 2], numbered));
  await bench.sync(source.id);
  const add = async (content: string, addition: Pick<FileAddition, 'mode' | 'key'>) => {
    const file = await bench.upload(content);
    const { mapping } = await suggestAddition(
      bench.services,
      bench.actor,
      source.id,
      { upload_id: file.id },
      never,
    );
    const targets = mapping.flatMap(({ from, to }) => (to === null ? [] : [[from, to] as const]));
    const chosen = { upload_id: file.id, mapping: Object.fromEntries(targets), ...addition };
    await addFile(bench.services, bench.actor, source.id, chosen, never);
    return bench.sync(source.id);
  };
  // As wide as the table itself, with a column that is new.
  await add(wideFile(1701, [3], numbered), { mode: 'append', key: [] });
  // Narrow: the columns lie in the first and in the last table.
  const merged = await add('id,q1699,q2\n3,5,-1\n4,-4,-4\n', { mode: 'merge', key: ['id'] });
  expect(merged.sync.warnings.map(({ code }) => code)).toEqual(['rows_replaced']);
  // By a column that is not in the first table.
  await add('q1699,q3\n-4,-8\n', { mode: 'merge', key: ['q1699'] });
  const tables = await tablesOf(source.id);
  expect(await rowsOf(tables, ['id', 'q1', 'q2', 'q3', 'q1699', 'q1700'])).toEqual([
    [1, 1, 2, 3, 1699, null],
    [2, 2, 4, 6, 3398, null],
    [3, 3, -1, 9, 5, 'a, "b" \\ 3'],
    [4, null, -4, -8, -4, null],
  ]);
});

test('tables that the next file does not need are gone with it, and all of them with the source', async () => {
  const { source } = await addSource(wideFile(1700, [1], numbered));
  await bench.sync(source.id);
  const wide = await tablesOf(source.id);
  expect(wide).toHaveLength(6);
  const narrow = await bench.upload('id,q1\n1,2\n');
  await updateSource(bench.services, bench.actor, source.id, { config: { upload_id: narrow.id } }, never);
  await bench.sync(source.id);
  const tables = await tablesOf(source.id);
  expect(tables.map(({ columns }) => columns.map(({ name }) => name))).toEqual([['id', 'q1']]);
  const { rows } = await bench.warehouse.read(
    `SELECT table_name FROM information_schema.tables WHERE table_schema = '${bench.warehouse.schema}' AND starts_with(table_name, '${source.warehouse_table_name}')`,
  );
  expect(rows).toEqual([{ table_name: source.warehouse_table_name }]);
  await deleteSource(bench.services, bench.actor, source.id, false);
  expect(await tablesOf(source.id)).toEqual([]);
});
