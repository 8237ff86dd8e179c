import type { RecordReader } from './record-reader.ts';

const encoder = new TextEncoder();

/** Tells rows that say the header once more. Rows of data are passed by at the cost of one comparison. */
export class RepeatedHeader {
  readonly #records: readonly (readonly string[])[];
  /** First cell that is not empty, and its bytes. */
  readonly #firstCells: readonly { readonly cell: number; readonly bytes: Uint8Array }[];

  /** @param records the records of the header; none when the file has no header. */
  constructor(records: readonly (readonly string[])[]) {
    this.#records = records.filter((cells) => cells.filter((cell) => cell !== '').length > 1);
    this.#firstCells = this.#records.map((cells) => {
      const cell = cells.findIndex((text) => text !== '');
      return { cell, bytes: encoder.encode(cells[cell] ?? '') };
    });
  }

  /**
   * `same`: the header of this table. `other`: it begins like this header but has more or fewer columns, so that
   * another table follows.
   */
  compare(reader: RecordReader): 'same' | 'other' | 'different' {
    for (let index = 0; index < this.#firstCells.length; index += 1) {
      const first = this.#firstCells[index];
      if (first === undefined || !beginsLike(reader, first)) continue;
      const header = this.#records[index] ?? [];
      const common = Math.min(header.length, reader.cellCount);
      let matching = 0;
      while (matching < common && reader.text(matching) === header[matching]) matching += 1;
      if (matching === header.length && reader.cellCount === header.length) return 'same';
      // At least three names, so that a short row of data is hardly ever taken for a header.
      if (matching === common && matching >= 3) return 'other';
    }
    return 'different';
  }
}

function beginsLike(
  reader: RecordReader,
  { cell, bytes }: { readonly cell: number; readonly bytes: Uint8Array },
): boolean {
  if (cell >= reader.cellCount) return false;
  const from = reader.starts[cell] ?? 0;
  if ((reader.ends[cell] ?? 0) - from !== bytes.length) return false;
  for (let at = 0; at < bytes.length; at += 1) if (reader.bytes[from + at] !== bytes[at]) return false;
  return true;
}
