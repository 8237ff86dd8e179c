import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  startSurveyctoServer,
  surveyctoTestAccount,
  type SurveyctoTestServer,
} from '#testing/surveycto-server';
import { testSource } from '../describe-source.ts';
import { openConnectorBench } from './testing/connector-bench.ts';

let surveycto: SurveyctoTestServer;
let bench: Awaited<ReturnType<typeof openConnectorBench>>;
const hour = 3_600_000;
const longAgo = new Date('2025-10-10T18:26:24Z');

beforeAll(async () => {
  surveycto = await startSurveyctoServer();
  bench = await openConnectorBench([surveycto.host], {
    servicePatience: { timeoutMs: 20_000, retryDelayMs: 1 },
  });
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await surveycto[Symbol.asyncDispose]();
});
beforeEach(() => {
  surveycto.calls.length = 0;
  surveycto.full = 0;
  surveycto.submissions.splice(
    0,
    Infinity,
    {
      KEY: 'uuid:1',
      completedAt: longAgo,
      answers: {
        age: '34',
        code: '007',
        acres: '2.5',
        born: 'Mar 1, 1990',
        photo: 'https://x.surveycto.com/api/v2/forms/household/submissions/uuid:1/attachments/a.jpg',
        children_count: '2',
        child_name_1: 'Om',
        child_age_1: '4',
        child_name_2: 'Ira',
        child_age_2: '',
        dose_1_1: '3',
        notes: '',
        q_1: 'one',
      },
    },
    {
      KEY: 'uuid:2',
      completedAt: new Date(Date.now() - hour),
      answers: {
        age: '51',
        code: '12',
        children_count: '0',
        child_name_1: '',
        child_age_1: '',
        notes: '',
        q_1: 'two',
      },
    },
  );
  surveycto.records.splice(
    0,
    Infinity,
    { id: 'c1', modifiedAt: '2026-01-01T00:00:00Z', name: 'Asha' },
    { id: 'c2', modifiedAt: '2026-01-02T00:00:00Z', name: 'Ravi' },
    { id: 'c3', modifiedAt: '2026-01-03T00:00:00Z', name: 'Mina' },
  );
});

const settings = (more: object = {}) => ({
  server: { kind: 'own', url: surveycto.origin },
  ...surveyctoTestAccount,
  ...more,
});
const tryOut = (config: Readonly<Record<string, unknown>>, preview?: string) =>
  testSource(bench.services, bench.actor, { type: 'surveycto', config, preview }, bench.signal);

test('a test lists forms and datasets, and tells password, host, form and encrypted forms apart', async () => {
  expect((await tryOut(settings())).streams).toEqual([
    { name: 'form:household', title: 'household', rows: null },
    { name: 'form:locked', title: 'locked', rows: null },
    { name: 'dataset:cases', title: 'Dataset: cases of the field', rows: 3 },
  ]);
  const says = async (more: object, preview?: string) => {
    const { ok, code, message } = await tryOut(settings(more), preview);
    return ok ? 'ok' : `${code}: ${message}`;
  };
  expect(await says({ password: 'wrong' })).toContain('source_credentials_refused');
  expect(await says({ server: { kind: 'cloud', name: 'no/such' } })).toContain('source_config_invalid');
  expect(await says({ server: { kind: 'own', url: 'https://no-such-host.dalgo.org' } })).toContain(
    'outbound_failed',
  );
  expect(await says({ server: { kind: 'own', url: 'http://127.0.0.1:1' } })).toContain('outbound_blocked');
  expect(await says({ streams: ['form:gone'] })).toContain('source_not_found');
  expect(await says({}, 'form:locked')).toContain('encrypted');
  // A role without a right to datasets still sees its forms.
  surveycto.faults.push({ json: { formIds: ['household'] } }, { status: 403, text: '' });
  expect((await tryOut(settings())).streams).toHaveLength(1);
});

test('a look at a form asks for what is recent only, and a load for everything, patiently', async () => {
  const looked = await tryOut(settings(), 'form:household');
  expect(looked.preview?.rows).toMatchObject([{ key: 'uuid:2', age: 51 }]);
  expect(surveycto.full).toBe(0);
  // Somebody else has just asked for everything.
  surveycto.full = 1;
  const source = await bench.add('surveycto', settings({ streams: ['form:household'] }));
  expect((await bench.sync(source.id)).rows).toBe(2);
  expect(surveycto.full).toBe(3);
});

test('a form becomes typed tables: numbers, moments in UTC, and repeats beside it', async () => {
  const source = await bench.add('surveycto', settings({ streams: ['form:household'] }));
  const { sync } = await bench.sync(source.id);
  expect(sync.tables.map((table) => [table.name.replace(`source_${source.id}`, ''), table.rows])).toEqual([
    ['', 2],
    ['__children', 2],
  ]);
  const columns = 'key, age, code, acres, born, photo, children_count, q_1, deviceid, completion_date';
  expect(await bench.rows(source.id, columns, '', 'key')).toEqual([
    {
      key: 'uuid:1',
      age: 34,
      code: '007',
      acres: 2.5,
      born: '1990-03-01',
      photo: 'https://x.surveycto.com/api/v2/forms/household/submissions/uuid:1/attachments/a.jpg',
      children_count: 2,
      q_1: 'one',
      deviceid: '99000211023220',
      completion_date: '2025-10-10T18:26:24Z',
    },
    expect.objectContaining({ key: 'uuid:2', age: 51, code: '12', acres: null }),
  ]);
  expect(await bench.rows(source.id, 'child_name, child_age', '__children')).toEqual([
    { child_name: 'Om', child_age: 4 },
    { child_name: 'Ira', child_age: null },
  ]);
  const wide = await bench.add('surveycto', settings({ streams: ['form:household'], repeats: 'wide' }));
  await bench.sync(wide.id);
  expect(await bench.rows(wide.id, 'child_name_1, child_age_1, child_name_2, q_1', '', 'key')).toMatchObject([
    { child_name_1: 'Om', child_age_1: 4, child_name_2: 'Ira', q_1: 'one' },
    { child_name_1: null },
  ]);
});

test('what was completed since is all that a further sync asks for, and everything comes once a day', async () => {
  const source = await bench.add('surveycto', settings({ streams: ['form:household', 'dataset:cases'] }));
  expect((await bench.sync(source.id)).rows).toBe(5);
  expect(surveycto.full).toBe(1);
  surveycto.submissions.push({ KEY: 'uuid:3', completedAt: new Date(), answers: { age: '20' } });
  surveycto.records.push({ id: 'c4', modifiedAt: '2026-01-04T00:00:00Z', name: 'Om' });
  // Those at the edge are read again.
  expect((await bench.sync(source.id)).rows).toBe(4);
  expect(surveycto.full).toBe(1);
  expect(await bench.rows(source.id, 'key', '', 'key')).toHaveLength(3);
});
