import { Writable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { endpoints } from '#contracts/all-endpoints';
import { endpoint } from '#contracts/endpoint';
import { session } from '#contracts/accounts';
import { createLog } from '#platform/log';
import { createServer } from './app.ts';
import { createOpenApiDocument } from './openapi.ts';
import { pageCsp } from './security-headers.ts';
import { createTestApp } from './testing/test-app.ts';

const showAddress = endpoint({
  method: 'GET',
  path: '/test/address',
  summary: '',
  tag: 'Test',
  public: true,
  response: z.object({ address: z.string() }),
});

const server = await createTestApp();
afterAll(() => server[Symbol.asyncDispose]());

describe('health', () => {
  test('of the process is told whatever else happens', async () => {
    expect(await server.request('GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  test('of the installation needs the database, its migrations and a worker that is alive', async () => {
    expect(await server.request('GET', '/readyz')).toMatchObject({
      status: 503,
      body: { status: 'not_ready', checks: { database: true, migrations: true, worker: false } },
    });
    await server.database.withSystem((trx) =>
      trx
        .insertInto('workers')
        .values({ id: 'w', hostname: 'h', pid: 1, application_version: '1' })
        .execute(),
    );
    server.advance(1001);
    expect(await server.request('GET', '/readyz')).toMatchObject({
      status: 200,
      body: { status: 'ready', checks: { worker: true } },
    });
    await server.database.withSystem((trx) =>
      trx
        .updateTable('workers')
        .set({ heartbeat_at: new Date(Date.now() - 60_000) })
        .execute(),
    );
    server.advance(1001);
    expect((await server.request('GET', '/readyz')).status).toBe(503);
  });
});

describe('headers', () => {
  test('of every answer are strict', async () => {
    for (const path of ['/healthz', '/auth/me', '/nothing', '/openapi.json']) {
      const { headers } = await server.request('GET', path);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(headers['content-security-policy']).toMatch(/default-src 'none'; frame-ancestors 'none'/);
      expect(headers['permissions-policy']).toContain('camera=()');
      expect(headers['x-powered-by']).toBeUndefined();
      expect(headers['strict-transport-security']).toBeUndefined();
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  test('behind https add HSTS, and make the cookie secure', async () => {
    await using https = await createTestApp({ config: { publicUrl: 'https://data.example.org' } });
    const answer = await https.request('POST', '/auth/signup', {
      body: {
        email: 'a@example.org',
        password: 'quiet river under stones',
        name: 'A',
        organization_name: 'B',
      },
    });
    expect(answer.headers['strict-transport-security']).toBe('max-age=63072000; includeSubDomains');
    expect(answer.headers['set-cookie']).toMatch(/; HttpOnly; Secure; SameSite=Strict$/);
    const cookie = /dalgo_refresh=([^;]+)/.exec(answer.headers['set-cookie'] ?? '')?.[1];
    const headers = { origin: 'https://data.example.org', host: '10.0.0.1:3001' };
    expect((await https.request('POST', '/auth/refresh', { cookie, headers })).status).toBe(200);
  });

  test('believe a proxy about the client only when there is one', async () => {
    const addresses: string[] = [];
    for (const trustedProxies of [0, 1, 2]) {
      await using app = await createTestApp({
        config: { trustedProxies },
        routes: (route) =>
          route(showAddress, { public: true, handler: async ({ request }) => ({ address: request.ip }) }),
      });
      const { body } = await app.request('GET', '/test/address', {
        headers: { 'x-forwarded-for': '6.6.6.6, 7.7.7.7' },
      });
      addresses.push((body as { address: string }).address);
    }
    expect(addresses).toEqual(['127.0.0.1', '7.7.7.7', '6.6.6.6']);
  });

  test('of a page allow no script without its nonce', () => {
    const csp = pageCsp('abc', false);
    expect(csp).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic';");
    expect(csp).not.toContain('unsafe-eval');
    expect(/script-src[^;]*unsafe-inline/.test(csp)).toBe(false);
    for (const directive of ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]) {
      expect(csp).toContain(directive);
    }
  });
});

describe('the description of the API', () => {
  const document = createOpenApiDocument() as {
    openapi: string;
    paths: Record<string, Record<string, { operationId: string; parameters: unknown[] }>>;
    components: { schemas: Record<string, unknown>; parameters: Record<string, unknown> };
  };

  test('is published, and names every operation once', async () => {
    const answer = await server.request('GET', '/openapi.json');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(document);
    expect(document.openapi).toBe('3.1.0');
    const ids = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map((one) => one.operationId),
    );
    expect(ids.toSorted()).toEqual([...endpoints.keys()].toSorted());
  });

  test('has no reference that leads nowhere', () => {
    const references = new Set<string>();
    JSON.stringify(document, (key, value: unknown) => {
      if (key === '$ref' && typeof value === 'string') references.add(value);
      return value;
    });
    expect(references.size).toBeGreaterThan(20);
    for (const reference of references) {
      const target = reference
        .replace(/^#\//, '')
        .split('/')
        .reduce<unknown>(
          (at, key) =>
            typeof at === 'object' && at !== null && key in at
              ? (at as Record<string, unknown>)[key]
              : undefined,
          document,
        );
      expect(target, reference).toBeDefined();
    }
  });

  test('declares each parameter of each path', () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      for (const operation of Object.values(operations)) {
        const declared = operation.parameters
          .filter((one) => (one as { in?: string }).in === 'path')
          .map((one) => (one as { name: string }).name);
        expect(declared).toEqual(names);
      }
    }
  });

  test('has a page for people with a policy that allows no inline script', async () => {
    const page = await server.app.inject({ url: '/api/docs/' });
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('Dalgo Lite API');
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect(page.body).not.toMatch(/<script(?![^>]*src=)/);
    const script = await server.app.inject({ url: '/api/docs/static/swagger-initializer.js' });
    expect(script.statusCode).toBe(200);
    expect((await server.app.inject({ url: '/api/docs/json' })).json()).toMatchObject({ openapi: '3.1.0' });
  });
});

test('the log names who asked what, and no secret', async () => {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const logged = { ...server.services, log: createLog('info', sink) };
  const { registerAccountRoutes } = await import('#accounts');
  const app = await createServer(logged, {
    routes: (route) => registerAccountRoutes(route, logged),
    web: false,
  });
  const password = 'a password for the log';
  const signup = await app.inject({
    method: 'POST',
    url: '/api/v1/auth/signup?secret=in-the-address',
    payload: { email: 'log@example.org', password, name: 'Log', organization_name: 'Log' },
  });
  const { access_token: token, user } = session.parse(signup.json());
  const me = await app.inject({ url: '/api/v1/auth/me', headers: { authorization: `Bearer ${token}` } });
  await app.close();
  const text = lines.join('');
  const line = lines
    .map((one) => JSON.parse(one) as Record<string, unknown>)
    .find((one) => one['user_id'] === user.id);
  expect(line).toMatchObject({
    method: 'GET',
    path: '/api/v1/auth/me',
    status: 200,
    request_id: me.headers['x-request-id'],
  });
  const cookie = signup.cookies[0]?.value ?? 'none';
  for (const secret of [password, token, cookie, 'in-the-address']) expect(text).not.toContain(secret);
});
