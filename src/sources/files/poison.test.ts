import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGzip, gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeZip, workbookFiles } from '#testing/zip-file';
import { readJsonRecords } from './json-records.ts';
import { prepareFile } from './prepare-file.ts';

let directory: string;
let count = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dalgo-poison-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function fileOf(content: string | Uint8Array): Promise<string> {
  count += 1;
  const path = join(directory, `file${count}`);
  await writeFile(path, content);
  return path;
}

/** As much of a gzip file that would grow to 10 GB as is read before it is refused, and more. */
async function bomb(): Promise<Uint8Array> {
  const gzip = createGzip({ level: 9 });
  const parts: Buffer[] = [];
  gzip.on('data', (part: Buffer) => parts.push(part));
  const zeros = Buffer.alloc(1024 ** 2);
  for (let written = 0; written < 256; written += 1) {
    if (!gzip.write(zeros)) await new Promise((resolve) => gzip.once('drain', resolve));
  }
  const ended = new Promise((resolve) => gzip.once('end', resolve));
  gzip.end();
  await ended;
  // Members of gzip may follow one another: forty times 256 MB.
  const member = Buffer.concat(parts);
  return Buffer.concat(Array.from({ length: 40 }, () => member));
}

describe('a file that would fill the disk or the memory', () => {
  it.each([
    ['millions of rows of one value', `SELECT 1 AS a, 'x' AS b FROM range(5_000_000)`],
    ['a long text, thousands of times', `SELECT repeat('long ', 20_000) AS a FROM range(3_000)`],
    [
      'one that begins as if it were none',
      `SELECT if(range < 1000, 'a', repeat('long ', 20_000)) AS a FROM range(3_000)`,
    ],
  ])('is refused as Parquet: %s', async (name, query) => {
    const path = join(directory, `bomb${(count += 1)}.parquet`);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet, COMPRESSION zstd)`);
    connection.closeSync();
    instance.closeSync();
    const before = process.cpuUsage();
    await expect(prepareFile(path)).rejects.toMatchObject({
      code: 'file_format_unsupported',
      message: expect.stringContaining('so much more than its size') as unknown,
    });
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(name.startsWith('one') ? 4_000 : 400);
    expect((await readdir(directory)).filter((file) => file.startsWith(`bomb${count}.parquet.`))).toEqual([]);
  });

  it('is refused by its beginning: ten gigabytes of nothing in ten megabytes', async () => {
    const path = await fileOf(await bomb());
    const memory = process.memoryUsage().rss;
    const before = process.cpuUsage();
    await expect(prepareFile(path)).rejects.toMatchObject({ code: 'file_format_unsupported' });
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(400);
    expect(process.memoryUsage().rss - memory).toBeLessThan(64 * 1024 ** 2);
  });

  it.each([
    [
      'a sheet of blanks',
      makeZip(workbookFiles({ sheets: { S: `<row r="1">${' '.repeat(60_000_000)}</row>` } })),
    ],
    ['a cut gzip', gzipSync(Buffer.from('a,b\n1,2\n'.repeat(1_000))).subarray(0, 60)],
    ['a workbook with a password', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0])],
  ])('is refused with a reason: %s', async (_name, bytes) => {
    const path = await fileOf(bytes);
    const reading = async () => {
      const prepared = await prepareFile(path);
      // A workbook of before 2007 and one with a password look alike; whoever reads text says what is wrong.
      if (prepared.format === 'csv')
        throw Object.assign(new Error('left to the reader of text'), { code: 'text' });
    };
    await expect(reading()).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:file_format_unsupported|text)$/) as unknown,
    });
  });

  it('gives its records one by one, however deep one of them is', async () => {
    const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
    const path = await fileOf(`[{"id":1},${deep},{"id":"\\ud800"}]`);
    const records: unknown[] = [];
    for await (const batch of readJsonRecords(path, 'json', undefined)) records.push(...batch);
    expect(records).toHaveLength(3);
  });
});
