import { useEffect, useRef, useState } from 'react';
import type { RecipeStep } from '#contracts/recipe';
import { compileRecipe, previewRecipe, type RecipeError } from '#contracts/transformations';
import type { TableColumn } from '#contracts/warehouse';
import { call } from '../../../api.ts';
import { prefixKey } from '../model/prefix-counts.ts';

export interface StepAnalysis {
  /** Columns after the step. */
  readonly columns: readonly TableColumn[];
  readonly errors: readonly RecipeError[];
  /** Rows after the step; undefined while they are counted, or when they cannot be. */
  readonly rowCount: number | undefined;
}

export interface Analysis {
  /** The steps that `results` describe; a moment behind what is on the screen. */
  readonly steps: readonly RecipeStep[];
  readonly results: readonly StepAnalysis[];
  /** Newer steps are being looked at. */
  readonly isPending: boolean;
  /** Why there is no answer at all. */
  readonly error: unknown;
  readonly retry: () => void;
}

/** Row counts that are known, by what decides the rows; shared by all analyses of an editor. */
export type KnownCounts = Map<string, number>;

interface Answer {
  readonly steps: readonly RecipeStep[];
  readonly results: readonly Omit<StepAnalysis, 'rowCount'>[];
}
const nothing: Answer = { steps: [], results: [] };

/**
 * Columns, errors and row counts after each step. Columns and errors come at once, for they need no data; counts follow,
 * and only for steps whose rows can have changed. Requests for steps that are no longer wanted are aborted.
 *
 * @param delay milliseconds to wait for further changes, while somebody types
 * @param dataVersion another value counts anew
 */
export function useAnalysis(
  steps: readonly RecipeStep[] | null,
  known: KnownCounts,
  dataVersion: number,
  delay = 0,
): Analysis {
  const [answer, setAnswer] = useState<Answer>(nothing);
  const [error, setError] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  const [, setCounted] = useState(0);
  const content = steps === null ? null : JSON.stringify(steps);
  const latest = useRef(steps);
  useEffect(() => {
    latest.current = steps;
  });

  useEffect(() => {
    const wanted = latest.current;
    if (wanted === null || wanted.length === 0) {
      setAnswer(nothing);
      setError(undefined);
      return undefined;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => {
      analyse(wanted, known, abort.signal, {
        onResults: (results) => {
          setAnswer({ steps: wanted, results });
          setError(undefined);
        },
        onCounts: () => setCounted((count) => count + 1),
      }).catch((failure: unknown) => {
        if (!abort.signal.aborted) setError(failure);
      });
    }, delay);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [content, known, dataVersion, delay, attempt]);

  return {
    steps: answer.steps,
    results: answer.results.map((result, index) => ({
      ...result,
      rowCount: result.errors.length > 0 ? undefined : known.get(prefixKey(answer.steps, index)),
    })),
    isPending:
      error === undefined &&
      steps !== null &&
      steps.length > 0 &&
      answer.steps !== steps &&
      content !== JSON.stringify(answer.steps),
    error,
    retry: () => setAttempt((count) => count + 1),
  };
}

interface Progress {
  readonly onResults: (results: readonly Omit<StepAnalysis, 'rowCount'>[]) => void;
  readonly onCounts: () => void;
}

async function analyse(
  steps: readonly RecipeStep[],
  known: KnownCounts,
  signal: AbortSignal,
  { onResults, onCounts }: Progress,
): Promise<void> {
  const recipe = { steps: [...steps] };
  const compiled = await call(compileRecipe, { body: { recipe } }, { signal });
  onResults(steps.map((_, index) => stepResult(compiled.steps, index)));
  const firstBroken = compiled.steps.find((step) => step.errors.length > 0)?.index ?? steps.length;
  const countable = steps.slice(0, firstBroken);
  if (countable.length === 0 || countable.every((_, index) => known.has(prefixKey(steps, index)))) return;
  const counted = await call(
    previewRecipe,
    { body: { recipe: { steps: countable }, limit: 0, count_steps: true } },
    { signal },
  );
  for (const step of counted.steps) {
    if (typeof step.row_count === 'number') known.set(prefixKey(steps, step.index), step.row_count);
  }
  onCounts();
}

function stepResult(
  results: readonly {
    readonly index: number;
    readonly columns: readonly TableColumn[];
    readonly errors: readonly RecipeError[];
  }[],
  index: number,
): Omit<StepAnalysis, 'rowCount'> {
  const found = results.find((result) => result.index === index);
  return { columns: found?.columns ?? [], errors: found?.errors ?? [] };
}
