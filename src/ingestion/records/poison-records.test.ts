import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakeService, type ServiceReply, startFakeService } from '#testing/fake-service';
import { testSource } from '../describe-source.ts';
import { openConnectorBench } from './testing/connector-bench.ts';

let api: FakeService;
let bench: Awaited<ReturnType<typeof openConnectorBench>>;
let reply: ServiceReply;

beforeAll(async () => {
  api = await startFakeService(() => reply);
  bench = await openConnectorBench([api.host], { servicePatience: { timeoutMs: 20_000, retryDelayMs: 1 } });
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const add = (more: object = {}) =>
  bench.add('rest_api', { base_url: `${api.origin}/people`, primary_key: ['id'], ...more });

test.each(['', '12345678901234567890'])(
  'one bad record of a page is put aside, and the others are loaded %s',
  async (long) => {
    reply = {
      text: `[{"id": 1, "t": "nul \\u0000", "h": "\\ud800", "long": ${long || 1}},
      {"id": 2, "t": "deep", "deep": ${deep(10_000)}}, {"id": 3, "t": "old"}, {"id": 3, "t": "new"}, {"t": "no id"}]`,
    };
    const source = await add();
    const { sync } = await bench.sync(source.id);
    expect(sync.rows_rejected).toBe(1);
    const looked = await testSource(
      bench.services,
      bench.actor,
      { type: 'rest_api', config: { base_url: `${api.origin}/people` }, preview: 'records' },
      bench.signal,
    );
    expect(looked).toMatchObject({ ok: true, preview: { rows: expect.any(Array) as unknown } });
    expect(await bench.rows(source.id, 'id, t, h', '', 'id NULLS LAST')).toEqual([
      { id: 1, t: 'nul \u2400', h: '\ufffd' },
      { id: 3, t: 'new', h: null },
      { id: null, t: 'no id', h: null },
    ]);
  },
);

test('a record of 5,000 keys becomes linked tables in which every value is', async () => {
  reply = {
    text: JSON.stringify([
      Object.fromEntries([['id', 1], ...Array.from({ length: 5_000 }, (_, at) => [`k${at}`, at])]),
    ]),
  };
  const source = await add();
  const { sync } = await bench.sync(source.id);
  expect(sync.tables.map(({ rows }) => rows)).toEqual(sync.tables.map(() => 1));
  const parts = sync.tables.map(({ name }) => name.replace(`source_${source.id}`, ''));
  const read = await Promise.all(parts.map((part) => bench.rows(source.id, '*', part)));
  expect(Object.keys(Object.assign({}, ...read.flat())).filter((name) => /^k\d+$/.test(name))).toHaveLength(
    5_000,
  );
});
