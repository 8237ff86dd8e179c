import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SyncProgress } from '#contracts/sources';
import type { SourceRecord } from '#sources';
import { openRecordBench, type RecordBench } from './testing/record-bench.ts';

let bench: RecordBench;
beforeAll(async () => {
  bench = await openRecordBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const record = (id: number): SourceRecord => ({ id, text: 'x'.repeat(200), list: [{ n: id }, { n: -id }] });

async function* endless() {
  for (let id = 0; ; id += 100) {
    yield Array.from({ length: 100 }, (_, index) => record(id + index));
    await sleep(1);
  }
}

/** Loads until a phase, is cancelled there, and says how long the end took, in milliseconds. */
async function cancelIn(phase: SyncProgress['phase'], batches: AsyncIterable<readonly SourceRecord[]>) {
  const source = bench.newSource();
  await source.load([record(1)]);
  const stop = new AbortController();
  let cancelledAt = Number.NaN;
  const loading = source.load(
    [],
    {},
    {
      open: async () => ({ kind: 'records', disposition: 'replace', batches }),
      signal: stop.signal,
      onProgress: (progress) => {
        if (progress.phase !== phase || progress.rows_done === 0 || stop.signal.aborted) return;
        cancelledAt = performance.now();
        stop.abort();
      },
    },
  );
  await expect(loading).rejects.toThrow(/abort|cancel/i);
  const took = performance.now() - cancelledAt;
  expect(await source.rows('id')).toEqual([{ id: 1 }]);
  return took;
}

test.each(['reading', 'loading'] as const)(
  'a load that is cancelled while %s ends within 2 s and leaves the old rows',
  async (phase) => {
    const some = async function* () {
      for (let batch = 0; batch < 50; batch += 1) {
        yield Array.from({ length: 400 }, (_, index) => record(batch * 400 + index));
      }
    };
    expect(await cancelIn(phase, phase === 'reading' ? endless() : some())).toBeLessThan(2000);
  },
);

test('progress tells rows, bytes, speed and the time left, in reading and in loading', async () => {
  const told: SyncProgress[] = [];
  let now = 0;
  await bench.newSource().load(
    [],
    {},
    {
      // Each look at the clock is a second later.
      clock: { now: () => (now += 1000) },
      open: async () => ({
        kind: 'records',
        disposition: 'replace',
        expectedRows: () => 4000,
        batches: (async function* () {
          for (let batch = 0; batch < 10; batch += 1) {
            yield Array.from({ length: 400 }, (_, index) => record(batch * 400 + index));
          }
        })(),
      }),
      onProgress: (progress) => told.push(progress),
    },
  );
  const reading = told.filter(({ phase }) => phase === 'reading');
  expect(reading[4]).toMatchObject({
    rows_done: 2000,
    rows_per_second: 400,
    seconds_left: 5,
    bytes_total: null,
  });
  expect(reading.at(-1)).toMatchObject({ rows_done: 4000, seconds_left: 0 });
  const loading = told.filter(({ phase }) => phase === 'loading');
  expect(loading.length).toBeGreaterThan(2);
  expect(loading[0]).toMatchObject({ bytes_total: expect.any(Number), rows_per_second: expect.any(Number) });
  expect(loading[0]?.seconds_left).toBeGreaterThan(0);
  const last = loading.at(-1);
  expect(last?.bytes_done).toBe(last?.bytes_total);
  expect(told.at(-1)?.phase).toBe('finishing');
});
