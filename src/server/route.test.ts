import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { session } from '#contracts/accounts';
import { endpoint } from '#contracts/endpoint';
import { idParams, problem } from '#contracts/primitives';
import { AppError } from '#platform/errors';
import { createTestApp, type Answer } from './testing/test-app.ts';
import { contentDisposition } from './content-disposition.ts';
import { preferWait } from './prefer-wait.ts';

const run = z.object({ run_id: z.string(), status: z.enum(['queued', 'running', 'succeeded']) });
const contract = {
  thing: endpoint({
    method: 'POST',
    path: '/test/things/:id',
    summary: '',
    tag: 'Test',
    params: idParams,
    query: z.object({ limit: z.coerce.number().int().max(5).default(1) }),
    body: z.strictObject({
      name: z.string().max(20),
      nested: z.array(z.object({ n: z.number() })).optional(),
    }),
    response: z.object({ id: z.string(), name: z.string() }),
    status: 201,
  }),
  broken: endpoint({ method: 'GET', path: '/test/broken', summary: '', tag: 'Test', response: z.unknown() }),
  lying: endpoint({
    method: 'GET',
    path: '/test/lying',
    summary: '',
    tag: 'Test',
    response: z.object({ n: z.number() }),
  }),
  nothing: endpoint({
    method: 'DELETE',
    path: '/test/nothing',
    summary: '',
    tag: 'Test',
    response: z.undefined(),
    status: 204,
  }),
  long: endpoint({
    method: 'POST',
    path: '/test/long',
    summary: '',
    tag: 'Test',
    query: z.object({ ms: z.coerce.number() }),
    response: run,
    status: 202,
    longRunning: true,
  }),
  file: endpoint({
    method: 'GET',
    path: '/test/file',
    summary: '',
    tag: 'Test',
    response: z.unknown(),
    raw: 'file-response',
  }),
  upload: endpoint({
    method: 'POST',
    path: '/test/upload',
    summary: '',
    tag: 'Test',
    response: z.object({ filename: z.string(), content: z.string(), truncated: z.boolean() }),
    raw: 'multipart-body',
    status: 201,
  }),
  limited: endpoint({
    method: 'POST',
    path: '/test/limited',
    summary: '',
    tag: 'Test',
    public: true,
    body: z.object({ name: z.string() }),
    response: z.object({}),
  }),
};

let aborted = 0;
const server = await createTestApp({
  routeLimits: true,
  config: { maxUploadBytes: 1000 },
  routes: (route) => {
    route(contract.thing, {
      authorize: 'sources:write',
      handler: async ({ params, body, query }) => {
        // More than the contract says: none of it may leave.
        const row = { id: params.id, name: `${body.name} ${query.limit}`, password_hash: 'secret' };
        return row;
      },
    });
    route(contract.broken, {
      authorize: null,
      handler: () => Promise.reject(new Error('connection string postgres://u:p@h/d')),
    });
    // A handler that a type error slipped through.
    route(contract.lying, { authorize: null, handler: async () => ({ n: 'x' as unknown as number }) });
    route(contract.nothing, { authorize: null, handler: async () => {} });
    route(contract.long, {
      authorize: null,
      start: async ({ query }) => ({
        run: { run_id: 'abc', status: 'queued' as const },
        location: '/runs/abc',
        wait: (signal) =>
          new Promise((resolve, reject) => {
            const timer = setTimeout(() => resolve({ run_id: 'abc', status: 'succeeded' }), query.ms);
            signal.addEventListener('abort', () => {
              aborted += 1;
              clearTimeout(timer);
              reject(new Error('aborted'));
            });
          }),
      }),
    });
    route(contract.file, {
      authorize: null,
      file: async () => ({
        filename: 'Visites été "2025";\n.csv',
        contentType: 'text/csv; charset=utf-8',
        body: Readable.from(['a,b\n', '1,2\n']),
      }),
    });
    route(contract.upload, {
      authorize: 'sources:write',
      handler: async ({ uploadedFile }) => {
        const file = await uploadedFile();
        return { filename: file.filename, content: await text(file.stream), truncated: file.wasTruncated() };
      },
    });
    route(contract.limited, {
      public: true,
      rateLimit: { perMinute: 6, key: ({ body }) => body.name, perMinuteForKey: 2 },
      handler: async () => ({}),
    });
  },
});
afterAll(() => server[Symbol.asyncDispose]());

const signedUp = await server.request('POST', '/auth/signup', {
  body: { email: 'a@example.org', password: 'quiet river under stones', name: 'A', organization_name: 'B' },
});
const { access_token: token } = session.parse(signedUp.body);
const codeOf = (answer: Answer): string => problem.parse(answer.body).code;
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  server.request('POST', path, { token, body, headers });

describe('an ordinary endpoint', () => {
  test('answers what its contract says, and nothing more', async () => {
    const answer = await post('/test/things/abc?limit=3', { name: 'x' });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({ id: 'abc', name: 'x 3' });
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test('says each field that is wrong, by its path', async () => {
    const answer = await post('/test/things/abc', {
      name: 'x'.repeat(21),
      nested: [{ n: 1 }, { n: 'no' }],
      more: 1,
    });
    expect(answer.status).toBe(422);
    expect(problem.parse(answer.body)).toMatchObject({
      type: 'https://dalgo.org/errors/invalid_input',
      status: 422,
      code: 'invalid_input',
      instance: answer.headers['x-request-id'],
    });
    expect(problem.parse(answer.body).errors?.map(({ path }) => path)).toEqual(['name', 'nested.1.n', '']);
    expect(codeOf(await post('/test/things/abc?limit=9', { name: 'x' }))).toBe('invalid_input');
    expect(codeOf(await post('/test/things/abc?limit=1&limit=2', { name: 'x' }))).toBe('invalid_input');
    expect(codeOf(await post('/test/things/abc', undefined))).toBe('invalid_input');
  });

  test('knows no object of an impossible id', async () => {
    for (const id of ['UPPER', "1' OR '1'='1", '..%2f..%2fetc', '%00', 'x'.repeat(65), 'x'.repeat(900)]) {
      const answer = await post(`/test/things/${id}`, { name: 'x' });
      expect([answer.status, codeOf(answer)]).toEqual([404, 'not_found']);
    }
  });

  test('answers an address that the router refuses like any other mistake', async () => {
    const tooLong = await post(`/test/things/${'x'.repeat(5000)}`, { name: 'x' });
    expect([tooLong.status, codeOf(tooLong)]).toEqual([404, 'not_found']);
    const broken = await post('/test/things/%c0%ae', { name: 'x' });
    expect([broken.status, codeOf(broken)]).toEqual([400, 'malformed_request']);
    expect(broken.headers['content-type']).toContain('application/problem+json');
  });

  test('takes only JSON', async () => {
    const raw = async (payload: string | Buffer, type?: string) => {
      const answer = await server.app.inject({
        method: 'POST',
        url: '/api/v1/test/things/abc',
        headers: {
          authorization: `Bearer ${token}`,
          ...(type === undefined ? {} : { 'content-type': type }),
        },
        payload,
      });
      return [answer.statusCode, problem.parse(answer.json()).code];
    };
    expect(await raw('{"name":', 'application/json')).toEqual([400, 'malformed_request']);
    expect(await raw('{"name":"x","__proto__":{"a":1}}', 'application/json')).toEqual([
      400,
      'malformed_request',
    ]);
    expect(await raw('', 'application/json')).toEqual([422, 'invalid_input']);
    expect(await raw('name=x', 'application/x-www-form-urlencoded')).toEqual([415, 'unsupported_media_type']);
    expect(await raw('{"name":"x"}', 'text/plain')).toEqual([415, 'unsupported_media_type']);
    expect(await raw('--x--', 'multipart/form-data; boundary=x')).toEqual([415, 'unsupported_media_type']);
    expect(await raw(`{"name":"${'x'.repeat(6_000_000)}"}`, 'application/json')).toEqual([
      413,
      'payload_too_large',
    ]);
  });

  test('asks for a token before anything else, and for the permission before the work', async () => {
    const answer = await server.request('POST', '/test/things/NOT', { body: { wrong: true } });
    expect([answer.status, codeOf(answer)]).toEqual([401, 'unauthenticated']);
  });

  test('says nothing of what broke inside', async () => {
    for (const path of ['/test/broken', '/test/lying']) {
      const answer = await server.request('GET', path, { token });
      expect(answer.status).toBe(500);
      expect(codeOf(answer)).toBe('internal');
      expect(JSON.stringify(answer.body)).not.toMatch(/postgres|stack|contract/);
    }
  });

  test('answers 204 with nothing, and 404 where there is nothing', async () => {
    const answer = await server.request('DELETE', '/test/nothing', { token });
    expect([answer.status, answer.body]).toEqual([204, undefined]);
    for (const path of ['/nothing', '/auth/login/', '/auth//login']) {
      expect(codeOf(await server.request('GET', path))).toBe('not_found');
    }
    expect((await server.request('PUT', '/auth/login')).status).toBe(404);
  });
});

describe('long work', () => {
  const long = (ms: number, prefer?: string) =>
    post(`/test/long?ms=${ms}`, undefined, prefer === undefined ? {} : { prefer });

  test('answers 202 with its run and where to find it', async () => {
    const answer = await long(1);
    expect(answer.status).toBe(202);
    expect(answer.body).toEqual({ run_id: 'abc', status: 'queued' });
    expect(answer.headers['location']).toBe('/api/v1/runs/abc');
    expect(answer.headers['preference-applied']).toBeUndefined();
  });

  test('answers 200 with the finished run when it ends in the time that Prefer allows', async () => {
    const answer = await long(20, 'respond-async, wait=10');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ run_id: 'abc', status: 'succeeded' });
    expect(answer.headers['preference-applied']).toBe('wait=10');
  });

  test('answers 202 when the time is over, and stops waiting', async () => {
    const before = aborted;
    const started = performance.now();
    const answer = await long(30_000, 'wait=1');
    expect(answer.status).toBe(202);
    expect(performance.now() - started).toBeLessThan(3000);
    expect(aborted).toBe(before + 1);
  });

  test.each([
    [undefined, undefined],
    ['wait=5', 5],
    ['Wait = 7', 7],
    ['wait="9"; x', 9],
    ['wait=600', 60],
    ['wait=-1', undefined],
    ['wait=', undefined],
    ['respond-async', undefined],
    ['await=5', undefined],
  ])('reads Prefer: %s as %s seconds', (header, seconds) => {
    expect(preferWait(header)).toBe(seconds);
  });
});

describe('files', () => {
  test('leave with a name that cannot break out of its header', async () => {
    const answer = await server.request('GET', '/test/file', { token });
    expect(answer.body).toBe('a,b\n1,2\n');
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.headers['content-disposition']).toBe(
      `attachment; filename="Visites _t_ _2025___.csv"; filename*=UTF-8''Visites%20%C3%A9t%C3%A9%20%222025%22%3B_.csv`,
    );
    expect(contentDisposition('a\u202Exslx.exe')).not.toContain('\u202E');
  });

  const upload = (parts: { name: string; filename?: string; content: string }[]) => {
    const form = parts.map(
      ({ name, filename, content }) =>
        `--B\r\nContent-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n\r\n${content}\r\n`,
    );
    return server.app.inject({
      method: 'POST',
      url: '/api/v1/test/upload',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'multipart/form-data; boundary=B' },
      payload: `${form.join('')}--B--\r\n`,
    });
  };

  test('come in as a stream with a plain name', async () => {
    const names = [
      ['visits.csv', 'visits.csv'],
      ['../../etc/passwd', 'passwd'],
      ['C:\\files\\visits.csv', 'visits.csv'],
      ['..', 'upload'],
    ];
    for (const [sent, kept] of names) {
      const answer = await upload([{ name: 'file', filename: sent ?? '', content: 'a,b\n' }]);
      expect(answer.json()).toEqual({ filename: kept, content: 'a,b\n', truncated: false });
    }
  });

  test('that are too large are cut, and the handler can tell', async () => {
    const answer = await upload([{ name: 'file', filename: 'x', content: 'x'.repeat(2000) }]);
    expect(answer.json()).toMatchObject({ truncated: true });
  });

  test('are the one field "file" of a form', async () => {
    expect((await upload([{ name: 'other', filename: 'x', content: 'x' }])).statusCode).toBe(400);
    expect((await upload([{ name: 'file', content: 'x' }])).statusCode).toBe(400);
    expect((await upload([])).statusCode).toBe(400);
    const json = await post('/test/upload', { file: { path: '/etc/passwd' } });
    expect([json.status, codeOf(json)]).toEqual([415, 'unsupported_media_type']);
  });

  test('that are cut off or not a form at all are the mistake of who sent them', async () => {
    const raw = async (type: string, payload: string) => {
      const answer = await server.app.inject({
        method: 'POST',
        url: '/api/v1/test/upload',
        headers: { authorization: `Bearer ${token}`, 'content-type': type },
        payload,
      });
      return [answer.statusCode, problem.parse(answer.json()).code];
    };
    const begun = '--B\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\na,b';
    expect(await raw('multipart/form-data', '--B--\r\n')).toEqual([400, 'malformed_request']);
    expect(await raw('multipart/form-data; boundary=B', begun)).toEqual([400, 'upload_incomplete']);
  });
});

describe('limits', () => {
  test('count by address and by the key of the route, and say when to come back', async () => {
    const ask = (name: string) => server.request('POST', '/test/limited', { body: { name } });
    expect((await ask('a')).status).toBe(200);
    expect((await ask('a')).status).toBe(200);
    const third = await ask('a');
    expect([third.status, codeOf(third)]).toEqual([429, 'rate_limited']);
    expect(Number(third.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(third.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect((await ask('b')).status).toBe(200);
    await ask('c');
    await ask('d');
    const seventh = await ask('e');
    expect([seventh.status, codeOf(seventh)]).toEqual([429, 'rate_limited']);
  });

  test('stop guessing the password of one account, and leave others alone', async () => {
    const guess = (email: string) =>
      server.request('POST', '/auth/login', { body: { email, password: 'a wrong password' } });
    for (let n = 0; n < 10; n += 1) expect((await guess('a@example.org')).status).toBe(401);
    expect((await guess('A@example.org')).status).toBe(429);
    expect((await guess('b@example.org')).status).toBe(401);
  });
});

test('a route that is not of the kind of its contract is refused when the server starts', async () => {
  const start = createTestApp({
    routes: (route) =>
      route(contract.long, { authorize: null, handler: () => Promise.reject(new AppError('internal', '')) }),
  });
  await expect(start).rejects.toThrow(/not of the kind/);
});
