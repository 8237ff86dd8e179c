import type { SyncProgress } from '#contracts/sources';
import type { AssertCurrent } from '#platform/database/assert-current';
import type { OrganizationId, RunId } from '#platform/ids';
import type { PlanStep } from '../runs/run-plan.ts';

export interface StepInput {
  readonly organizationId: OrganizationId;
  readonly runId: RunId;
  readonly step: PlanStep;
  readonly trigger: 'manual' | 'pipeline';
  /** Aborts when the run is cancelled or the worker stops. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: SyncProgress) => void;
  /** Rejects when another worker has taken the step over; asked just before the effect is committed. */
  readonly assertCurrent: AssertCurrent;
}

export interface StepResult {
  readonly rows: number;
  readonly rejected: number;
}

/**
 * Does what a step is there for. It may be called again for the same step after a crash, and recognises by the step's
 * id what it has already committed.
 */
export type DoStep = (input: StepInput) => Promise<StepResult>;
