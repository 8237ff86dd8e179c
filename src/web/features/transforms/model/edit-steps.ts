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

/** Removes a step; a section that began with it begins with the next one, unless that begins its own. */
export function removeStep(steps: Steps, id: string): Steps {
  const index = indexOf(steps, id);
  if (index <= 0) return steps;
  const { section } = steps[index] ?? {};
  const heir = section === undefined ? undefined : steps[index + 1];
  return steps
    .filter((step) => step.id !== id)
    .map((step) =>
      step === heir && section !== undefined ? { ...step, section: step.section ?? section } : step,
    );
}

/** A copy right after the original. The source cannot be doubled. */
export function duplicateStep(steps: Steps, id: string, newId: string): Steps {
  const index = indexOf(steps, id);
  const step = steps[index];
  if (index <= 0 || step === undefined) return steps;
  const { section: _, ...copy } = step;
  return insertSteps(steps, index + 1, [{ ...copy, id: newId }]);
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

/** What people write at a step, with how long it may be. */
const textLimits = { label: 200, note: 5000, section: 80 } as const;
export type StepText = keyof typeof textLimits;

/**
 * Writes something at a step; an empty text takes it away. Without a label a step is called by what it does; without
 * a section it belongs to the one above.
 */
export function writeAtStep(steps: Steps, id: string, field: StepText, text: string): Steps {
  const trimmed = text.trim().slice(0, textLimits[field]).trimEnd();
  const step = steps[indexOf(steps, id)];
  if (step === undefined || (step[field] ?? '') === trimmed) return steps;
  return steps.map((other) => {
    if (other.id !== id) return other;
    const { [field]: _, ...without } = other;
    return trimmed === '' ? without : { ...other, [field]: trimmed };
  });
}

/** For each step the id of the step that its section begins with; none before the first section. */
export function sectionsOf(steps: Steps): readonly (string | undefined)[] {
  let section: string | undefined;
  return steps.map((step) => (section = step.section === undefined ? section : step.id));
}

export function indexOf(steps: Steps, id: string): number {
  return steps.findIndex((step) => step.id === id);
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
