import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type FakeService,
  type ServiceCall,
  type ServiceReply,
  startFakeService,
} from '#testing/fake-service';
import { testSource } from '../describe-source.ts';
import { openConnectorBench } from './testing/connector-bench.ts';

let api: FakeService;
let bench: Awaited<ReturnType<typeof openConnectorBench>>;
let answer: (call: ServiceCall) => ServiceReply;

beforeAll(async () => {
  api = await startFakeService((call) => answer(call));
  bench = await openConnectorBench([api.host]);
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});
beforeEach(() => {
  api.calls.length = 0;
  api.faults.length = 0;
});

const all = Array.from({ length: 7 }, (_, index) => ({ id: index + 1, name: `n${index + 1}` }));
const pageOf = (first: number, count = 3) => all.slice(first, first + count);
const settings = (more: object = {}) => ({ base_url: `${api.origin}/v1/`, path: '/people', ...more });

async function idsOf(config: Record<string, unknown>) {
  const source = await bench.add('rest_api', config);
  await bench.sync(source.id);
  return (await bench.rows(source.id, 'id')).map((row) => row['id']);
}

describe('pages', () => {
  const number = (call: ServiceCall, param: string, initial: number) =>
    Number(call.url.searchParams.get(param) ?? initial);
  const cases: readonly (readonly [string, object, (call: ServiceCall) => ServiceReply])[] = [
    [
      'by number',
      { kind: 'page', page_param: 'p', first_page: 0 },
      (call) => ({ json: { results: pageOf(3 * number(call, 'p', 0)) } }),
    ],
    [
      'by offset, where the service gives fewer than it is asked for',
      { kind: 'offset', limit: 100 },
      (call) => ({ json: pageOf(number(call, 'offset', 0)) }),
    ],
    [
      'by a cursor',
      { kind: 'cursor', cursor_path: 'meta.after', cursor_param: 'after' },
      (call) => {
        const from = number(call, 'after', 0);
        return { json: { items: pageOf(from), meta: { after: from + 3 < all.length ? from + 3 : null } } };
      },
    ],
    [
      'by a Link header, found out',
      { kind: 'auto' },
      (call) => {
        const from = number(call, 'from', 0);
        const link = `<${api.origin}/v1/people?from=0>; rel="first", </v1/people?from=${from + 3}>; rel="next"`;
        return { json: pageOf(from), ...(from + 3 < all.length ? { headers: { link } } : {}) };
      },
    ],
    [
      'by a link in the answer, found out',
      { kind: 'auto' },
      (call) => {
        const from = number(call, 'from', 0);
        return { json: { next: from + 3 < all.length ? `?from=${from + 3}` : null, data: pageOf(from) } };
      },
    ],
    [
      'by the number of pages, found out',
      { kind: 'auto' },
      (call) => ({ json: { total_pages: 3, data: pageOf(3 * (number(call, 'page', 1) - 1)) } }),
    ],
    [
      'by the number of pages, counted from 0, found out',
      { kind: 'auto' },
      (call) => {
        const page = number(call, 'page', 0);
        return { json: { totalPages: 3, number: page, content: pageOf(3 * page) } };
      },
    ],
    ['in one', { kind: 'single' }, () => ({ json: { payload: { people: all } } })],
  ];
  test.each(cases)('%s', async (_name, paginator, service) => {
    answer = service;
    expect(await idsOf(settings({ paginator }))).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test('that go in a circle or to another site are told, and no credentials follow', async () => {
    await using thief = await startFakeService(() => ({ json: [] }));
    answer = () => ({ json: { data: all, next: `${thief.origin}/v1/people` } });
    const auth = { kind: 'bearer', token: 'mine' };
    await expect(idsOf(settings({ auth }))).rejects.toMatchObject({ code: 'source_unexpected_answer' });
    expect(thief.calls).toEqual([]);
    answer = () => ({ json: { data: all, next: '/v1/people' } });
    await expect(idsOf(settings())).rejects.toMatchObject({ code: 'source_unexpected_answer' });
  });
});

test('where the rows are is found out, what else they could be is offered, and the whole address is enough', async () => {
  const people = [{ id: 1 }, { id: 2 }];
  answer = ({ url }) => ({
    json: {
      status: url.searchParams.get('status'),
      meta: { tags: ['a'] },
      included: { villages: [{ id: 7 }] },
      data: people,
    },
  });
  const whole = { base_url: `${api.origin}/v1/people?status=open`, path: '' };
  const look = (config: Record<string, unknown>) =>
    testSource(bench.services, bench.actor, { type: 'rest_api', config, preview: 'records' }, bench.signal);
  const tried = await look(settings(whole));
  expect(tried.streams).toMatchObject([{ name: 'records', title: 'people' }]);
  const others = [{ value: 'included.villages', text: '“included.villages” (1 row)' }];
  expect(tried.findings?.[0]).toEqual({
    setting: 'records_path',
    value: 'data',
    text: 'The rows are at “data” in the answer.',
    others,
  });
  expect(api.calls.at(-1)?.url.search).toBe('?status=open');
  expect(tried.findings?.at(-1)).toMatchObject({ setting: 'primary_key', others: [{ value: ['id'] }] });
  const chosen = await look(settings({ ...whole, records_path: 'included.villages' }));
  expect(chosen.findings?.[0]).toMatchObject({ value: 'included.villages', others: [{ value: 'data' }] });
  expect(await idsOf(settings({ ...whole, records_path: 'included.villages' }))).toEqual([7]);
});

describe('pages that the service says nothing of', () => {
  const many = Array.from({ length: 35 }, (_, index) => ({ id: index + 1 }));
  const read = (call: ServiceCall, param: string, initial: number) =>
    Number(call.url.searchParams.get(param) ?? initial);
  const cases: readonly (readonly [string, (call: ServiceCall) => unknown, object])[] = [
    [
      'are found by a number from 1',
      (call) => many.slice(10 * (read(call, 'page', 1) - 1), 10 * read(call, 'page', 1)),
      { kind: 'page', page_param: 'page', first_page: 1 },
    ],
    [
      'are found by a number from 0',
      (call) => many.slice(10 * read(call, 'page', 0), 10 * read(call, 'page', 0) + 10),
      { kind: 'page', page_param: 'page', first_page: 0 },
    ],
    [
      'are found by an offset',
      (call) => many.slice(read(call, 'offset', 0), read(call, 'offset', 0) + 10),
      { kind: 'offset', offset_param: 'offset', limit_param: 'limit', limit: 10 },
    ],
    ['are not made up', () => many, { kind: 'single' }],
  ];
  test.each(cases)('%s, are shown, and can be set', async (_name, service, found) => {
    answer = (call) => ({ json: service(call) });
    expect(await idsOf(settings())).toEqual(many.map(({ id }) => id));
    const tryOut = (config: Record<string, unknown>) =>
      testSource(bench.services, bench.actor, { type: 'rest_api', config }, bench.signal);
    const { findings } = await tryOut(settings());
    expect(findings).toMatchObject([
      { setting: 'records_path', value: '', text: 'The answer is the list of rows.' },
      { setting: 'paginator', value: found },
      { setting: 'primary_key', others: [{ value: ['id'], text: '“id”' }] },
    ]);
    expect(await idsOf(settings({ paginator: findings?.[1]?.value }))).toEqual(many.map(({ id }) => id));
  });

  test('are refused where the service refuses the question', async () => {
    answer = ({ url }) => (url.search === '' ? { json: many } : { status: 400, json: {} });
    expect(await idsOf(settings())).toHaveLength(35);
  });
});

describe('lists within', () => {
  const projects = [{ id: 'a/1' }, { id: 2 }, { id: 3 }];
  const service = ({ url }: ServiceCall): ServiceReply => {
    const path = url.pathname.split('/').slice(2).map(decodeURIComponent);
    if (path.length === 1) return { json: { data: projects } };
    if (path[1] === '3') return { status: 404, json: {} };
    if (path.length === 3) {
      const from = Number(url.searchParams.get('from') ?? 0);
      const rows = [0, 1, 2].map((n) => ({ key: `${path[1]}-${n}`, name: `task ${n}` }));
      return { json: { tasks: rows.slice(from, from + 2), next: from === 0 ? '?from=2' : null } };
    }
    return { json: [{ note: `${path[1]}/${path[3]}` }] };
  };
  const nested = (more: object = {}) =>
    settings({
      path: 'projects',
      children: [
        { name: 'Tasks', path: 'projects/{id}/tasks' },
        { name: 'Notes', path: 'projects/{_parent_id}/tasks/{key}/notes', parent: 'Tasks' },
      ],
      ...more,
    });

  test('become tables that say to which row they belong', async () => {
    answer = service;
    const source = await bench.add('rest_api', nested());
    expect((await bench.sync(source.id)).sync.tables).toMatchObject([{ rows: 3 }, { rows: 6 }, { rows: 6 }]);
    expect(await bench.rows(source.id, '_parent_id, key, name', '__tasks')).toEqual(
      ['a/1', '2'].flatMap((id) =>
        [0, 1, 2].map((n) => ({ _parent_id: id, key: `${id}-${n}`, name: `task ${n}` })),
      ),
    );
    expect((await bench.rows(source.id, 'note', '__notes')).map((row) => row['note'])).toContain('a/1/a/1-0');
  });

  test('are told apart when they are wrong', async () => {
    answer = ({ url }) => (url.pathname === '/v1/projects' ? { json: projects } : { status: 404, json: {} });
    const source = await bench.add('rest_api', nested({ streams: ['records', 'Tasks'] }));
    await expect(bench.sync(source.id)).rejects.toMatchObject({ code: 'source_not_found' });
    answer = () => ({ json: [{ name: 'without a key' }] });
    await expect(bench.sync(source.id)).rejects.toMatchObject({ code: 'source_unexpected_answer' });
    for (const children of [
      [{ name: 'Tasks', path: 'tasks' }],
      [{ name: 'Tasks', path: 'x/{id}', parent: 'Nobody' }],
      [
        { name: 'Tasks', path: 'x/{id}' },
        { name: 'Tasks', path: 'y/{id}' },
      ],
    ]) {
      await expect(bench.add('rest_api', nested({ children }))).rejects.toMatchObject({
        code: 'source_config_invalid',
      });
    }
  });
});

describe('logging in', () => {
  const cases: readonly (readonly [string, object, (call: ServiceCall) => boolean])[] = [
    ['a token', { kind: 'bearer', token: 't0k' }, ({ headers }) => headers.authorization === 'Bearer t0k'],
    [
      'a key in a header',
      { kind: 'api_key', name: 'X-Key', key: 'k3y' },
      ({ headers }) => headers['x-key'] === 'k3y',
    ],
    [
      'a key in the address',
      { kind: 'api_key', name: 'key', key: 'k 3y', place: 'query' },
      ({ url }) => url.searchParams.get('key') === 'k 3y',
    ],
    [
      'a password',
      { kind: 'basic', username: 'u', password: 'p:w' },
      ({ headers }) => headers.authorization === `Basic ${btoa('u:p:w')}`,
    ],
  ];
  test.each(cases)('with %s', async (_name, auth, isRight) => {
    answer = (call) => (isRight(call) ? { json: all } : { status: 401, json: {} });
    const source = await bench.add('rest_api', settings({ auth }));
    expect((await bench.sync(source.id)).rows).toBe(7);
    expect(JSON.stringify(source.config)).not.toMatch(/t0k|k3y|k 3y|p:w/);
    answer = () => ({ status: 401, json: {} });
    const failure = await bench.sync(source.id).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'source_credentials_refused' });
    expect(String(failure)).not.toMatch(/t0k|k3y|k 3y|p:w/);
  });

  test('with client credentials', async () => {
    answer = ({ url, headers, body }) => {
      if (url.pathname !== '/token') {
        return headers.authorization === 'Bearer granted' ? { json: all } : { status: 401, json: {} };
      }
      const isRight =
        headers.authorization === `Basic ${btoa('me:s3')}` && body.includes('grant_type=client_credentials');
      return isRight
        ? { json: { access_token: 'granted' } }
        : { status: 400, json: { error: 'invalid_client' } };
    };
    const auth = { kind: 'oauth2', token_url: `${api.origin}/token`, client_id: 'me', client_secret: 's3' };
    expect(await idsOf(settings({ auth }))).toHaveLength(7);
    const config = settings({ auth: { ...auth, client_secret: 'no' } });
    expect(
      await testSource(bench.services, bench.actor, { type: 'rest_api', config }, bench.signal),
    ).toMatchObject({ ok: false, code: 'source_credentials_refused' });
  });
});

test('trying it shows the first rows; rows within rows become a table', async () => {
  answer = ({ url, headers }) => ({
    json: {
      people: [
        {
          id: 12_345_678,
          name: url.searchParams.get('q'),
          by: headers['x-app'],
          tags: ['a'],
          at: '2026-01-01T00:00:00Z',
        },
      ],
    },
  });
  const config = settings({ params: ['q=a=b'], headers: ['X-App: dalgo'], records_path: 'people' });
  const tried = await testSource(bench.services, bench.actor, { type: 'rest_api', config }, bench.signal);
  expect(tried).toMatchObject({
    ok: true,
    message: 'It can be read: 4 columns.',
    preview: { rows: [{ id: 12_345_678, name: 'a=b', by: 'dalgo', at: '2026-01-01T00:00:00Z' }] },
  });
  const open = { ...config, headers: ['Authorization: Token t0p'] };
  expect(
    await testSource(bench.services, bench.actor, { type: 'rest_api', config: open }, bench.signal),
  ).toMatchObject({
    ok: false,
    code: 'source_config_invalid',
  });
  const wrong = { ...config, records_path: 'nobody' };
  expect(
    await testSource(bench.services, bench.actor, { type: 'rest_api', config: wrong }, bench.signal),
  ).toMatchObject({
    ok: false,
    message: expect.stringContaining('no list at “nobody”') as unknown,
  });
});

test('only what is new or changed is asked for, and takes the place of what it was', async () => {
  const people = new Map([
    [1, { id: 1, updated_at: '2026-01-01', n: 'one' }],
    [2, { id: 2, updated_at: '2026-01-02', n: 'two' }],
  ]);
  answer = ({ url }) => {
    const since = url.searchParams.get('since') ?? '';
    return { json: [...people.values()].filter((person) => person.updated_at >= since) };
  };
  const source = await bench.add(
    'rest_api',
    settings({ primary_key: ['id'], incremental: { kind: 'cursor', field: 'updated_at', param: 'since' } }),
  );
  await bench.sync(source.id);
  people.set(1, { id: 1, updated_at: '2026-01-03', n: 'changed' });
  people.set(3, { id: 3, updated_at: '2026-01-02', n: 'late' });
  api.calls.length = 0;
  expect((await bench.sync(source.id)).sync.rows_synced).toBe(3);
  expect(api.calls[0]?.url.searchParams.get('since')).toBe('2026-01-02');
  expect(await bench.rows(source.id, 'id, n', '', 'id')).toEqual([
    { id: 1, n: 'changed' },
    { id: 2, n: 'two' },
    { id: 3, n: 'late' },
  ]);
  await expect(
    bench.add('rest_api', settings({ incremental: { kind: 'cursor', field: 'x', param: 'y' } })),
  ).rejects.toMatchObject({ code: 'source_config_invalid' });
});

test('integers arrive whole, and an answer that lies about itself changes nothing', async () => {
  answer = () => ({ text: '[{"id": 9007199254740993}, {"id": 123456789012345678901234}]' });
  const source = await bench.add('rest_api', settings());
  await bench.sync(source.id);
  expect(await bench.rows(source.id, 'id::text AS id')).toEqual([
    { id: '9007199254740993' },
    { id: '123456789012345678901234' },
  ]);
  answer = () => ({ text: '<html>Sign in</html>' });
  await expect(bench.sync(source.id)).rejects.toMatchObject({ code: 'source_unexpected_answer' });
  api.faults.push({ reset: true });
  answer = () => ({ status: 404, json: {} });
  await expect(bench.sync(source.id)).rejects.toMatchObject({ code: 'source_not_found' });
  expect(await bench.rows(source.id, 'id')).toHaveLength(2);
});
