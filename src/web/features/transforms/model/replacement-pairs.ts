import type { ColumnType } from '#contracts/column-types';
import type { ScalarValue } from '#contracts/recipe';
import type { StepOf } from './editor-step.ts';
import { scalarFromText, textOfScalar } from './filter-value.ts';

export type ReplacementPair = StepOf<'replace_values'>['pairs'][number];

/**
 * Replacements with more of them. What is replaced already is not replaced again, what becomes a value that is itself
 * replaced goes straight to its end, and rows that nobody filled in give way.
 */
export function withPairs(
  pairs: readonly ReplacementPair[],
  added: readonly ReplacementPair[],
): readonly ReplacementPair[] {
  const filled = pairs.filter(({ from, to }) => from !== '' || (to !== '' && to !== null));
  const known = new Set(filled.map(({ from }) => from));
  const ends = new Map(filled.map(({ from, to }) => [from, to]));
  return [
    ...filled,
    ...added
      .filter(({ from }) => !known.has(from))
      .map(({ from, to }) => {
        const end = ends.get(to);
        return { from, to: end === undefined || end === '' || end === null ? to : end };
      }),
  ];
}

/** The replacement of a value, if it has one; 7 and "7" are the same value. */
export function pairOf(pairs: readonly ReplacementPair[], from: ScalarValue): ReplacementPair | undefined {
  return pairs.find((pair) => pair.from === from || textOfScalar(pair.from) === textOfScalar(from));
}

/** What a value becomes from now on; undefined leaves it as it is. */
export function withReplacement(
  pairs: readonly ReplacementPair[],
  from: ScalarValue,
  to: ScalarValue | undefined,
): readonly ReplacementPair[] {
  const old = pairOf(pairs, from);
  if (to === undefined) return pairs.filter((pair) => pair !== old);
  return old === undefined
    ? [...pairs, { from, to }]
    : pairs.map((pair) => (pair === old ? { from: pair.from, to } : pair));
}

/**
 * Cells that were copied in a spreadsheet, as rows of texts: tabs between cells, quotes around what holds a tab, a line
 * break or a quote.
 */
export function cellsOfClipboard(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end = ''] of text.matchAll(
    /(?:"((?:[^"]|"")*)"(?=[\t\r\n]|$)|([^\t\r\n]*))(\t|\r\n|\r|\n|$)/g,
  )) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end !== '' && end !== '\t') rows.push([]);
    if (end === '') break;
  }
  return rows.filter((row) => row.some((cell) => cell !== ''));
}

/** Two columns of a spreadsheet as replacements: the value, and what it becomes; an empty cell beside it empties it. */
export function pairsOfClipboard(text: string, type: ColumnType): readonly ReplacementPair[] {
  return cellsOfClipboard(text).flatMap(([from = '', to]) =>
    to === undefined || from === '' || from === to
      ? []
      : [{ from: scalarFromText(from, type), to: to === '' ? null : scalarFromText(to, type) }],
  );
}
