import type { StepOf } from './editor-step.ts';

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
