import { recipe, type RecipeStep } from '#contracts/recipe';

/*
 * Steps on their way from one transformation to another, in this browser's storage: they outlive the page and can be
 * put into a transformation that is open in another tab. The clipboard would ask for a permission at each paste.
 */
const storageKey = (organizationId: string): string => `dalgo-copied-steps-${organizationId}`;
/** A list of steps is checked as part of a recipe, which begins with a table. */
const anyTable: RecipeStep = { type: 'source', table: 'any' };

/** @returns false where this browser keeps nothing. */
export function copySteps(organizationId: string, steps: readonly RecipeStep[]): boolean {
  const copied = steps.filter((step) => step.type !== 'source');
  try {
    localStorage.setItem(storageKey(organizationId), JSON.stringify(copied));
    return true;
  } catch {
    return false;
  }
}

/** What was copied last in this organization; nothing when it was never, or by a program that knew other steps. */
export function copiedSteps(organizationId: string): readonly RecipeStep[] {
  try {
    const steps: unknown = JSON.parse(localStorage.getItem(storageKey(organizationId)) ?? '[]');
    return recipe.parse({ steps: [anyTable, ...(Array.isArray(steps) ? steps : [])] }).steps.slice(1);
  } catch {
    return [];
  }
}
