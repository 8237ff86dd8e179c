import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StreamSettings } from '#contracts/streams';
import { openRecordBench, type RecordBench, settings } from './testing/record-bench.ts';

let bench: RecordBench;
beforeAll(async () => {
  bench = await openRecordBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

interface Person {
  readonly id: number;
  readonly v: number;
  readonly tags: readonly string[];
  readonly gone?: boolean | undefined;
}

const person = fc.record({
  id: fc.integer({ min: 1, max: 5 }),
  v: fc.integer({ min: 0, max: 2 }),
  tags: fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 }),
  gone: fc.option(fc.constant(true), { nil: undefined, freq: 5 }),
});
const loads = fc.array(fc.array(person, { maxLength: 6 }), { minLength: 2, maxLength: 3 });
/** `id v tags`, the shape in which table and model are compared. */
const shown = ({ id, v, tags }: Person) => `${id} ${v} ${tags.join('')}`;
const lastOfEach = (people: readonly Person[]) => [...new Map(people.map((one) => [one.id, one])).values()];

/** What people see after the loads, by the words of each strategy and not by its SQL. */
type Model = (loads: readonly (readonly Person[])[]) => string[];
const newest: Model = (all) => {
  const table = new Map<number, Person>();
  for (const load of all) {
    for (const one of lastOfEach(load)) {
      table.delete(one.id);
      if (one.gone !== true) table.set(one.id, one);
    }
  }
  return [...table.values()].map(shown);
};
const models: Readonly<Record<string, Model>> = {
  'delete-insert': newest,
  upsert: newest,
  'insert-only': (all) => {
    const table = new Map<number, Person>();
    for (const load of all) {
      for (const one of lastOfEach(load)) if (one.gone !== true && !table.has(one.id)) table.set(one.id, one);
    }
    return [...table.values()].map(shown);
  },
  append: (all) => all.flatMap((load) => load.filter((one) => one.gone !== true).map(shown)),
  scd2: (all) => {
    const versions: { text: string; isOpen: boolean }[] = [];
    for (const load of all) {
      const now = lastOfEach(load).filter((one) => one.gone !== true);
      const texts = new Set(now.map(shown));
      for (const version of versions) if (!texts.has(version.text)) version.isOpen = false;
      for (const text of texts) {
        if (!versions.some((version) => version.isOpen && version.text === text))
          versions.push({ text, isOpen: true });
      }
    }
    return versions.map(({ text, isOpen }) => `${text} ${isOpen ? 'open' : 'ended'}`);
  },
};

async function tableOf(source: ReturnType<RecordBench['newSource']>, hasVersions: boolean) {
  const { rows } = await bench.warehouse.read(
    `SELECT p.id, p.v, coalesce((SELECT string_agg(value, '' ORDER BY "_dlt_list_idx") FROM "${source.mainTable}__tags" c WHERE c."_dlt_parent_id" = p."_dlt_id"), '') AS tags
     ${hasVersions ? `, CASE WHEN "_dlt_valid_to" IS NULL THEN 'open' ELSE 'ended' END AS state` : ''} FROM "${source.mainTable}" p`,
  );
  return rows.map((row) =>
    [row['id'], row['v'], row['tags'], ...(hasVersions ? [row['state']] : [])].map(String).join(' '),
  );
}

/** Rows of lists that hang on nothing. */
async function orphans({ mainTable }: ReturnType<RecordBench['newSource']>): Promise<unknown> {
  const { rows } = await bench.warehouse.read(
    `SELECT count(*) AS n FROM "${mainTable}__tags" c WHERE NOT EXISTS (SELECT FROM "${mainTable}" p WHERE p."_dlt_id" = c."_dlt_parent_id")`,
  );
  return rows[0]?.['n'];
}

const fields = [
  { path: ['id'] },
  { path: ['v'] },
  { path: ['gone'], type: 'boolean' },
  { path: ['tags'], isList: true },
  { path: ['tags', 'value'] },
] as const;

test.each(Object.keys(models))('%s leaves what its words say, whatever comes', async (method) => {
  const wish: StreamSettings =
    method === 'append'
      ? settings({ write_disposition: 'append', hard_delete: 'gone' })
      : settings({
          write_disposition: 'merge',
          merge_strategy: method as StreamSettings['merge_strategy'], // of the keys above
          primary_key: ['id'],
          hard_delete: 'gone',
        });
  await fc.assert(
    fc.asyncProperty(loads, async (all) => {
      const source = bench.newSource();
      for (const load of all) await source.load(load, { fields }, { settingsOf: () => wish });
      const expected = (models[method] ?? (() => []))(all);
      expect((await tableOf(source, method === 'scd2')).toSorted()).toEqual(expected.toSorted());
      expect(await orphans(source)).toBe(0);
    }),
    { numRuns: 5 },
  );
});

test('an update keeps the id of its row, a version its hash and its times', async () => {
  const upsert = {
    settingsOf: () => settings({ write_disposition: 'merge', merge_strategy: 'upsert', primary_key: ['id'] }),
  };
  const one = bench.newSource();
  await one.load(
    [
      { id: 1, v: 1 },
      { id: 2, v: 1 },
    ],
    {},
    upsert,
  );
  const before = await one.rows('"_dlt_id", id', '', 'id');
  await one.load([{ id: 2, v: 2, late: 'x' }], {}, { ...upsert, loadId: '2.5' });
  expect(await one.rows('"_dlt_id", id', '', 'id')).toEqual(before);
  expect(await one.rows('id, v, late, "_dlt_load_id"', '', 'id')).toEqual([
    { id: 1, v: 1, late: null, _dlt_load_id: '1.5' },
    { id: 2, v: 2, late: 'x', _dlt_load_id: '2.5' },
  ]);

  const versions = { settingsOf: () => settings({ write_disposition: 'merge', merge_strategy: 'scd2' }) };
  const two = bench.newSource();
  let now = Date.UTC(2026, 0, 1);
  const clock = { now: () => now };
  const loaded = await two.load(
    [
      { id: 1, v: 'a' },
      { id: 2, v: 'x' },
    ],
    {},
    { ...versions, clock },
  );
  expect(loaded.tables[0]?.columns.map(({ name }) => name)).toEqual([
    'id',
    'v',
    '_dlt_valid_from',
    '_dlt_valid_to',
  ]);
  now = Date.UTC(2026, 0, 2);
  await two.load(
    [
      { id: 1, v: 'b' },
      { id: 2, v: 'x' },
    ],
    {},
    { ...versions, clock },
  );
  now = Date.UTC(2026, 0, 3);
  await two.load([{ id: 1, v: 'b' }], {}, { ...versions, clock });
  const day = (column: string) => `to_char("${column}" AT TIME ZONE 'UTC', 'DD') AS "${column}"`;
  expect(
    await two.rows(`id, v, ${day('_dlt_valid_from')}, ${day('_dlt_valid_to')}`, '', 'id, "_dlt_valid_from"'),
  ).toEqual([
    { id: 1, v: 'a', _dlt_valid_from: '01', _dlt_valid_to: '02' },
    { id: 1, v: 'b', _dlt_valid_from: '02', _dlt_valid_to: null },
    { id: 2, v: 'x', _dlt_valid_from: '01', _dlt_valid_to: '03' },
  ]);
});

test('a part of the rows ends no version of a key that did not come', async () => {
  const wish = settings({ write_disposition: 'merge', merge_strategy: 'scd2', primary_key: ['id'] });
  const source = bench.newSource();
  const part = { disposition: 'merge' as const, nextState: () => ({ cursor: 1 }) };
  await source.load(
    [
      { id: 1, v: 1 },
      { id: 2, v: 1 },
    ],
    part,
    { settingsOf: () => wish },
  );
  await source.load([{ id: 2, v: 2 }], part, { settingsOf: () => wish });
  await source.load([], part, { settingsOf: () => wish });
  expect(await source.rows('id, v, "_dlt_valid_to" IS NULL AS open', '', 'id, v')).toEqual([
    { id: 1, v: 1, open: true },
    { id: 2, v: 1, open: false },
    { id: 2, v: 2, open: true },
  ]);
});

test('of records with one key the first by the chosen order stays; a merge key replaces a whole group', async () => {
  const source = bench.newSource();
  const wish = settings({
    write_disposition: 'merge',
    primary_key: ['id'],
    merge_key: ['month'],
    dedup_sort: { field: 'at', order: 'desc' },
  });
  await source.load(
    [
      { id: 1, month: 'jan', at: 1 },
      { id: 2, month: 'jan', at: 1 },
      { id: 3, month: 'feb', at: 1 },
    ],
    {},
    { settingsOf: () => wish },
  );
  const loaded = await source.load(
    [
      { id: 4, month: 'jan', at: 9 },
      { id: 4, month: 'jan', at: 5 },
    ],
    {},
    { settingsOf: () => wish },
  );
  expect(loaded.warnings.map(({ code }) => code)).toEqual(['duplicates_dropped']);
  expect(await source.rows('id, at', '', 'id')).toEqual([
    { id: 3, at: 1 },
    { id: 4, at: 9 },
  ]);
});

test('merging without a key is refused before anything is written', async () => {
  const source = bench.newSource();
  await expect(
    source.load([{ id: 1 }], {}, { settingsOf: () => settings({ write_disposition: 'merge' }) }),
  ).rejects.toMatchObject({ code: 'primary_key_missing' });
  // A record that cannot be told from others is put aside, the rest is loaded.
  const rejected: unknown[] = [];
  const upsert = settings({ write_disposition: 'merge', merge_strategy: 'upsert', primary_key: ['id'] });
  const loaded = await source.load(
    [{ id: 1 }, { v: 2 }],
    {},
    { settingsOf: () => upsert, onRejected: async (rows) => void rejected.push(...rows) },
  );
  expect([loaded.rows, loaded.rejected, rejected.length]).toEqual([1, 1, 1]);
});

test('rows with versions and rows without do not become each other: the change loads all anew', async () => {
  const source = bench.newSource();
  const states: unknown[] = [];
  const load = (wish: Parameters<typeof settings>[0], records: readonly unknown[]) =>
    source.load(
      records,
      {},
      {
        settingsOf: () => settings(wish),
        open: async (_stream, state) => {
          states.push(state);
          return {
            kind: 'records',
            disposition: 'merge',
            primaryKey: ['id'],
            batches: (async function* () {
              yield records as never;
            })(),
            nextState: () => ({ cursor: 5 }),
          };
        },
      },
    );
  await load({}, [{ id: 1, v: 1 }]);
  await load({ merge_strategy: 'scd2' }, [{ id: 1, v: 2 }]);
  await load({ merge_strategy: 'scd2' }, [{ id: 1, v: 3 }]);
  expect(await source.rows('v', '', 'v')).toEqual([{ v: 2 }, { v: 3 }]);
  await load({}, [{ id: 1, v: 4 }]);
  expect(await source.rows('v', '', 'v')).toEqual([{ v: 4 }]);
  expect(states).toEqual([undefined, undefined, { cursor: 5 }, undefined]);
});
