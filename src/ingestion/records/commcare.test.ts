import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  commcareTestAccount,
  type CommcareTestServer,
  startCommcareServer,
  visitForm,
} from '#testing/commcare-server';
import { testSource } from '../describe-source.ts';
import { openConnectorBench } from './testing/connector-bench.ts';

let commcare: CommcareTestServer;
let bench: Awaited<ReturnType<typeof openConnectorBench>>;

beforeAll(async () => {
  commcare = await startCommcareServer();
  bench = await openConnectorBench([commcare.host], {
    servicePatience: { timeoutMs: 20_000, retryDelayMs: 1 },
  });
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await commcare[Symbol.asyncDispose]();
});
beforeEach(() => {
  commcare.calls.length = 0;
  commcare.forms.splice(
    0,
    Infinity,
    {
      id: 'f1',
      indexed_on: '2026-01-01T08:00:00.000000Z',
      form: {
        head: { full_name: { '@kind': 'text', '#text': 'Asha' }, age: '34' },
        crops: 'rice millet',
        place: '18.52 73.85 560.5 4.2',
        photo: 'a b.jpg',
        hint: 'OK',
        children: [
          { name: 'Om', age: '4' },
          { name: 'Ira', age: '' },
        ],
      },
    },
    // A repeat that was answered once comes without its list.
    {
      id: 'f2',
      indexed_on: '2026-01-01T08:00:00.000000Z',
      form: { crops: 'wheat', children: { name: 'Mina' } },
    },
    { id: 'f3', indexed_on: '2026-01-01T08:00:00.000000Z', form: { head: { full_name: 'Ravi' } } },
    { id: 'f4', indexed_on: '2026-01-02T08:00:00.000000Z', form: { head: { age: '51' } } },
    { id: 'f5', indexed_on: '2026-01-02T09:00:00.000000Z', archived: true, form: {} },
  );
  commcare.cases.splice(
    0,
    Infinity,
    { case_id: 'c1', indexed_on: '2026-01-01T08:00:00Z', properties: { village: 'Wai', dob: '1990-05-01' } },
    { case_id: 'c2', indexed_on: '2026-01-02T08:00:00Z', properties: { village: 'Mahad', members: '07' } },
    { case_id: 'c3', indexed_on: '2026-01-03T08:00:00Z', properties: {} },
  );
});

const settings = (more: object = {}) => ({
  server: { kind: 'own', url: commcare.origin },
  ...commcareTestAccount,
  ...more,
});
const tryOut = (config: Readonly<Record<string, unknown>>) =>
  testSource(bench.services, bench.actor, { type: 'commcare', config }, bench.signal);
const forms = { streams: [`form:${visitForm}`] };

test('a test lists forms and kinds of case of every application, and tells key, host and project space apart', async () => {
  expect((await tryOut(settings())).streams?.map(({ title }) => title)).toEqual([
    'Home visit',
    'Cases: household',
    'Cases: supply',
  ]);
  expect((await tryOut(settings({ language: 'hin' }))).streams?.[0]?.title).toBe('घर का दौरा');
  const says = async (more: object) => {
    const { ok, code, message } = await tryOut(settings(more));
    return ok ? 'ok' : `${code}: ${message}`;
  };
  expect(await says({ api_key: 'wrong' })).toContain('source_credentials_refused');
  expect(await says({ domain: 'other' })).toMatch(/source_not_found: .*project space “other”/);
  expect(await says({ server: { kind: 'own', url: 'https://no-such-host.dalgo.org' } })).toContain(
    'outbound_failed',
  );
  expect(await says({ server: { kind: 'own', url: 'http://127.0.0.1:1' } })).toContain('outbound_blocked');
  expect(await says({ streams: ['form:gone'] })).toContain('source_not_found');
});

test('a form becomes typed tables with labels, choices, places, links and repeats beside it', async () => {
  const source = await bench.add('commcare', settings(forms));
  const { rows, sync } = await bench.sync(source.id);
  expect(rows).toBe(4);
  expect(sync.tables.map((table) => [table.name.replace(`source_${source.id}`, ''), table.rows])).toEqual([
    ['', 4],
    ['__children', 3],
    ['___attachments', 1],
  ]);
  const columns =
    'head__full_name, head__age, crops_rice, crops_wheat, crops_millet, place_longitude, photo_link, "_meta__received_on", "_meta__started_at", "_meta__case_id"';
  expect((await bench.rows(source.id, columns, '', '"_id"'))[0]).toEqual({
    head__full_name: 'Asha',
    head__age: 34,
    crops_rice: true,
    crops_wheat: false,
    crops_millet: true,
    place_longitude: 73.85,
    photo_link: `${commcare.origin}/a/clean-water/api/form/attachment/f1/a%20b.jpg`,
    _meta__received_on: '2026-01-01T08:00:00Z',
    _meta__started_at: '2026-01-01T04:00:00Z',
    _meta__case_id: 'case-of-f1',
  });
  expect(await bench.rows(source.id, 'name, age', '__children', 'name')).toEqual([
    { name: 'Ira', age: null },
    { name: 'Mina', age: null },
    { name: 'Om', age: 4 },
  ]);
  const [table] = await bench.services.database.withOrganization(bench.actor.organizationId, (trx) =>
    trx
      .selectFrom('warehouse_tables')
      .selectAll()
      .where('source_id', '=', source.id as never)
      .orderBy('name')
      .execute(),
  );
  expect(table?.columns.slice(0, 5).map((column) => [column.display_name, column.type])).toEqual([
    ['Name of the head', 'text'],
    ['Age', 'integer'],
    ['Crops', 'text'],
    ['Crops: Rice', 'boolean'],
    ['Crops: Wheat', 'boolean'],
  ]);
});

test('cases become a table with their properties, and changes alone are asked for', async () => {
  const source = await bench.add('commcare', settings({ streams: ['case:household'] }));
  expect((await bench.sync(source.id)).rows).toBe(3);
  const read = () =>
    bench.rows(
      source.id,
      'case_id, properties__village, properties__members, properties__dob, indices__parent__case_id, closed',
      '',
      'case_id',
    );
  expect((await read()).slice(0, 2)).toEqual([
    {
      case_id: 'c1',
      properties__village: 'Wai',
      properties__members: null,
      properties__dob: '1990-05-01',
      indices__parent__case_id: 'village-1',
      closed: false,
    },
    expect.objectContaining({ case_id: 'c2', properties__members: '07' }),
  ]);
  const [first] = commcare.cases;
  if (first === undefined) throw new Error('three cases');
  Object.assign(first, { indexed_on: '2026-01-05T08:00:00Z' });
  first.properties['village'] = 'Satara';
  commcare.calls.length = 0;
  expect((await bench.sync(source.id)).rows).toBe(2);
  expect((await read()).map((row) => row['properties__village'])).toEqual(['Satara', 'Mahad', null]);
  expect(
    commcare.calls.every(
      ({ url }) => !url.pathname.includes('case') || url.searchParams.has('indexed_on.gte'),
    ),
  ).toBe(true);
});

test('submissions that came, were corrected or archived since are all that a further sync asks for', async () => {
  const source = await bench.add('commcare', settings(forms));
  await bench.sync(source.id);
  const [first, second] = commcare.forms;
  if (first === undefined || second === undefined) throw new Error('five forms');
  Object.assign(first, { indexed_on: '2026-01-05T08:00:00.000000Z' });
  Object.assign(first.form, { children: [] });
  Object.assign(second, { indexed_on: '2026-01-06T08:00:00.000000Z', archived: true });
  commcare.forms.push({ id: 'f6', indexed_on: '2026-01-07T08:00:00.000000Z', form: { crops: 'rice' } });
  const { sync } = await bench.sync(source.id);
  expect(sync.status).toBe('succeeded');
  expect(await bench.rows(source.id, '"_id", crops', '', '"_id"')).toEqual([
    { _id: 'f1', crops: 'rice millet' },
    { _id: 'f3', crops: null },
    { _id: 'f4', crops: null },
    { _id: 'f6', crops: 'rice' },
  ]);
  expect(await bench.rows(source.id, '*', '__children')).toEqual([]);
});
