import type { LongValues } from '../port.ts';

/** Bytes of a value that are read. JavaScript has no text beyond 512 MB, and a row is in memory several times over. */
export const mostValueBytes = 64 * 1024 * 1024;

/** Counts what is left out because it is too long: the database says so itself, and does not send it. */
export function countLongValues(columns: readonly string[]): {
  /** @param flags numbers of the columns whose value in a row is too long, with commas between. */
  readonly note: (flags: string | null | undefined) => void;
  readonly found: () => readonly LongValues[];
} {
  const counts = new Map<string, number>();
  return {
    note(flags) {
      if (flags === null || flags === undefined || flags === '') return;
      for (const index of flags.split(',')) {
        const column = columns[Number(index)] ?? '';
        counts.set(column, (counts.get(column) ?? 0) + 1);
      }
    },
    found: () => [...counts].map(([field, count]) => ({ field, count, bytes: mostValueBytes })),
  };
}
