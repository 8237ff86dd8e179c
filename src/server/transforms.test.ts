import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerTransformRoutes } from '#transforms';
import { openWarehouse, recordTable, type Warehouse } from '#warehouse';
import type { OrganizationId, SourceId } from '#platform/ids';
import { createTestApp, type TestApp } from './testing/test-app.ts';

let test_: TestApp;
let warehouse: Warehouse;
let token: string;

beforeAll(async () => {
  test_ = await createTestApp({
    routes: (route, services) => {
      warehouse = openWarehouse(services);
      registerTransformRoutes(route, { ...services, warehouse });
    },
  });
  const answer = await test_.request('POST', '/auth/signup', {
    body: {
      email: 'a@example.org',
      password: 'four unrelated words here',
      name: 'Asha',
      organization_name: 'Sahaya',
    },
  });
  // The contract of sign-up, which has its own tests.
  const session = answer.body as { access_token: string; organization: { id: OrganizationId } };
  token = session.access_token;
  const organizationId = session.organization.id;
  const schema = `org_${organizationId}`;
  await (
    await warehouse.forOrganization(organizationId)
  ).transaction((trx) =>
    trx.query(
      `CREATE TABLE "${schema}".source_visits AS SELECT i::bigint AS id, 'Pune' AS district FROM generate_series(1, 30) i`,
    ),
  );
  await test_.database.withOrganization(organizationId, async (trx) => {
    await trx
      .insertInto('sources')
      .values({
        id: 'visits' as SourceId,
        organization_id: organizationId,
        name: 'Visits',
        type: 'csv',
        config: '{}',
        warehouse_table_name: 'source_visits',
      })
      .execute();
    await recordTable(trx, {
      organizationId,
      name: 'source_visits',
      displayName: 'Visits',
      kind: 'source',
      sourceId: 'visits' as SourceId,
      columns: [
        { name: 'id', display_name: 'Id', type: 'integer' },
        { name: 'district', display_name: 'District', type: 'text' },
      ],
      rowCount: 30,
      sizeBytes: null,
      runToken: 'load',
    });
  });
});
afterAll(async () => {
  await warehouse.close();
  await test_[Symbol.asyncDispose]();
});

const ask = (method: string, path: string, body?: unknown) =>
  test_.request(method, path, { token, ...(body === undefined ? {} : { body }) });

const source = { type: 'source', table: 'source_visits' };

test('a transformation is made, replaced by a bare recipe, looked at, restored and deleted over HTTP', async () => {
  const made = await ask('POST', '/transformations', { name: 'Few', recipe: { steps: [source] } });
  expect(made).toMatchObject({ status: 201, body: { version: 1, depends_on: ['source_visits'] } });
  const { id } = made.body as { id: string };
  const filter = { type: 'filter', column: 'Id', operator: 'less_than', value: 4 };
  expect(await ask('PUT', `/transformations/${id}`, { steps: [source, filter] })).toMatchObject({
    status: 200,
    body: { version: 2, name: 'Few' },
  });
  expect(await ask('PATCH', `/transformations/${id}`, { name: 'Fewer' })).toMatchObject({
    status: 200,
    body: { version: 2, name: 'Fewer' },
  });
  expect(await ask('POST', `/transformations/${id}/preview`, { limit: 2 })).toMatchObject({
    status: 200,
    body: {
      rows: [
        { id: 1, district: 'Pune' },
        { id: 2, district: 'Pune' },
      ],
      total_count: 3,
      next_cursor: '2',
      steps: [{ index: 0 }, { index: 1 }],
    },
  });
  expect(await ask('GET', `/transformations/${id}/versions`)).toMatchObject({
    status: 200,
    body: { items: [{ version: 2 }, { version: 1 }] },
  });
  expect(await ask('POST', `/transformations/${id}/versions/1/restore`)).toMatchObject({
    status: 200,
    body: { version: 3, recipe: { steps: [source] } },
  });
  expect(await ask('GET', '/transformations')).toMatchObject({
    status: 200,
    body: { items: [{ id }], next_cursor: null },
  });
  expect(await ask('GET', `/transformations/${id}/runs`)).toMatchObject({ status: 200, body: { items: [] } });
  expect((await ask('DELETE', `/transformations/${id}`)).status).toBe(204);
  expect((await ask('GET', `/transformations/${id}`)).status).toBe(404);
});

test('unknown fields and steps are refused, and errors of a recipe say where', async () => {
  const misspelt = { steps: [source, { type: 'filter', colum: 'id', operator: 'is_null' }] };
  expect(await ask('POST', '/transformations/preview', { recipe: misspelt })).toMatchObject({
    status: 422,
    body: { code: 'invalid_input' },
  });
  const wrong = { steps: [source, { type: 'filter', column: 'Distrikt', operator: 'is_null' }] };
  expect(await ask('POST', '/transformations/preview', { recipe: wrong })).toMatchObject({
    status: 422,
    body: {
      code: 'recipe_invalid',
      errors: [{ path: 'recipe.steps.1.column', step: 1, suggestion: 'district' }],
    },
  });
  expect(await ask('POST', '/transformations/compile', { recipe: wrong })).toMatchObject({
    status: 200,
    body: { sql: null, steps: [{ errors: [] }, { errors: [{ field: 'column' }] }] },
  });
});

test('a table is paged, sorted and filtered, and its values are counted', async () => {
  const filter = encodeURIComponent(JSON.stringify([{ column: 'id', operator: 'greater_than', value: 27 }]));
  expect(
    await ask('GET', `/warehouse/tables/source_visits/preview?limit=2&sort=-id&filter=${filter}`),
  ).toMatchObject({
    status: 200,
    body: { rows: [{ id: 30 }, { id: 29 }], total_count: 3, next_cursor: '2' },
  });
  expect((await ask('GET', '/warehouse/tables/nothing/preview')).status).toBe(404);
  expect(
    await ask('POST', '/transformations/values', { recipe: { steps: [source] }, column: 'district' }),
  ).toMatchObject({
    status: 200,
    body: { values: [{ value: 'Pune', count: 30 }], truncated: false },
  });
});
