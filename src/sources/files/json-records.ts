import { createReadStream } from 'node:fs';
import { AppError } from '#platform/errors';
import type { SourceRecord } from '../port.ts';
import { parseJson } from '../services/parse-json.ts';

const maxRecordCharacters = 16 * 1024 ** 2;
/** A document that is one object is parsed whole up to here; of a larger one the first list of records is read. */
const maxDocumentCharacters = 16 * 1024 ** 2;
const batchRecords = 500;
const batchCharacters = 1024 ** 2;
/** Where services put their records, in the order in which we look. */
const recordKeys = ['data', 'items', 'results', 'entries', 'records', 'rows', 'features', 'values', 'value'];

/** One piece of the file's text that is a record, and which one it is. */
interface RecordText {
  readonly text: string;
  readonly place: string;
}

/**
 * The records of a JSON or NDJSON file in batches; memory holds one batch and one record. A record that is no object
 * is the field `value`.
 *
 * @throws AppError file_format_unsupported with the place of what is not JSON.
 */
export async function* readJsonRecords(
  path: string,
  format: 'json' | 'ndjson',
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly SourceRecord[]> {
  let batch: SourceRecord[] = [];
  let characters = 0;
  const texts = format === 'ndjson' ? linesOf(path, signal) : elementsOf(path, signal);
  for await (const { text, place } of texts) {
    const parsed = parse(text, place);
    batch.push(...(place === wholeDocument ? recordsInside(parsed) : [parsed]).map(asRecord));
    characters += text.length;
    if (batch.length < batchRecords && characters < batchCharacters) continue;
    yield batch;
    batch = [];
    characters = 0;
  }
  if (batch.length > 0) yield batch;
}

const wholeDocument = 'the document';

function asRecord(value: unknown): SourceRecord {
  return isObject(value) ? value : { value };
}

function isObject(value: unknown): value is SourceRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string, place: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new AppError('file_format_unsupported', `This is not valid JSON: ${place}.`, {
      cause: error,
      hint: 'Save or download the file once more, then upload it again.',
    });
  }
}

async function* piecesOf(path: string, signal: AbortSignal | undefined): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8');
  for await (const piece of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    signal?.throwIfAborted();
    yield decoder.decode(piece as Uint8Array, { stream: true }); // bytes: no encoding is set
  }
  yield decoder.decode();
}

async function* linesOf(path: string, signal: AbortSignal | undefined): AsyncGenerator<RecordText> {
  let rest = '';
  let line = 0;
  const numbered = (texts: readonly string[]) =>
    texts.flatMap((text) => {
      line += 1;
      return text.trim() === '' ? [] : [{ text, place: `line ${line.toLocaleString('en')}` }];
    });
  for await (const piece of piecesOf(path, signal)) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maxRecordCharacters) throw tooLong(line + lines.length + 1);
    yield* numbered(lines);
  }
  yield* numbered([rest]);
}

const openingBrace = 123;
const closingBrace = 125;
const openingBracket = 91;
const closingBracket = 93;
const quote = 34;
const backslash = 92;
const comma = 44;

/** The elements of the list that is the document, one at a time; of an object too large to be parsed those of its list. */
async function* elementsOf(path: string, signal: AbortSignal | undefined): AsyncGenerator<RecordText> {
  let text = '';
  let at = 0;
  let depth = 0;
  let start = -1;
  let isInString = false;
  let count = 0;
  let root: 'unknown' | 'list' | 'object' | 'ended' = 'unknown';
  let list = false;
  /** Of a record that began in an earlier piece; put together once, since joining 16 MiB anew for each costs 300 MB. */
  let begun: string[] = [];
  let begunCharacters = 0;
  for await (const piece of piecesOf(path, signal)) {
    if (list) {
      if (start >= 0) {
        begun.push(text.slice(start));
        begunCharacters += text.length - start;
        start = 0;
      }
      at -= text.length;
      text = piece;
    } else text += piece;
    if (root === 'unknown') {
      const first = /\S/.exec(text);
      if (first === null) continue;
      root = first[0] === '[' ? 'list' : 'object';
      list = root === 'list';
      at = list ? first.index + 1 : 0;
    }
    if (!list) {
      if (root === 'ended') continue;
      if (text.length <= maxDocumentCharacters) {
        start = 0;
        at = text.length;
        continue;
      }
      at = listInside(text);
      start = -1;
      list = true;
    }
    for (; at < text.length && root !== 'ended'; at += 1) {
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
          const record = begun.join('') + text.slice(start, at);
          yield { text: record, place: `record ${count.toLocaleString('en')}` };
          begun = [];
          begunCharacters = 0;
          start = -1;
        }
        if (character !== closingBracket) continue;
        // What follows the list of an object belongs to that object; behind a document nothing may follow.
        if (root === 'object') return;
        root = 'ended';
        continue;
      }
      if (start < 0) start = at;
      if (character === quote) isInString = true;
      else if (character === openingBrace || character === openingBracket) depth += 1;
      else if (character === closingBrace || character === closingBracket) depth -= 1;
    }
    if (root === 'ended') {
      if (text.slice(at).trim() !== '')
        throw new AppError('file_format_unsupported', 'More follows in this JSON file behind its list.');
      at = text.length;
    } else if (start >= 0 && begunCharacters + text.length - start > maxRecordCharacters)
      throw tooLong(count + 1);
  }
  if (root === 'ended') return;
  if (list) throw new AppError('file_format_unsupported', 'This JSON file ends in the middle of its list.');
  yield { text, place: wholeDocument };
}

/** Behind the bracket that opens the first list of objects of an object. @throws AppError when its beginning has none */
function listInside(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === quote) {
      for (at += 1; at < text.length && text.charCodeAt(at) !== quote; at += 1)
        if (text.charCodeAt(at) === backslash) at += 1;
    } else if (character === openingBrace) depth += 1;
    else if (character === closingBrace || character === closingBracket) depth -= 1;
    else if (character === openingBracket) {
      if (depth <= 2 && /^\s*\{/.test(text.slice(at + 1, at + 1000))) return at + 1;
      depth += 1;
    }
  }
  throw new AppError('file_format_unsupported', 'This JSON file is one object too large to read.', {
    hint: 'Save it as a list of records or as NDJSON (one record per line).',
  });
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
    `Record ${place.toLocaleString('en')} is longer than ${maxRecordCharacters / 1024 ** 2} MiB.`,
  );
}
