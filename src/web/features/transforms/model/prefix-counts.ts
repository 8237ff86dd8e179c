import type { RecipeStep } from '#contracts/recipe';

/** What decides the rows after a step: everything before it, without names and notes. The same key, the same rows. */
export function prefixKey(steps: readonly RecipeStep[], index: number): string {
  return JSON.stringify(
    steps
      .slice(0, index + 1)
      .filter((step) => step.disabled !== true)
      .map(
        ({ id: _id, label: _label, note: _note, section: _section, disabled: _disabled, ...content }) =>
          content,
      ),
  );
}

export type RowChange = 'same' | 'fewer' | 'more';

export function rowChange(before: number, after: number): RowChange {
  return after === before ? 'same' : after < before ? 'fewer' : 'more';
}
