import { CopyBuffer } from './copy-buffer.ts';
import { type ReadOutcome, RecordReader, recordFound } from './record-reader.ts';
import { RowRewriter } from './rewrite-row.ts';
import type { CsvScan } from './scan-csv.ts';
import { type Utf8Source, openUtf8Source } from './utf8-source.ts';

/** A stretch of the file's rows; offsets as in {@link CsvScan}. */
export interface CopyRange {
  readonly from: number;
  readonly to: number;
}

export interface CopyOptions {
  /** All rows unless said. */
  readonly range?: CopyRange;
  readonly signal?: AbortSignal;
  /** Bytes read at once; 256 KiB unless said. */
  readonly windowBytes?: number;
}

const defaultWindowBytes = 256 * 1024;
/** Smaller pieces are gathered before they are handed on. */
const pieceBytes = 64 * 1024;

/**
 * The rows of a scanned file as one COPY of PostgreSQL reads them, in pieces. Rows that need nothing are handed on
 * as the bytes of the file, never as objects.
 *
 * @example
 * await pipeline(Readable.from(readCsvForCopy(file, scan)), client.query(copyFrom('COPY t FROM STDIN (FORMAT csv)')))
 */
export async function* readCsvForCopy(
  file: string,
  scan: CsvScan,
  { range = { from: scan.dataStart, to: scan.dataEnd }, signal, windowBytes = defaultWindowBytes }: CopyOptions = {},
): AsyncGenerator<Uint8Array> {
  await using source = await openUtf8Source(file, scan.dialect.encoding, scan.dialect.bomBytes);
  const window = new Window(source, windowBytes);
  const out = new CopyBuffer(pieceBytes * 2);
  const rewriter = new RowRewriter(scan);
  let reader: RecordReader | undefined;
  await window.moveTo(range.from);
  for (const segment of segments(scan, range)) {
    if (segment.kind === 'skip') {
      await window.moveTo(segment.to);
      continue;
    }
    if (segment.kind === 'rewrite') {
      reader ??= new RecordReader(scan.dialect, windowBytes);
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

interface Segment extends CopyRange {
  readonly kind: 'raw' | 'rewrite' | 'skip';
}

/** The range cut where the treatment changes. */
function* segments(scan: CsvScan, range: CopyRange): Generator<Segment> {
  let at = range.from;
  let skip = firstAfter(scan.skips, at);
  let rewrite = firstAfter(scan.rewrites, at);
  while (at < range.to) {
    const skipStart = scan.skips.start(skip);
    const rewriteStart = Math.min(scan.rewrites.start(rewrite), scan.rewriteFrom);
    if (skipStart <= at) {
      const to = Math.min(scan.skips.end(skip), range.to);
      yield { kind: 'skip', from: at, to };
      at = to;
      skip += 1;
    } else if (rewriteStart <= at) {
      const rewriteEnd = scan.rewriteFrom <= at ? Infinity : scan.rewrites.end(rewrite);
      const to = Math.min(rewriteEnd, skipStart, range.to);
      yield { kind: 'rewrite', from: at, to };
      at = to;
    } else {
      const to = Math.min(skipStart, rewriteStart, range.to);
      yield { kind: 'raw', from: at, to };
      at = to;
    }
    while (scan.rewrites.end(rewrite) <= at && rewrite < scan.rewrites.count) rewrite += 1;
  }
}

function firstAfter(spans: CsvScan['skips'], offset: number): number {
  let low = 0;
  let high = spans.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans.end(middle) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
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
