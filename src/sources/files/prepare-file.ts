import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { CsvOptions, Upload } from '#contracts/sources';
import { AppError } from '#platform/errors';
import { detectFileFormat } from './detect-file-format.ts';
import { parquetTypes, writeParquet } from './parquet-to-csv.ts';
import { writeRecords } from './records-to-csv.ts';
import { SpillWriter } from './spill-writer.ts';
import { countedBytes } from './unpack-limits.ts';
import { type CellRange, rangesToFill } from './xlsx/merged-ranges.ts';
import { readSharedStrings } from './xlsx/shared-strings.ts';
import { writeSheet } from './xlsx/sheet-to-csv.ts';
import { readWorkbook } from './xlsx/workbook.ts';
import { type ZipArchive, type ZipEntry, openZip } from './zip-archive.ts';

/** A file of any known kind, as one that is read like CSV or as records. */
export interface PreparedFile {
  /** The file itself when it is text, else what was made of it. */
  readonly path: string;
  readonly format: Upload['format'];
  readonly compression: 'gzip' | 'zip' | null;
  /** Sheets of a workbook, or files of an archive, when there are more to choose from than one. */
  readonly sheets: readonly { readonly name: string; readonly hidden: boolean }[];
  readonly sheet: string | null;
  /** `path` holds records and no rows. */
  readonly records: 'json' | 'ndjson' | null;
  /** How `path` is to be read: what is known of it and what the user chose. */
  readonly options: CsvOptions;
}

/**
 * Finds out by its content what a file is, and makes of it what can be read like CSV. What is made is kept beside the
 * file under its name and a suffix, so the next call finds it. Memory stays flat but for the texts of a workbook.
 *
 * @throws AppError file_format_unsupported, file_empty; ENOENT when the file is gone.
 */
export async function prepareFile(
  path: string,
  options: CsvOptions = {},
  signal?: AbortSignal,
): Promise<PreparedFile> {
  const format = await detectFileFormat(path);
  if (format === 'gzip') {
    const unpacked = await derived(path, 'unpacked', (target) => gunzip(path, target, signal));
    const inner = await detectFileFormat(unpacked);
    if (inner === 'gzip') throw nestedArchive();
    return { ...(await prepareFile(unpacked, options, signal)), compression: 'gzip' };
  }
  if (format === 'zip') return prepareZip(path, options, signal);
  const { sheet: _sheet, ...reading } = options;
  const plain = { path, compression: null, sheets: [], sheet: null, records: null } as const;
  if (format === 'text') return { ...plain, format: 'csv', options: reading };
  if (format !== 'parquet') return { ...plain, format, records: format, options: reading };
  const made = await derived(path, 'parquet', (target) => writeParquet(path, target, signal));
  const known: CsvOptions = {
    ...reading,
    ...ownDialect,
    header_row: 1,
    header_rows: 1,
    totals: 'keep',
    columns: { ...(await parquetTypes(path, signal)), ...reading.columns },
  };
  return { ...plain, path: made, format, options: known };
}

/** The same for a table that is made of rows: records become rows of their values. */
export async function prepareRows(
  path: string,
  options: CsvOptions = {},
  signal?: AbortSignal,
): Promise<PreparedFile> {
  const prepared = await prepareFile(path, options, signal);
  const { records } = prepared;
  if (records === null) return prepared;
  const made = await derived(prepared.path, 'rows', (target) =>
    writing(target, (writer) => writeRecords(prepared.path, records, writer, signal)),
  );
  const known = {
    ...prepared.options,
    ...ownDialect,
    header_row: 1,
    header_rows: 1,
    totals: 'keep',
  } as const;
  return { ...prepared, path: made, records: null, options: known };
}

/** Removes what {@link prepareFile} made of a file. */
export async function removePrepared(path: string): Promise<void> {
  const names = await readdir(dirname(path)).catch(() => []);
  for (const name of names) {
    if (name.startsWith(`${basename(path)}.`)) await rm(join(dirname(path), name), { force: true });
  }
}

/** As SpillWriter writes and DuckDB does. */
const ownDialect = { delimiter: ',', encoding: 'utf-8' } as const;

async function prepareZip(
  path: string,
  options: CsvOptions,
  signal: AbortSignal | undefined,
): Promise<PreparedFile> {
  const archive = await openZip(path);
  const names = archive.entries.map((entry) => entry.name.toLowerCase());
  if (names.includes('[content_types].xml')) return prepareWorkbook(path, archive, options, signal);
  const files = archive.entries.filter(isDataFile);
  const chosen = chooseFrom(files, options.sheet, (entry) => entry.name);
  const unpacked = await derived(path, `zip-${keyOf(chosen.name)}`, (target) =>
    writeBytes(archive.read(chosen, signal), target),
  );
  const inner = await detectFileFormat(unpacked);
  if (inner === 'gzip') throw nestedArchive();
  if (inner === 'zip') {
    const book = await openZip(unpacked);
    if (!book.entries.some((entry) => entry.name.toLowerCase() === '[content_types].xml'))
      throw nestedArchive();
  }
  const { sheet: _sheet, ...others } = options;
  const prepared = await prepareFile(unpacked, others, signal);
  return {
    ...prepared,
    compression: 'zip',
    sheets: files.length > 1 ? files.map(({ name }) => ({ name, hidden: false })) : [],
    sheet: files.length > 1 ? chosen.name : null,
  };
}

/** Not the folders and the hidden files that systems add. */
function isDataFile(entry: ZipEntry): boolean {
  const name = basename(entry.name);
  return !entry.name.endsWith('/') && !entry.name.startsWith('__MACOSX') && !name.startsWith('.');
}

async function prepareWorkbook(
  path: string,
  archive: ZipArchive,
  options: CsvOptions,
  signal: AbortSignal | undefined,
): Promise<PreparedFile> {
  const workbook = await readWorkbook(archive, signal);
  const visible = workbook.sheets.filter((sheet) => !sheet.isHidden);
  const sheet = chooseFrom(
    options.sheet === undefined && visible.length > 0 ? visible : workbook.sheets,
    options.sheet,
    ({ name }) => name,
  );
  const made = await derived(path, `sheet-${keyOf(sheet.name)}`, async (target) => {
    const strings = await readSharedStrings(archive, workbook.sharedStrings, signal);
    const values = { strings, styles: workbook.styles, is1904: workbook.is1904 };
    const write = (fills: readonly CellRange[]) =>
      writing(target, (writer) => writeSheet(archive, sheet, values, writer, fills, signal));
    const fills = rangesToFill(await write([]));
    if (fills.length > 0) await write(fills);
  });
  const { sheet: _sheet, ...reading } = options;
  return {
    path: made,
    format: 'xlsx',
    records: null,
    compression: null,
    sheets: workbook.sheets.map(({ name, isHidden }) => ({ name, hidden: isHidden })),
    sheet: sheet.name,
    options: { ...reading, ...ownDialect },
  };
}

function chooseFrom<T>(items: readonly T[], wanted: string | undefined, nameOf: (item: T) => string): T {
  const found = wanted === undefined ? items[0] : items.find((item) => nameOf(item) === wanted);
  if (found !== undefined) return found;
  throw wanted === undefined
    ? new AppError('file_empty', 'There is no file with data in this archive.')
    : new AppError('source_config_invalid', `There is no sheet “${wanted}” in this file.`, {
        errors: [{ path: 'options.sheet', message: 'Choose one of the sheets of the file' }],
      });
}

function keyOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 16);
}

/** Makes a file beside another one unless it is there; nobody ever sees half of it. */
async function derived(
  path: string,
  suffix: string,
  make: (target: string) => Promise<void>,
): Promise<string> {
  const target = `${path}.${suffix}`;
  if (await isReadable(target)) return target;
  await access(path);
  const part = `${target}.${randomBytes(4).toString('hex')}.part`;
  try {
    await make(part);
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true });
    throw error instanceof Error && 'code' in error && error.code === 'ENOSPC'
      ? new AppError('disk_full', 'There is no space left to unpack this file.', { cause: error })
      : error;
  }
  return target;
}

async function isReadable(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function writing<T>(target: string, write: (writer: SpillWriter) => Promise<T>): Promise<T> {
  await using writer = await SpillWriter.create(target);
  return await write(writer);
}

async function gunzip(path: string, target: string, signal: AbortSignal | undefined): Promise<void> {
  const packed = createReadStream(path, { highWaterMark: 256 * 1024 });
  const unpacked = createGunzip({ chunkSize: 256 * 1024 });
  // Errors of the file reach the reader through the stream that it reads.
  pipeline(packed, unpacked, () => undefined);
  try {
    await writeBytes(
      countedBytes(unpacked, () => unpacked.bytesWritten, signal),
      target,
    );
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) {
      throw new AppError(
        'file_format_unsupported',
        'This compressed file (gzip) is damaged or not complete.',
        {
          cause: error,
          hint: 'Save or download the file once more, then upload it again.',
        },
      );
    }
    throw error;
  } finally {
    packed.destroy();
    unpacked.destroy();
  }
}

async function writeBytes(bytes: AsyncIterable<Uint8Array>, target: string): Promise<void> {
  const handle = await open(target, 'w', 0o600);
  try {
    for await (const piece of bytes) await handle.write(piece);
  } finally {
    await handle.close();
  }
}

function nestedArchive(): AppError {
  return new AppError('file_format_unsupported', 'There is an archive inside this archive.', {
    hint: 'Unpack it yourself and upload what is inside.',
  });
}
