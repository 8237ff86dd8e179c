import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakeService, startFakeService } from '#testing/fake-service';
import { updateSource } from '#sources';
import { testSource } from '../describe-source.ts';
import { openConnectorBench } from './testing/connector-bench.ts';

let api: FakeService;
let bench: Awaited<ReturnType<typeof openConnectorBench>>;
const people = [
  {
    id: 1,
    name: 'Asha',
    phone: 9_812_345_678,
    address: { city: 'Pune', street: 'M. G. Road' },
    children: [{ name: 'Om', illness: 'none of your business' }],
    notes: [{ text: 'secret' }],
  },
  { id: 2, name: 'Ravi', phone: 12, address: { city: 'Goa' }, children: [] },
];

beforeAll(async () => {
  api = await startFakeService(() => ({ json: people }));
  bench = await openConnectorBench([api.host]);
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

const settings = (records?: object, more: object = {}) => ({
  base_url: api.origin,
  path: 'people',
  ...(records === undefined ? {} : { columns: { records } }),
  ...more,
});
const leaveOut = {
  'address.street': { load: false },
  'children.illness': { load: false },
  notes: { load: false },
  phone: { type: 'text' },
};

/** Every column of every table of a source, as PostgreSQL has them. */
async function columnsOf(sourceId: string) {
  const warehouse = await bench.services.warehouse.forOrganization(bench.actor.organizationId);
  const { rows } = await warehouse.read(
    `SELECT table_name || '.' || column_name || ' ' || data_type AS name FROM information_schema.columns WHERE table_name LIKE 'source_${sourceId}%' AND column_name NOT LIKE '\\_dlt%' ORDER BY table_name, ordinal_position`,
  );
  return rows.map((row) => String(row['name']).replace(`source_${sourceId}`, ''));
}

test('what is left out is nowhere in the tables, and the rest is read as it was said', async () => {
  const source = await bench.add('rest_api', settings(leaveOut));
  await bench.sync(source.id);
  expect(await columnsOf(source.id)).toEqual([
    '.id bigint',
    '.name text',
    '.phone text',
    '.address__city text',
    '__children.name text',
  ]);
  expect(await bench.rows(source.id, 'name, phone, address__city', '', 'id')).toEqual([
    { name: 'Asha', phone: '9812345678', address__city: 'Pune' },
    { name: 'Ravi', phone: '12', address__city: 'Goa' },
  ]);
});

test('a column that is left out later goes, with what was in it, and comes back when it is wanted again', async () => {
  const source = await bench.add('rest_api', settings());
  await bench.sync(source.id);
  expect(await columnsOf(source.id)).toContain('.address__street text');
  const change = (config: Readonly<Record<string, unknown>>) =>
    updateSource(bench.services, bench.actor, source.id, { config }, bench.signal);
  const changed = await change(settings(leaveOut));
  expect(changed.config).toMatchObject({ columns: { records: leaveOut } });
  const { sync } = await bench.sync(source.id);
  expect((await columnsOf(source.id)).filter((name) => /street|illness/.test(name))).toEqual([]);
  expect(await bench.rows(source.id, 'count(*) AS n', '__notes', '1').catch(() => [{ n: 0 }])).toEqual([
    { n: 0 },
  ]);
  expect(sync.schema_changes).toContainEqual(
    expect.objectContaining({ kind: 'column_removed', column: 'address__street' }),
  );
  await change(settings());
  await bench.sync(source.id);
  expect(await bench.rows(source.id, 'address__street', '', 'id')).toEqual([
    { address__street: 'M. G. Road' },
    { address__street: null },
  ]);
});

test('a choice is refused where it cannot be, in words', async () => {
  const source = await bench.add('rest_api', settings({ id: { load: false } }, { primary_key: ['id'] }));
  await expect(bench.sync(source.id)).rejects.toMatchObject({
    code: 'source_config_invalid',
    errors: [{ path: 'config.columns' }],
  });
  await expect(bench.add('rest_api', settings({ id: { load: 'no' } }))).rejects.toMatchObject({
    code: 'source_config_invalid',
  });
});

test('trying it names every field with what it would be', async () => {
  const tried = await testSource(
    bench.services,
    bench.actor,
    { type: 'rest_api', config: settings(undefined, { primary_key: ['id'] }) },
    bench.signal,
  );
  expect(tried.fields).toEqual([
    { path: 'id', label: 'id', type: 'integer', column: 'id', is_key: true },
    { path: 'name', label: 'name', type: 'text', column: 'name', is_key: false },
    { path: 'phone', label: 'phone', type: 'integer', column: 'phone', is_key: false },
    { path: 'address.city', label: 'address › city', type: 'text', column: 'address__city', is_key: false },
    {
      path: 'address.street',
      label: 'address › street',
      type: 'text',
      column: 'address__street',
      is_key: false,
    },
    { path: 'children', label: 'children', type: null, column: null, is_key: false },
    { path: 'children.name', label: 'name', type: 'text', column: null, is_key: false },
    { path: 'children.illness', label: 'illness', type: 'text', column: null, is_key: false },
    { path: 'notes', label: 'notes', type: null, column: null, is_key: false },
    { path: 'notes.text', label: 'text', type: 'text', column: null, is_key: false },
  ]);
});
