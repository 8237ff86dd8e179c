import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPoisonBench, type PoisonBench } from './testing/poison-bench.ts';
import { poisonFiles } from './testing/poison-files.ts';

let bench: PoisonBench;
beforeAll(async () => {
  bench = await openPoisonBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const gigabyte = 1024 ** 3;
/** More than this process had before; a row may be 16 MiB, and is held as bytes, as text and on its way out. */
const memory = 250 * 1024 ** 2;

describe('a gigabyte of one thing is refused or set aside, within bounded memory', () => {
  it.each(poisonFiles(gigabyte).map((file) => [file.name, file] as const))('%s', async (_name, file) => {
    const started = performance.now();
    const { outcome, peakBytes } = await bench.swallow(file);
    console.log(
      `${file.name}: ${JSON.stringify(outcome)}, ${Math.round(peakBytes / 1024 ** 2)} MiB more, ${((performance.now() - started) / 1000).toFixed(1)} s`,
    );
    expect(outcome).toEqual(file.outcome);
    expect(peakBytes).toBeLessThan(memory);
  });

  it('a gigabyte of rows loads', async () => {
    const line = 'Asha,Pune,2024-03-01,12.50,17,a note of some words about the visit of that day\n';
    const block = Buffer.from(line.repeat(13_000));
    const blocks = Math.ceil(gigabyte / block.length);
    const { outcome, peakBytes } = await bench.swallow({
      filename: 'rows.csv',
      content: async function* () {
        yield Buffer.from('name,town,day,amount,people,note\n');
        for (let written = 0; written < blocks; written += 1) yield block;
      },
    });
    console.log(`a gigabyte of rows: ${Math.round(peakBytes / 1024 ** 2)} MiB more`);
    expect(outcome).toEqual({ rows: blocks * 13_000, rejected: 0 });
    expect(peakBytes).toBeLessThan(memory);
  });
});
