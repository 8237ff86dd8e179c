import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { guessColumns } from '../csv/guess-columns.ts';
import { inspectCsv } from '../csv/inspect-csv.ts';
import { type CopyRows, readCsvForCopy, rowsOfScan } from '../csv/read-csv-for-copy.ts';
import { scanCsv } from '../csv/scan-csv.ts';
import { ScanFollower } from './scan-follower.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dalgo-follow-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function bytesOf(file: string, rows: CopyRows, windowBytes: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of readCsvForCopy(file, rows, { windowBytes })) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString();
}

/** Scans and reads at once, as a load does. */
async function follow(file: string, readBytes: number, sampleRows: number) {
  const inspection = await inspectCsv(file, { header_row: 1, delimiter: ',' }, { sampleRows });
  const follower = new ScanFollower(inspection, guessColumns(inspection, {}));
  const reading = bytesOf(file, follower, readBytes);
  reading.catch(() => undefined);
  const scan = await scanCsv(file, inspection, {
    limits: { readBytes },
    onScanned: (state) => {
      follower.follow(state);
    },
  });
  follower.end(scan);
  const whole = await bytesOf(file, rowsOfScan(scan), 1 << 20);
  return { follower, scan, whole, followed: await reading.catch(() => null) };
}

const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.nat(999), fc.constantFrom('x', 'y z', '"q, q"', '"a ""b"""', '"two\nlines"'))
      .map((cells) => cells.join(',')),
  },
  fc.constantFrom(
    '',
    ',',
    '1',
    '1,2,3',
    '1,x,',
    '7,a"b',
    '8,\u0000',
    'NA,x',
    '1.5,x',
    '2024-01-01,x',
    ' 5 ,नाम',
    '"6" ,x',
    ',,',
  ),
);

it('hands on the same bytes as a load after the scan, or says that it must start anew', async () => {
  const file = join(directory, 'file.csv');
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1, maxLength: 60 }),
      fc.constantFrom('\n', '\r\n'),
      fc.constantFrom(16, 64, 1 << 20),
      fc.constantFrom(1, 10, 1000),
      async (lines, lineEnd, readBytes, sampleRows) => {
        await writeFile(file, ['n,t', ...lines].join(lineEnd) + lineEnd);
        const { follower, whole, followed } = await follow(file, readBytes, sampleRows);
        expect(followed).toBe(follower.hasToStartAnew ? null : whole);
      },
    ),
    { numRuns: 150 },
  );
});

it('does not start anew when the beginning told the truth', async () => {
  const file = join(directory, 'honest.csv');
  await writeFile(file, `n,t\n${'1,x\n,y\n'.repeat(50_000)}`);
  const { follower, followed, whole } = await follow(file, 1 << 16, 1000);
  expect(follower.hasToStartAnew).toBe(false);
  expect(followed).toBe(whole);
});
