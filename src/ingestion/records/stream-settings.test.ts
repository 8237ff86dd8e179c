import { afterAll, beforeAll, expect, test } from 'vitest';
import { streamSettings } from '#contracts/streams';
import { type FakeService, startFakeService } from '#testing/fake-service';
import { listSchemaChanges } from '../record-changes.ts';
import { decideSchemaReview, listSchemaReviews } from './review-schema.ts';
import { getStreamSettings, resetStream, setStreamSettings } from './stream-settings.ts';
import { openConnectorBench } from './testing/connector-bench.ts';

let api: FakeService;
let bench: Awaited<ReturnType<typeof openConnectorBench>>;
let records: readonly object[] = [];
/** What the service was asked to continue from, load by load. */
const asked: (string | null)[] = [];

beforeAll(async () => {
  api = await startFakeService((call) => {
    const since = call.url.searchParams.get('since');
    asked.push(since);
    const from = Number(since ?? 0);
    return { json: records.filter((record) => !('at' in record) || Number(record.at) >= from) };
  });
  bench = await openConnectorBench([api.host]);
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

const config = (more: object = {}) => ({
  base_url: api.origin,
  path: 'people',
  paginator: { kind: 'single' },
  ...more,
});
const following = () =>
  config({ primary_key: ['id'], incremental: { kind: 'cursor', field: 'at', param: 'since' } });

async function addLoaded(settings: Readonly<Record<string, unknown>>, first: readonly object[]) {
  records = first;
  const { id } = await bench.add('rest_api', settings);
  await bench.sync(id);
  asked.length = 0;
  const stream = (await getStreamSettings(bench.services, bench.actor, id)).items[0]?.stream ?? '';
  return { id, stream };
}

const set = (id: string, some: Parameters<typeof streamSettings.parse>[0], stream: string | null = null) =>
  setStreamSettings(bench.services, bench.actor, id, { stream, settings: streamSettings.parse(some) });

test('settings hold for the source, or for one stream of it, and can be taken back', async () => {
  const { id, stream } = await addLoaded(config(), [{ id: 1 }]);
  expect(await getStreamSettings(bench.services, bench.actor, id)).toMatchObject({
    defaults: { write_disposition: 'auto', contract: { columns: 'evolve' } },
    items: [{ stream, has_own_settings: false, waiting_for: null, tables: [{ rows: 1, continues: null }] }],
  });
  await set(id, { write_disposition: 'append' });
  const own = await set(id, { write_disposition: 'replace' }, stream);
  expect(own).toMatchObject({
    defaults: { write_disposition: 'append' },
    items: [{ has_own_settings: true, settings: { write_disposition: 'replace' } }],
  });
  await bench.sync(id);
  expect(await bench.rows(id, 'id')).toEqual([{ id: 1 }]);
  await setStreamSettings(bench.services, bench.actor, id, { stream, settings: null });
  await bench.sync(id);
  expect(await bench.rows(id, 'id')).toEqual([{ id: 1 }, { id: 1 }]);
  await expect(set(id, { write_disposition: 'append', cursor: { lag: 5 } })).rejects.toMatchObject({
    code: 'invalid_input',
  });
});

test('a breaking change waits with the old rows; approved, the next load brings it; refused, it stays out', async () => {
  const { id } = await addLoaded(config(), [{ id: 1, age: 30 }]);
  await set(id, { review: 'breaking' });
  records = [{ id: 1, age: 'thirty' }];
  await expect(bench.sync(id)).rejects.toMatchObject({ code: 'schema_review_needed' });
  // The same change is one review, however often it comes.
  await expect(bench.sync(id)).rejects.toMatchObject({ code: 'schema_review_needed' });
  expect(await bench.rows(id, 'age')).toEqual([{ age: 30 }]);
  const { items } = await listSchemaReviews(bench.services, bench.actor, id, { limit: 10 });
  expect(items).toMatchObject([
    { status: 'pending', changes: [{ kind: 'type_changed', column: 'age', from: 'integer', to: 'text' }] },
  ]);
  const key = { id, review_id: items[0]?.id ?? '' };
  const decide = (decision: 'approve' | 'refuse') =>
    decideSchemaReview(bench.services, bench.actor, key, decision);
  expect(await decide('refuse')).toMatchObject({ status: 'refused' });
  await expect(bench.sync(id)).rejects.toMatchObject({ code: 'schema_review_needed' });
  expect(await decide('approve')).toMatchObject({ status: 'approved' });
  await bench.sync(id);
  expect(await bench.rows(id, 'age')).toEqual([{ age: 'thirty' }]);
  const changes = await listSchemaChanges(bench.services, bench.actor, id, { limit: 10 });
  expect(changes.items).toMatchObject([{ kind: 'type_changed', column: 'age', from: 'integer', to: 'text' }]);
});

test('a backfill updates what is there, a reset replaces it, and each happens once', async () => {
  const { id, stream } = await addLoaded(following(), [
    { id: 1, at: 1, v: 'a' },
    { id: 2, at: 2, v: 'a' },
  ]);
  const values = async () =>
    (await bench.rows(id, 'id, v', '', 'id')).map((row) => `${String(row['id'])}${String(row['v'])}`);
  // Row 1 is gone at the service, row 2 was changed without a newer time.
  records = [{ id: 2, at: 2, v: 'b' }];
  await resetStream(bench.services, bench.actor, id, { stream, mode: 'backfill' });
  expect(await getStreamSettings(bench.services, bench.actor, id)).toMatchObject({
    items: [{ waiting_for: 'backfill', continues_from: '2' }],
  });
  await bench.sync(id);
  expect(await values()).toEqual(['1a', '2b']);
  await resetStream(bench.services, bench.actor, id, { stream, mode: 'reset' });
  await bench.sync(id);
  expect(await values()).toEqual(['2b']);
  await bench.sync(id);
  expect(asked).toEqual([null, null, '2']);
});

test('a lag asks for more, and rows that are added are not doubled by what is asked for again', async () => {
  const { id } = await addLoaded(following(), [{ id: 1, at: 10 }]);
  await set(id, { cursor: { lag: 4 } });
  records = [...records, { id: 2, at: 7 }, { id: 3, at: 12 }];
  await bench.sync(id);
  expect(asked).toEqual(['6']);
  expect(await bench.rows(id, 'id', '', 'id')).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
  await set(id, { write_disposition: 'append' });
  records = [...records, { id: 4, at: 12 }];
  await bench.sync(id);
  await bench.sync(id);
  expect(await bench.rows(id, 'id', '', 'id')).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }]);
  const { items } = await getStreamSettings(bench.services, bench.actor, id);
  await expect(
    resetStream(bench.services, bench.actor, id, { stream: items[0]?.stream ?? '', mode: 'backfill' }),
  ).rejects.toMatchObject({ code: 'invalid_input' });
});
