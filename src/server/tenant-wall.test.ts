import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { permissionsOf } from '#accounts';
import { session as sessionSchema, type Permission, type Role } from '#contracts/accounts';
import { endpoints } from '#contracts/all-endpoints';
import type { Endpoint } from '#contracts/endpoint';
import {
  connectRunEngine,
  doStep,
  migrateRunEngine,
  startRunWorker,
  type PipelineServices,
} from '#pipelines';
import type { RouteRegistrar } from '#platform/http-route';
import { newId, type OrganizationId, type UserId } from '#platform/ids';
import { openWarehouse } from '#warehouse';
import { registerRoutes } from './register-routes.ts';
import { createTestApp, type Answer, type TestApp } from './testing/test-app.ts';

/**
 * The wall between organizations, from outside: every endpoint of the contracts, asked by everybody who should not get
 * an answer, with the ids of an organization that is full of real things. An endpoint that is added without saying here
 * what it takes fails the first test.
 */

/** Ids of one organization's things. */
interface World {
  readonly source: string;
  readonly upload: string;
  /** An upload that is not whole. */
  readonly part: string;
  readonly transformation: string;
  readonly pipeline: string;
  readonly run: string;
  readonly table: string;
  readonly member: string;
  readonly channel: string;
  readonly webhookKey: string;
  readonly apiKey: string;
  readonly dataTest: string;
  readonly googleConnection: string;
  readonly sheetExport: string;
}

const password = 'quiet river under stones';

/** What stands for a path parameter; the longest path that fits counts. */
const parameters: readonly (readonly [path: string, of: (world: World) => string])[] = [
  ['/sources/:id', (world) => world.source],
  ['/uploads/:id/pieces', (world) => world.part],
  ['/uploads/:id', (world) => world.upload],
  ['/transformations/:id', (world) => world.transformation],
  ['/pipelines/:id', (world) => world.pipeline],
  ['/runs/:id', (world) => world.run],
  ['/warehouse/tables/:name', (world) => world.table],
  ['/organization/members/:user_id', (world) => world.member],
  ['/notification-channels/:id', (world) => world.channel],
  ['/webhook-keys/:id', (world) => world.webhookKey],
  ['/api-keys/:id', (world) => world.apiKey],
  ['/data-tests/:id', (world) => world.dataTest],
  ['/google-connections/:id', (world) => world.googleConnection],
  ['/sheet-exports/:id', (world) => world.sheetExport],
];

const recipeOf = (world: World) => ({ steps: [{ type: 'source', table: world.table }] });

/** A good body for every endpoint that takes one, with a world's ids in it where there are any. */
const bodies: Readonly<Record<string, (world: World) => unknown>> = {
  addMember: () => ({ email: 'new@example.org', name: 'New', role: 'viewer' }),
  changePassword: () => ({ current_password: 'not the password', new_password: 'a long new password' }),
  updateMember: () => ({ role: 'admin' }),
  updateOrganization: () => ({ name: 'Renamed' }),
  createSource: (world) => ({ name: 'Stolen', type: 'csv', config: { upload_id: world.upload } }),
  beginUpload: () => ({ filename: 'a.csv', size_bytes: 10 }),
  previewUpload: () => ({ options: {} }),
  suggestAddition: (world) => ({ upload_id: world.upload }),
  addFile: (world) => ({ upload_id: world.upload, mode: 'append' }),
  testSource: (world) => ({ type: 'csv', config: { upload_id: world.upload } }),
  updateSource: () => ({ name: 'Renamed' }),
  setStreamSettings: () => ({ stream: null, settings: { review: 'breaking' } }),
  resetStream: () => ({ stream: 'records', mode: 'reset' }),
  decideSchemaReview: () => ({ decision: 'approve' }),
  compileRecipe: (world) => ({ recipe: recipeOf(world) }),
  createTransformation: (world) => ({ name: 'Spy', recipe: recipeOf(world) }),
  describeTable: () => ({ description: 'Spied on' }),
  createDataTest: () => ({ rule: { kind: 'row_count', min: 1, max: null } }),
  updateDataTest: () => ({ severity: 'stop' }),
  distinctValues: (world) => ({ recipe: recipeOf(world), column: 'district' }),
  profileRecipe: (world) => ({ recipe: recipeOf(world) }),
  executeTransformation: () => ({}),
  previewRecipe: (world) => ({ recipe: recipeOf(world), limit: 10 }),
  previewTransformation: () => ({ limit: 10 }),
  replaceTransformation: (world) => ({ name: 'Renamed', recipe: recipeOf(world) }),
  updateTransformation: () => ({ name: 'Renamed' }),
  createPipeline: (world) => ({
    name: 'Spy',
    source_ids: [world.source],
    transformation_ids: [world.transformation],
  }),
  createNotificationChannel: (world) => ({
    kind: 'slack',
    name: 'Spy',
    url: 'https://hooks.example.org/x',
    pipeline_ids: [world.pipeline],
  }),
  createApiKey: () => ({ name: 'Spy', role: 'viewer' }),
  createWebhookKey: (world) => ({ name: 'Spy', purpose: 'run', pipeline_id: world.pipeline }),
  updateNotificationChannel: () => ({ name: 'Renamed' }),
  readNotifications: () => ({}),
  // One pipeline that is there and one that is not: whoever asks, nothing is kept.
  setNotificationPreferences: (world) => ({
    in_app: [],
    email: [],
    pipelines: [world.pipeline, 'nosuchpipeline'].map((pipeline_id) => ({
      pipeline_id,
      in_app: [],
      email: [],
    })),
  }),
  runPipelinePart: (world) => ({ step: world.source, scope: 'from' }),
  previewSchedule: () => ({ frequency: 'hourly' }),
  setSchedule: () => ({ frequency: 'hourly' }),
  updatePipeline: (world) => ({ name: 'Renamed', source_ids: [world.source] }),
  startGoogleSignIn: () => ({ access: 'read' }),
  finishGoogleSignIn: () => ({ state: 'somebody else’s', code: 'x' }),
  startSheetExport: (world) => ({ connection_id: world.googleConnection, sheet: 'Spy' }),
  saveGraphPositions: (world) => ({ positions: { [`source:${world.source}`]: { x: 1, y: 1 } } }),
};

/** Asked with another organization's ids in the body, these succeed, but only say that there is no such thing. */
const harmless: ReadonlySet<string> = new Set([
  // Names a table that the asker's organization does not have: kept, or compiled, with that as its error.
  'createTransformation',
  'compileRecipe',
  // Answers {ok: false}.
  'testSource',
  // Keeps a position of a node that the asker never sees.
  'saveGraphPositions',
  // About the asker's own organization.
  'addMember',
  'updateOrganization',
  'createApiKey',
  'loadSample',
  'beginUpload',
  // Says when, of nobody's.
  'previewSchedule',
  // Marks the asker's own.
  'readNotifications',
]);

/** What a viewer may do; a new endpoint that a viewer may use is a decision, so it is written here. */
const viewerMay: readonly string[] = [
  'changePassword',
  'compileRecipe',
  // Their own, which may no more than they.
  'createApiKey',
  'deleteApiKey',
  'distinctValues',
  'downloadRejectedRows',
  'exportDictionary',
  'exportTable',
  'exportTransformation',
  'getGraph',
  'getImpact',
  'getLineage',
  'getMe',
  'getNotificationPreferences',
  'getOverview',
  'getPipeline',
  'getRun',
  'getRunDetails',
  'getSource',
  'getStreamSettings',
  'getTable',
  'getTransformation',
  'listApiKeys',
  'listDataTestResults',
  'listDataTests',
  'listExternalRuns',
  'listFormulaFunctions',
  'listGoogleConnections',
  'listMembers',
  'listNotificationChannels',
  'listNotifications',
  'listPipelineRuns',
  'listPipelines',
  'listRejectedRows',
  'listRunTestResults',
  'listSchemaChanges',
  'listSchemaReviews',
  'listSheetExports',
  'listSourceTypes',
  'listSources',
  'listStreams',
  'listSyncs',
  'listTables',
  'listTransformationRuns',
  'listTransformations',
  'listVersions',
  'listWebhookKeys',
  // Being there is seen by the others of the organization; nothing of anybody changes.
  'noteEditorPresence',
  'previewRecipe',
  'previewSchedule',
  'previewTable',
  'previewTransformation',
  'profileRecipe',
  'profileTable',
  'readNotifications',
  'runLogs',
  'setNotificationPreferences',
  'suggestDataTests',
  'testNotificationEmail',
];

/** Texts that only somebody of the full organization may ever see. */
const treasures = [
  'Treasure Trust',
  'keeper@example.org',
  'Beneficiaries',
  'Donations',
  'सुनीता',
  'Active beneficiaries',
];

let server: TestApp;
let services: PipelineServices;
const authorizeOf = new Map<Endpoint, Permission | null | 'public'>();
const protectedEndpoints = [...endpoints].filter(([, endpoint]) => endpoint.public !== true);

function pathOf(endpoint: Endpoint, world: World): string {
  const rule = parameters.find(([path]) => endpoint.path.startsWith(path));
  const path = rule === undefined ? endpoint.path : endpoint.path.replace(/:\w+/, rule[1](world));
  return path.replace(':version', '1').replace(':review_id', 'nosuchreview');
}

async function ask(
  [name, endpoint]: readonly [string, Endpoint],
  world: World,
  token: string | undefined,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const path = pathOf(endpoint, world);
  if (endpoint.raw === 'multipart-body') {
    const answer = await server.app.inject({
      method: endpoint.method,
      url: `/api/v1${path}`,
      headers: {
        'content-type': 'multipart/form-data; boundary=B',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      payload:
        '--B\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\na,b\n1,2\n\r\n--B--\r\n',
    });
    return { status: answer.statusCode, headers: {}, body: answer.json() };
  }
  return server.request(endpoint.method, path, {
    ...(token === undefined ? {} : { token }),
    ...(endpoint.body === undefined ? {} : { body: bodies[name]?.(world) }),
    headers,
  });
}

async function signUp(email: string, organizationName: string) {
  const answer = await server.request('POST', '/auth/signup', {
    body: { email, password, name: 'Person', organization_name: organizationName },
  });
  return sessionSchema.parse(answer.body);
}

async function memberOf(token: string, email: string, role: Role): Promise<{ id: string; token: string }> {
  const added = await server.request('POST', '/organization/members', {
    token,
    body: { email, name: email, role },
  });
  const { member, one_time_password: secret } = added.body as {
    member: { user: { id: string } };
    one_time_password: string;
  };
  const login = await server.request('POST', '/auth/login', { body: { email, password: secret } });
  return { id: member.user.id, token: sessionSchema.parse(login.body).access_token };
}

/** Everything that an organization has, as one text: metadata row by row, and its tables with their sizes. */
async function photograph(organizationId: string): Promise<Record<string, unknown>> {
  const admin = new Client(server.test.adminUrl);
  await admin.connect();
  try {
    const { rows: tables } = await admin.query<{ table_name: string }>(
      `SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'organization_id'
       -- An export is nothing that changes, and is written down; who looks at an editor is seen there for seconds.
       AND table_name NOT IN ('sessions', 'audit_log', 'editor_presence')`,
    );
    const picture: Record<string, unknown> = {};
    for (const { table_name: table } of tables) {
      const { rows } = await admin.query<{ row: string }>(
        `SELECT t::text AS row FROM public."${table}" t WHERE organization_id = $1 ORDER BY 1`,
        [organizationId],
      );
      picture[table] = rows.map(({ row }) => row);
    }
    const { rows: own } = await admin.query(
      `SELECT t::text AS organization, (SELECT array_agg(u::text ORDER BY u.id) FROM public.users u
        JOIN public.organization_members m ON m.user_id = u.id AND m.organization_id = t.id) AS people,
        (SELECT array_agg(relname || ' ' || relfilenode || ' ' || pg_relation_size(c.oid) ORDER BY relname)
         FROM pg_class c WHERE relnamespace = to_regnamespace('org_' || t.id)) AS warehouse
       FROM public.organizations t WHERE id = $1`,
      [organizationId],
    );
    return { ...picture, own };
  } finally {
    await admin.end();
  }
}

let keeper: { id: string; token: string; organizationId: string };
let full: World;
let viewer: { id: string; token: string };
let editor: { id: string; token: string };
let admin: { id: string; token: string };
let stranger: { token: string; organizationId: string };

beforeAll(async () => {
  server = await createTestApp({
    prepare: async (base, database) => {
      await migrateRunEngine(database.ownerUrl);
      services = {
        ...base,
        warehouse: openWarehouse(base),
        runEngine: await connectRunEngine(database.appUrl, base.log),
      };
      return (route) => {
        const noting: RouteRegistrar = (endpoint, options) => {
          authorizeOf.set(endpoint, options.public === true ? 'public' : options.authorize);
          route(endpoint, options);
        };
        registerRoutes(noting, services);
      };
    },
  });
  const worker = await startRunWorker(services, { doStep: doStep(services) });
  const signedUp = await signUp('keeper@example.org', 'Treasure Trust');
  const token = signedUp.access_token;
  keeper = { id: signedUp.user.id, token, organizationId: signedUp.organization.id };
  const sample = (await server.request('POST', '/sample', { token })).body as {
    source_ids: string[];
    transformation_ids: string[];
    pipeline_id: string;
    run_id: string;
  };
  let status = '';
  while (!['succeeded', 'failed', 'partial'].includes(status)) {
    ({ status } = (await server.request('GET', `/runs/${sample.run_id}`, { token })).body as {
      status: string;
    });
  }
  if (status !== 'succeeded') throw new Error(`the sample's run ended as ${status}`);
  await worker.close();
  const tables = (await server.request('GET', '/warehouse/tables', { token })).body as {
    items: { name: string }[];
  };
  const upload = await server.database.withSystem((trx) =>
    trx
      .selectFrom('uploads')
      .select('id')
      .where('organization_id', '=', keeper.organizationId as never)
      .executeTakeFirstOrThrow(),
  );
  const part = await server.request('POST', '/uploads/resumable', {
    token,
    body: { filename: 'treasure.csv', size_bytes: 100 },
  });
  viewer = await memberOf(token, 'viewer@example.org', 'viewer');
  editor = await memberOf(token, 'editor@example.org', 'editor');
  admin = await memberOf(token, 'admin@example.org', 'admin');
  const channel = await server.request('POST', '/notification-channels', {
    token,
    body: { kind: 'slack', name: 'Treasure Trust room', url: 'https://hooks.example.org/treasure' },
  });
  const key = await server.request('POST', '/webhook-keys', {
    token,
    body: { name: 'Treasure Trust jobs', purpose: 'report' },
  });
  const apiKey = await server.request('POST', '/api-keys', {
    token,
    body: { name: 'Treasure Trust script', kind: 'organization', role: 'viewer' },
  });
  const firstTable = tables.items[0]?.name ?? '';
  const dataTest = await server.request('POST', `/warehouse/tables/${firstTable}/tests`, {
    token,
    body: { rule: { kind: 'row_count', min: 1, max: null } },
  });
  const google = await server.database.withOrganization(
    signedUp.organization.id as OrganizationId,
    async (trx) => {
      const own = { organization_id: signedUp.organization.id as OrganizationId };
      const connection = await trx
        .insertInto('google_connections')
        .values({
          ...own,
          id: newId(),
          user_id: keeper.id as UserId,
          account: 'keeper@example.org',
          scopes: [],
          encrypted_refresh_token: 'x',
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      const sent = await trx
        .insertInto('sheet_exports')
        .values({
          ...own,
          id: newId(),
          table_name: tables.items[0]?.name ?? '',
          account: 'keeper@example.org',
          sheet_title: 'Treasure Trust',
          status: 'succeeded',
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      return { googleConnection: connection.id, sheetExport: sent.id };
    },
  );
  full = {
    ...google,
    dataTest: (dataTest.body as { id: string }).id,
    webhookKey: (key.body as { key: { id: string } }).key.id,
    apiKey: (apiKey.body as { key: { id: string } }).key.id,
    channel: (channel.body as { channel: { id: string } }).channel.id,
    source: sample.source_ids[0] ?? '',
    upload: upload.id,
    part: (part.body as { id: string }).id,
    transformation: sample.transformation_ids[0] ?? '',
    pipeline: sample.pipeline_id,
    run: sample.run_id,
    table: firstTable,
    member: viewer.id,
  };
  const other = await signUp('stranger@example.org', 'Strangers');
  stranger = { token: other.access_token, organizationId: other.organization.id };
});
afterAll(async () => {
  await services.runEngine.close();
  await services.warehouse.close();
  await server[Symbol.asyncDispose]();
});

test('every endpoint is registered, and this suite knows what it takes', () => {
  const unregistered = [...endpoints]
    .filter(([, endpoint]) => !authorizeOf.has(endpoint))
    .map(([name]) => name);
  expect(unregistered).toEqual([]);
  const withBody = protectedEndpoints
    .filter(([, endpoint]) => endpoint.body !== undefined)
    .map(([name]) => name);
  expect(withBody.filter((name) => bodies[name] === undefined)).toEqual([]);
  for (const [, endpoint] of protectedEndpoints)
    expect(pathOf(endpoint, full), endpoint.path).not.toContain(':');
  expect(
    [...endpoints]
      .filter(([, endpoint]) => endpoint.public === true)
      .map(([name]) => name)
      .toSorted(),
  ).toEqual(['login', 'logout', 'refresh', 'signup']);
});

test('the full organization can read each of its own things, or this suite would prove nothing', async () => {
  for (const [name, endpoint] of protectedEndpoints) {
    if (endpoint.method !== 'GET') continue;
    const answer = await ask([name, endpoint], full, keeper.token);
    expect([name, answer.status]).toEqual([name, 200]);
  }
  const members = await ask(['listMembers', endpoints.get('listMembers') as Endpoint], full, keeper.token);
  expect(JSON.stringify(members.body)).toContain('keeper@example.org');
});

describe('without changing or learning anything,', () => {
  let before: Record<string, unknown>;
  beforeAll(async () => {
    before = await photograph(keeper.organizationId);
  });

  test('and with a picture that shows what there is to change,', () => {
    expect(JSON.stringify(before)).toContain(full.source);
    expect(JSON.stringify(before)).toContain('keeper@example.org');
  });

  async function expectUnchanged(): Promise<void> {
    expect(await photograph(keeper.organizationId)).toEqual(before);
  }
  function expectNothingOf(answer: Answer, name: string): void {
    const text = JSON.stringify(answer.body) ?? '';
    for (const treasure of treasures) expect(text, name).not.toContain(treasure);
  }

  test('nobody gets in without a token, or with one of a session that has ended', async () => {
    const gone = await signUp('gone@example.org', 'Gone');
    await server.request('POST', '/auth/logout', { token: gone.access_token });
    for (const one of protectedEndpoints) {
      for (const token of [undefined, 'nonsense', gone.access_token]) {
        const answer = await ask(one, full, token);
        expect([one[0], answer.status]).toEqual([one[0], 401]);
        expectNothingOf(answer, one[0]);
      }
    }
    await expectUnchanged();
  });

  test("another organization's owner finds none of its things: 404 for each id, and nothing in any list", async () => {
    /** What an answer must be: 404 for an id in the address, a refusal for one in the body. */
    const expected = (name: string, endpoint: Endpoint): RegExp => {
      if (endpoint.path.includes(':')) return /^404$/;
      return endpoint.body !== undefined && !harmless.has(name) ? /^4\d\d$/ : /^[24]\d\d$/;
    };
    const ids = Object.values(full).map(String);
    for (const [name, endpoint] of protectedEndpoints) {
      const answer = await ask([name, endpoint], full, stranger.token);
      expectNothingOf(answer, name);
      expect(String(answer.status), name).toMatch(expected(name, endpoint));
      // What was sent may be repeated to the sender; a GET sends its ids in the address alone.
      const text = JSON.stringify(answer.body);
      const told = endpoint.method === 'GET' ? ids.filter((id) => text.includes(id)) : [];
      expect(told, name).toEqual([]);
    }
    await expectUnchanged();
  });

  test('things that do not exist are answered like those of others', async () => {
    const missing: World = {
      source: 'nosuchsource',
      upload: 'nosuchupload',
      part: 'nosuchpart',
      transformation: 'nosuchtransformation',
      pipeline: 'nosuchpipeline',
      run: 'nosuchrun',
      table: 'source_nosuchsource',
      member: 'nosuchmember',
      channel: 'nosuchchannel',
      webhookKey: 'nosuchkey',
      apiKey: 'nosuchkey',
      dataTest: 'nosuchtest',
      googleConnection: 'nosuchconnection',
      sheetExport: 'nosuchexport',
    };
    for (const one of protectedEndpoints.filter(([, endpoint]) => endpoint.path.includes(':'))) {
      const strip = (answer: Answer) => ({ ...(answer.body as object), instance: '' });
      const foreign = await ask(one, full, stranger.token);
      const absent = await ask(one, missing, stranger.token);
      const worded = JSON.stringify(strip(foreign)).replaceAll(full.table, missing.table);
      expect(worded, one[0]).toBe(JSON.stringify(strip(absent)));
    }
  });

  test('the character NUL in any address or search is a mistake of the asker, never of the server', async () => {
    const nul = '%00';
    for (const [name, endpoint] of protectedEndpoints) {
      const path = endpoint.path.replaceAll(/:\w+/g, `a${nul}b`);
      const search = `?cursor=${nul}&search=${nul}&action=${nul}&user_id=${nul}&column=${nul}&stream=${nul}`;
      const token = stranger.token;
      const answer = await server.request(endpoint.method, `${path}${search}`, {
        token,
        ...(endpoint.body === undefined ? {} : { body: { name: 'a\u0000b', description: '\u0000' } }),
      });
      expect([name, answer.status >= 500]).toEqual([name, false]);
    }
    await expectUnchanged();
  });

  test('no owner of another organization gets in by naming it in the header', async () => {
    const headers = { 'x-dalgo-org': keeper.organizationId };
    for (const one of protectedEndpoints) {
      const answer = await ask(one, full, stranger.token, headers);
      expect([one[0], answer.status]).toEqual([one[0], 403]);
      expectNothingOf(answer, one[0]);
    }
    await expectUnchanged();
  });

  test.each([
    ['viewer', () => viewer.token],
    ['editor', () => editor.token],
    ['admin', () => admin.token],
  ] as const)('a %s is refused what the role does not include', async (role, tokenOf) => {
    const mine = new Set(permissionsOf(role));
    let refused = 0;
    for (const [name, endpoint] of protectedEndpoints) {
      const needed = authorizeOf.get(endpoint);
      if (needed === null || needed === undefined || needed === 'public' || mine.has(needed)) continue;
      refused += 1;
      const answer = await ask([name, endpoint], full, tokenOf());
      expect([name, answer.status]).toEqual([name, 403]);
    }
    expect(refused > 0).toBe(role !== 'admin');
    await expectUnchanged();
  });

  test('a viewer may do what is written here, and nothing of it changes anything', async () => {
    const mine = new Set(permissionsOf('viewer'));
    const allowed = protectedEndpoints
      .filter(([, endpoint]) => {
        const needed = authorizeOf.get(endpoint);
        return needed === null || (needed !== undefined && needed !== 'public' && mine.has(needed));
      })
      .map(([name]) => name);
    expect(allowed.toSorted()).toEqual(viewerMay.toSorted());
    for (const one of protectedEndpoints.filter(([name]) => viewerMay.includes(name))) {
      const answer = await ask(one, full, viewer.token);
      expect([one[0], [401, 403, 500].includes(answer.status)]).toEqual([one[0], false]);
    }
    // Their own key is the one thing that they leave behind.
    const keys = await server.request('GET', '/api-keys', { token: viewer.token });
    for (const { id } of (keys.body as { items: { id: string }[] }).items)
      await server.request('DELETE', `/api-keys/${id}`, { token: viewer.token });
    await expectUnchanged();
  });
});

test('a person who was removed gets nothing more, on any route', async () => {
  const removed = await memberOf(keeper.token, 'removed@example.org', 'admin');
  await server.request('DELETE', `/organization/members/${removed.id}`, { token: keeper.token });
  for (const one of protectedEndpoints) {
    const answer = await ask(one, full, removed.token);
    expect([one[0], answer.status]).toEqual([one[0], 401]);
  }
});

test('a configuration is tried with the secrets of no other organization’s source', async () => {
  const config = { server: { kind: 'own', url: 'http://127.0.0.1:9' }, token: 'x' };
  const tried = async (token: string, sourceId?: string) => {
    const body = { type: 'kobo', config, source_id: sourceId };
    return (await server.request('POST', '/sources/test', { token, body })).body;
  };
  // Their own attempt gets as far as the address; one with a source of others ends at that source.
  expect(await tried(stranger.token)).toMatchObject({ ok: false, code: 'outbound_blocked' });
  expect(await tried(keeper.token, full.source)).toMatchObject({ ok: false, code: 'outbound_blocked' });
  expect(await tried(stranger.token, full.source)).toMatchObject({ ok: false, code: 'not_found' });
});
