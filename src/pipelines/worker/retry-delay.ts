import { AppError } from '#platform/errors';
import { stagingPrefix } from '#warehouse';
import type { PlanStep } from '../runs/run-plan.ts';
import { isOfDatabase } from './keep-trying.ts';

/**
 * Milliseconds to wait before each further try of a step that failed for a passing reason. A service that somebody else
 * runs is given minutes; what fails within our own walls for a passing reason, a busy table, soon passes.
 */
const delays: Readonly<Record<PlanStep['kind'], readonly number[]>> = {
  sync: [1_000, 5_000, 20_000, 60_000],
  transform: [1_000, 5_000, 20_000],
};

/** Tries while the database is down or full: some eight minutes, since nothing would come of any other step either. */
const DATABASE_TRIES = 20;

/**
 * How long to wait before the next try; undefined when there is to be none.
 *
 * @param tries that have failed so far.
 */
export function retryDelay(
  step: Pick<PlanStep, 'id' | 'kind'>,
  error: unknown,
  tries: number,
): number | undefined {
  if (isOfDatabase(error)) {
    return tries >= DATABASE_TRIES ? undefined : Math.min(250 * 2 ** (tries - 1), 30_000);
  }
  if (!(error instanceof AppError)) return undefined;
  // Another run loaded the same source in between: nothing was changed, and the next try sees what it did.
  const passes = error.isTransient || error.code === 'conflict' || lostItsOwnTable(step.id, error);
  return passes ? delays[step.kind][tries - 1] : undefined;
}

/**
 * The table that the step was filling is gone: an earlier try of it, whose worker had been paused, woke and cleared away
 * what it took for its own remains. That one is fenced off now.
 */
function lostItsOwnTable(stepId: string, error: AppError): boolean {
  return error.code === 'table_missing' && error.message.includes(stagingPrefix(stepId));
}
