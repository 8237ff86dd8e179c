import { z } from 'zod';
import { recipe } from '#contracts/recipe';
import type { OrganizationId, RunId, StepId } from '#platform/ids';
import type { EngineRun, RunQueue } from '../engine/run-engine.ts';

const stepFields = {
  id: z.string(),
  /** The source or the transformation. */
  ref_id: z.string(),
  name: z.string(),
  /** Ids of the steps of this plan whose tables it reads. */
  after: z.array(z.string()),
};

const syncStep = z.object({
  kind: z.literal('sync'),
  ...stepFields,
  /** The other side; none for a file. */
  host: z.string().optional(),
});
const transformStep = z.object({
  kind: z.literal('transform'),
  ...stepFields,
  version: z.number().int(),
  recipe,
  output_table_name: z.string().nullable(),
});

/**
 * What a run does, frozen when it was asked for: what people change meanwhile counts for the next run. Steps are in an
 * order in which each comes after what it reads.
 */
export const runPlan = z.object({
  /** Of this format. */
  format: z.literal(1),
  /** What happens to the other branches when a step fails; continue unless said. */
  on_failure: z.enum(['continue', 'stop']).optional(),
  /** The request that asked for it, for traces. */
  traceparent: z.string().optional(),
  steps: z.array(z.discriminatedUnion('kind', [syncStep, transformStep])),
});
export type RunPlan = z.infer<typeof runPlan>;
export type PlanStep = RunPlan['steps'][number];

export function loadsSomething(plan: RunPlan): boolean {
  return plan.steps.some((step) => step.kind === 'sync');
}

/** The shape of a plan, as the engine keeps it. */
export function engineRun(
  runId: RunId,
  organizationId: OrganizationId,
  plan: RunPlan,
  queue: RunQueue,
): EngineRun {
  return {
    runId,
    queue,
    loads: loadsSomething(plan),
    organizationId,
    ...(plan.traceparent === undefined ? {} : { traceparent: plan.traceparent }),
    // Ids lose their brand in JSON.
    steps: plan.steps.map((step) => ({ id: step.id as StepId, after: step.after as StepId[] })),
  };
}
