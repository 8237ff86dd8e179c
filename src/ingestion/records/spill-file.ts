import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';

/** Lines of the same number of columns, as bytes of the file. */
export interface SpillPart {
  readonly from: number;
  readonly to: number;
  readonly columns: number;
}

const chunkBytes = 256 * 1024;
const readBytesAtOnce = 256 * 1024;

/**
 * Rows of one table on disk, ready for COPY, while their types are still being found out. Columns are only ever added
 * at the end, so the rows before a new column need no rewriting: they are copied with the columns of their time.
 *
 * The file loses its name at once where the system allows that: a process that dies leaves nothing behind.
 */
export class SpillFile implements AsyncDisposable {
  readonly #directory: string;
  readonly #parts: { from: number; to: number; columns: number }[] = [];
  #handle: FileHandle | undefined;
  #path = '';
  /** Bytes that wait to be written, all but the last one full; lines become bytes at once, so that no text is kept. */
  #chunks: { readonly bytes: Buffer; used: number }[] = [];
  #position = 0;
  #waiting = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  get bytes(): number {
    return this.#position + this.#waiting;
  }

  get parts(): readonly SpillPart[] {
    return this.#parts;
  }

  /** Takes one line, with its line end; `flush` when `isFull`. */
  add(line: string, columns: number): void {
    // No letter takes more than three bytes per unit of UTF-16.
    const most = line.length * 3;
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || chunk.bytes.length - chunk.used < most) {
      chunk = { bytes: Buffer.allocUnsafeSlow(Math.max(chunkBytes, most)), used: 0 };
      this.#chunks.push(chunk);
    }
    const from = this.#position + this.#waiting;
    const written = chunk.bytes.write(line, chunk.used);
    chunk.used += written;
    this.#waiting += written;
    const last = this.#parts.at(-1);
    if (last?.columns === columns) last.to = from + written;
    else this.#parts.push({ from, to: from + written, columns });
  }

  get isFull(): boolean {
    return this.#waiting >= chunkBytes;
  }

  async flush(): Promise<void> {
    if (this.#waiting === 0) return;
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#handle ??= await this.#open();
    const { bytesWritten } = await this.#handle.writev(
      chunks.map(({ bytes, used }) => bytes.subarray(0, used)),
      this.#position,
    );
    if (bytesWritten !== this.#waiting)
      throw new Error('the disk took only a part of what was written to it');
    this.#position += this.#waiting;
    this.#waiting = 0;
    const [first] = chunks;
    // The next lines go where these were.
    if (first?.bytes.length === chunkBytes) this.#chunks = [{ bytes: first.bytes, used: 0 }];
  }

  /** @param onBytes told of each piece when the next one is asked for. */
  read(part: SpillPart, onBytes: (count: number) => void): Readable {
    if (this.#handle === undefined) throw new Error('nothing was spilled');
    return Readable.from(readBytes(this.#handle, part, onBytes), { objectMode: false });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#handle === undefined) return;
    await this.#handle.close();
    await rm(this.#path, { force: true }).catch(() => undefined);
  }

  async #open(): Promise<FileHandle> {
    await mkdir(this.#directory, { recursive: true });
    this.#path = join(this.#directory, `${randomBytes(9).toString('base64url')}.copy`);
    const handle = await open(this.#path, 'wx+', 0o600);
    // Refused by some systems while it is open; then it goes at the end.
    await rm(this.#path).catch(() => undefined);
    return handle;
  }
}

/** Not by a stream of the handle: each of those leaves a listener on it, and a table can have thousands of parts. */
async function* readBytes(
  handle: FileHandle,
  { from, to }: SpillPart,
  onBytes: (count: number) => void,
): AsyncGenerator<Buffer> {
  for (let position = from; position < to;) {
    const buffer = Buffer.allocUnsafe(Math.min(readBytesAtOnce, to - position));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) throw new Error('a spilled file has become shorter');
    position += bytesRead;
    yield bytesRead === buffer.length ? buffer : buffer.subarray(0, bytesRead);
    onBytes(bytesRead);
  }
}
