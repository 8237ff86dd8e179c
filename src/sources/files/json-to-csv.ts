import { createReadStream } from 'node:fs';
import { AppError } from '#platform/errors';
import type { SpillWriter } from './spill-writer.ts';

const maxRecordBytes = 16 * 1024 ** 2;
const maxColumns = 5_000;
const maxFlattening = 20;
/** Where services put their records, in the order in which we look. */
const recordKeys = ['data', 'items', 'results', 'entries', 'records', 'rows', 'features', 'values', 'value'];
const maxDocumentBytes = 256 * 1024 ** 2;

type Flat = Map<string, string>;

/** Digits that a number of JavaScript would lose. */
const exactNumber = Symbol('source');

/**
 * Writes the records of a JSON or NDJSON file as rows. Objects inside a record become columns headed `outer__inner`; lists
 * stay JSON in one cell. The file is read twice: every key of every record is a column.
 *
 * @throws AppError file_format_unsupported with the place of what is not JSON.
 */
export async function writeJsonRecords(
  path: string,
  format: 'json' | 'ndjson',
  writer: SpillWriter,
  signal: AbortSignal | undefined,
): Promise<void> {
  const records = () => (format === 'ndjson' ? linesOf(path, signal) : elementsOf(path, signal));
  const columns = new Map<string, number>();
  for await (const record of records()) {
    for (const key of flatten(record).keys()) if (!columns.has(key)) columns.set(key, columns.size);
    if (columns.size > maxColumns)
      throw new AppError(
        'too_many_columns',
        `The records have more than ${maxColumns.toLocaleString('en')} keys.`,
      );
  }
  if (columns.size === 0) throw new AppError('file_empty', 'The file has no records.');
  writer.row([...columns.keys()], columns.size);
  const cells: string[] = [];
  for await (const record of records()) {
    cells.fill('');
    for (const [key, value] of flatten(record)) cells[columns.get(key) ?? 0] = value;
    writer.row(cells, columns.size);
    if (writer.isFull) await writer.flush();
  }
  await writer.flush();
}

function flatten(record: unknown): Flat {
  const flat: Flat = new Map();
  if (isObject(record)) addObject(flat, '', record, 0);
  else flat.set('value', cellOf(record));
  return flat;
}

function addObject(
  flat: Flat,
  prefix: string,
  object: Readonly<Record<string, unknown>>,
  depth: number,
): void {
  for (const [key, value] of Object.entries(object)) {
    const name = prefix + key;
    if (isObject(value) && depth < maxFlattening) addObject(flat, `${name}__`, value, depth + 1);
    else flat.set(name, cellOf(value));
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(exactNumber in value);
}

// The language has them since ES2025 (JSON.parse source text access); TypeScript's library does not list them yet.
const exactJson = JSON as unknown as {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
};

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'object') return exactNumber in value ? String(value[exactNumber]) : jsonText(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function jsonText(value: object): string {
  try {
    return JSON.stringify(value, plainNumbers);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new AppError(
      'file_format_unsupported',
      'A value in this JSON file is nested too deeply to be read.',
      {
        cause: error,
      },
    );
  }
}

function plainNumbers(_key: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && exactNumber in value
    ? exactJson.rawJSON(String(value[exactNumber]))
    : value;
}

function parse(text: string, place: string): unknown {
  try {
    // Looking at each value takes its time: only for texts that hold as many digits.
    if (!/\d{16}/.test(text)) return JSON.parse(text);
    return exactJson.parse(text, (_key, value, { source }) =>
      typeof value === 'number' && source !== undefined && isLossy(value, source)
        ? { [exactNumber]: source }
        : value,
    );
  } catch (error) {
    throw new AppError('file_format_unsupported', `This is not valid JSON: ${place}.`, {
      cause: error,
      hint: 'Save or download the file once more, then upload it again.',
    });
  }
}

function isLossy(value: number, source: string): boolean {
  return !Number.isSafeInteger(value) && source.length > 15 && !/e/i.test(source);
}

async function* linesOf(path: string, signal: AbortSignal | undefined): AsyncGenerator {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  let line = 0;
  const take = function* (text: string): Generator {
    line += 1;
    if (text.trim() !== '') yield parse(text, `line ${line.toLocaleString('en')}`);
  };
  for await (const piece of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    signal?.throwIfAborted();
    const lines = (rest + decoder.decode(piece as Uint8Array, { stream: true })).split('\n'); // bytes: no encoding is set
    rest = lines.pop() ?? '';
    if (rest.length > maxRecordBytes) throw tooLong(line + 1);
    for (const text of lines) yield* take(text);
  }
  yield* take(rest + decoder.decode());
}

const openingBrace = 123;
const closingBrace = 125;
const openingBracket = 91;
const closingBracket = 93;
const quote = 34;
const backslash = 92;
const comma = 44;

/** The elements of the list that is the document, one at a time; of another document those of the list inside it. */
async function* elementsOf(path: string, signal: AbortSignal | undefined): AsyncGenerator {
  const decoder = new TextDecoder('utf-8');
  let text = '';
  let at = 0;
  let depth = 0;
  let start = -1;
  let isInString = false;
  let count = 0;
  let isList: boolean | undefined;
  for await (const piece of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    signal?.throwIfAborted();
    const keepFrom = start < 0 ? at : start;
    text = text.slice(keepFrom) + decoder.decode(piece as Uint8Array, { stream: true }); // bytes: no encoding is set
    at -= keepFrom;
    if (start >= 0) start = 0;
    if (isList === undefined) {
      const first = /\S/.exec(text);
      if (first === null) continue;
      isList = first[0] === '[';
      at = first.index + 1;
    }
    if (!isList) {
      if (text.length > maxDocumentBytes)
        throw new AppError('file_format_unsupported', 'This JSON file is one object too large to read.', {
          hint: 'Save it as a list of records or as NDJSON (one record per line).',
        });
      start = 0;
      at = text.length;
      continue;
    }
    for (; at < text.length; at += 1) {
      const character = text.charCodeAt(at);
      if (isInString) {
        if (character === backslash) at += 1;
        else if (character === quote) isInString = false;
        continue;
      }
      if (character <= 32) continue;
      if (depth === 0 && (character === comma || character === closingBracket)) {
        if (start >= 0) {
          count += 1;
          yield parse(text.slice(start, at), `record ${count.toLocaleString('en')}`);
          start = -1;
        }
        if (character === closingBracket) return;
        continue;
      }
      if (start < 0) start = at;
      if (character === quote) isInString = true;
      else if (character === openingBrace || character === openingBracket) depth += 1;
      else if (character === closingBrace || character === closingBracket) depth -= 1;
    }
    if (start >= 0 && text.length - start > maxRecordBytes) throw tooLong(count + 1);
  }
  if (isList === true)
    throw new AppError('file_format_unsupported', 'This JSON file ends in the middle of its list.');
  yield* recordsInside(parse(text + decoder.decode(), 'the document'));
}

function recordsInside(document: unknown): readonly unknown[] {
  if (!isObject(document)) return [document];
  for (const key of recordKeys) {
    const list = document[key];
    if (Array.isArray(list) && list.some(isObject)) return list;
  }
  const lists = Object.values(document).filter((value) => Array.isArray(value) && value.some(isObject));
  const [only] = lists;
  return lists.length === 1 && Array.isArray(only) ? only : [document];
}

function tooLong(place: number): AppError {
  return new AppError(
    'file_format_unsupported',
    `Record ${place.toLocaleString('en')} is longer than ${maxRecordBytes / 1024 ** 2} MiB.`,
  );
}
