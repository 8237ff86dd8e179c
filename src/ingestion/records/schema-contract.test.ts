import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RejectedRow } from '#contracts/sources';
import type { RecordedChange } from '#contracts/streams';
import { changeKey } from './stream-changes.ts';
import { openRecordBench, type RecordBench, settings } from './testing/record-bench.ts';

let bench: RecordBench;
beforeAll(async () => {
  bench = await openRecordBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

type Wish = Parameters<typeof settings>[0];

/** A source that was loaded once, with a field of every kind that the tests break. */
async function loadedSource(wish: Wish) {
  const source = bench.newSource();
  const rejected: RejectedRow[] = [];
  const asked: RecordedChange[] = [];
  const load = (records: readonly unknown[], options: Parameters<typeof source.load>[2] = {}) =>
    source.load(
      records,
      {},
      {
        settingsOf: () => settings(wish),
        onRejected: async (rows) => void rejected.push(...rows),
        onReview: async (changes) => void asked.push(...changes),
        ...options,
      },
    );
  await load([{ id: 1, age: 30, tags: [{ t: 1 }] }]);
  return { ...source, load, rejected, asked };
}

const shape = (change: RecordedChange) => [change.kind, change.column, change.from, change.to].join(' ');

test('evolve: everything is taken, columns widen, and every change is told', async () => {
  const source = await loadedSource({});
  const loaded = await source.load([
    { id: 1, age: 30.5, city: 'Pune', tags: [{ t: 1, u: 2 }], visits: [{ on: '2026-01-01' }] },
    { id: 2, age: 'old', tags: [] },
  ]);
  expect(loaded.changes.map(shape).toSorted()).toEqual([
    'column_added city  text',
    'column_added u  integer',
    'table_added   ',
    'type_changed age integer text',
  ]);
  expect(await source.rows('id, age, city', '', 'id')).toEqual([
    { id: 1, age: '30.5', city: 'Pune' },
    { id: 2, age: 'old', city: null },
  ]);
});

test('discard_value: the value is left out, the row is loaded, and the load says how many', async () => {
  const source = await loadedSource({
    contract: { tables: 'discard_value', columns: 'discard_value', data_type: 'discard_value' },
  });
  const loaded = await source.load([
    { id: 1, age: 'old', city: 'Pune', tags: [{ t: 'x', u: 2 }], visits: [{ on: 1 }] },
    // A number that is written as text fits.
    { id: 2, age: '31', city: 'Goa', tags: [{ t: 2 }] },
  ]);
  expect(loaded.changes).toEqual([]);
  expect(loaded.rejected).toBe(0);
  expect(await source.rows('id, age', '', 'id')).toEqual([
    { id: 1, age: null },
    { id: 2, age: 31 },
  ]);
  expect(await source.rows('t', '__tags', 't')).toEqual([{ t: 2 }, { t: null }]);
  expect(loaded.warnings.map(({ message }) => message)).toEqual([
    '1 value of “age” was left out: row 1 has “old”, which is no integer, and the column keeps its type.',
    '“city” is new and was left out, with 2 values: “People” takes no new fields.',
    '“visits” is new and was left out, with 1 value: “People” takes no new fields.',
    '1 value of “t” was left out: row 1 has “x”, which is no integer, and the column keeps its type.',
    '“u” is new and was left out, with 1 value: “tags” takes no new fields.',
  ]);
});

test('discard_row: the row is put aside with its reason; one of a list does not take its parent along', async () => {
  const source = await loadedSource({ contract: { columns: 'discard_row', data_type: 'discard_row' } });
  const loaded = await source.load([
    { id: 1, age: 'old', tags: [{ t: 9 }] },
    { id: 2, age: 31, city: 'Goa' },
    { id: 3, age: 32, tags: [{ t: 'x' }, { t: 5 }] },
  ]);
  expect([loaded.rows, loaded.rejected]).toEqual([1, 2]);
  expect(await source.rows('id, age')).toEqual([{ id: 3, age: 32 }]);
  expect(await source.rows('t', '__tags')).toEqual([{ t: 5 }]);
  expect(source.rejected.map(({ line, column, value, reason }) => [line, column, value, reason])).toEqual([
    [1, 'age', 'old', 'This is no integer, and the column keeps its type.'],
    [2, 'city', 'Goa', '“city” is new, and this table takes no new fields.'],
    [3, 't', 'x', 'This is no integer, and the column keeps its type. The row of “tags” is left out.'],
  ]);
});

test('freeze: nothing is loaded until a person agrees to every change, then it is', async () => {
  const source = await loadedSource({
    contract: { tables: 'freeze', columns: 'freeze', data_type: 'freeze' },
  });
  const records = [{ id: 7, age: 'old', city: 'Pune', tags: [{ t: 1 }], visits: [{ on: 1 }] }];
  await expect(source.load(records)).rejects.toMatchObject({
    code: 'schema_review_needed',
    message: expect.stringContaining('and 2 more'),
  });
  expect(await source.rows('id, age')).toEqual([{ id: 1, age: 30 }]);
  expect(source.asked.map(shape)).toEqual([
    'type_changed age integer text',
    'column_added city  text',
    'table_added   ',
  ]);
  const some = new Set(source.asked.slice(1).map(changeKey));
  await expect(source.load(records, { approved: some })).rejects.toMatchObject({
    code: 'schema_review_needed',
  });
  await source.load(records, { approved: new Set(source.asked.map(changeKey)) });
  expect(await source.rows('id, age, city')).toEqual([{ id: 7, age: 'old', city: 'Pune' }]);
  // What was agreed to is part of the table now; a narrower value is no change.
  await source.load([{ id: 8, age: 12, city: 'Goa' }]);
  expect(await source.rows('id, age')).toEqual([{ id: 8, age: '12' }]);
});

test('review: a column that goes or changes its type waits, a new one does not', async () => {
  const source = await loadedSource({ review: 'breaking' });
  await source.load([{ id: 1, age: 3, city: 'Goa' }]);
  await expect(source.load([{ id: 1, age: 3.5 }])).rejects.toMatchObject({ code: 'schema_review_needed' });
  const fixed = { fields: [{ path: ['id'] }, { path: ['age'] }], hasFixedFields: true } as const;
  await expect(
    source.load([], {
      open: async () => ({
        kind: 'records',
        disposition: 'replace',
        batches: (async function* () {
          yield [{ id: 1, age: 3 }];
        })(),
        ...fixed,
      }),
    }),
  ).rejects.toMatchObject({ code: 'schema_review_needed' });
  expect(source.asked.map(shape)).toEqual(['type_changed age integer decimal', 'column_removed city text ']);
});

test('variant: a misfit goes to a column beside its own, named as dlt names it', async () => {
  const source = await loadedSource({ on_type_conflict: 'variant' });
  const loaded = await source.load([
    { id: 1, age: 30, tags: [] },
    { id: 2, age: 'old' },
    { id: 3, age: true },
    { id: 4, age: 1.5 },
  ]);
  expect(loaded.changes.map(shape)).toEqual([
    'column_added age__v_text  text',
    'column_added age__v_bool  boolean',
    'column_added age__v_decimal  decimal',
  ]);
  expect(await source.rows('id, age, age__v_text, age__v_bool, age__v_decimal', '', 'id')).toEqual([
    { id: 1, age: 30, age__v_text: null, age__v_bool: null, age__v_decimal: null },
    { id: 2, age: null, age__v_text: 'old', age__v_bool: null, age__v_decimal: null },
    { id: 3, age: null, age__v_text: null, age__v_bool: true, age__v_decimal: null },
    { id: 4, age: null, age__v_text: null, age__v_bool: null, age__v_decimal: 1.5 },
  ]);
  // The next load knows them all.
  expect((await source.load([{ id: 5, age: 'old' }])).changes).toEqual([]);
});
