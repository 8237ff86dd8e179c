import type { TableColumn } from '#contracts/warehouse';
import { comparisonFamily } from './filter-operators.ts';

export interface JoinKeys {
  readonly left: string;
  readonly right: string;
}

/**
 * The pair of columns that two tables most likely match on: the same kind of value and the same or nearly the same
 * name, an identifier before others. undefined when no names are alike.
 *
 * @example suggestJoinKeys([{name: 'programme_id', …}], 'Programmes', [{name: 'id', …}]) // {left: 'programme_id', right: 'id'}
 */
export function suggestJoinKeys(
  left: readonly TableColumn[],
  rightTable: string,
  right: readonly TableColumn[],
): JoinKeys | undefined {
  let best: { keys: JoinKeys; score: number } | undefined;
  for (const a of left) {
    for (const b of right) {
      const score = likeness(a, b, words(rightTable));
      if (score > (best?.score ?? 0)) best = { keys: { left: a.name, right: b.name }, score };
    }
  }
  return best?.keys;
}

function likeness(a: TableColumn, b: TableColumn, table: readonly string[]): number {
  if (comparisonFamily(a.type) !== comparisonFamily(b.type)) return 0;
  const left = words(a.display_name);
  const right = words(b.display_name);
  const isIdentifier = right.some((word) => identifierWords.has(word));
  const bonus = isIdentifier ? 20 : 0;
  if (left.join(' ') === right.join(' ')) return 100 + bonus;
  // "programme id" here is "id" in Programmes, and "programme" here is "name" there.
  const withTable = [...table, ...right].join(' ');
  if (left.join(' ') === withTable) return 95 + bonus;
  if (left.join(' ') === table.join(' ') && (isIdentifier || right.join(' ') === 'name')) return 80 + bonus;
  const shared = left.filter((word) => right.includes(word) && !identifierWords.has(word)).length;
  return shared === 0
    ? 0
    : (60 * shared) / Math.max(left.length, right.length) +
        (bonus && left.some((word) => identifierWords.has(word)) ? bonus : 0);
}

const identifierWords: ReadonlySet<string> = new Set(['id', 'code', 'key', 'number', 'no', 'uuid']);

/** Words of a name in lower case and the singular, so that "Programme ID", "programme_id" and "programmes" meet. */
function words(name: string): string[] {
  return name
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) =>
      word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word,
    );
}
