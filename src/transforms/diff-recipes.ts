import { isDeepStrictEqual } from 'node:util';
import type { Recipe, RecipeStep } from '#contracts/recipe';
import type { TransformationVersion } from '#contracts/transformations';

type Change = TransformationVersion['changes'][number];

/**
 * What a person did between two versions. A step is the same step when it has the same id, else when it is equal, else
 * when it is the next one left of its type.
 */
export function diffRecipes(before: Recipe | null, after: Recipe): Change[] {
  const old = before?.steps ?? [];
  const pairOf = new Map<number, number>();
  const taken = new Set<number>();
  const pair = (same: (a: RecipeStep, b: RecipeStep) => boolean): void => {
    for (const [index, step] of after.steps.entries()) {
      if (pairOf.has(index)) continue;
      const match = old.findIndex((candidate, at) => !taken.has(at) && same(candidate, step));
      if (match === -1) continue;
      pairOf.set(index, match);
      taken.add(match);
    }
  };
  pair((a, b) => a.id !== undefined && a.id === b.id);
  pair((a, b) => isDeepStrictEqual(a, b));
  pair((a, b) => a.type === b.type && (a.id === undefined || b.id === undefined));

  const changes: Change[] = [];
  let furthest = -1;
  for (const [index, step] of after.steps.entries()) {
    const match = pairOf.get(index);
    const origin = match === undefined ? undefined : old[match];
    if (match === undefined || origin === undefined) {
      changes.push({ kind: 'added', step: index, type: step.type });
      continue;
    }
    if (!isDeepStrictEqual(origin, step)) changes.push({ kind: 'changed', step: index, type: step.type });
    if (match < furthest) changes.push({ kind: 'moved', step: index, type: step.type });
    furthest = Math.max(furthest, match);
  }
  for (const [index, step] of old.entries()) {
    if (!taken.has(index)) changes.push({ kind: 'removed', step: index, type: step.type });
  }
  return changes;
}
