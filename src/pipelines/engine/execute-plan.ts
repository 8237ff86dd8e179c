import type { StepId } from '#platform/ids';
import type { EngineRun, RunHandlers, StepOutcome } from './run-engine.ts';
import { createSemaphore } from './semaphore.ts';

/**
 * Runs `fn` once for its name and remembers what it returned; after a crash the remembered value is returned instead.
 * An engine may number the calls in the order in which they are made.
 */
export type Durably = <T>(name: string, fn: () => Promise<T>) => Promise<T>;

/**
 * Executes a plan: each step as soon as what it needs is done, at most `stepsPerRun` at once; what depends on a step
 * that did not succeed is skipped, everything else is finished.
 *
 * All steps are handed to the engine at once, in the plan's order, and wait inside for what they need. So the engine's
 * numbering depends on the plan alone and not on which step happened to finish first: a replay is deterministic for
 * any graph.
 */
export async function executePlan(
  run: EngineRun,
  handlers: RunHandlers,
  options: { readonly durably: Durably; readonly stepsPerRun: number },
): Promise<void> {
  await options.durably('begin', () => handlers.begin(run));
  const slots = createSemaphore(options.stepsPerRun);
  const outcomes = new Map<StepId, Promise<StepOutcome>>();
  for (const step of run.steps) {
    const needed = step.after.map((id) => {
      const outcome = outcomes.get(id);
      if (outcome === undefined)
        throw new Error(`Plan of run ${run.runId}: step ${step.id} comes before ${id}`);
      return outcome;
    });
    const outcome = options.durably(step.id, async () => {
      const before = await Promise.all(needed);
      const blocked = before.some((each) => each !== 'succeeded');
      return slots.run(() => handlers.runStep(run, step.id, blocked));
    });
    // Awaited below; a rejection must not count as unhandled while an earlier step is still being awaited.
    outcome.catch(() => undefined);
    outcomes.set(step.id, outcome);
  }
  const all = await Promise.all(outcomes.values());
  await options.durably('finish', () => handlers.finish(run, all));
}
