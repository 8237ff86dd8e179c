import type { Recipe, RecipeStep, RecipeStepType } from '#contracts/recipe';

/** A step in the editor: it always has an identity, so that it stays itself while others move around it. */
export type EditorStep = RecipeStep & { readonly id: string };
/** A step of one type. */
export type StepOf<Type extends RecipeStepType> = Extract<RecipeStep, { type: Type }>;

/** Short random id of a step. `crypto.randomUUID` is missing on plain http, where people of an office may well be. */
export function newStepId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(36).padStart(2, '0')).join('');
}

/** The same step with a new or first identity. */
export function withId(step: RecipeStep, id: string): EditorStep {
  return { ...step, id };
}

/** Steps as they come from the server, which may lack ids or, written by hand, repeat them. */
export function editorSteps(recipe: Recipe, newId: () => string = newStepId): readonly EditorStep[] {
  const seen = new Set<string>();
  return recipe.steps.map((step) => {
    const id = step.id !== undefined && !seen.has(step.id) ? step.id : newId();
    seen.add(id);
    return withId(step, id);
  });
}

/** The recipe to send. */
export function recipeOf(steps: readonly RecipeStep[]): Recipe {
  return { steps: [...steps] };
}

type CommonFields = Pick<RecipeStep, 'id' | 'label' | 'note' | 'section' | 'disabled'>;

/** What every step has besides what it does; kept when a form turns a step into another kind. */
export function commonFields({ id, label, note, section, disabled }: CommonFields): CommonFields {
  return {
    ...(id === undefined ? {} : { id }),
    ...(label === undefined ? {} : { label }),
    ...(note === undefined ? {} : { note }),
    ...(section === undefined ? {} : { section }),
    ...(disabled === undefined ? {} : { disabled }),
  };
}
