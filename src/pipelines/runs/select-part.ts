import type { PartScope } from '#contracts/pipelines';
import { AppError } from '#platform/errors';
import type { PlanStep, RunPlan } from './run-plan.ts';

/**
 * The part of a plan that a person asks for: one step, a step with all that it is made from, or a step with all that is
 * made from it. What is left out is read as it stands.
 *
 * @param refId the source or the transformation of the step.
 * @throws AppError not_found when the plan has no such step
 */
export function selectPart(
  plan: RunPlan,
  refId: string,
  scope: PartScope,
): { readonly plan: RunPlan; readonly step: PlanStep } {
  const step = plan.steps.find((each) => each.ref_id === refId);
  if (step === undefined) throw new AppError('not_found', 'This pipeline has no such step.');
  const chosen = new Set([step.id]);
  // Steps come after what they read, so one pass in each direction finds all.
  if (scope === 'from') {
    for (const each of plan.steps) if (each.after.some((id) => chosen.has(id))) chosen.add(each.id);
  }
  if (scope === 'to') {
    for (const each of plan.steps.toReversed()) {
      if (chosen.has(each.id)) for (const id of each.after) chosen.add(id);
    }
  }
  const steps = plan.steps
    .filter((each) => chosen.has(each.id))
    .map((each) => ({ ...each, after: each.after.filter((id) => chosen.has(id)) }));
  return { plan: { ...plan, steps }, step };
}
