/** A value with everything it was before and was undone from. Unlimited: a step is a few hundred bytes. */
export interface EditHistory<Value> {
  readonly past: readonly Value[];
  readonly present: Value;
  readonly future: readonly Value[];
}

export function historyOf<Value>(present: Value): EditHistory<Value> {
  return { past: [], present, future: [] };
}

/** A new present; what was undone before is forgotten. The same value again is no change. */
export function commit<Value>(history: EditHistory<Value>, next: Value): EditHistory<Value> {
  if (next === history.present) return history;
  return { past: [...history.past, history.present], present: next, future: [] };
}

export function undo<Value>(history: EditHistory<Value>): EditHistory<Value> {
  const previous = history.past.at(-1);
  if (previous === undefined) return history;
  return { past: history.past.slice(0, -1), present: previous, future: [history.present, ...history.future] };
}

export function redo<Value>(history: EditHistory<Value>): EditHistory<Value> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.present], present: next, future };
}
