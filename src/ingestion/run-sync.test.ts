import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CsvOptions, SyncProgress } from '#contracts/sources';
import type { Actor } from '#platform/actor';
import { systemClock } from '#platform/clock';
import { connectDatabase, type Database } from '#platform/database/database';
import type { UploadedFile } from '#platform/http-route';
import { AppError } from '#platform/errors';
import { newId, type RunId, type SourceId, type StepId } from '#platform/ids';
import { createLog } from '#platform/log';
import { createSource, getSource, listSources, updateSource } from '#sources';
import { createTestDatabase, type TestDatabase } from '#testing/database';
import { createTestOrganization } from '#testing/organization';
import { makeZip, workbookFiles } from '#testing/zip-file';
import { openWarehouse, type OrganizationWarehouse, type WarehouseServices } from '#warehouse';
import { downloadRejectedRows } from '../sources/download-rejected-rows.ts';
import { listRejectedRows, listSyncs } from '../sources/queries.ts';
import { createUpload, previewUpload } from './create-upload.ts';
import { deleteSource } from './delete-source.ts';
import { listStreams, testSource } from './describe-source.ts';
import { runSync } from './run-sync.ts';

let test_: TestDatabase;
let database: Database;
let services: WarehouseServices;
let actor: Actor;
let ours: OrganizationWarehouse;
const never = new AbortController().signal;

beforeAll(async () => {
  test_ = await createTestDatabase();
  database = connectDatabase(test_.appUrl);
  const warehouse = openWarehouse({ config: test_.config, database });
  services = {
    config: test_.config,
    log: createLog('silent'),
    clock: systemClock,
    newId,
    database,
    warehouse,
  };
  actor = await createTestOrganization(database, test_.config);
  ours = await warehouse.forOrganization(actor.organizationId);
});

afterAll(async () => {
  await services.warehouse.close();
  await database.close();
  await test_[Symbol.asyncDispose]();
});

function file(content: string | Uint8Array | Iterable<Uint8Array>, filename = 'people.csv'): UploadedFile {
  const pieces =
    typeof content === 'string' || content instanceof Uint8Array ? [Buffer.from(content)] : content;
  return { filename, stream: Readable.from(pieces, { objectMode: false }), wasTruncated: () => false };
}

async function addSource(content: Parameters<typeof file>[0], options?: CsvOptions) {
  const upload = await createUpload(services, actor, file(content), never);
  const config = { upload_id: upload.id, ...(options === undefined ? {} : { options }) };
  return createSource(services, actor, { name: `Source ${upload.id}`, type: 'csv', config }, never);
}

function sync(sourceId: string, more: Partial<Parameters<typeof runSync>[1]> = {}) {
  return runSync(services, {
    organizationId: actor.organizationId,
    sourceId: sourceId as SourceId,
    runId: newId<RunId>(),
    stepId: newId<StepId>(),
    trigger: 'manual',
    signal: never,
    ...more,
  });
}

async function rowsOf(table: string, columns = '*') {
  return (await ours.read(`SELECT ${columns} FROM "${table}" ORDER BY "_dlt_id"`)).rows;
}

async function leftovers() {
  const { rows } = await ours.read(
    `SELECT relname FROM pg_class WHERE relnamespace = '${ours.schema}'::regnamespace AND relkind IN ('r', 'S') AND relname LIKE '\\_staging%'`,
  );
  return rows;
}

const people = `Name,Age,Joined,Active,Code,Amount
Asha,34,2024-03-01,true,007,12.50
Ravi,,2024-04-15,false,010,
"Mary ""M"" Joy",29,2023-12-31,true,011,-3
`;

test('a file becomes a typed table, and everything about it is kept', async () => {
  const upload = await createUpload(services, actor, file(people, '../../etc/people.csv'), never);
  expect(upload).toMatchObject({
    filename: 'people.csv',
    format: 'csv',
    encoding: 'utf-8',
    delimiter: ',',
    header_row: 1,
  });
  expect(upload.columns.map((column) => [column.name, column.type, column.nullable])).toEqual([
    ['name', 'text', false],
    ['age', 'integer', true],
    ['joined', 'date', false],
    ['active', 'boolean', false],
    ['code', 'text', false],
    ['amount', 'decimal', true],
  ]);
  expect(upload.preview.rows[2]).toEqual({
    name: 'Mary "M" Joy',
    age: 29,
    joined: '2023-12-31',
    active: true,
    code: '011',
    amount: -3,
  });

  const source = await createSource(
    services,
    actor,
    { name: 'People', type: 'csv', config: { upload_id: upload.id } },
    never,
  );
  expect(source).toMatchObject({
    row_count: 0,
    last_sync: null,
    warehouse_table_name: `source_${source.id}`,
  });
  const progress: SyncProgress[] = [];
  const outcome = await sync(source.id, { onProgress: (each) => progress.push(each) });
  expect(outcome.sync).toMatchObject({
    status: 'succeeded',
    rows_synced: 3,
    rows_rejected: 0,
    tables: [{ name: source.warehouse_table_name, rows: 3 }],
    error: null,
  });
  expect(new Set(progress.map((each) => each.phase))).toEqual(new Set(['loading', 'finishing']));

  const rows = await rowsOf(source.warehouse_table_name);
  expect(
    rows.map((row) => [row['name'], row['age'], row['joined'], row['active'], row['code'], row['amount']]),
  ).toEqual([
    ['Asha', 34, '2024-03-01', true, '007', 12.5],
    ['Ravi', null, '2024-04-15', false, '010', null],
    ['Mary "M" Joy', 29, '2023-12-31', true, '011', -3],
  ]);
  expect(new Set(rows.map((row) => row['_dlt_id'])).size).toBe(3);
  expect(rows.every((row) => String(row['_dlt_id']).length === 14)).toBe(true);
  const loads = await ours.read(
    `SELECT load_id, status FROM _dlt_loads WHERE schema_name = '${source.warehouse_table_name}'`,
  );
  expect(loads.rows).toEqual([{ load_id: rows[0]?.['_dlt_load_id'], status: 0 }]);
  expect(await getSource(services, actor, source.id)).toMatchObject({
    row_count: 3,
    column_count: 6,
    name: 'People',
  });
  expect((await listSources(services, actor, { limit: 1 })).items).toHaveLength(1);
  const table = await database.withOrganization(actor.organizationId, (trx) =>
    trx
      .selectFrom('warehouse_tables')
      .selectAll()
      .where('source_id', '=', source.id as SourceId)
      .executeTakeFirstOrThrow(),
  );
  expect(table).toMatchObject({ display_name: 'People', row_count: 3, kind: 'source' });
  expect(table.columns.map((column) => column.display_name)).toEqual([
    'Name',
    'Age',
    'Joined',
    'Active',
    'Code',
    'Amount',
  ]);
  expect(await leftovers()).toEqual([]);
});

test('rows that cannot be read are kept with line, column and reason, and the rest loads', async () => {
  const source = await addSource(
    'name,age,joined\nA,1,01/02/2024\nB,abc,02/02/2024\n"C\nC",3,31/12/2023\nD,4,5,6\nE\nF,6,31/02/2024\n',
    {
      columns: { age: 'integer', joined: 'date' },
    },
  );
  const { sync: result } = await sync(source.id);
  expect(result).toMatchObject({ status: 'succeeded', rows_synced: 3, rows_rejected: 3 });
  expect(result.warnings.map((warning) => warning.code)).toEqual(['rows_padded']);
  expect(await rowsOf(source.warehouse_table_name, 'name, age, joined')).toEqual([
    { name: 'A', age: 1, joined: '2024-02-01' },
    { name: 'C\nC', age: 3, joined: '2023-12-31' },
    { name: 'E', age: null, joined: null },
  ]);
  const rejected = await listRejectedRows(services, actor, source.id, { limit: 2 });
  expect(rejected.items).toEqual([
    { line: 3, column: 'age', value: 'abc', reason: '“abc” is not a whole number', raw: 'B,abc,02/02/2024' },
    {
      line: 6,
      column: null,
      value: null,
      reason: 'the row has 4 cells, the table 3 columns',
      raw: 'D,4,5,6',
    },
  ]);
  const rest = await listRejectedRows(services, actor, source.id, {
    limit: 2,
    cursor: rejected.next_cursor ?? '',
  });
  expect(rest.items.map((row) => [row.line, row.column])).toEqual([[8, 'joined']]);
  expect(rest.next_cursor).toBeNull();
  const download = await downloadRejectedRows(services, actor, source.id, undefined);
  const text = (await download.body.toArray()).join('');
  expect(text.split('\r\n')).toHaveLength(5);
  expect(text).toContain('3,age,abc,“abc” is not a whole number,"B,abc,02/02/2024"');
});

test('a sync that is repeated with the same step loads once', async () => {
  const source = await addSource(people);
  const stepId = newId<StepId>();
  const first = await sync(source.id, { stepId });
  const before = await rowsOf(source.warehouse_table_name);
  const second = await sync(source.id, { stepId });
  expect(second.rows).toBe(first.rows);
  expect(await rowsOf(source.warehouse_table_name)).toEqual(before);
  expect((await listSyncs(services, actor, source.id, { limit: 10 })).items).toHaveLength(1);
  await sync(source.id);
  expect((await rowsOf(source.warehouse_table_name))[0]?.['_dlt_id']).not.toBe(before[0]?.['_dlt_id']);
});

test('a new file replaces the data, and what changed in the columns is told', async () => {
  const source = await addSource(people);
  await sync(source.id);
  const next = await createUpload(services, actor, file('Name;Age;Town\nAsha;34,5;Pune\n'), never);
  await updateSource(services, actor, source.id, { name: 'Renamed', config: { upload_id: next.id } }, never);
  const { sync: result } = await sync(source.id);
  expect(result.schema_changes).toEqual([
    { kind: 'type_changed', column: 'age', from: 'integer', to: 'decimal' },
    { kind: 'column_added', column: 'town', from: null, to: 'text' },
    { kind: 'column_removed', column: 'joined', from: 'date', to: null },
    { kind: 'column_removed', column: 'active', from: 'boolean', to: null },
    { kind: 'column_removed', column: 'code', from: 'text', to: null },
    { kind: 'column_removed', column: 'amount', from: 'decimal', to: null },
  ]);
  expect(await rowsOf(source.warehouse_table_name, 'name, age, town')).toEqual([
    { name: 'Asha', age: 34.5, town: 'Pune' },
  ]);
  expect((await getSource(services, actor, source.id)).name).toBe('Renamed');
});

function* manyRows(rows: number) {
  yield Buffer.from('id,name,note\n');
  for (let from = 0; from < rows; from += 1000) {
    let text = '';
    for (let row = from; row < Math.min(rows, from + 1000); row += 1)
      text += `${row},name ${row},"note, ${row}"\n`;
    yield Buffer.from(text);
  }
}

test('a large file keeps its order, in its ids and on disk', async () => {
  const source = await addSource(manyRows(700_000));
  const { rows } = await sync(source.id);
  expect(rows).toBe(700_000);
  const checked = await ours.read(
    `SELECT count(*) AS n FROM (SELECT id, row_number() OVER (ORDER BY "_dlt_id") - 1 AS place, row_number() OVER (ORDER BY ctid) - 1 AS on_disk FROM "${source.warehouse_table_name}") t WHERE id <> place OR id <> on_disk`,
  );
  expect(checked.rows).toEqual([{ n: 0 }]);
}, 60_000);

test('a cancelled load leaves the last good data and nothing else, within two seconds', async () => {
  const source = await addSource(people);
  await sync(source.id);
  const large = await createUpload(services, actor, file(manyRows(600_000)), never);
  await updateSource(services, actor, source.id, { config: { upload_id: large.id } }, never);
  const stop = new AbortController();
  let abortedAt = 0;
  const running = sync(source.id, {
    signal: stop.signal,
    onProgress: (progress) => {
      if (abortedAt > 0 || progress.phase !== 'loading' || progress.bytes_done < 2_000_000) return;
      abortedAt = performance.now();
      stop.abort();
    },
  });
  await expect(running).rejects.toThrow('aborted');
  expect(performance.now() - abortedAt).toBeLessThan(2_000);
  expect(abortedAt).toBeGreaterThan(0);
  expect(await rowsOf(source.warehouse_table_name, 'name')).toHaveLength(3);
  expect(await leftovers()).toEqual([]);
}, 30_000);

test('a database connection that is killed in the middle leaves the old data, and the retry loads once', async () => {
  const source = await addSource(people);
  await sync(source.id);
  const large = await createUpload(services, actor, file(manyRows(300_000)), never);
  await updateSource(services, actor, source.id, { config: { upload_id: large.id } }, never);
  const stepId = newId<StepId>();
  let killed: Promise<unknown> | undefined;
  const running = sync(source.id, {
    stepId,
    onProgress: (progress) => {
      if (progress.phase === 'loading' && progress.bytes_done > 1_000_000) {
        killed ??= ours.read(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user AND query LIKE 'COPY%' AND pid <> pg_backend_pid()`,
        );
      }
    },
  });
  await expect(running).rejects.toMatchObject({ code: 'database_unavailable' });
  await killed;
  expect(await rowsOf(source.warehouse_table_name, 'name')).toHaveLength(3);
  expect((await listSyncs(services, actor, source.id, { limit: 1 })).items[0]?.status).toBe('failed');
  const { rows, sync: result } = await sync(source.id, { stepId });
  expect(rows).toBe(300_000);
  expect(result).toMatchObject({ status: 'succeeded', error: null });
  expect(await leftovers()).toEqual([]);
}, 30_000);

test('a load that another worker has taken over publishes nothing', async () => {
  const source = await addSource(people);
  await sync(source.id);
  const before = await rowsOf(source.warehouse_table_name);
  let asked = 0;
  const afterItsBegin = async () => {
    asked += 1;
    if (asked > 1) throw new AppError('step_taken_over', 'taken over');
  };
  await expect(sync(source.id, { assertCurrent: afterItsBegin })).rejects.toThrow('taken over');
  expect(await rowsOf(source.warehouse_table_name)).toEqual(before);
  expect(await leftovers()).toEqual([]);
});

test('a worker that wakes after another has ended its load leaves the record of it as it is', async () => {
  const source = await addSource(people);
  const stepId = newId<StepId>();
  await sync(source.id, { stepId });
  const taken = () => Promise.reject(new AppError('step_taken_over', 'taken over'));
  await expect(sync(source.id, { stepId, assertCurrent: taken })).rejects.toThrow('taken over');
  expect((await listSyncs(services, actor, source.id, { limit: 1 })).items[0]?.status).toBe('succeeded');
});

test('a file that is not a CSV is refused by its content and not kept', async () => {
  const before = await uploadsOnDisk();
  const zip = Buffer.from([0x50, 0x4b, 0x03, 0x04, 0, 0, 0, 0]);
  await expect(createUpload(services, actor, file(zip, 'x.csv'), never)).rejects.toMatchObject({
    code: 'file_format_unsupported',
  });
  await expect(createUpload(services, actor, file(''), never)).rejects.toMatchObject({ code: 'file_empty' });
  const tooLarge = { ...services, config: { ...services.config, maxUploadBytes: 10 } };
  await expect(createUpload(tooLarge, actor, file(people), never)).rejects.toMatchObject({
    code: 'payload_too_large',
  });
  expect(await uploadsOnDisk()).toEqual(before);
});

async function uploadsOnDisk() {
  const directory = `${services.config.dataDirectory}/uploads/${actor.organizationId}`;
  return (await readdir(directory)).sort();
}

test('the same upload can be read with other options', async () => {
  const upload = await createUpload(services, actor, file('a;b\n1;03/04/2025\n2;05/06/2025\n'), never);
  expect(upload).toMatchObject({ delimiter: ';', date_order: 'dmy' });
  expect(upload.warnings.map((warning) => warning.code)).toEqual(['date_order_assumed']);
  expect(upload.preview.rows[0]).toEqual({ a: 1, b: '2025-04-03' });
  const again = await previewUpload(
    services,
    actor,
    upload.id,
    { date_order: 'mdy', names: { a: 'Numéro' }, columns: { a: 'text' } },
    never,
  );
  expect(again.columns.map((column) => [column.name, column.display_name, column.type])).toEqual([
    ['numero', 'Numéro', 'text'],
    ['b', 'b', 'date'],
  ]);
  expect(again.preview.rows[0]).toEqual({ numero: '1', b: '2025-03-04' });
  expect(again.warnings).toEqual([]);
  await expect(previewUpload(services, actor, 'nosuch', {}, never)).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('a sheet of a workbook and the records of a JSON file become typed tables', async () => {
  const book = makeZip(
    workbookFiles({
      formats: [0, 14],
      strings: ['<t>Village</t>', '<t>Visited</t>', '<t>People</t>', '<t>Pune</t>'],
      sheets: {
        Notes: '<row r="1"><c r="A1" t="str"><v>read me</v></c></row>',
        Visits: `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>${[
          2, 3, 4,
        ]
          .map(
            (row) =>
              `<row r="${row}"><c r="A${row}" t="s"><v>3</v></c><c r="B${row}" s="1"><v>${45_380 + row}</v></c>${row === 3 ? '' : `<c r="C${row}"><v>${row}</v></c>`}</row>`,
          )
          .join('')}`,
      },
    }),
  );
  const upload = await createUpload(services, actor, file(book, 'visits.csv'), never);
  expect(upload).toMatchObject({
    format: 'xlsx',
    sheet: 'Notes',
    sheets: [{ name: 'Notes' }, { name: 'Visits' }],
  });
  const options = { sheet: 'Visits' };
  const preview = await previewUpload(services, actor, upload.id, options, never);
  expect(preview.columns.map(({ name, type }) => [name, type])).toEqual([
    ['village', 'text'],
    ['visited', 'date'],
    ['people', 'integer'],
  ]);
  const config = { upload_id: upload.id, options };
  const source = await createSource(services, actor, { name: 'Visits', type: 'excel', config }, never);
  expect((await sync(source.id)).sync).toMatchObject({ rows_synced: 3, rows_rejected: 0, warnings: [] });
  expect(await rowsOf(source.warehouse_table_name, 'village, visited, people')).toEqual([
    { village: 'Pune', visited: '2024-03-31', people: 2 },
    { village: 'Pune', visited: '2024-04-01', people: null },
    { village: 'Pune', visited: '2024-04-02', people: 4 },
  ]);
});

test('records of a JSON file become a table and tables of their lists, whatever the file is called', async () => {
  const records =
    '[{"id":1,"at":{"Place name":"Pune"},"visits":[{"day":"2025-04-01"},{"day":"2025-04-08"}]},{"id":2,"score":"007"}]';
  const upload = await createUpload(services, actor, file(records, 'people.csv'), never);
  expect(upload).toMatchObject({
    format: 'json',
    warnings: [{ code: 'format_by_content' }],
    lists: [{ title: 'visits', columns: ['day'] }],
  });
  expect(upload.columns.map(({ name, type }) => [name, type])).toEqual([
    ['id', 'integer'],
    ['at › Place name', 'text'],
    ['score', 'text'],
  ]);
  const options = { columns: { score: 'integer' as const }, names: { 'at › Place name': 'Village' } };
  const corrected = await previewUpload(services, actor, upload.id, options, never);
  expect(corrected.columns.map(({ display_name, type }) => [display_name, type])).toEqual([
    ['id', 'integer'],
    ['Village', 'text'],
    ['score', 'integer'],
  ]);
  const config = { upload_id: upload.id, options };
  const source = await createSource(services, actor, { name: 'Records', type: 'json', config }, never);
  const table = source.warehouse_table_name;
  expect((await sync(source.id)).sync).toMatchObject({
    rows_synced: 2,
    tables: [
      { name: table, rows: 2 },
      { name: `${table}__visits`, rows: 2 },
    ],
  });
  expect(await rowsOf(table, 'id, at__place_name, score')).toEqual([
    { id: 1, at__place_name: 'Pune', score: null },
    { id: 2, at__place_name: null, score: 7 },
  ]);
  expect(await rowsOf(`${table}__visits`, 'day, _dlt_list_idx')).toEqual([
    { day: '2025-04-01', _dlt_list_idx: 0 },
    { day: '2025-04-08', _dlt_list_idx: 1 },
  ]);

  // The next file of the same source may be of another kind, and a broken one changes nothing.
  const broken = await createUpload(services, actor, file('{"id":3}\n'.repeat(2_000) + '{"id":', 'x'), never);
  await updateSource(services, actor, source.id, { config: { upload_id: broken.id } }, never);
  await expect(sync(source.id)).rejects.toMatchObject({ code: 'file_format_unsupported' });
  expect(await rowsOf(table, 'id')).toEqual([{ id: 1 }, { id: 2 }]);
});

test('a configuration can be tried before it is kept', async () => {
  const upload = await createUpload(services, actor, file(people), never);
  expect(await testSource(services, actor, { type: 'csv', config: { upload_id: upload.id } }, never)).toEqual(
    {
      ok: true,
      message: 'It can be read: 6 columns.',
      streams: [{ name: 'file', title: 'people.csv', rows: null }],
    },
  );
  expect(
    await testSource(services, actor, { type: 'csv', config: { upload_id: 'gone' } }, never),
  ).toMatchObject({ ok: false, code: 'upload_missing' });
  expect(await testSource(services, actor, { type: 'csv', config: { upload: 1 } }, never)).toMatchObject({
    ok: false,
    code: 'source_config_invalid',
  });
  const source = await addSource(people);
  const streams = await listStreams(services, actor, source.id, never);
  expect(streams.items[0]?.columns).toHaveLength(6);
});

test("another organization's upload and source do not exist", async () => {
  const stranger = await createTestOrganization(database, test_.config);
  const upload = await createUpload(services, actor, file(people), never);
  const config = { upload_id: upload.id };
  await expect(
    createSource(services, stranger, { name: 'x', type: 'csv', config }, never),
  ).rejects.toMatchObject({ code: 'upload_missing' });
  const source = await addSource(people);
  await expect(getSource(services, stranger, source.id)).rejects.toMatchObject({ code: 'not_found' });
  await expect(deleteSource(services, stranger, source.id, true)).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('a source that something depends on is not deleted unless it is confirmed', async () => {
  const source = await addSource(people);
  await sync(source.id);
  await database.withOrganization(actor.organizationId, (trx) =>
    trx
      .insertInto('transformations')
      .values({
        id: newId(),
        organization_id: actor.organizationId,
        name: 'Young people',
        recipe: JSON.stringify({ steps: [{ type: 'source', table: source.warehouse_table_name }] }),
        version: 1,
        depends_on: [source.warehouse_table_name],
      })
      .execute(),
  );
  await expect(deleteSource(services, actor, source.id, false)).rejects.toMatchObject({
    code: 'in_use',
    errors: [{ message: 'The transformation “Young people” reads it' }],
  });
  await deleteSource(services, actor, source.id, true);
  await expect(rowsOf(source.warehouse_table_name)).rejects.toMatchObject({ code: 'table_missing' });
  await expect(getSource(services, actor, source.id)).rejects.toMatchObject({ code: 'not_found' });
  expect(await uploadsOnDisk()).not.toContain(source.config['upload_id']);
});

test('a hundred hostile headers load and come back', async () => {
  const hostile = [
    '"; DROP TABLE x; --',
    "o'clock",
    '😀',
    'नाम',
    'x'.repeat(200),
    'select',
    'SELECT',
    'user',
    '',
    ' ',
    '_dlt_id',
    '_dlt_load_id',
    'ctid',
    'a\u0000b',
    'a"b',
    'a,b',
    'new\nline',
    '\u202eright to left',
    'é',
    'e\u0301',
    '%s',
    '${x}',
    '{{ x }}',
    'NULL',
    '$1',
  ];
  const headers = Array.from({ length: 100 }, (_, index) => hostile[index % hostile.length] ?? '');
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const csv = `${headers.map(cell).join(',')}\n${headers.map((_, index) => `v${index}`).join(',')}\n`;
  const source = await addSource(csv, { header_row: 1 });
  await sync(source.id);
  const table = await ours.read(`SELECT * FROM "${source.warehouse_table_name}"`);
  expect(table.columns).toHaveLength(102);
  expect(Object.values(table.rows[0] ?? {}).slice(0, 100)).toEqual(headers.map((_, index) => `v${index}`));
  const kept = await database.withOrganization(actor.organizationId, (trx) =>
    trx
      .selectFrom('warehouse_tables')
      .select('columns')
      .where('source_id', '=', source.id as SourceId)
      .executeTakeFirstOrThrow(),
  );
  expect(kept.columns[3]?.display_name).toBe('नाम');
  expect(kept.columns[0]?.display_name).toBe('"; DROP TABLE x; --');
});

test('a type that only the end of a file decides is the type of all of it', async () => {
  function* late() {
    yield Buffer.from('id,score,when\n');
    for (let row = 0; row < 100_000; row += 1000) yield Buffer.from(`${row},5,02/03/2024\n`.repeat(1000));
    yield Buffer.from('1,5.5,03/25/2024\n2,NA,\n');
  }
  const source = await addSource(late());
  const progress: SyncProgress[] = [];
  const { rows } = await sync(source.id, { onProgress: (each) => progress.push(each) });
  expect(rows).toBe(100_002);
  const table = await ours.read(
    `SELECT score, "when", count(*) AS n FROM "${source.warehouse_table_name}" GROUP BY 1, 2 ORDER BY 3, 1`,
  );
  expect(table.columns.map((column) => column.type)).toEqual(['decimal', 'date', 'integer']);
  expect(table.rows).toEqual([
    { score: 5.5, when: '2024-03-25', n: 1 },
    { score: null, when: null, n: 1 },
    { score: 5, when: '2024-02-03', n: 100_000 },
  ]);
  expect(await leftovers()).toEqual([]);
});

test('an encoding that shows only late in the file is corrected', async () => {
  function* late() {
    yield Buffer.from('id,name\n');
    for (let row = 0; row < 120_000; row += 1000)
      yield Buffer.from(`${row},plain and simple words in a line\n`.repeat(100));
    yield Buffer.from('1,Jos\xe9\n', 'latin1');
    for (let row = 0; row < 120_000; row += 1000)
      yield Buffer.from(`${row},plain and simple words in a line\n`.repeat(100));
  }
  const source = await addSource(late());
  const { sync: result } = await sync(source.id);
  const names = await ours.read(`SELECT name FROM "${source.warehouse_table_name}" WHERE name LIKE 'Jos%'`);
  expect(names.rows).toEqual([{ name: 'José' }]);
  expect(result.rows_rejected).toBe(0);
});
