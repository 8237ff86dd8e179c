import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type FakeService,
  type ServiceCall,
  type ServiceReply,
  startFakeService,
} from '#testing/fake-service';
import { getSource, listSources, updateSource } from '#sources';
import { deleteSource } from '../delete-source.ts';
import { listStreams, testSource } from '../describe-source.ts';
import { openConnectorBench } from './testing/connector-bench.ts';

const token = 'c3f1a0b9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a3';

/** Two projects of a server as API v2 describes them, in pages of one. */
const assets = [
  { uid: 'aHousehold', name: 'परिवार सर्वे', has_deployment: true, deployment__submission_count: 3 },
  { uid: 'aDraft', name: 'Draft', has_deployment: false, deployment__submission_count: null },
  { uid: 'aEmpty', name: 'Empty form', has_deployment: true, deployment__submission_count: 0 },
];

const household = {
  uid: 'aHousehold',
  name: 'परिवार सर्वे',
  version_id: 'v1',
  content: {
    translations: [null, 'Hindi (hi)'],
    survey: [
      { type: 'start', name: 'start', $xpath: 'start' },
      { type: 'end', name: 'endtime', $xpath: 'endtime' },
      { type: 'begin_group', name: 'head', $xpath: 'head', label: ['Head of household', 'मुखिया'] },
      { type: 'text', name: 'Name', $xpath: 'head/Name', label: ['<b>Name</b> of the head', 'नाम'] },
      { type: 'integer', name: 'age', $xpath: 'head/age', label: ['Age', 'उम्र'] },
      { type: 'end_group' },
      { type: 'note', name: 'thanks', $xpath: 'thanks', label: ['Thank you'] },
      { type: 'select_one', name: 'roof', select_from_list_name: 'roof', label: ['Roof'] },
      { type: 'select_multiple', name: 'crops', select_from_list_name: 'crops', label: ['Crops', 'फ़सलें'] },
      { type: 'geopoint', name: 'place', label: ['Place'] },
      { type: 'decimal', name: 'acres', label: ['Land'] },
      { type: 'date', name: 'visited', label: ['Date of visit'] },
      { type: 'image', name: 'photo', $xpath: 'photo', label: ['Photo of the house', 'फ़ोटो'] },
      { type: 'begin_repeat', name: 'children', $xpath: 'children', label: ['Children', 'बच्चे'] },
      { type: 'text', name: 'name', $xpath: 'children/name', label: ['Name'] },
      { type: 'integer', name: 'age', $xpath: 'children/age', label: ['Age'] },
      { type: 'image', name: 'card', $xpath: 'children/card', label: ['Card'] },
      { type: 'begin_repeat', name: 'doses', $xpath: 'children/doses', label: ['Doses'] },
      { type: 'date', name: 'on', $xpath: 'children/doses/on', label: ['On'] },
      { type: 'end_repeat' },
      { type: 'end_repeat' },
    ],
    choices: [
      { list_name: 'roof', name: '1', label: ['Tin', 'टिन'] },
      { list_name: 'crops', name: 'rice', label: ['Rice', 'धान'] },
      { list_name: 'crops', name: 'wheat', label: ['Wheat', 'गेहूँ'] },
    ],
  },
};

function submission(id: number, answers: Readonly<Record<string, unknown>>) {
  return {
    _id: id,
    'formhub/uuid': 'f0',
    start: '2026-03-01T10:00:00.000+05:30',
    endtime: '2026-03-01T10:20:00.000+05:30',
    __version__: 'v1',
    'meta/instanceID': `uuid:${id}`,
    _xform_id_string: 'aHousehold',
    _uuid: `u${id}`,
    _attachments: [],
    _status: 'submitted_via_web',
    _geolocation: [null, null],
    _submission_time: '2026-03-01T05:00:00',
    _tags: [],
    _notes: [],
    _validation_status: {},
    _submitted_by: null,
    ...answers,
  };
}

/** As API v2 lists the files of a submission. */
function attachment(uid: string, name: string, question: string) {
  return {
    download_url: `https://kf.example.org/api/v2/assets/aHousehold/data/11/attachments/${uid}/`,
    mimetype: 'image/jpeg',
    filename: `asha/attachments/f0/u11/${name}`,
    media_file_basename: name,
    question_xpath: question,
    is_deleted: false,
    uid,
  };
}

let submissions: ReturnType<typeof submission>[] = [];
let kobo: FakeService;
let bench: Awaited<ReturnType<typeof openConnectorBench>>;

function answer({ url, headers }: ServiceCall): ServiceReply {
  if (headers.authorization !== `Token ${token}`) return { status: 401, json: { detail: 'Invalid token.' } };
  if (url.pathname === '/api/v2/assets/') {
    const offset = Number(url.searchParams.get('offset'));
    const next = new URL(url);
    next.searchParams.set('offset', String(offset + 1));
    return {
      json: {
        count: assets.length,
        // Behind its proxy the server takes itself for one without encryption on another host.
        next: offset + 1 < assets.length ? next.href.replace(/^http:\/\/[^/]+/, 'http://kpi:8000') : null,
        previous: null,
        results: assets.slice(offset, offset + 1),
      },
    };
  }
  if (url.pathname === '/api/v2/assets/aHousehold/') return { json: household };
  if (url.pathname === '/api/v2/assets/aEmpty/')
    return { json: { uid: 'aEmpty', name: 'Empty form', content: {} } };
  if (url.pathname === '/api/v2/assets/aEmpty/data.json') {
    return { json: { count: 0, next: null, previous: null, results: [] } };
  }
  if (url.pathname === '/api/v2/assets/aHousehold/data.json') {
    if (url.searchParams.has('count')) return { status: 400, json: { detail: 'count' } };
    const { _id: asked } = JSON.parse(url.searchParams.get('query') ?? '{}') as {
      _id: { $gt: number; $lte?: number; $in?: number[] };
    };
    const fields = JSON.parse(url.searchParams.get('fields') ?? 'null') as string[] | null;
    const found = submissions
      .filter(
        ({ _id: id }) => id > asked.$gt && id <= (asked.$lte ?? id) && (asked.$in?.includes(id) ?? true),
      )
      .toSorted((one, other) => one._id - other._id)
      .map((one) =>
        fields === null
          ? one
          : Object.fromEntries(Object.entries(one).filter(([name]) => fields.includes(name))),
      );
    // Clamped as the service does, only lower: 2 rows a page.
    const limit = Math.min(2, Number(url.searchParams.get('limit')));
    const next = found.length > limit ? `${url.origin}${url.pathname}?start=${limit}` : null;
    return { json: { count: found.length, next, previous: null, results: found.slice(0, limit) } };
  }
  return { status: 404, json: { detail: 'Not found.' } };
}

beforeAll(async () => {
  kobo = await startFakeService(answer);
  bench = await openConnectorBench([kobo.host]);
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await kobo[Symbol.asyncDispose]();
});
beforeEach(() => {
  kobo.calls.length = 0;
  kobo.faults.length = 0;
  submissions = [
    submission(11, {
      'head/Name': 'Asha',
      'head/age': '034',
      roof: '1',
      crops: 'rice wheat',
      place: '18.52 73.85 560.5 4.2',
      acres: '2.5',
      visited: '2026-03-01',
      photo: 'my house (1).jpg',
      children: [
        {
          'children/name': 'Om',
          'children/age': '4',
          'children/card': '1700000000.jpg',
          'children/doses': [{ 'children/doses/on': '2026-01-02' }],
        },
        { 'children/name': 'Ira', 'children/card': 'lost.jpg' },
      ],
      _geolocation: [18.52, 73.85],
      _attachments: [
        attachment('att1', 'my_house_1.jpg', 'photo'),
        attachment('att2', '1700000000.jpg', 'children[1]/card'),
        { ...attachment('att3', 'lost.jpg', 'children[2]/card'), is_deleted: true },
      ],
    }),
    submission(12, {
      'head/Name': 'Ravi',
      crops: 'millet',
      _validation_status: { uid: 'ok', label: 'Approved' },
    }),
    submission(15, { 'head/age': '51', crops: '' }),
  ];
});

const settings = (more: Readonly<Record<string, unknown>> = {}) => ({
  server: { kind: 'own', url: kobo.origin },
  token,
  ...more,
});
const tryOut = (config: Readonly<Record<string, unknown>>, more: object = {}) =>
  testSource(bench.services, bench.actor, { type: 'kobo', config, ...more }, bench.signal);

test('a test lists every deployed form over all pages, and asks nobody but the chosen server', async () => {
  expect(await tryOut(settings())).toEqual({
    ok: true,
    message: 'The connection works: 2 tables can be loaded.',
    streams: [
      { name: 'aHousehold', title: 'परिवार सर्वे', rows: 3 },
      { name: 'aEmpty', title: 'Empty form', rows: 0 },
    ],
  });
  expect(kobo.calls).toHaveLength(3);
});

test('a test tells a wrong token, an unreachable host, a refused address and a missing form apart', async () => {
  const wrong = await tryOut(settings({ token: 'wrong' }));
  expect(wrong).toMatchObject({ ok: false, code: 'source_credentials_refused' });
  expect(wrong.message).toContain('does not accept the token');
  const port = 1;
  await bench.services.database.ping();
  const blocked = await tryOut(settings({ server: { kind: 'own', url: `http://127.0.0.1:${port}` } }));
  expect(blocked).toMatchObject({ ok: false, code: 'outbound_blocked' });
  const unknown = await tryOut(settings({ server: { kind: 'own', url: 'https://no-such-host.dalgo.org' } }));
  expect(unknown).toMatchObject({ ok: false, code: 'outbound_failed' });
  expect(unknown.message).toContain('no-such-host.dalgo.org');
  const missing = await tryOut(settings({ streams: ['aGone'] }));
  expect(missing).toMatchObject({ ok: false, code: 'source_not_found' });
  expect(missing.message).toContain('aGone');
  kobo.faults.push({ text: '<!doctype html><title>Log in</title>' });
  expect(await tryOut(settings())).toMatchObject({ ok: false, code: 'source_unexpected_answer' });
  kobo.faults.push({ json: { hello: 'world' } });
  expect(await tryOut(settings())).toMatchObject({ ok: false, code: 'source_unexpected_answer' });
  expect(await tryOut({ server: { kind: 'own' }, token: '' })).toMatchObject({
    ok: false,
    code: 'source_config_invalid',
  });
});

test('a form becomes typed tables with labels, choices as columns and repeats beside it', async () => {
  const source = await bench.add('kobo', settings({ streams: ['aHousehold'] }));
  const { rows, sync } = await bench.sync(source.id);
  expect(rows).toBe(3);
  expect(sync.tables.map((table) => [table.name.replace(`source_${source.id}`, ''), table.rows])).toEqual([
    ['', 3],
    ['__children', 2],
    ['__children__doses', 1],
    ['___attachments', 3],
  ]);
  expect(
    await bench.rows(
      source.id,
      'head_name, head_age, roof, crops, crops_rice, crops_wheat, crops_millet, place_latitude, acres, visited, start, "_id", "_submission_time", "_geolocation__longitude", "_validation_status__label"',
    ),
  ).toEqual([
    {
      head_name: 'Asha',
      head_age: 34,
      roof: '1',
      crops: 'rice wheat',
      crops_rice: true,
      crops_wheat: true,
      crops_millet: null,
      place_latitude: 18.52,
      acres: 2.5,
      visited: '2026-03-01',
      start: '2026-03-01T04:30:00Z',
      _id: 11,
      _submission_time: '2026-03-01T05:00:00Z',
      _geolocation__longitude: 73.85,
      _validation_status__label: null,
    },
    expect.objectContaining({
      head_name: 'Ravi',
      crops_rice: false,
      crops_millet: true,
      _validation_status__label: 'Approved',
    }),
    expect.objectContaining({ head_age: 51, crops: null }),
  ]);
  expect(await bench.rows(source.id, 'name, age, card_link', '__children')).toEqual([
    { name: 'Om', age: 4, card_link: attachment('att2', '', '').download_url },
    { name: 'Ira', age: null, card_link: null },
  ]);
  expect(await bench.rows(source.id, 'photo, photo_link, place_accuracy', '', '"_id"')).toMatchObject([
    { photo: 'my house (1).jpg', photo_link: attachment('att1', '', '').download_url, place_accuracy: 4.2 },
    { photo_link: null },
    { photo_link: null },
  ]);
  const table = await bench.services.database.withOrganization(bench.actor.organizationId, (trx) =>
    trx
      .selectFrom('warehouse_tables')
      .selectAll()
      .where('source_id', '=', source.id as never)
      .orderBy('name')
      .execute(),
  );
  expect(table.map(({ display_name: name }) => name)).toEqual([
    'Field data',
    'Field data – _attachments',
    'Field data – Children',
    'Field data – Doses',
  ]);
  expect(table[0]?.columns.slice(2, 9).map((column) => [column.display_name, column.type])).toEqual([
    ['Name of the head', 'text'],
    ['Age', 'integer'],
    ['Roof', 'text'],
    ['Crops', 'text'],
    ['Crops: Rice', 'boolean'],
    ['Crops: Wheat', 'boolean'],
    ['Place', 'text'],
  ]);
  const renamed = await updateSource(bench.services, bench.actor, source.id, { name: 'Homes' }, bench.signal);
  expect(renamed.config).not.toHaveProperty('token');
  await deleteSource(bench.services, bench.actor, source.id, false);
  await expect(bench.rows(source.id, '*', '__children')).rejects.toMatchObject({ code: 'table_missing' });
});

test('labels come in the chosen language, answers as a list or whole', async () => {
  const list = await bench.add(
    'kobo',
    settings({ streams: ['aHousehold'], select_multiple: 'list', language: 'Hindi (hi)' }),
  );
  const { sync } = await bench.sync(list.id);
  expect(sync.tables.map(({ name }) => name.replace(`source_${list.id}`, ''))).toContain('__crops');
  expect(await bench.rows(list.id, 'value', '__crops')).toEqual([
    { value: 'rice' },
    { value: 'wheat' },
    { value: 'millet' },
  ]);
  const raw = await bench.add('kobo', settings({ streams: ['aHousehold'], raw: true }));
  await bench.sync(raw.id);
  expect(await bench.rows(raw.id, '"_id", data, "_submission_time", endtime')).toMatchObject([
    { _id: 11, data: submissions[0], endtime: '2026-03-01T04:50:00Z' },
    { _id: 12, data: { _id: 12 } },
    { _id: 15 },
  ]);
});

test('what is new, corrected, reviewed or deleted is read, and nothing else', async () => {
  const source = await bench.add('kobo', settings({ streams: ['aHousehold'], sync: 'incremental' }));
  await bench.sync(source.id);
  const [first, second, third] = submissions;
  if (first === undefined || second === undefined || third === undefined)
    throw new Error('three submissions');
  submissions = [
    // An edit leaves the id, and gives another UUID.
    submission(11, { 'head/Name': 'Asha corrected', _uuid: 'edited' }),
    { ...third, _validation_status: { uid: 'ok', label: 'Approved' } },
    submission(20, { 'head/Name': 'New', extra: 'not in the form yet' }),
  ];
  kobo.calls.length = 0;
  const { sync } = await bench.sync(source.id);
  expect(sync.status).toBe('succeeded');
  expect(sync.schema_changes).toMatchObject([{ kind: 'column_added', column: 'extra' }]);
  expect(
    await bench.rows(source.id, '"_id", head_name, "_validation_status__label" AS review', '', '"_id"'),
  ).toEqual([
    { _id: 11, head_name: 'Asha corrected', review: null },
    { _id: 15, head_name: null, review: 'Approved' },
    { _id: 20, head_name: 'New', review: null },
  ]);
  expect(await bench.rows(source.id, '*', '__children')).toEqual([]);
  // Whole submissions are only asked for where something is new.
  const whole = kobo.calls.filter(
    ({ url }) => url.pathname.endsWith('/data.json') && !url.searchParams.has('fields'),
  );
  expect(whole.map(({ url }) => url.searchParams.get('query'))).toEqual([
    '{"_id":{"$gt":15}}',
    '{"_id":{"$gt":0,"$in":[11,15]}}',
  ]);
  const idle = performance.now();
  expect((await bench.sync(source.id)).rows).toBe(0);
  expect(performance.now() - idle).toBeLessThan(2000);
});

test('a token is nowhere to be read, stays when other settings change, and follows to no other server', async () => {
  const source = await bench.add('kobo', settings({ streams: ['aEmpty'] }));
  const listed = await listSources(bench.services, bench.actor, { limit: 500 });
  const client = new pg.Client(bench.installation.adminUrl);
  await client.connect();
  const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM public.sources t`);
  await client.end();
  expect(rows.length).toBeGreaterThan(0);
  expect(JSON.stringify([source, listed, rows])).not.toContain(token);
  const { config } = await getSource(bench.services, bench.actor, source.id);
  await updateSource(
    bench.services,
    bench.actor,
    source.id,
    { config: { ...config, select_multiple: 'text' } },
    bench.signal,
  );
  expect((await listStreams(bench.services, bench.actor, source.id, bench.signal)).items).toHaveLength(2);
  // The order of keys in the database is another than that of a form.
  const sameServer = { ...config, server: { kind: 'own', url: kobo.origin } };
  expect(await tryOut(sameServer, { source_id: source.id })).toMatchObject({ ok: true });
  await using thief = await startFakeService(() => ({ json: {} }));
  const elsewhere = { ...config, server: { kind: 'own', url: thief.origin } };
  expect(await tryOut(elsewhere, { source_id: source.id })).toMatchObject({
    ok: false,
    code: 'source_config_invalid',
  });
  await expect(
    updateSource(bench.services, bench.actor, source.id, { config: elsewhere }, bench.signal),
  ).rejects.toMatchObject({ code: 'source_config_invalid' });
  expect(thief.calls).toEqual([]);
});

test('what passes by itself is waited for; what does not is told, and the table stays', async () => {
  const source = await bench.add('kobo', settings({ streams: ['aHousehold'] }));
  await bench.sync(source.id);
  kobo.faults.push(
    { status: 429, json: {}, headers: { 'retry-after': '0' } },
    { status: 503, text: 'busy', headers: { 'retry-after': '0' } },
  );
  expect((await bench.sync(source.id)).rows).toBe(3);
  const endless = submission(1, {});
  const form = kobo.calls.length;
  kobo.faults.push(
    { json: { next: null, results: [assets[0]] } },
    { json: household },
    { json: { count: 9, next: 'x', results: [endless] } },
    { json: { count: 9, next: 'x', results: [endless] } },
  );
  await expect(bench.sync(source.id)).rejects.toMatchObject({ code: 'source_unexpected_answer' });
  expect(kobo.calls.length - form).toBe(4);
  kobo.faults.push({ status: 401, json: {} });
  await expect(bench.sync(source.id)).rejects.toMatchObject({ code: 'source_credentials_refused' });
  kobo.faults.push({ cut: '{"count": 3, "resu' });
  expect((await bench.sync(source.id)).rows).toBe(3);
  expect(await bench.rows(source.id, '"_id"')).toHaveLength(3);
});
