import { CopyBuffer } from './copy-buffer.ts';
import type { CsvDialect } from './csv-dialect.ts';
import { type Segment, SegmentCutter } from './cut-segments.ts';
import type { DayOrder } from './decide-column-type.ts';
import { type ReadOutcome, RecordReader, recordFound } from './record-reader.ts';
import { type CopyColumn, RowRewriter } from './rewrite-row.ts';
import type { RowShape } from './row-shape.ts';
import type { CsvScan } from './scan-csv.ts';
import { type Utf8Source, openUtf8Source } from './utf8-source.ts';

/** Rows of a scanned file. */
export interface CopyRows {
  readonly dialect: CsvDialect;
  readonly shape: RowShape;
  readonly columns: readonly CopyColumn[];
  /** DateStyle of the session that reads them. */
  readonly dayOrder: DayOrder;
  segments(): Iterable<Segment>;
}

export interface CopyOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes read at once; 256 KiB unless said. */
  readonly windowBytes?: number;
}

const defaultWindowBytes = 256 * 1024;
/** Smaller pieces are gathered before they are handed on. */
const pieceBytes = 64 * 1024;

/** All rows of a finished scan. */
export function rowsOfScan(scan: CsvScan): CopyRows {
  return {
    dialect: scan.dialect,
    shape: scan.shape,
    columns: scan.columns,
    dayOrder: scan.dayOrder,
    segments: () => new SegmentCutter(scan).cutTo(scan.dataEnd),
  };
}

/**
 * The rows of a scanned file as one COPY of PostgreSQL reads them, in pieces. Rows that need nothing are handed on
 * as the bytes of the file, never as objects.
 *
 * @example
 * await pipeline(Readable.from(readCsvForCopy(file, rowsOfScan(scan))), client.query(copyFrom('COPY t FROM STDIN (FORMAT csv)')))
 */
export async function* readCsvForCopy(
  file: string,
  rows: CopyRows,
  { signal, windowBytes = defaultWindowBytes }: CopyOptions = {},
): AsyncGenerator<Uint8Array> {
  await using source = await openUtf8Source(file, rows.dialect.encoding, rows.dialect.bomBytes);
  const window = new Window(source, windowBytes);
  const out = new CopyBuffer(pieceBytes * 2);
  const rewriter = new RowRewriter(rows);
  let reader: RecordReader | undefined;
  for (const segment of rows.segments()) {
    await window.moveTo(segment.from);
    if (segment.kind === 'skip') continue;
    if (segment.kind === 'rewrite') {
      reader ??= new RecordReader(rows.dialect, windowBytes, rows.shape);
      reader.position = 0;
      reader.limit = 0;
    }
    while (window.offset < segment.to) {
      signal?.throwIfAborted();
      if (segment.kind === 'raw') {
        const bytes = await window.take(segment.to);
        if (bytes.length < pieceBytes / 4) out.bytes(bytes, 0, bytes.length);
        else {
          if (out.length > 0) yield out.take();
          yield bytes;
        }
      } else if (reader !== undefined) {
        const at = reader.makeRoom();
        const bytes = await window.take(Math.min(segment.to, window.offset + reader.capacity - at));
        reader.bytes.set(bytes, at);
        reader.limit = at + bytes.length;
        const atEnd = window.offset >= segment.to;
        let outcome: ReadOutcome = recordFound;
        while (reader.position < reader.limit) {
          outcome = reader.next(atEnd);
          if (outcome !== recordFound) break;
          rewriter.write(reader, out);
        }
        if (atEnd && outcome !== recordFound) throw new Error('a row that the scan read ends nowhere');
      }
      if (out.length >= pieceBytes) yield out.take();
    }
  }
  if (out.length > 0) yield out.take();
}

/** A view of the file that moves forward only. */
class Window {
  /** Offset of the next byte to hand out. */
  offset = 0;
  readonly #source: Utf8Source;
  readonly #size: number;
  #bytes: Uint8Array = new Uint8Array();

  constructor(source: Utf8Source, size: number) {
    this.#source = source;
    this.#size = size;
  }

  /** The next bytes, at least one, at most up to `end`. The memory stays the caller's. */
  async take(end: number): Promise<Uint8Array> {
    if (this.#bytes.length === 0) await this.#fill();
    const taken = this.#bytes.subarray(0, Math.max(0, end - this.offset));
    this.#bytes = this.#bytes.subarray(taken.length);
    this.offset += taken.length;
    return taken;
  }

  async moveTo(offset: number): Promise<void> {
    if (offset - this.offset > this.#bytes.length && this.#source.skip !== undefined) {
      this.#source.skip(offset - this.offset - this.#bytes.length);
      this.#bytes = new Uint8Array();
      this.offset = offset;
    }
    while (this.offset < offset) await this.take(offset);
  }

  async #fill(): Promise<void> {
    // New memory each time: the piece before may still wait in the socket.
    const bytes = Buffer.allocUnsafeSlow(this.#size + 1);
    const read = await this.#source.read(bytes, 0);
    if (read === 0) throw new Error('the file became shorter while it was read');
    this.#bytes = bytes.subarray(0, read);
  }
}
