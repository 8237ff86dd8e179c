import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FileAddition } from '#contracts/sources';
import { newId, type StepId } from '#platform/ids';
import { createSource } from '#sources';
import { addFile, matchColumns, suggestAddition } from './add-file.ts';
import { type FileBench, openFileBench } from './testing/file-bench.ts';

let bench: FileBench;
const never = new AbortController().signal;

beforeAll(async () => {
  bench = await openFileBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

function upload(lines: readonly string[]) {
  return bench.upload(`${lines.join('\n')}\n`, 'visits.csv');
}

const first = ['Code,Village,Visited,Houses', 'a1,Amla,2025-04-01,12', 'a2,Betul,2025-04-02,20'];

async function loaded() {
  const { id } = await upload(first);
  const source = await createSource(
    bench.services,
    bench.actor,
    { name: 'Visits', type: 'csv', config: { upload_id: id } },
    never,
  );
  await bench.sync(source.id);
  return source;
}

async function rowsOf(table: string) {
  const { rows } = await bench.warehouse.read(
    `SELECT to_jsonb(t) - '_dlt_id' - '_dlt_load_id' AS row FROM "${table}" t ORDER BY "_dlt_load_id", "_dlt_id"`,
  );
  return rows.map(({ row }) => (typeof row === 'string' ? (JSON.parse(row) as unknown) : row));
}

const add = async (sourceId: string, lines: readonly string[], more: Partial<FileAddition> = {}) => {
  const { id } = await upload(lines);
  return addFile(
    bench.services,
    bench.actor,
    sourceId,
    { upload_id: id, mode: 'append', key: [], mapping: {}, ...more },
    never,
  );
};

test('the rows of a file come into a table once, whatever their columns are called and in what order', async () => {
  const source = await loaded();
  const table = source.warehouse_table_name;
  const next = await upload([
    'No. of houses;Name of village;CODE;Remark;S.No',
    '8;Mau;a3;far;1',
    'x;Dona;a4;;2',
    '7;Tola;a5;;3',
  ]);
  const suggestion = await suggestAddition(
    bench.services,
    bench.actor,
    source.id,
    { upload_id: next.id },
    never,
  );
  expect(suggestion.mapping.map(({ header, to, match }) => [header, to, match])).toEqual([
    ['No. of houses', 'houses', 'similar'],
    ['Name of village', 'village', 'similar'],
    ['CODE', 'code', 'same'],
    ['Remark', null, 'none'],
    ['S.No', null, 'none'],
  ]);
  expect(suggestion.keys).toEqual(['code']);
  const mapping = { 'No. of houses': 'houses', name_of_village: 'village', CODE: 'code', 'S.No': null };
  await addFile(
    bench.services,
    bench.actor,
    source.id,
    { upload_id: next.id, mode: 'append', key: [], mapping },
    never,
  );
  const stepId = newId<StepId>();
  const outcome = await bench.sync(source.id, stepId);
  expect(outcome.sync).toMatchObject({
    rows_synced: 2,
    rows_rejected: 1,
    tables: [{ name: table, rows: 4 }],
    schema_changes: [{ kind: 'column_added', column: 'remark' }],
  });
  const expected = [
    { code: 'a1', village: 'Amla', visited: '2025-04-01', houses: 12, remark: null },
    { code: 'a2', village: 'Betul', visited: '2025-04-02', houses: 20, remark: null },
    { code: 'a3', village: 'Mau', visited: null, houses: 8, remark: 'far' },
  ];
  expect((await rowsOf(table)).slice(0, 3)).toEqual(expected);
  // The same step after a crash, and the next run of a pipeline: nothing comes twice.
  expect((await bench.sync(source.id, stepId)).sync).toMatchObject({ rows_synced: 2 });
  expect((await bench.sync(source.id)).sync).toMatchObject({ rows_synced: 0, tables: [{ rows: 4 }] });
  expect(await rowsOf(table)).toHaveLength(4);
});

test('a row takes the place of the one with the same key, in the columns that the file has', async () => {
  const source = await loaded();
  const table = source.warehouse_table_name;
  const mapping = { Code: 'code', Houses: 'houses', Seen: 'visited' };
  await add(source.id, ['Code,Houses,Seen', 'a2,21,2025-05-01 10:30', 'a9,5,', ',1,', 'a9,6,'], {
    mode: 'merge',
    key: ['code'],
    mapping,
  });
  const { sync: result } = await bench.sync(source.id);
  expect(result.warnings.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['rows_replaced', 'duplicates_dropped']),
  );
  const rows = await rowsOf(table);
  expect(rows).toHaveLength(4);
  expect(rows).toEqual(
    expect.arrayContaining([
      { code: 'a1', village: 'Amla', visited: '2025-04-01T00:00:00', houses: 12 },
      { code: 'a2', village: 'Betul', visited: '2025-05-01T10:30:00', houses: 21 },
      { code: 'a9', village: null, visited: null, houses: 6 },
      { code: null, village: null, visited: null, houses: 1 },
    ]),
  );
});

test('a file that does not fit leaves the table as it was, and gives way to the next one', async () => {
  const source = await loaded();
  const table = source.warehouse_table_name;
  const before = await rowsOf(table);
  await add(source.id, ['Code,Houses', 'b1,1'], {
    mode: 'merge',
    key: ['code'],
    mapping: { Houses: 'houses' },
  });
  await expect(bench.sync(source.id)).rejects.toMatchObject({ code: 'source_config_invalid' });
  expect(await rowsOf(table)).toEqual(before);
  await expect(add(source.id, first, { mapping: { Code: 'nothing' } })).rejects.toMatchObject({
    code: 'source_config_invalid',
  });
  const changed = await add(source.id, ['Code,Houses', 'b1,1'], {
    mapping: { Code: 'code', Houses: 'houses' },
  });
  expect(changed.config['additions']).toHaveLength(1);
  await bench.sync(source.id);
  await add(source.id, ['Code', 'b2'], { mapping: { Code: 'code' } });
  await bench.sync(source.id);
  expect(await rowsOf(table)).toHaveLength(4);
});

test('columns are matched by name, each only once', () => {
  const table = [
    { name: 'child_name', display_name: 'Child name', type: 'text' as const },
    { name: 'weight', display_name: 'Weight', type: 'decimal' as const },
  ];
  const file = ['Name of child', 'Weight (kg)', 'weight', 'Zone'].map((display_name, index) => ({
    name: ['name_of_child', 'weight_kg', 'weight', 'zone'][index] ?? '',
    display_name,
    type: 'text' as const,
  }));
  expect(matchColumns(file, table).map(({ to }) => to)).toEqual(['child_name', null, 'weight', null]);
});

test('JSON comes into a table of rows as rows, and into one of records with its lists', async () => {
  const rows = await loaded();
  const json = JSON.stringify([{ code: 'j1', at: { village: 'Rampur' }, houses: 4, tags: ['a', 'b'] }]);
  await add(rows.id, [json], {
    mapping: { code: 'code', 'at › village': 'village', houses: 'houses', tags: null },
  });
  await bench.sync(rows.id);
  expect(await rowsOf(rows.warehouse_table_name)).toContainEqual({
    code: 'j1',
    village: 'Rampur',
    visited: null,
    houses: 4,
  });

  const base = [
    { id: 1, home: { town: 'Pune' }, visits: [{ n: 1 }] },
    { id: 2, home: { town: 'Satara' }, visits: [] },
  ];
  const file = await upload([JSON.stringify(base)]);
  const config = { upload_id: file.id };
  const source = await createSource(
    bench.services,
    bench.actor,
    { name: 'Homes', type: 'json', config },
    never,
  );
  await bench.sync(source.id);
  const more = await upload([JSON.stringify([{ id: 2, place: 'Nashik', visits: [{ n: 7 }, { n: 8 }] }])]);
  const fit = await suggestAddition(bench.services, bench.actor, source.id, { upload_id: more.id }, never);
  expect(fit.keys).toEqual(['id']);
  expect(fit.columns.map(({ name }) => name)).toEqual(['id', 'home › town']);
  const addition = {
    upload_id: more.id,
    mode: 'merge' as const,
    key: ['id'],
    mapping: { id: 'id', place: 'home › town' },
  };
  await addFile(bench.services, bench.actor, source.id, addition, never);
  await bench.sync(source.id);
  // However often it is loaded, a file comes in once.
  await bench.sync(source.id);
  const table = source.warehouse_table_name;
  const { rows: homes } = await bench.warehouse.read(
    `SELECT h.id, h.home__town, array_agg(v.n ORDER BY v.n)::text AS visits FROM "${table}" h LEFT JOIN "${table}__visits" v ON v._dlt_parent_id = h._dlt_id GROUP BY 1, 2 ORDER BY 1`,
  );
  expect(homes).toEqual([
    { id: 1, home__town: 'Pune', visits: '{1}' },
    { id: 2, home__town: 'Nashik', visits: '{7,8}' },
  ]);
  const csv = await upload(['id,town', '3,Latur']);
  await expect(
    addFile(bench.services, bench.actor, source.id, { ...addition, upload_id: csv.id }, never),
  ).rejects.toMatchObject({ code: 'source_config_invalid' });
});
