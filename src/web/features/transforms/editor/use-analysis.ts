import { useState } from 'react';
import type { RecipeStep } from '#contracts/recipe';
import { compileRecipe, previewRecipe, type RecipeError } from '#contracts/transformations';
import type { TableColumn } from '#contracts/warehouse';
import { call } from '../../../api.ts';
import { prefixKey } from '../model/prefix-counts.ts';
import { useAnswer } from '../use-answer.ts';

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

interface Compiled {
  readonly steps: readonly RecipeStep[];
  readonly results: readonly Omit<StepAnalysis, 'rowCount'>[];
}
const nothing: Compiled = { steps: [], results: [] };

/**
 * Columns, errors and row counts after each step. Columns and errors come at once, for they need no data; counts follow,
 * and only for steps whose rows can have changed. Requests for steps that are no longer wanted are aborted.
 *
 * @param dataVersion another value looks anew
 * @param delay milliseconds to wait for further changes, while somebody types
 */
export function useAnalysis(
  steps: readonly RecipeStep[] | null,
  known: KnownCounts,
  dataVersion: number,
  delay = 0,
): Analysis {
  const [attempt, setAttempt] = useState(0);
  const wanted = steps === null || steps.length === 0 ? null : steps;
  const compiled = useAnswer(
    wanted === null ? null : JSON.stringify([wanted, dataVersion, attempt]),
    (signal) => compile(wanted ?? [], signal),
    delay,
  );
  const { steps: seen, results } = compiled.data ?? nothing;
  const countable = countableSteps(seen, results);
  const isCounted = countable.every((_, index) => known.has(prefixKey(countable, index)));
  useAnswer(isCounted ? null : JSON.stringify([countable, dataVersion, attempt]), (signal) =>
    count(countable, known, signal),
  );
  return {
    steps: seen,
    results: results.map((result, index) => ({ ...result, rowCount: known.get(prefixKey(seen, index)) })),
    isPending: !compiled.isCurrent,
    error: compiled.error,
    retry: () => setAttempt((before) => before + 1),
  };
}

/** The steps before the first that is broken: only those have rows. */
function countableSteps(
  steps: readonly RecipeStep[],
  results: readonly Omit<StepAnalysis, 'rowCount'>[],
): readonly RecipeStep[] {
  const broken = results.findIndex((result) => result.errors.length > 0);
  return broken < 0 ? steps : steps.slice(0, broken);
}

async function compile(steps: readonly RecipeStep[], signal: AbortSignal): Promise<Compiled> {
  const compiled = await call(compileRecipe, { body: { recipe: { steps: [...steps] } } }, { signal });
  return {
    steps,
    results: steps.map((_, index) => {
      const found = compiled.steps.find((result) => result.index === index);
      return { columns: found?.columns ?? [], errors: found?.errors ?? [] };
    }),
  };
}

async function count(steps: readonly RecipeStep[], known: KnownCounts, signal: AbortSignal): Promise<void> {
  const body = { recipe: { steps: [...steps] }, limit: 0, count_steps: true };
  const counted = await call(previewRecipe, { body }, { signal });
  for (const step of counted.steps) {
    if (typeof step.row_count === 'number') known.set(prefixKey(steps, step.index), step.row_count);
  }
}
