// `npm run bench:csv -- ARCHIVE_OR_FOLDER`: how well files that are written wrongly are read without any hint, by the
// method of the Pollock benchmark (Vitagliano et al., VLDB 2023) and beside its published results. The files are not
// ours to hand on: unpack or name them yourself.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '#platform/errors';
import { inspectCsv } from '../src/ingestion/csv/inspect-csv.ts';
import { readCsvForCopy, rowsOfScan } from '../src/ingestion/csv/read-csv-for-copy.ts';
import { scanCsv } from '../src/ingestion/csv/scan-csv.ts';

interface ReadTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Simple and weighted means of ten measures per file, as published with the benchmark (the first ones with hints). */
const published: readonly (readonly [system: string, simple: number, weighted: number, hints: string])[] = [
  ['DuckDB 1.2', 9.961, 9.599, 'true parameters'],
  ['SQLite', 9.955, 9.375, 'true parameters'],
  ['UniVocity', 9.939, 7.936, 'true parameters'],
  ['SpreadDesktop', 9.929, 9.597, 'true parameters'],
  ['LibreOffice', 9.925, 7.833, 'true parameters'],
  ['pandas', 9.895, 9.431, 'true parameters'],
  ['pycsv', 9.721, 9.436, 'encoding'],
  ['CleverCSV', 9.193, 9.453, 'none'],
  ['DuckDB Auto', 9.075, 8.439, 'none'],
];

const source = process.argv[2] ?? process.env['POLLOCK_FILES'];
if (source === undefined) {
  console.error('Name the archive of polluted files, or the folder that it was unpacked into.');
  process.exit(2);
}
const unpacked = (await stat(source)).isDirectory() ? null : await unpack(source);
try {
  await report(await findFolder(unpacked ?? source), process.argv.includes('--losses'));
} finally {
  if (unpacked !== null) await rm(unpacked, { recursive: true });
}

async function unpack(archive: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pollock-'));
  const tar = spawn('tar', ['-xf', archive, '-C', folder], { stdio: 'inherit' });
  const [code] = await once(tar, 'exit');
  if (code !== 0) throw new Error('tar could not unpack the archive');
  return folder;
}

/** The folder that holds `csv`, `clean` and `parameters`. */
async function findFolder(
  folder: string,
): Promise<{ readonly files: string; readonly weights: string | null }> {
  const names = await readdir(folder, { recursive: true });
  const csv = names.filter((name) => /(^|[\\/])csv$/.test(name)).sort((a, b) => a.length - b.length)[0];
  if (csv === undefined) throw new Error('there is no folder "csv" with polluted files');
  const weights = names.find((name) => name.endsWith('pollock_weights.json'));
  return { files: join(folder, csv, '..'), weights: weights === undefined ? null : join(folder, weights) };
}

async function report(
  { files, weights: weightsFile }: { readonly files: string; readonly weights: string | null },
  showsLosses: boolean,
): Promise<void> {
  // The weights are a plain object of numbers by file name.
  const weights =
    weightsFile === null
      ? {}
      : (JSON.parse(await readFile(weightsFile, 'utf8')) as Readonly<Record<string, number>>);
  const names = (await readdir(join(files, 'csv'))).sort();
  const scores: { readonly name: string; readonly score: number; readonly weight: number }[] = [];
  for (const name of names) {
    scores.push({ name, score: await scoreOf(files, name), weight: weights[name] ?? 0 });
  }
  // Two halves by a hash of the name, to see how much the figure depends on the files. The rules were made with losses
  // of both in view, so neither half stands for files that were never seen.
  const isSeen = (name: string) => (createHash('sha256').update(name).digest()[0] ?? 0) % 2 === 0;
  const row = (label: string, simple: string, weighted: string, hints: string) => {
    console.log(`${label.padEnd(36)}${simple.padStart(8)}${weighted.padStart(10)}   ${hints}`);
  };
  row('', 'simple', 'weighted', 'hints');
  const ours = (label: string, part: typeof scores) => {
    const simple = part.reduce((sum, { score }) => sum + score, 0) / part.length;
    const total = part.reduce((sum, { weight }) => sum + weight, 0);
    const weighted = part.reduce((sum, { score, weight }) => sum + score * weight, 0) / total;
    row(label, simple.toFixed(4), weighted.toFixed(4), 'none');
  };
  ours(`Dalgo Lite (${names.length} files)`, scores);
  ours(
    '  half A',
    scores.filter(({ name }) => isSeen(name)),
  );
  ours(
    '  half B',
    scores.filter(({ name }) => !isSeen(name)),
  );
  for (const [system, simple, weighted, hints] of published)
    row(system, simple.toFixed(3), weighted.toFixed(3), hints);
  if (!showsLosses) return;
  for (const { name, score } of [...scores].sort((a, b) => a.score - b.score).slice(0, 40))
    console.log(name, score.toFixed(4));
  const groups = new Map<string, { count: number; lost: number; weighted: number }>();
  for (const { name, score, weight } of scores) {
    const key = name.startsWith('row_') ? name.replace(/\d+/g, 'N') : name;
    const group = groups.get(key) ?? { count: 0, lost: 0, weighted: 0 };
    groups.set(key, {
      count: group.count + 1,
      lost: group.lost + 10 - score,
      weighted: group.weighted + (10 - score) * weight,
    });
  }
  for (const [name, { count, lost, weighted }] of groups) {
    if (lost > 1e-9)
      console.log(
        `${name}: ${count} files lose ${(lost / count).toFixed(4)}, weighted sum ${weighted.toFixed(2)}`,
      );
  }
}

/** One for reading it at all, and precision, recall and F1 of header cells, records and cells. */
async function scoreOf(files: string, name: string): Promise<number> {
  const clean = parseClean(await readFile(join(files, 'clean', name), 'utf8'));
  const parameters = JSON.parse(
    await readFile(join(files, 'parameters', `${name}_parameters.json`), 'utf8'),
  ) as { readonly header_lines: number }; // a file of the benchmark
  const hasHeader = parameters.header_lines > 0;
  const expected = { header: hasHeader ? (clean[0] ?? []) : [], rows: clean.slice(hasHeader ? 1 : 0) };
  let read: ReadTable;
  try {
    read = await readTable(join(files, 'csv', name));
  } catch (error) {
    if (process.argv.includes('--losses')) console.log(name, error);
    return 0;
  }
  const record = (cells: readonly string[]) => cells.map((cell) => (cell === '' ? 'null' : cell)).join('');
  return (
    1 +
    agreement(expected.header, read.header) +
    agreement(expected.rows.map(record), read.rows.map(record)) +
    agreement(expected.rows.flat(), read.rows.flat())
  );
}

/** Precision + recall + F1 of two bags of values. */
function agreement(expected: readonly string[], read: readonly string[]): number {
  if (expected.length === 0) return 3;
  const left = new Map<string, number>();
  for (const value of expected) left.set(value, (left.get(value) ?? 0) + 1);
  let common = 0;
  for (const value of read) {
    const count = left.get(value) ?? 0;
    if (count === 0) continue;
    left.set(value, count - 1);
    common += 1;
  }
  if (common === 0) return 0;
  const precision = common / read.length;
  const recall = common / expected.length;
  return precision + recall + (2 * precision * recall) / (precision + recall);
}

/** As a load reads it: detected, scanned, and the bytes that COPY would get; nothing is told beforehand. */
async function readTable(file: string): Promise<ReadTable> {
  try {
    const inspection = await inspectCsv(file);
    const scan = await scanCsv(file, inspection);
    const rows = rowsOfScan(scan);
    const pieces: Uint8Array[] = [];
    // The benchmark compares texts, so values stay as they stand in the file.
    const asText = { ...rows, columns: rows.columns.map((column) => ({ ...column, type: 'text' as const })) };
    for await (const piece of readCsvForCopy(file, asText)) pieces.push(piece);
    const { quote, escape, delimiter } = scan.dialect;
    return {
      header:
        inspection.dialect.headerRow === 0 ? inspection.columns.map(({ name }) => name) : inspection.headers,
      rows: parseCopy(Buffer.concat(pieces).toString(), { quote, escape, delimiter: delimiter.slice(0, 1) }),
    };
  } catch (error) {
    // A file without a byte is told to be just that.
    if (error instanceof AppError && error.code === 'file_empty') return { header: [], rows: [] };
    throw error;
  }
}

function parseClean(text: string): string[][] {
  return parseCopy(text, { quote: '"', escape: '"', delimiter: ',' });
}

/** CSV exactly as PostgreSQL's COPY reads it. */
function parseCopy(
  text: string,
  {
    quote,
    escape,
    delimiter,
  }: { readonly quote: string; readonly escape: string; readonly delimiter: string },
): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (isQuoted) {
      const next = text[at + 1];
      if (character === escape && (next === quote || next === escape)) {
        cell += next;
        at += 1;
      } else if (character === quote) isQuoted = false;
      else cell += character;
    } else if (character === quote) isQuoted = true;
    else if (character === delimiter) {
      row.push(cell);
      cell = '';
    } else if (character === '\n' || character === '\r') {
      if (character === '\r' && text[at + 1] === '\n') at += 1;
      rows.push([...row, cell]);
      row = [];
      cell = '';
    } else cell += character;
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell]);
  return rows;
}
