import { createGzip, type Gzip } from 'node:zlib';
import { makeZip, workbookFiles } from '#testing/zip-file';

/** A file that would take more memory than there is if it were read as it asks. */
export interface PoisonFile {
  readonly name: string;
  readonly filename: string;
  readonly content: () => AsyncIterable<Uint8Array>;
  /** Code of the error, or what is left of the table. */
  readonly outcome: { readonly code: string } | { readonly rows: number; readonly rejected: number };
}

const piece = 1024 ** 2;

function* repeated(bytes: number, text: string): Generator<Uint8Array> {
  const block = Buffer.from(text.repeat(Math.ceil(piece / text.length))).subarray(0, piece);
  for (let written = 0; written < bytes; written += piece) yield block;
}

async function* around(
  before: string,
  middle: Iterable<Uint8Array>,
  after: string,
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(before);
  yield* middle;
  yield Buffer.from(after);
}

/** Not to be packed well: else its ratio gives it away before its cell does. */
function* noise(bytes: number): Generator<Uint8Array> {
  let state = 1;
  for (let written = 0; written < bytes; written += piece) {
    const block = Buffer.alloc(piece);
    for (let at = 0; at < piece; at += 1) {
      state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
      block[at] = 97 + ((state >> 16) % 26);
    }
    yield block;
  }
}

async function* gzipped(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gzip = createGzip({ level: 1 });
  void feed(gzip, content);
  yield* gzip as AsyncIterable<Uint8Array>;
}

async function feed(target: Gzip, content: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const part of content)
      if (!target.write(part)) await new Promise((resolve) => target.once('drain', resolve));
    target.end();
  } catch (error) {
    target.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

async function* workbook(bytes: number): AsyncGenerator<Uint8Array> {
  const cell = Buffer.concat([...noise(bytes)]).toString('latin1');
  const row = `<row r="1"><c r="A1" t="inlineStr"><is><t>${cell}</t></is></c></row>`;
  yield makeZip(workbookFiles({ sheets: { S: row } }));
}

/** Files of this size each, made as they are read. */
export function poisonFiles(bytes: number): readonly PoisonFile[] {
  const good = '2,b\n3,c\n';
  return [
    {
      name: 'a cell that never ends',
      filename: 'cell.csv',
      content: () => around('id,name\n1,a\n4,', repeated(bytes, 'long '), `\n${good}`),
      outcome: { rows: 3, rejected: 1 },
    },
    {
      name: 'a cell in quotes that never ends',
      filename: 'quoted.csv',
      content: () => around('id,name\n1,a\n4,"', repeated(bytes, 'long '), `"\n${good}`),
      outcome: { rows: 3, rejected: 1 },
    },
    {
      name: 'the same in gzip',
      filename: 'cell.csv.gz',
      content: () => gzipped(around('id,name\n1,a\n4,', noise(bytes), `\n${good}`)),
      outcome: { rows: 3, rejected: 1 },
    },
    {
      name: 'a line without an end',
      filename: 'line.txt',
      content: () => around('', repeated(bytes, 'x'), ''),
      outcome: { code: 'file_format_unsupported' },
    },
    {
      name: 'delimiters only',
      filename: 'commas.csv',
      content: () => around('', repeated(bytes, ','), ''),
      outcome: { code: 'file_format_unsupported' },
    },
    {
      name: 'quotes only',
      filename: 'quotes.csv',
      content: () => around('a,b\n', repeated(bytes, '"'), '\n'),
      outcome: { rows: 0, rejected: 1 },
    },
    {
      name: 'zeros only',
      filename: 'zeros.csv',
      content: () => around('', repeated(bytes, '\u0000'), ''),
      outcome: { code: 'file_format_unsupported' },
    },
    {
      name: 'a JSON text that never ends',
      filename: 'text.json',
      content: () => around('[{"id":1},{"id":"', repeated(bytes, 'long '), '"}]'),
      outcome: { code: 'file_format_unsupported' },
    },
    {
      name: 'a line of JSON that never ends',
      filename: 'text.ndjson',
      content: () => around('{"id":1}\n{"id":"', repeated(bytes, 'long '), '"}\n'),
      outcome: { code: 'file_format_unsupported' },
    },
    {
      name: 'a cell of a workbook that never ends',
      filename: 'cell.xlsx',
      content: () => workbook(Math.min(bytes, 64 * piece)),
      outcome: { code: 'file_format_unsupported' },
    },
    {
      name: 'brackets only',
      filename: 'deep.json',
      content: () => around('', repeated(bytes, '['), ''),
      outcome: { code: 'file_format_unsupported' },
    },
  ];
}
