import type { ColumnDecision, DayOrder } from './decide-column-type.ts';
import { convertValue } from './convert-value.ts';
import { kind } from './kind.ts';
import { type CopyRows, readCsvForCopy } from './read-csv-for-copy.ts';
import { RecordReader, recordFound } from './record-reader.ts';
import { kindOfValue } from './value-kind.ts';

const windowBytes = 64 * 1024;

/** The cells of a file's rows as texts, read back from what the load would hand to the database; in batches. */
export async function* readRows(
  file: string,
  rows: CopyRows,
  signal?: AbortSignal,
): AsyncGenerator<readonly (readonly string[])[]> {
  const reader = new RecordReader(rows.dialect, windowBytes);
  const take = (atEnd: boolean) => {
    const found: string[][] = [];
    while (reader.position < reader.limit && reader.next(atEnd) === recordFound)
      found.push(Array.from({ length: reader.cellCount }, (_, cell) => reader.text(cell)));
    return found;
  };
  for await (const piece of readCsvForCopy(file, rows, { signal })) {
    for (let from = 0; from < piece.length;) {
      const at = reader.makeRoom();
      const part = piece.subarray(from, from + reader.capacity - at);
      reader.bytes.set(part, at);
      reader.limit = at + part.length;
      from += part.length;
      const found = take(false);
      if (found.length > 0) yield found;
    }
  }
  const last = take(true);
  if (last.length > 0) yield last;
}

const encoder = new TextEncoder();

/** A cell in the spelling of its column's type that reads the same everywhere; null when it is empty. */
export function typedText(
  value: string,
  { type, dayOrder, decimalComma }: Pick<ColumnDecision, 'type' | 'dayOrder' | 'decimalComma'>,
  sessionOrder: DayOrder,
): string | null {
  if (value === '') return null;
  if (type === 'text') return value;
  const bytes = encoder.encode(value);
  if ((kindOfValue(bytes, 0, bytes.length) & (kind.blank | kind.nullWord)) !== 0) return null;
  return convertValue(value, type, { dayOrder: dayOrder ?? sessionOrder, decimalComma }) ?? value;
}
