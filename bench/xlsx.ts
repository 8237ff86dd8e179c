import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectCsv } from '../src/ingestion/csv/inspect-csv.ts';
import { readCsvForCopy, rowsOfScan } from '../src/ingestion/csv/read-csv-for-copy.ts';
import { scanCsv } from '../src/ingestion/csv/scan-csv.ts';
import { prepareFile, removePrepared } from '../src/sources/files/prepare-file.ts';
import { makeZip, workbookFiles } from '../src/testing/zip-file.ts';
import { spread } from './median.ts';
import type { Figure } from './report.ts';

const rows = 100_000;
const rounds = 5;
const districts = ['Pune', 'Nashik', 'Satara', 'Solapur', 'Kolhapur', 'Sangli', 'Latur', 'Beed'];

/** As Excel writes it: texts shared, dates as numbers with a style. */
function workbook(): Buffer {
  const strings: string[] = [];
  const places = new Map<string, number>();
  const shared = (text: string) => {
    const known = places.get(text);
    if (known !== undefined) return known;
    strings.push(`<t>${text}</t>`);
    places.set(text, strings.length - 1);
    return strings.length - 1;
  };
  const text = (place: string, value: string) => `<c r="${place}" t="s"><v>${shared(value)}</v></c>`;
  const headers = [
    'id',
    'name',
    'district',
    'visited',
    'amount',
    'people',
    'is_new',
    'note',
    'score',
    'code',
  ];
  const letters = 'ABCDEFGHIJ';
  const lines = [
    `<row r="1">${headers.map((name, at) => text(`${letters.charAt(at)}1`, name)).join('')}</row>`,
  ];
  for (let index = 0; index < rows; index += 1) {
    const row = index + 2;
    lines.push(
      `<row r="${row}"><c r="A${row}"><v>${index + 1}</v></c>${text(`B${row}`, `Person ${index}`)}${text(`C${row}`, districts[index % 8] ?? '')}<c r="D${row}" s="1"><v>${45_000 + (index % 700)}</v></c><c r="E${row}"><v>${(index * 37) % 100_000}.25</v></c><c r="F${row}"><v>${index % 9}</v></c><c r="G${row}" t="b"><v>${index % 2}</v></c>${text(`H${row}`, `Note, number ${index % 5000}`)}<c r="I${row}"><v>${(index % 1000) / 8}</v></c>${text(`J${row}`, `KA-${index % 20_000}`)}</row>`,
    );
  }
  return makeZip(workbookFiles({ sheets: { Visits: lines.join('') }, strings, formats: [0, 14] }));
}

/** From the file to the bytes that PostgreSQL takes: unpacked, typed by every value, each row made ready. */
async function ours(path: string): Promise<number> {
  await removePrepared(path);
  const from = performance.now();
  const prepared = await prepareFile(path);
  const inspection = await inspectCsv(prepared.path, prepared.options);
  const scan = await scanCsv(prepared.path, inspection, { csv: prepared.options });
  let bytes = 0;
  for await (const piece of readCsvForCopy(prepared.path, rowsOfScan(scan))) bytes += piece.length;
  const milliseconds = performance.now() - from;
  if (scan.rows !== rows || bytes === 0 || scan.columns[3]?.type !== 'date')
    throw new Error(`the workbook was read as ${scan.rows} rows`);
  return milliseconds;
}

interface ExcelJs {
  readonly stream: {
    readonly xlsx: {
      readonly WorkbookReader: new (
        path: string,
        options: object,
      ) => AsyncIterable<AsyncIterable<{ readonly values: unknown }>>;
    };
  };
}

/** exceljs is no part of this project: 190 packages for one comparison. `npm install exceljs@4.4.0` anywhere. */
function findExcelJs(): ExcelJs | null {
  try {
    const folder = process.env['DALGO_BENCH_EXCELJS'] ?? process.cwd();
    // Only what stands above is used of it, and a version without that fails at once.
    return createRequire(join(folder, 'package.json'))('exceljs') as ExcelJs;
  } catch {
    return null;
  }
}

/** Its streaming reader, which is the quicker one of its two, and every value looked at. */
async function theirs({ stream }: ExcelJs, path: string): Promise<number> {
  const from = performance.now();
  let seen = 0;
  const options = { sharedStrings: 'cache', styles: 'cache', worksheets: 'emit', entries: 'emit' };
  for await (const sheet of new stream.xlsx.WorkbookReader(path, options)) {
    for await (const row of sheet) if (Array.isArray(row.values) && row.values[10] !== undefined) seen += 1;
  }
  const milliseconds = performance.now() - from;
  if (seen !== rows + 1) throw new Error(`exceljs read ${seen} rows`);
  return milliseconds;
}

/** A workbook of 100,000 rows of 10 columns, against exceljs in the same run. */
export async function xlsxBench(): Promise<Figure[]> {
  const excelJs = findExcelJs();
  if (excelJs === null) {
    console.log(
      'exceljs is not installed: only our own time is measured. Install it anywhere and name that folder in DALGO_BENCH_EXCELJS.',
    );
  }
  const directory = await mkdtemp(join(tmpdir(), 'dalgo-bench-xlsx-'));
  try {
    const path = join(directory, 'visits.xlsx');
    await writeFile(path, workbook());
    await ours(path); // warms up
    if (excelJs !== null) await theirs(excelJs, path);
    const own: number[] = [];
    const other: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      own.push(await ours(path));
      if (excelJs !== null) other.push(await theirs(excelJs, path));
    }
    const said = ({ median, min, max }: ReturnType<typeof spread>) =>
      `${(median / 1000).toFixed(2)} s (${(min / 1000).toFixed(2)}–${(max / 1000).toFixed(2)})`;
    const mine = spread(own);
    if (excelJs === null) {
      const value = mine.median / 1000;
      return [{ name: 'xlsx 100k × 10, s', measured: said(mine), against: 'nothing', value, bar: 1.2 }];
    }
    const their = spread(other);
    return [
      {
        name: 'xlsx 100k × 10 : exceljs',
        measured: said(mine),
        against: `exceljs ${said(their)}`,
        value: mine.median / their.median,
        // 1.2 s where exceljs takes 3.5 s.
        bar: 0.34,
      },
    ];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
