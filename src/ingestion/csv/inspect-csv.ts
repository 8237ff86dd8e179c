import { open } from 'node:fs/promises';
import type { CsvOptions } from '#contracts/sources';
import { AppError } from '#platform/errors';
import { type ColumnName, nameColumns } from '../naming/name-columns.ts';
import { type CsvDialect, type CsvEncoding, defaultCsvLimits } from './csv-dialect.ts';
import { type TextDialect, delimiters, detectDialect, usualWidth } from './detect-dialect.ts';
import { detectEncoding } from './detect-encoding.ts';
import { type HeaderPlace, findHeader, isNumbering } from './find-header.ts';
import { isFooter } from './footer-rows.ts';
import { RecordReader, recordFound, unclosedQuote } from './record-reader.ts';
import { type RowShape, describeShape } from './row-shape.ts';
import { openUtf8Source } from './utf8-source.ts';

/** What the beginning of a file tells, before any full scan. */
export interface CsvInspection {
  readonly dialect: CsvDialect;
  /** The encoding was found, not given: the scan may correct it. */
  readonly encodingIsGuess: boolean;
  readonly fileBytes: number;
  /** Names as the user corrected them, else as the headers give them. */
  readonly columns: readonly ColumnName[];
  /** Names as the headers give them, by which options may refer to a column. */
  readonly originalNames: readonly string[];
  /** Headers as they stand in the file, blanks included; one per column, several rows joined. */
  readonly headers: readonly string[];
  /** The records that the headers were made of. */
  readonly headerRecords: readonly (readonly string[])[];
  readonly shape: RowShape;
  /** The first records after the header. */
  readonly sample: readonly (readonly string[])[];
}

export interface InspectOptions {
  /** Bytes to look at; 1 MiB unless said. */
  readonly sampleBytes?: number;
  readonly sampleRows?: number;
  readonly signal?: AbortSignal;
}

const windows = 7;
const windowBytes = 65_536;

/**
 * Reads the first megabyte of a file and decides how it is written.
 *
 * @throws AppError file_empty, file_format_unsupported (a spreadsheet, an archive, an image …).
 */
export async function inspectCsv(
  file: string,
  options: CsvOptions = {},
  { sampleBytes = 1 << 20, sampleRows = 1_000, signal }: InspectOptions = {},
): Promise<CsvInspection> {
  signal?.throwIfAborted();
  const { pieces, fileBytes } = await readPieces(file, sampleBytes);
  refuseOtherFormats(pieces[0] ?? new Uint8Array());
  const detected = detectEncoding(pieces);
  const encoding: CsvEncoding = options.encoding ?? detected.encoding;
  const bomBytes = encoding === detected.encoding ? detected.bomBytes : 0;
  const { sample, isWholeFile } = await readUtf8(file, encoding, bomBytes, sampleBytes);
  if (sample.length === 0) throw new AppError('file_empty', 'The file is empty.');
  const delimiter = options.delimiter ?? saidDelimiter(sample);
  const text = detectDialect(sample, isWholeFile, delimiter === undefined ? {} : { delimiter });
  const { headerRecords, headers, body, shape, place } = readTable(
    sample,
    text,
    isWholeFile,
    options,
    sampleRows,
  );
  const width = headers.length;
  if (width === 0) {
    throw new AppError(
      'file_format_unsupported',
      `This is no table: its first line does not end within ${Math.round(sampleBytes / 1024).toLocaleString('en')} KiB.`,
      { hint: 'Open it in a text editor to see what it is, or save it as .xlsx or CSV where you got it.' },
    );
  }
  if (width > defaultCsvLimits.maxColumns) {
    throw new AppError(
      'too_many_columns',
      `The file has ${width.toLocaleString('en')} columns; at most ${defaultCsvLimits.maxColumns.toLocaleString('en')} can be loaded.`,
    );
  }
  const isBlank = (cells: readonly string[]) => cells.every((cell) => cell.trim() === '');
  if (isWholeFile && isBlank(headers) && body.every(isBlank))
    throw new AppError('file_empty', 'The file holds nothing but blanks.');
  const labels = headers.map((header) => shortLabel(header, headerRecords.length));
  const original = nameColumns(labels);
  return {
    dialect: { encoding, bomBytes, ...text, headerRow: place.row, headerRows: place.rows },
    encodingIsGuess: options.encoding === undefined && detected.bomBytes === 0,
    fileBytes,
    headers,
    headerRecords,
    shape,
    originalNames: original.map((column) => column.name),
    columns: nameColumns(renamedHeaders(labels, original, options.names)),
    sample: body,
  };
}

/** `sep=;` in the first line, by which Excel is told the delimiter. */
function saidDelimiter(sample: Uint8Array): CsvDialect['delimiter'] | undefined {
  const said = /^sep=([,;|\t^~])\r?\n/i.exec(Buffer.from(sample.subarray(0, 8)).toString())?.[1];
  return delimiters.find((delimiter) => delimiter === said);
}

interface Table {
  readonly place: HeaderPlace;
  readonly headerRecords: readonly (readonly string[])[];
  readonly headers: readonly string[];
  readonly body: readonly (readonly string[])[];
  readonly shape: RowShape;
}

/**
 * The records of the sample as a table. How many columns it has decides how broken rows are read, and these may stand
 * in the header, so it is read until both agree.
 */
function readTable(
  sample: Uint8Array,
  dialect: TextDialect,
  isWholeFile: boolean,
  options: CsvOptions,
  sampleRows: number,
): Table {
  const count = Math.max(options.header_row ?? 0, usualPreamble) + sampleRows;
  const raw = readRecords(sample, dialect, isWholeFile, shapeRows);
  let shape = describeShape(raw, usualWidth(filledRecords(raw)));
  for (let attempt = 0; ; attempt += 1) {
    const records = readRecords(sample, dialect, isWholeFile, count, shape);
    const found = findHeader(records, usualWidth(filledRecords(records)));
    const place: HeaderPlace = {
      row: options.header_row ?? found.row,
      rows: options.header_rows ?? (options.header_row === undefined ? found.rows : 1),
    };
    const dataFrom = place.row === 0 ? 0 : place.row + place.rows - 1;
    const headerRecords = place.row === 0 ? [] : records.slice(place.row - 1, dataFrom);
    const rows = filledRecords(records.slice(dataFrom, dataFrom + sampleRows));
    // Totals and notes would blur what the others tell; the scan says what they are.
    const body = options.totals === 'keep' ? rows : withoutFooters(rows, shape.width);
    if (headerRecords.length === 0 && body.length === 0)
      throw new AppError('file_empty', 'The file has no rows.');
    const header = withoutExtraBlanks(joinLevels(headerRecords, body), body);
    const width = tableWidth(header, body);
    const table: Table = {
      place,
      headerRecords,
      headers: Array.from({ length: width }, (_, column) => header[column] ?? ''),
      body,
      shape: describeShape(body.slice(0, shapeRows), width),
    };
    if (shape.width === width || attempt === maxAttempts) return table;
    shape = table.shape;
  }
}

/** Records before the header, at most, where nobody says where it stands. */
const usualPreamble = 100;
const shapeRows = 300;
const maxAttempts = 3;

function filledRecords(records: readonly (readonly string[])[]) {
  return records.filter((cells) => cells.length > 1 || cells[0] !== '');
}

function withoutFooters(rows: readonly (readonly string[])[], width: number) {
  const kept = rows.filter((cells) => !isFooter(cells, width));
  return kept.length === 0 ? rows : kept;
}

/** Names over several rows, from top to bottom; a name that spans columns stands in the first of them only. */
function joinLevels(
  all: readonly (readonly string[])[],
  body: readonly (readonly string[])[],
): readonly string[] {
  const records = all.filter((cells, at) => at === 0 || !isNumbering(cells, body));
  const [only] = records;
  if (only === undefined || records.length === 1) return only ?? [];
  const width = Math.max(...records.map((cells) => cells.length));
  const last = records.length - 1;
  const levels = records.map((cells, level) => {
    let spanning = '';
    return Array.from({ length: width }, (_, column) => {
      const cell = (cells[column] ?? '').trim();
      if (cell !== '') spanning = cell;
      return level < last && cell === '' ? spanning : cell;
    });
  });
  return Array.from({ length: width }, (_, column) =>
    levels
      .map((cells) => cells[column] ?? '')
      .filter((cell) => cell !== '')
      .join(' '),
  );
}

/** "Qty Qty", from a header that is printed twice, is called "Qty". */
function shortLabel(header: string, rows: number): string {
  const words = header.split(' ');
  const size = words.length / rows;
  const isPeriodic =
    rows > 1 && Number.isInteger(size) && words.every((word, at) => word === words[at % size]);
  return isPeriodic ? words.slice(0, size).join(' ') : header;
}

/** A header with a delimiter too many: its blank names go when every row of data has as many cells less. */
function withoutExtraBlanks(
  header: readonly string[],
  body: readonly (readonly string[])[],
): readonly string[] {
  const usual = usualWidth(body);
  const extra = header.length - usual;
  if (extra < 1 || usual < 2 || body.length < 2) return header;
  const isRule = body.filter((cells) => cells.length === usual).length >= body.length * 0.9;
  if (!isRule || header.filter((cell) => cell.trim() === '').length !== extra) return header;
  return header.filter((cell) => cell.trim() !== '');
}

function renamedHeaders(
  headers: readonly string[],
  original: readonly ColumnName[],
  names: CsvOptions['names'],
): readonly string[] {
  return headers.map(
    (header, index) => chosenFor(names, header, original[index]?.name ?? '', original) ?? header,
  );
}

/**
 * What the options say of a column: by its resulting name, else by its header. A header that is also the resulting
 * name of a column means that one, so that of two columns "a" each can be named ("a", "a_2").
 */
export function chosenFor<T>(
  chosen: Readonly<Record<string, T>> | undefined,
  header: string,
  name: string,
  original: readonly Pick<ColumnName, 'name'>[],
): T | undefined {
  if (chosen === undefined) return undefined;
  if (Object.hasOwn(chosen, name)) return chosen[name];
  const isAnothersName = original.some((column) => column.name === header);
  return !isAnothersName && Object.hasOwn(chosen, header) ? chosen[header] : undefined;
}

/** A header that is too short for its rows (a row number without a name) gets blank headers at the end. */
function tableWidth(header: readonly string[], body: readonly (readonly string[])[]): number {
  let width = header.length;
  while (
    width > 1 &&
    header[width - 1]?.trim() === '' &&
    body.every((cells) => (cells[width - 1] ?? '') === '')
  ) {
    width -= 1;
  }
  if (body.length === 0) return width;
  const usual = usualWidth(body);
  const isRule = body.filter((cells) => cells.length === usual).length > body.length / 2;
  const fills = body.some(
    (cells) => cells.length === usual && cells.slice(width).some((cell) => cell !== ''),
  );
  return isRule && fills ? Math.max(width, usual) : Math.max(width, header.length === 0 ? usual : 1);
}

async function readPieces(file: string, sampleBytes: number) {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const read = async (position: number, length: number) => {
      const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - position)));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, position);
      return bytes.subarray(0, bytesRead);
    };
    const pieces: Uint8Array[] = [await read(0, sampleBytes)];
    const rest = size - sampleBytes;
    for (let index = 0; index < (rest > 0 ? windows : 0); index += 1) {
      pieces.push(await read(sampleBytes + Math.floor((rest * index) / windows), windowBytes));
    }
    return { pieces, fileBytes: size };
  } finally {
    await handle.close();
  }
}

async function readUtf8(file: string, encoding: CsvEncoding, bomBytes: number, sampleBytes: number) {
  await using source = await openUtf8Source(file, encoding, bomBytes);
  const bytes = new Uint8Array(sampleBytes + 1);
  let length = 0;
  while (length < sampleBytes) {
    const read = await source.read(bytes, length);
    if (read === 0) return { sample: bytes.subarray(0, length), isWholeFile: true };
    length += read;
  }
  return { sample: bytes.subarray(0, length), isWholeFile: source.fileBytesRead >= source.fileBytes };
}

function readRecords(
  sample: Uint8Array,
  dialect: TextDialect,
  isWholeFile: boolean,
  count: number,
  shape?: RowShape,
): readonly (readonly string[])[] {
  const reader = new RecordReader(dialect, sample.length, shape);
  reader.bytes.set(sample);
  reader.limit = sample.length;
  const records: string[][] = [];
  while (reader.position < reader.limit && records.length < count) {
    const outcome = reader.next(isWholeFile);
    if (outcome === recordFound || outcome === unclosedQuote) {
      records.push(Array.from({ length: reader.cellCount }, (_, cell) => reader.text(cell)));
    } else if (records.length === 0) {
      // Not even one record ends within the sample.
      reader.giveUpOnQuote();
      records.push([]);
    } else break;
  }
  return records;
}

const signatures: readonly (readonly [name: string, bytes: readonly number[]])[] = [
  ['a spreadsheet or an archive (zip)', [0x50, 0x4b, 0x03, 0x04]],
  ['an old Excel file (.xls) or one with a password', [0xd0, 0xcf, 0x11, 0xe0]],
  ['a PDF', [0x25, 0x50, 0x44, 0x46]],
  ['a compressed file (gzip)', [0x1f, 0x8b]],
  ['a PNG image', [0x89, 0x50, 0x4e, 0x47]],
  ['a JPEG image', [0xff, 0xd8, 0xff]],
  ['a Parquet file', [0x50, 0x41, 0x52, 0x31]],
  ['a SQLite database', [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20, 0x66]],
];

/** A page is mostly the login of a site, saved in place of the file that one wanted to download. */
const markup: readonly (readonly [name: string, beginning: RegExp])[] = [
  ['a web page', /^\s*<(?:!doctype\s+html|html|head|body)\b/i],
  ['an XML file', /^\s*<\?xml\b/i],
];

/** By content, not by the extension, which says nothing. */
function refuseOtherFormats(head: Uint8Array): void {
  const text = new TextDecoder().decode(head.subarray(0, 1024));
  const name =
    signatures.find(([, bytes]) => bytes.every((byte, index) => head[index] === byte))?.[0] ??
    markup.find(([, beginning]) => beginning.test(text))?.[0];
  if (name === undefined) return;
  throw new AppError('file_format_unsupported', `This is ${name}; it cannot be read.`, {
    hint: 'Open it and save it as .xlsx or CSV, then upload that file.',
  });
}
