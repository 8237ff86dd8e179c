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

const flushCharacters = 512 * 1024;
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
  #pending: string[] = [];
  #pendingLength = 0;
  #pendingColumns = 0;
  #position = 0;
  #waiting: { text: string; columns: number }[] = [];

  constructor(directory: string) {
    this.#directory = directory;
  }

  get bytes(): number {
    return this.#position;
  }

  get parts(): readonly SpillPart[] {
    return this.#parts;
  }

  /** Takes one line, with its line end; `flush` when `isFull`. */
  add(line: string, columns: number): void {
    if (columns !== this.#pendingColumns) this.#seal();
    this.#pendingColumns = columns;
    this.#pending.push(line);
    this.#pendingLength += line.length;
  }

  get isFull(): boolean {
    return this.#pendingLength >= flushCharacters;
  }

  async flush(): Promise<void> {
    this.#seal();
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#pendingLength = 0;
    if (waiting.length === 0) return;
    this.#handle ??= await this.#open();
    for (const { text, columns } of waiting) {
      const bytes = Buffer.from(text);
      await this.#handle.write(bytes, 0, bytes.length, this.#position);
      const from = this.#position;
      this.#position += bytes.length;
      const last = this.#parts.at(-1);
      if (last?.columns === columns) last.to = this.#position;
      else this.#parts.push({ from, to: this.#position, columns });
    }
  }

  read(part: SpillPart): Readable {
    if (this.#handle === undefined) throw new Error('nothing was spilled');
    return Readable.from(readBytes(this.#handle, part), { objectMode: false });
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

  #seal(): void {
    if (this.#pending.length > 0)
      this.#waiting.push({ text: this.#pending.join(''), columns: this.#pendingColumns });
    this.#pending = [];
  }
}

/** Not by a stream of the handle: each of those leaves a listener on it, and a table can have thousands of parts. */
async function* readBytes(handle: FileHandle, { from, to }: SpillPart): AsyncGenerator<Buffer> {
  for (let position = from; position < to;) {
    const buffer = Buffer.allocUnsafe(Math.min(readBytesAtOnce, to - position));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) throw new Error('a spilled file has become shorter');
    position += bytesRead;
    yield bytesRead === buffer.length ? buffer : buffer.subarray(0, bytesRead);
  }
}
