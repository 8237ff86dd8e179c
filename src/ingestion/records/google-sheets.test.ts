import { generateKeyPairSync } from 'node:crypto';
import { importSPKI, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type FakeService,
  type ServiceCall,
  type ServiceReply,
  startFakeService,
} from '#testing/fake-service';
import { testSource } from '../describe-source.ts';
import { openConnectorBench } from './testing/connector-bench.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const account = 'reader@ngo.iam.gserviceaccount.com';
const credentials = JSON.stringify({
  type: 'service_account',
  client_email: account,
  private_key: privateKey,
});
const spreadsheet = '1AbCdEfGhIjKlMnOpQrStUv';

interface FakeSheet {
  sheetId: number;
  title: string;
  sheetType: string;
  values: (string | number | boolean)[][];
  formats: (string | undefined)[];
  merges?: object[];
}
let sheets: FakeSheet[] = [];
let google: FakeService;
let bench: Awaited<ReturnType<typeof openConnectorBench>>;

async function answer({ url, headers, body, method }: ServiceCall): Promise<ServiceReply> {
  if (url.pathname === '/token') {
    const form = new URLSearchParams(body);
    try {
      const { payload } = await jwtVerify(form.get('assertion') ?? '', await importSPKI(publicKey, 'RS256'), {
        issuer: account,
        audience: `${google.origin}/token`,
      });
      if (payload['scope'] !== 'https://www.googleapis.com/auth/spreadsheets.readonly')
        throw new Error('scope');
    } catch {
      return { status: 400, json: { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' } };
    }
    return { json: { access_token: 'ya29.token', expires_in: 3599, token_type: 'Bearer' } };
  }
  if (method !== 'GET' || headers.authorization !== 'Bearer ya29.token') return { status: 401, json: {} };
  if (!url.pathname.startsWith(`/v4/spreadsheets/${spreadsheet}`)) return { status: 404, json: {} };
  const range = /^'((?:[^']|'')*)'!(\d+):(\d+)$/.exec(url.searchParams.get('ranges') ?? '');
  const sheet = sheets.find(({ title }) => title === range?.[1]?.replaceAll("''", "'"));
  const [first, last] = [Number(range?.[2]), Number(range?.[3])];
  if (url.pathname.endsWith('/values:batchGet')) {
    if (sheet === undefined || last > 1000)
      return { status: 400, json: { error: { message: 'Unable to parse range' } } };
    const values = sheet.values.slice(first - 1, last);
    while (values.at(-1)?.length === 0) values.pop();
    return {
      json: {
        spreadsheetId: spreadsheet,
        valueRanges: [{ majorDimension: 'ROWS', ...(values.length > 0 ? { values } : {}) }],
      },
    };
  }
  if (sheet !== undefined) {
    const row = {
      values: sheet.formats.map((type) =>
        type === undefined ? {} : { effectiveFormat: { numberFormat: { type } } },
      ),
    };
    return { json: { sheets: [{ data: [{ rowData: [row, row] }] }] } };
  }
  return {
    json: {
      properties: { title: 'Field data', timeZone: 'Asia/Kolkata' },
      sheets: sheets.map(({ values: _values, formats: _formats, merges, ...properties }) => ({
        ...(merges === undefined ? {} : { merges }),
        properties: {
          ...properties,
          ...(properties.sheetType === 'GRID'
            ? { gridProperties: { rowCount: 1000, columnCount: 600 } }
            : {}),
        },
      })),
    },
  };
}

beforeAll(async () => {
  google = await startFakeService(answer);
  bench = await openConnectorBench([google.host], {
    googleSheetsUrl: google.origin,
    googleOauthUrl: google.origin,
  });
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await google[Symbol.asyncDispose]();
});
beforeEach(() => {
  google.calls.length = 0;
  google.faults.length = 0;
  sheets = [
    {
      sheetId: 0,
      title: "Visits '24",
      sheetType: 'GRID',
      values: [
        ['Visits of our field team'],
        [],
        ['Name', '', 'Date', 'Start', 'Recorded', 'Amount', 'Name', 'Done'],
        ['Asha', 'x', 45_352, 0.4375, 45_352.5, 12.5, 'A', true],
        [],
        ['Ravi', '', 45_353, '', '', 1e3, '', false, 'beyond the header'],
      ],
      formats: [undefined, undefined, 'DATE', 'TIME', 'DATE_TIME', 'CURRENCY'],
    },
    {
      sheetId: 7,
      title: 'Codes',
      sheetType: 'GRID',
      values: [
        ['Code', 'Place'],
        ['007', 'Pune'],
        [8, 'Goa'],
      ],
      formats: [],
    },
    { sheetId: 9, title: 'Chart', sheetType: 'OBJECT', values: [], formats: [] },
  ];
});

const settings = (more: object = {}) => ({
  spreadsheet: `https://docs.google.com/spreadsheets/d/${spreadsheet}/edit#gid=0`,
  credentials,
  ...more,
});
const tryOut = (config: Record<string, unknown>) =>
  testSource(bench.services, bench.actor, { type: 'google_sheets', config }, bench.signal);

test('sheets become typed tables, with header, dates, blank and double names as people see them', async () => {
  const source = await bench.add('google_sheets', settings({ streams: ['0'] }));
  expect(JSON.stringify(source)).not.toContain('PRIVATE KEY');
  expect((await bench.sync(source.id)).rows).toBe(2);
  expect(
    await bench.rows(source.id, 'name, column_b, date, start, recorded, amount, name_2, done, column_i'),
  ).toEqual([
    {
      name: 'Asha',
      column_b: 'x',
      date: '2024-03-01',
      start: '10:30:00',
      recorded: '2024-03-01T12:00:00',
      amount: 12.5,
      name_2: 'A',
      done: true,
      column_i: null,
    },
    {
      name: 'Ravi',
      column_b: null,
      date: '2024-03-02',
      start: null,
      recorded: null,
      amount: 1000,
      name_2: null,
      done: false,
      column_i: 'beyond the header',
    },
  ]);
});

test('a sheet that is renamed stays the same table, and a column that is removed goes', async () => {
  const source = await bench.add('google_sheets', settings());
  await bench.sync(source.id);
  expect(await bench.rows(source.id, 'code, place', '__codes')).toEqual([
    { code: '007', place: 'Pune' },
    { code: '8', place: 'Goa' },
  ]);
  const codes = sheets[1];
  if (codes !== undefined) Object.assign(codes, { title: 'Places', values: [['Code'], [1]] });
  const { sync } = await bench.sync(source.id);
  expect(await bench.rows(source.id, 'code', '__codes')).toEqual([{ code: 1 }]);
  expect(sync.schema_changes).toMatchObject([
    { kind: 'type_changed', column: 'code' },
    { kind: 'column_removed', column: 'place' },
  ]);
});

test('a test lists the sheets, and tells what is wrong with the key, the sharing or the address', async () => {
  expect(await tryOut(settings())).toMatchObject({
    ok: true,
    streams: [
      { name: '0', title: "Visits '24" },
      { name: '7', title: 'Codes' },
    ],
  });
  expect(await tryOut(settings({ credentials: '{"type":' }))).toMatchObject({
    ok: false,
    code: 'source_config_invalid',
  });
  expect(await tryOut({ spreadsheet })).toMatchObject({ ok: false, code: 'source_config_invalid' });
  const other = credentials.replace(account, 'gone@ngo.iam.gserviceaccount.com');
  expect(await tryOut(settings({ credentials: other }))).toMatchObject({
    ok: false,
    code: 'source_credentials_refused',
  });
  expect(await tryOut(settings({ spreadsheet: 'x'.repeat(20) }))).toMatchObject({
    ok: false,
    code: 'source_not_found',
  });
  google.faults.push({ json: { access_token: 'ya29.token' } }, { status: 403, json: {} });
  const unshared = await tryOut(settings());
  expect(unshared).toMatchObject({ ok: false, code: 'source_forbidden' });
  expect(await tryOut(settings({ spreadsheet: 'https://example.org/x' }))).toMatchObject({
    ok: false,
    code: 'source_config_invalid',
  });
});

test('the quota of Google is waited for', async () => {
  const source = await bench.add('google_sheets', settings({ streams: ['7'] }));
  google.faults.push(
    { json: { access_token: 'ya29.token' } },
    { status: 429, json: {}, headers: { 'retry-after': '0' } },
    { status: 500, json: {}, headers: { 'retry-after': '0' } },
  );
  expect((await bench.sync(source.id)).rows).toBe(2);
});

test('a merged cell names all columns below it, and belongs to all rows beside it', async () => {
  sheets = [
    {
      sheetId: 0,
      title: 'Groups',
      sheetType: 'GRID',
      values: [
        ['Survey of 2024'],
        ['Village', 'Household', '', 'Yields', ''],
        ['', 'Adults', 'Children', 'Rice', 'Wheat'],
        ['Pune', 2, 1, 3.5, 4],
        ['', 5, 0, 1, 2],
        ['Goa', 1, 1, 1, 1],
      ],
      formats: [],
      merges: [
        { endRowIndex: 1, endColumnIndex: 5 },
        { startRowIndex: 1, endRowIndex: 3, endColumnIndex: 1 },
        { startRowIndex: 1, endRowIndex: 2, startColumnIndex: 1, endColumnIndex: 3 },
        { startRowIndex: 1, endRowIndex: 2, startColumnIndex: 3, endColumnIndex: 5 },
        { startRowIndex: 3, endRowIndex: 5, endColumnIndex: 1 },
      ],
    },
    {
      sheetId: 7,
      title: 'Wide',
      sheetType: 'GRID',
      values: [
        ['Name', 'Phone', '', 'City'],
        ['Asha', 1, 2, 'Pune'],
      ],
      formats: [],
      merges: [{ endRowIndex: 1, startColumnIndex: 1, endColumnIndex: 3 }],
    },
  ];
  const source = await bench.add('google_sheets', settings());
  await bench.sync(source.id);
  expect(
    await bench.rows(source.id, 'village, household_adults, household_children, yields_rice, yields_wheat'),
  ).toEqual([
    { village: 'Pune', household_adults: 2, household_children: 1, yields_rice: 3.5, yields_wheat: 4 },
    { village: 'Pune', household_adults: 5, household_children: 0, yields_rice: 1, yields_wheat: 2 },
    { village: 'Goa', household_adults: 1, household_children: 1, yields_rice: 1, yields_wheat: 1 },
  ]);
  expect(await bench.rows(source.id, 'name, phone, phone_2, city', '__wide')).toEqual([
    { name: 'Asha', phone: 1, phone_2: 2, city: 'Pune' },
  ]);
});
