import type { EditorStep } from './editor-step.ts';

/*
 * Every change of a list of steps, as pure functions. The source stays first whatever is asked for: a change that
 * would break that is adjusted (insert, move) or not made (remove), and a list that does not change keeps its identity.
 */
type Steps = readonly EditorStep[];

/** Puts steps in at an index; never before the source. */
export function insertSteps(steps: Steps, index: number, added: Steps): Steps {
  if (added.length === 0) return steps;
  const at = steps.length === 0 ? 0 : clamp(index, 1, steps.length);
  return [...steps.slice(0, at), ...added, ...steps.slice(at)];
}

/** Puts other steps in the place of one; the first takes over its identity, so that it stays selected. */
export function replaceStep(steps: Steps, id: string, [first, ...more]: Steps): Steps {
  const index = indexOf(steps, id);
  if (index < 0 || first === undefined) return steps;
  return [...steps.slice(0, index), { ...first, id }, ...more, ...steps.slice(index + 1)];
}

export function removeStep(steps: Steps, id: string): Steps {
  const index = indexOf(steps, id);
  return index <= 0 ? steps : steps.filter((step) => step.id !== id);
}

/** A copy right after the original. The source cannot be doubled. */
export function duplicateStep(steps: Steps, id: string, newId: string): Steps {
  const index = indexOf(steps, id);
  const step = steps[index];
  return index <= 0 || step === undefined ? steps : insertSteps(steps, index + 1, [{ ...step, id: newId }]);
}

/** Moves a step so that it is at `index` afterwards. */
export function moveStep(steps: Steps, id: string, index: number): Steps {
  const from = indexOf(steps, id);
  const step = steps[from];
  const to = clamp(index, 1, steps.length - 1);
  if (from <= 0 || step === undefined || to === from) return steps;
  const rest = steps.filter((other) => other.id !== id);
  return [...rest.slice(0, to), step, ...rest.slice(to)];
}

export function setStepDisabled(steps: Steps, id: string, isDisabled: boolean): Steps {
  const index = indexOf(steps, id);
  if (index <= 0 || (steps[index]?.disabled ?? false) === isDisabled) return steps;
  return steps.map((step) => {
    if (step.id !== id) return step;
    const { disabled: _, ...enabled } = step;
    return isDisabled ? { ...step, disabled: true } : enabled;
  });
}

/** Gives a step a name of its own; an empty one returns to the name made from its content. */
export function renameStep(steps: Steps, id: string, label: string): Steps {
  const name = label.trim().slice(0, 200);
  const step = steps[indexOf(steps, id)];
  if (step === undefined || (step.label ?? '') === name) return steps;
  return steps.map((other) => {
    if (other.id !== id) return other;
    const { label: _, ...unnamed } = other;
    return name === '' ? unnamed : { ...other, label: name };
  });
}

export function indexOf(steps: Steps, id: string): number {
  return steps.findIndex((step) => step.id === id);
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
