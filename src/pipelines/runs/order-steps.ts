import { AppError } from '#platform/errors';
import type { PlanStep } from './run-plan.ts';

/**
 * The steps in an order in which each comes after what it needs, otherwise as they were.
 *
 * @throws AppError recipe_cycle
 */
export function orderSteps(steps: readonly PlanStep[]): PlanStep[] {
  const ordered: PlanStep[] = [];
  const done = new Set<string>();
  let rest = [...steps];
  while (rest.length > 0) {
    const ready = rest.filter((step) => step.after.every((id) => done.has(id)));
    if (ready.length === 0) {
      const names = rest.map((step) => `“${step.name}”`).join(', ');
      throw new AppError(
        'recipe_cycle',
        `These transformations read each other's tables in a circle: ${names}.`,
      );
    }
    for (const step of ready) done.add(step.id);
    ordered.push(...ready);
    rest = rest.filter((step) => !done.has(step.id));
  }
  return ordered;
}
