import type { OrganizationId, RunId, StepId } from '#platform/ids';

/** A step as the engine sees it: a name, and what has to be done before. What it does is the handlers' business. */
export interface PlannedStep {
  readonly id: StepId;
  readonly after: readonly StepId[];
}

/**
 * Where a run waits, each with limits of its own, so that a flood of one kind never starves another. `manual`: somebody
 * waits for it. `sync`, `transform`: a schedule or another program began it, with loads or without.
 */
export const runQueues = ['manual', 'sync', 'transform'] as const;
export type RunQueue = (typeof runQueues)[number];

/**
 * A run as the engine sees it: the frozen shape of its plan. It is stored with the run and replayed after a crash,
 * so it never changes. Steps are in an order in which each comes after what it needs.
 */
export interface EngineRun {
  readonly runId: RunId;
  readonly organizationId: OrganizationId;
  readonly queue: RunQueue;
  /** Something is loaded in it. What people wait for takes turns apart: many long loads never hold up a recipe. */
  readonly loads: boolean;
  /** Span under which its spans hang. */
  readonly traceparent?: string;
  readonly steps: readonly PlannedStep[];
}

export type StepOutcome = 'succeeded' | 'failed' | 'cancelled' | 'skipped';

/**
 * What the engine calls. Each may be called again for the same run or step after a crash, from another process; the
 * handlers recognise what is already done. They reject only when the engine is to give the run up (shutdown).
 */
export interface RunHandlers {
  begin(run: EngineRun): Promise<void>;
  /** `blocked`: something that the step needs did not succeed; the step is skipped. */
  runStep(run: EngineRun, stepId: StepId, blocked: boolean): Promise<StepOutcome>;
  finish(run: EngineRun, outcomes: readonly StepOutcome[]): Promise<void>;
}

/** What any process may do with runs. */
export interface RunEngine {
  /** Queues a run; a run that is already known is left alone, so it is safe to repeat. */
  start(run: EngineRun): Promise<void>;
  /** Puts a run that waits before all others of its organization and queue: a person waits for it now. */
  hasten(runId: RunId): Promise<void>;
  /** Takes a run that has not begun out of the queue, and forgets one that nobody works on. */
  cancel(runId: RunId): Promise<void>;
  close(): Promise<void>;
}

/** A process that executes runs. */
export interface RunWorker extends RunEngine {
  /**
   * Puts the runs of workers that are not among the living back into their queue; whoever is free continues them at
   * the step that was interrupted. One caller at a time.
   *
   * @param living asked after the runs were read: a worker that began meanwhile is among them.
   * @returns the runs that were taken from the dead.
   */
  takeOver(living: () => Promise<ReadonlySet<string>>): Promise<readonly RunId[]>;
  /** Those of the runs that the engine no longer works on, however they ended. */
  ended(runs: readonly RunId[]): Promise<readonly RunId[]>;
}

export interface QueueLimits {
  /** Runs of one organization at the same time, over all workers; of `manual`, those with loads and those without. */
  readonly perOrganization: number;
  /** Runs at the same time in one worker. */
  readonly perWorker: number;
  /** Runs of one organization that begin within a minute, over all workers: what goes in circles does so slowly. */
  readonly startsPerMinute: number;
}

export interface EngineLimits {
  readonly queues: Readonly<Record<RunQueue, QueueLimits>>;
  /** Steps of one run at the same time. */
  readonly stepsPerRun: number;
  /** Loads from one host at the same time, of all organizations and over all workers; one place more for a person. */
  readonly loadsPerHost: number;
}

/**
 * Seven runs of an organization at most, so that a table which somebody asks for never waits behind long loads:
 * fourteen steps, each with one connection of its login's twenty, or two for a large file.
 */
export const defaultEngineLimits: EngineLimits = {
  queues: {
    manual: { perOrganization: 2, perWorker: 8, startsPerMinute: 120 },
    sync: { perOrganization: 2, perWorker: 8, startsPerMinute: 60 },
    transform: { perOrganization: 1, perWorker: 4, startsPerMinute: 60 },
  },
  stepsPerRun: 2,
  loadsPerHost: 4,
};
