import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { odkTestAccount, type OdkTestServer, startOdkServer } from '#testing/odk-server';
import { testSource } from '../describe-source.ts';
import { openConnectorBench } from './testing/connector-bench.ts';

let odk: OdkTestServer;
let bench: Awaited<ReturnType<typeof openConnectorBench>>;

beforeAll(async () => {
  odk = await startOdkServer();
  bench = await openConnectorBench([odk.host], { servicePatience: { timeoutMs: 20_000, retryDelayMs: 1 } });
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await odk[Symbol.asyncDispose]();
});
beforeEach(() => {
  odk.calls.length = 0;
  odk.faults.length = 0;
  odk.submissions.splice(
    0,
    Infinity,
    {
      id: 'uuid:1',
      submittedAt: '2026-01-01T08:00:00.000Z',
      answers: {
        head: { full_name: 'Asha', age: 34 },
        crops: 'rice millet',
        acres: 2.5,
        visited: '2026-01-01',
        place: { type: 'Point', coordinates: [73.85, 18.52, 560.5], properties: { accuracy: 4.2 } },
        photo: '17 a.jpg',
        children: [
          { __id: 'c1', name: 'Om', age: 4, doses: [{ __id: 'd1', on: '2025-12-02' }] },
          { __id: 'c2', name: 'Ira', age: null, 'doses@odata.navigationLink': 'Submissions(…)' },
        ],
      },
    },
    {
      id: 'uuid:2',
      submittedAt: '2026-01-02T08:00:00.000Z',
      answers: {
        head: { full_name: 'Ravi', age: null },
        crops: 'wheat',
        children: [{ __id: 'c3', name: 'Mina' }],
      },
    },
    {
      id: 'uuid:3',
      submittedAt: '2026-01-03T08:00:00.000Z',
      answers: { head: { full_name: null }, crops: null },
    },
  );
});

const settings = (more: object = {}) => ({ url: odk.origin, ...odkTestAccount, ...more });
const tryOut = (config: Readonly<Record<string, unknown>>) =>
  testSource(bench.services, bench.actor, { type: 'odk_central', config }, bench.signal);

test('a test lists the published forms of every project, without those that nobody can read', async () => {
  expect(await tryOut(settings())).toMatchObject({
    ok: true,
    streams: [
      { name: '1/household', title: 'Nutrition: परिवार सर्वे', rows: 3 },
      { name: '2/water points', title: 'Water: Water points', rows: 0 },
      { name: 'entities:1/people', title: 'Nutrition: Entities: people', rows: 0 },
    ],
  });
  const one = await tryOut(settings({ project: 1 }));
  expect(one.streams?.map(({ title }) => title)).toEqual(['परिवार सर्वे', 'Entities: people']);
});

test('a test tells a wrong password, host, project, form and an encrypted form apart', async () => {
  const codeOf = async (more: object) => {
    const { ok, code, message } = await tryOut(settings(more));
    return ok ? 'ok' : `${code}: ${message}`;
  };
  expect(await codeOf({ password: 'wrong' })).toContain('source_credentials_refused');
  expect(await codeOf({ url: 'https://no-such-host.dalgo.org' })).toContain('outbound_failed');
  expect(await codeOf({ url: 'http://127.0.0.1:1' })).toContain('outbound_blocked');
  expect(await codeOf({ project: 9 })).toMatch(/source_not_found: .*number 9/);
  expect(await codeOf({ streams: ['1/gone'] })).toContain('source_not_found');
  expect(await codeOf({ streams: ['1/draft'] })).toContain('source_not_found');
  const secret = await bench.add('odk_central', settings({ streams: ['1/secret'] }));
  await expect(bench.sync(secret.id)).rejects.toThrow(/“Safeguarding” is encrypted/);
});

test('a form becomes typed tables with labels, choices, places, links and repeats beside it', async () => {
  const source = await bench.add('odk_central', settings({ streams: ['1/household'] }));
  const { rows, sync } = await bench.sync(source.id);
  expect(rows).toBe(3);
  expect(sync.tables.map((table) => [table.name.replace(`source_${source.id}`, ''), table.rows])).toEqual([
    ['', 3],
    ['__children', 3],
    ['__children__doses', 1],
  ]);
  const columns =
    'head__full_name, head__age, crops, crops_rice, crops_wheat, crops_millet, acres, visited, place_latitude, place_longitude, place_accuracy, photo_link, system__submission_date';
  const [, , asha] = await bench.rows(source.id, columns);
  expect(asha).toEqual({
    head__full_name: 'Asha',
    head__age: 34,
    crops: 'rice millet',
    crops_rice: true,
    crops_wheat: false,
    crops_millet: true,
    acres: 2.5,
    visited: '2026-01-01',
    place_latitude: 18.52,
    place_longitude: 73.85,
    place_accuracy: 4.2,
    photo_link: `${odk.origin}/v1/projects/1/forms/household/submissions/uuid%3A1/attachments/17%20a.jpg`,
    system__submission_date: '2026-01-01T08:00:00Z',
  });
  expect(await bench.rows(source.id, 'name, age', '__children', 'name')).toEqual([
    { name: 'Ira', age: null },
    { name: 'Mina', age: null },
    { name: 'Om', age: 4 },
  ]);
  const tables = await bench.services.database.withOrganization(bench.actor.organizationId, (trx) =>
    trx
      .selectFrom('warehouse_tables')
      .selectAll()
      .where('source_id', '=', source.id as never)
      .orderBy('name')
      .execute(),
  );
  expect(tables.map(({ display_name: name }) => name)).toEqual([
    'Field data',
    'Field data – Children',
    'Field data – Doses',
  ]);
  expect(tables[0]?.columns.slice(0, 8).map((column) => [column.display_name, column.type])).toEqual([
    ['Name of the head', 'text'],
    ['Age', 'integer'],
    ['Crops of', 'text'],
    ['Crops of: Rice', 'boolean'],
    ['Crops of: Wheat', 'boolean'],
    ['Land & water', 'decimal'],
    ['Date of visit', 'date'],
    ['Place', 'json'],
  ]);
  // The session goes to the server that was chosen only, whatever its links say.
  expect(odk.calls.filter(({ url }) => url.pathname.endsWith('/Submissions'))).toHaveLength(2);
});

test('labels come in the chosen language, several answers as a table', async () => {
  const source = await bench.add(
    'odk_central',
    settings({ streams: ['1/household'], select_multiple: 'list', language: 'Hindi (hi)' }),
  );
  const { sync } = await bench.sync(source.id);
  expect(sync.tables.map(({ rows }) => rows)).toEqual([3, 3, 3, 1]);
  expect(await bench.rows(source.id, 'value', '__crops', 'value')).toEqual([
    { value: 'millet' },
    { value: 'rice' },
    { value: 'wheat' },
  ]);
});

test('what was sent, corrected or deleted since is all that a further sync asks for', async () => {
  const source = await bench.add('odk_central', settings({ streams: ['1/household'] }));
  await bench.sync(source.id);
  const [first, second] = odk.submissions;
  if (first === undefined || second === undefined) throw new Error('three submissions');
  Object.assign(first, { updatedAt: '2026-01-05T08:00:00.000Z' });
  Object.assign(first.answers, { acres: 3, children: [] });
  second.deletedAt = '2026-01-06T08:00:00.000Z';
  odk.submissions.push({ id: 'uuid:4', submittedAt: '2026-01-07T08:00:00.000Z', answers: { crops: 'rice' } });
  odk.calls.length = 0;
  const { sync } = await bench.sync(source.id);
  // The one at the edge is read again.
  expect(sync.rows_synced).toBe(4);
  expect(await bench.rows(source.id, 'id, acres', '', 'id')).toEqual([
    { id: 'uuid:1', acres: 3 },
    { id: 'uuid:3', acres: null },
    { id: 'uuid:4', acres: null },
  ]);
  expect(await bench.rows(source.id, '*', '__children')).toEqual([]);
  expect(await bench.rows(source.id, '*', '__children__doses')).toEqual([]);
  // Taken out of the bin again.
  delete second.deletedAt;
  second.updatedAt = '2026-01-08T08:00:00.000Z';
  await bench.sync(source.id);
  expect(await bench.rows(source.id, 'id', '', 'id')).toHaveLength(4);
  expect(await bench.rows(source.id, 'name', '__children')).toEqual([{ name: 'Mina' }]);
  // Nothing new but one at the edge; deleting alone is seen, too.
  second.deletedAt = '2026-01-09T08:00:00.000Z';
  await bench.sync(source.id);
  expect(await bench.rows(source.id, 'id', '', 'id')).toHaveLength(3);
  expect((await bench.sync(source.id)).rows).toBe(1);
  expect(await bench.rows(source.id, 'id', '', 'id')).toHaveLength(3);
});

test('a list of entities is a table with its properties, and follows what is added, changed and deleted', async () => {
  const [uma, ravi] = [
    { full_name: 'Uma', age: '34', ration_card: '007' },
    { full_name: 'Ravi', age: '', ration_card: 'KA-1' },
  ].map((answers, index) => ({
    id: `e${index + 1}`,
    submittedAt: `2026-02-0${index + 1}T08:00:00.000Z`,
    answers: { label: answers.full_name, ...answers },
  }));
  if (uma === undefined || ravi === undefined) throw new Error('two entities');
  odk.entities.splice(0, Infinity, uma, ravi);
  const source = await bench.add('odk_central', settings({ streams: ['entities:1/people'] }));
  await bench.sync(source.id);
  const people = () =>
    bench.rows(source.id, 'id, label, full_name, age, ration_card, system__version', '', 'id');
  expect(await people()).toEqual([
    { id: 'e1', label: 'Uma', full_name: 'Uma', age: 34, ration_card: '007', system__version: 1 },
    expect.objectContaining({ id: 'e2', age: null, ration_card: 'KA-1' }),
  ]);
  Object.assign(uma, { updatedAt: '2026-02-05T08:00:00.000Z' });
  Object.assign(uma.answers, { age: '35' });
  Object.assign(ravi, { deletedAt: '2026-02-06T08:00:00.000Z' });
  odk.calls.length = 0;
  await bench.sync(source.id);
  expect(await people()).toMatchObject([{ id: 'e1', age: 35, system__version: 2 }]);
  const asked = odk.calls.map(({ url }) => url.searchParams.get('$filter')).filter((text) => text !== null);
  expect(asked).toEqual([
    '__system/deletedAt ge 2026-02-02T07:59:00.000Z',
    '__system/createdAt ge 2026-02-02T07:59:00.000Z or __system/updatedAt ge 2026-02-02T07:59:00.000Z',
  ]);
});
