import { type FileHandle, open } from 'node:fs/promises';

const flushCharacters = 256 * 1024;

/** Writes rows as CSV in UTF-8, as `readCsvForCopy` needs them least changed: commas, line feeds, doubled quotes. */
export class SpillWriter implements AsyncDisposable {
  #pending = '';
  #width = 0;
  readonly #handle: FileHandle;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  static async create(path: string): Promise<SpillWriter> {
    return new SpillWriter(await open(path, 'w', 0o600));
  }

  /** Whether `flush` is due. */
  get isFull(): boolean {
    return this.#pending.length >= flushCharacters;
  }

  /** One row; rows that are shorter than the widest before are filled up with empty cells. */
  row(cells: readonly string[], count: number): void {
    // A blank line is no row.
    if (count === 0) {
      this.#pending += '\n';
      return;
    }
    let line = '';
    if (count > this.#width) this.#width = count;
    for (let index = 0; index < count; index += 1) {
      const cell = cells[index] ?? '';
      line += index === 0 ? csvCell(cell) : `,${csvCell(cell)}`;
    }
    this.#pending += `${line}${count < this.#width ? ','.repeat(this.#width - count) : ''}\n`;
  }

  async flush(): Promise<void> {
    if (this.#pending === '') return;
    const bytes = Buffer.from(this.#pending.toWellFormed());
    this.#pending = '';
    await this.#handle.write(bytes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }
}

const special = /[",\r\n]|^\s|\s$/;

function csvCell(cell: string): string {
  return special.test(cell) ? `"${cell.replaceAll('"', '""').replaceAll('\u0000', '\u2400')}"` : cell;
}
