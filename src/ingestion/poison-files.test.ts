import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPoisonBench, type PoisonBench } from './testing/poison-bench.ts';
import { poisonFiles } from './testing/poison-files.ts';

let bench: PoisonBench;
beforeAll(async () => {
  bench = await openPoisonBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

/** Above every limit of a cell and of a row; the soak beside this has a gigabyte of each. */
const size = 17 * 1024 ** 2;

describe('a file of one endless thing is refused or set aside, and what is around it loads', () => {
  it.each(poisonFiles(size).map((file) => [file.name, file] as const))('%s', async (_name, file) => {
    expect((await bench.swallow(file)).outcome).toEqual(file.outcome);
  });
});

describe('an odd file', () => {
  const long = 'n'.repeat(300);
  it.each<[string, string | Uint8Array, object]>([
    ['nothing', '', { code: 'file_empty' }],
    ['a mark only', '\uFEFF', { code: 'file_empty' }],
    ['blank lines only', '\n\n\r\n', { code: 'file_empty' }],
    ['a header only', 'id,name\n', { rows: 0, rejected: 0 }],
    ['a name that is SQL', 'id,"""; drop table users; --"\n1,x\n', { rows: 1, rejected: 0 }],
    ['names of 300 letters, twice', `${long},${long}\n1,2\n`, { rows: 1, rejected: 0 }],
    ['carriage returns only', 'a,b\r1,2\r3,4\r', { rows: 2, rejected: 0 }],
    ['UTF-16', Buffer.from('\uFEFFa,नाम\n1,x\n2,y\n', 'utf16le'), { rows: 2, rejected: 0 }],
    ['Windows-1252', Buffer.from('a,b\nJos\u00e9,caf\u00e9\n', 'latin1'), { rows: 1, rejected: 0 }],
    ['a NUL in a cell', 'a,b\n1,x\u0000y\n2,z\n', { rows: 1, rejected: 1 }],
    ['half a surrogate pair', '[{"a":"\\ud800"},{"a":"x"}]', { rows: 2, rejected: 0 }],
    [
      'a record of 10,000 levels',
      `[{"a":1},${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}]`,
      { rows: 1, rejected: 1 },
    ],
  ])('%s', async (name, content, outcome) => {
    const bytes = Buffer.from(content);
    const file = {
      filename: `${name}"; drop table sources; --${long}`.slice(0, 200),
      content: async function* () {
        yield bytes;
      },
    };
    expect((await bench.swallow(file)).outcome).toEqual(outcome);
  });
});
