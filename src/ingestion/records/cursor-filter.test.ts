import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compareCursors,
  CursorFilter,
  type CursorMemory,
  type CursorOptions,
  shiftBack,
} from './cursor-filter.ts';

const options: CursorOptions = {
  field: 'at',
  onMissing: 'fail',
  primaryKey: ['id'],
  skipsOlder: true,
  knowsBoundary: true,
};

function load(
  records: readonly Record<string, unknown>[],
  memory: CursorMemory | undefined,
  some: Partial<CursorOptions> = {},
) {
  const filter = new CursorFilter({ ...options, ...some }, memory);
  const taken = records.filter((record) => filter.takes(record));
  return { taken, memory: filter.memory() };
}

test('a service that is asked for its last value again loses no row and doubles none', () => {
  // Rows arrive over time with cursors that never go back but often stand still, as times of one second do.
  fc.assert(
    fc.property(
      fc.array(fc.record({ step: fc.integer({ min: 0, max: 1 }), isSeen: fc.boolean() }), { maxLength: 40 }),
      fc.boolean(),
      (arrivals, hasKey) => {
        let at = 0;
        const all: Record<string, unknown>[] = [];
        const loaded: unknown[] = [];
        let memory: CursorMemory | undefined;
        const sync = () => {
          // The service answers inclusively, from the last value on.
          const from = memory?.last;
          const answer = all.filter((row) => from === undefined || Number(row['at']) >= Number(from));
          const result = load(answer, memory, hasKey ? {} : { primaryKey: undefined });
          loaded.push(...result.taken.map((row) => row['id']));
          memory = result.memory;
        };
        for (const { step, isSeen } of arrivals) {
          at += step;
          all.push({ id: all.length, at });
          if (isSeen) sync();
        }
        sync();
        sync();
        expect(loaded).toEqual(all.map((row) => row['id']));
      },
    ),
  );
});

test('with a lag what lies within it comes again, and nothing from before the beginning', () => {
  const memory = load([{ id: 1, at: '2026-03-10' }], undefined).memory;
  const rows = [
    { id: 2, at: '2026-03-06' },
    { id: 3, at: '2026-03-08' },
    { id: 1, at: '2026-03-10' },
  ];
  expect(load(rows, memory, { lag: 2 }).taken.map(({ id }) => id)).toEqual([3, 1]);
  expect(load(rows, memory, { lag: 9, initialValue: '2026-03-07' }).taken.map(({ id }) => id)).toEqual([
    3, 1,
  ]);
  expect(load(rows, undefined, { initialValue: '2026-03-08' }).taken.map(({ id }) => id)).toEqual([3, 1]);
  // Reading the past again does not set the cursor back.
  expect(load(rows, memory, { lag: 9 }).memory.last).toBe('2026-03-10');
});

test('a record without a value fails, or comes in, or stays out', () => {
  expect(() => load([{ id: 1 }], undefined)).toThrow(
    expect.objectContaining({ code: 'cursor_value_missing' }),
  );
  expect(load([{ id: 1, at: null }], undefined, { onMissing: 'include' }).taken).toHaveLength(1);
  expect(load([{ id: 1, at: '' }], undefined, { onMissing: 'exclude' }).taken).toHaveLength(0);
});

test('another field is another cursor; a nested field is found', () => {
  const memory = load([{ id: 1, at: 5 }], undefined).memory;
  expect(load([{ id: 2, meta: { seen: 1 } }], memory, { field: 'meta.seen' }).taken).toHaveLength(1);
});

test.each([
  [2, 10, -1],
  ['2', '10', -1],
  ['2026-01-01', '2025-12-31', 1],
  ['2026-01-01T00:00:00Z', '2026-01-01T05:30:00+05:30', 0],
  ['2026-01-01T00:00:00.000001Z', '2026-01-01T05:30:00+05:30', 1],
  ['b', 'a', 1],
  ['99999999999999999999', '100000000000000000000', -1],
])('%j against %j is %i', (left, right, expected) => {
  expect(Math.sign(compareCursors(left, right))).toBe(expected);
});

test.each([
  [100, 5, 95],
  ['100', 5, '95'],
  ['2026-03-01', 1, '2026-02-28'],
  ['2026-03-01T00:00:00Z', 60, '2026-02-28T23:59:00.000Z'],
  ['2026-03-01 00:00:30', 60, '2026-02-28 23:59:30.000'],
  ['2026-03-01 05:30:00+05:30', 0, '2026-03-01 05:30:00+05:30'],
  ['abc', 5, 'abc'],
])('%j set back by %i is %j', (value, lag, expected) => {
  expect(shiftBack(value, lag)).toBe(expected);
});
