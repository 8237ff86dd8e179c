import { AppError } from '#platform/errors';

/**
 * Refuses a transformation whose table would be made, directly or over others, from itself.
 *
 * @param reads tables that each transformation reads, by the name of its own table.
 * @throws AppError recipe_cycle
 */
export function checkCycle(
  ownTable: string,
  ownReads: readonly string[],
  reads: ReadonlyMap<string, readonly string[]>,
  nameOf: (table: string) => string,
): void {
  const seen = new Set<string>();
  const queue = ownReads.map((table) => [table]);
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const last = path.at(-1);
    if (last === undefined || seen.has(last)) continue;
    if (last === ownTable) {
      const way = [ownTable, ...path].map((table) => `“${nameOf(table)}”`).join(' reads ');
      throw new AppError('recipe_cycle', `This would go in a circle: ${way}.`);
    }
    seen.add(last);
    for (const next of reads.get(last) ?? []) queue.push([...path, next]);
  }
}
