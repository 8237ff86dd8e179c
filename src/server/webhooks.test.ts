import { afterAll, beforeAll, expect, test } from 'vitest';
import { session as sessionSchema } from '#contracts/accounts';
import { connectRunEngine, migrateRunEngine, type PipelineServices } from '#pipelines';
import { openWarehouse } from '#warehouse';
import { isOurs } from './mount-web.ts';
import { registerRoutes } from './register-routes.ts';
import { createTestApp, type TestApp } from './testing/test-app.ts';
import { registerWebhooks } from './webhooks.ts';

let server: TestApp;
let services: PipelineServices;
let token: string;
let pipelineId: string;

beforeAll(async () => {
  server = await createTestApp({
    prepare: async (base, database) => {
      await migrateRunEngine(database.ownerUrl);
      services = {
        ...base,
        warehouse: openWarehouse(base),
        runEngine: await connectRunEngine(database.appUrl, base.log),
      };
      return (route) => registerRoutes(route, services);
    },
    outside: (app) => registerWebhooks(app, services),
  });
  const signedUp = await server.request('POST', '/auth/signup', {
    body: {
      email: 'asha@example.org',
      password: 'quiet river under stones',
      name: 'Asha',
      organization_name: 'Trust',
    },
  });
  token = sessionSchema.parse(signedUp.body).access_token;
  const sample = await server.request('POST', '/sample', { token });
  ({ pipeline_id: pipelineId } = sample.body as { pipeline_id: string });
});
afterAll(async () => {
  await services.runEngine.close();
  await services.warehouse.close();
  await server[Symbol.asyncDispose]();
});

async function makeKey(body: object): Promise<{ id: string; token: string }> {
  const made = await server.request('POST', '/webhook-keys', { token, body });
  expect(made.status).toBe(201);
  const { key, token: secret } = made.body as { key: { id: string }; token: string };
  return { id: key.id, token: secret };
}
const report = (secret: string | undefined, body: unknown, path = '/webhooks/v1/notification/') =>
  server.request('POST', path, { body, ...(secret === undefined ? {} : { token: secret }) });
const notifications = async () =>
  (
    (await server.request('GET', '/notifications', { token })).body as {
      items: { title: string; reason: string }[];
    }
  ).items;

test('another job system reports a run; what fails is told of once, and that it works again', async () => {
  const key = await makeKey({ name: 'Prefect', purpose: 'report' });
  const run = { job: 'Nightly export', run_id: '42' };
  expect((await report(key.token, { ...run, status: 'running' })).status).toBe(200);
  const failed = { ...run, status: 'failed', message: 'Disk full', url: 'https://jobs.example.org/42' };
  expect(await report(key.token, failed)).toMatchObject({
    status: 200,
    body: { status: 'ok', run: { job: 'Nightly export', status: 'failed' } },
  });
  // Told of again, and overtaken by news from before: nothing changes.
  await report(key.token, failed);
  await report(key.token, { ...run, status: 'running' });
  await report(key.token, { job: 'Nightly export', run_id: '43', status: 'failed' });
  expect(await notifications()).toMatchObject([{ title: '“Nightly export” failed', reason: 'Disk full' }]);
  await report(key.token, { job: 'Nightly export', run_id: '44', status: 'succeeded' });
  expect((await notifications())[0]).toMatchObject({ title: '“Nightly export” works again' });
  const { items } = (await server.request('GET', '/external-runs', { token })).body as {
    items: { external_id: string; status: string }[];
  };
  expect(items.map((each) => [each.external_id, each.status])).toEqual([
    ['44', 'succeeded'],
    ['43', 'failed'],
    ['42', 'failed'],
  ]);
});

test("Prefect's own notification is understood, with its key in the header that Prefect has for it", async () => {
  const key = await makeKey({ name: 'Prefect', purpose: 'report' });
  const answer = await server.request('POST', '/webhooks/v1/notification', {
    headers: { 'x-notification-key': key.token },
    body: {
      body: 'Flow run kobo-sync with id 6e0b1c2d-1111-2222-3333-444455556666 entered state `Completed`.\nFlow run URL: http://prefect.example.org/runs/6e0b',
    },
  });
  expect(answer).toMatchObject({ status: 200, body: { run: { job: 'kobo-sync', status: 'succeeded' } } });
});

test('without a good key nothing is kept, and what is no report is refused with what to send', async () => {
  const key = await makeKey({ name: 'Jobs', purpose: 'report' });
  const good = { job: 'A', run_id: '1', status: 'failed' };
  const forged = `${key.token.slice(0, -1)}${key.token.endsWith('0') ? '1' : '0'}`;
  for (const secret of [undefined, 'nonsense', forged, token]) {
    expect((await report(secret, good)).status).toBe(401);
  }
  for (const body of [{}, { job: 'A' }, { ...good, status: 'exploded' }, { body: 'hello' }]) {
    expect(await report(key.token, body)).toMatchObject({ status: 422, body: { code: 'invalid_input' } });
  }
  await server.request('DELETE', `/webhook-keys/${key.id}`, { token });
  expect((await report(key.token, good)).status).toBe(401);
});

test('another program runs the one pipeline that its key is for', async () => {
  const key = await makeKey({ name: 'Sensor', purpose: 'run', pipeline_id: pipelineId });
  const path = `/webhooks/v1/pipelines/${pipelineId}/run`;
  const first = await report(key.token, undefined, path);
  expect(first).toMatchObject({ status: 202, body: { status: 'queued' } });
  // While it waits, the same run is answered.
  expect((await report(key.token, { anything: true }, path)).body).toEqual(first.body);
  expect((await report(key.token, {}, '/webhooks/v1/pipelines/other/run')).status).toBe(404);
  expect((await report(key.token, { job: 'A', run_id: '1', status: 'failed' })).status).toBe(401);
  const listed = await server.request('GET', '/webhook-keys', { token });
  expect(JSON.stringify(listed.body)).not.toContain(key.token.slice(-20));
  const bad = await server.request('POST', '/webhook-keys', { token, body: { name: 'x', purpose: 'run' } });
  expect(bad.status).toBe(422);
});

test('what other programs ask is never taken for a page', () => {
  for (const url of [
    '/webhooks/v1/notification/',
    '/webhooks/v1/pipelines/abc/run',
    '/metrics',
    '/api/docs',
  ]) {
    expect([url, isOurs(url)]).toEqual([url, true]);
  }
  for (const url of ['/', '/pipelines/overview', '/metricsandmore', '/settings?tab=webhooks']) {
    expect([url, isOurs(url)]).toEqual([url, false]);
  }
});
