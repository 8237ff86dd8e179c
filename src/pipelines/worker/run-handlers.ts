import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { emitEvent } from '#platform/database/emit-event';
import { AppError, toRunError } from '#platform/errors';
import type { StepId } from '#platform/ids';
import type { Services } from '#platform/services';
import type { EngineRun, RunHandlers, StepOutcome } from '../engine/run-engine.ts';
import { endRun } from '../runs/end-run.ts';
import { cancelledEnd, type StepEnd } from '../runs/end-step.ts';
import { hasEnded, lockRun } from '../runs/lock-run.ts';
import { logLine } from '../runs/log-line.ts';
import type { PlanStep } from '../runs/run-plan.ts';
import { startNextRun } from '../runs/start-run.ts';
import type { RunEngine } from '../engine/run-engine.ts';
import { claimStep, type WaitsFor } from './claim-step.ts';
import { keepTrying } from './keep-trying.ts';
import { inSpan } from '#platform/tracing/tracing';
import { reportProgress } from './report-progress.ts';
import { retryDelay } from './retry-delay.ts';
import { recordRunSpan, runSpan } from './run-span.ts';
import { assertCurrentAttempt, endCurrentStep, type StepAttempt } from './step-fence.ts';
import type { DoStep, StepResult } from './step-work.ts';
import type { Cancellations } from './watch-cancellations.ts';

/** Milliseconds between two looks at whether another run is done with the same source. */
const TURN_MS = 200;

/** Milliseconds for which a step that lost its worker goes before others at the same source: take-overs take less. */
const INTERRUPTED_FIRST_MS = 5_000;

export interface HandlerOptions {
  readonly workerId: string;
  readonly doStep: DoStep;
  readonly cancellations: Cancellations;
  /** Aborts when the worker stops: work under way is left to whoever takes over. */
  readonly stopping: AbortSignal;
  /** Workers that may still be working. */
  readonly living: () => Promise<ReadonlySet<string>>;
  readonly runEngine: Pick<RunEngine, 'start'>;
  /** Loads from one host at the same time. */
  readonly loadsPerHost: number;
}

/** Never settles: what the engine waits for when the worker stops, so that it remembers no outcome. */
const never = new Promise<never>(() => undefined);

function count(rows: number): string {
  return `${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}`;
}

function succeeded(step: PlanStep, result: StepResult): StepEnd {
  const unread = result.rejected === 0 ? '' : `; ${count(result.rejected)} could not be read`;
  const verb = step.kind === 'sync' ? 'Loaded' : 'Made';
  return {
    status: 'succeeded',
    rows: result.rows,
    message: `${verb} “${step.name}”: ${count(result.rows)}${unread}.`,
  };
}

/** What the engine calls for a run, over our own run and step tables. */
export function createRunHandlers(
  services: Pick<Services, 'database' | 'log'>,
  options: HandlerOptions,
): RunHandlers {
  const { database, log } = services;
  const { workerId, stopping } = options;

  async function begin(run: EngineRun): Promise<void> {
    await database.withOrganization(run.organizationId, async (trx) => {
      const row = await lockRun(trx, run.organizationId, run.runId);
      if (row?.status !== 'queued') return;
      log.info({ run_id: run.runId, organization_id: run.organizationId, worker: workerId }, 'run started');
      await trx
        .updateTable('pipeline_runs')
        .set({ status: 'running', started_at: sql<Date>`clock_timestamp()` })
        .where('organization_id', '=', run.organizationId)
        .where('id', '=', run.runId)
        .execute();
      await logLine(trx, run, { message: 'Started.' });
      await emitEvent(trx, run.organizationId, {
        type: 'run',
        run_id: run.runId,
        pipeline_id: row.pipeline_id,
        status: 'running',
      });
    });
  }

  /** One try; a number = it failed for a passing reason and is worth another after so many milliseconds. */
  async function tryOnce(
    run: EngineRun,
    mine: StepAttempt,
    step: PlanStep,
    trigger: 'manual' | 'pipeline',
    tries: number,
  ): Promise<StepOutcome | number> {
    const cancellation = options.cancellations.watch(run);
    const progress = reportProgress(services, mine, step);
    const end = (how: StepEnd) => keepTrying(() => endCurrentStep(services, mine, how), stopping);
    try {
      const result = await options.doStep({
        organizationId: run.organizationId,
        runId: run.runId,
        step,
        trigger,
        signal: AbortSignal.any([cancellation.signal, stopping]),
        onProgress: (each) => progress.report(each),
        assertCurrent: (trx) => assertCurrentAttempt(services, mine, trx),
      });
      await progress.stop();
      await end(succeeded(step, result));
      return 'succeeded';
    } catch (error) {
      await progress.stop();
      if (stopping.aborted) return await never;
      if (error instanceof AppError && error.code === 'step_taken_over') throw error;
      if (cancellation.signal.aborted || (error instanceof AppError && error.code === 'run_cancelled')) {
        await end(cancelledEnd(step.name));
        return 'cancelled';
      }
      const known = toRunError(error);
      log.warn(
        { err: error, run_id: run.runId, step_id: mine.stepId, attempt: mine.attempt },
        'a step failed',
      );
      const delay = retryDelay(step, error, tries);
      if (delay !== undefined) {
        await keepTrying(
          () =>
            database.withOrganization(run.organizationId, (trx) =>
              logLine(trx, run, {
                level: 'warning',
                stepId: mine.stepId,
                message: `“${step.name}”: ${known.message} It is tried again.`,
              }),
            ),
          stopping,
        );
        return delay;
      }
      await end({ status: 'failed', error: known, message: `“${step.name}” failed: ${known.message}` });
      return 'failed';
    } finally {
      cancellation.release();
    }
  }

  async function runStep(run: EngineRun, stepId: StepId, blocked: boolean): Promise<StepOutcome> {
    const who = { organizationId: run.organizationId, runId: run.runId, workerId };
    const gone = new Set<string>();
    const missedSince = new Map<string, number>();
    let toldToWait = false;
    for (let tries = 1; ;) {
      const claim = await keepTrying(
        () => claimStep(services, who, stepId, blocked, { gone, loadsPerHost: options.loadsPerHost }),
        stopping,
      );
      if (claim.ended !== null) return claim.ended;
      if (claim.waitsFor !== undefined) {
        if (claim.waitsFor.worker !== undefined) {
          const { worker } = claim.waitsFor;
          const living = await keepTrying(options.living, stopping);
          const since = living.has(worker) ? undefined : (missedSince.get(worker) ?? performance.now());
          if (since !== undefined) missedSince.set(worker, since);
          // What it was at goes on first, as soon as somebody takes it over; but not for ever, since this run may have
          // the place that the other one needs.
          if (since !== undefined && performance.now() - since > INTERRUPTED_FIRST_MS) gone.add(worker);
        }
        if (!toldToWait) await tellOfWaiting(run, stepId, claim);
        toldToWait = true;
        await pause(run, TURN_MS);
        continue;
      }
      const mine: StepAttempt = { ...who, stepId, attempt: claim.attempt };
      const startedAt = performance.now();
      const outcome = await inSpan(
        {
          name: `step ${claim.step.kind}`,
          parent: runSpan(run),
          attributes: {
            'dalgo.run.id': run.runId,
            'dalgo.step.id': stepId,
            'dalgo.step.attempt': claim.attempt,
          },
        },
        async (add) => {
          const how = await tryOnce(run, mine, claim.step, claim.trigger, tries);
          add({ 'dalgo.step.outcome': typeof how === 'number' ? 'retry' : how });
          return how;
        },
      );
      log.info(
        {
          run_id: run.runId,
          step_id: stepId,
          kind: claim.step.kind,
          attempt: claim.attempt,
          outcome: typeof outcome === 'number' ? 'to be tried again' : outcome,
          ms: Math.round(performance.now() - startedAt),
        },
        'step',
      );
      if (typeof outcome !== 'number') return outcome;
      tries += 1;
      await pause(run, outcome);
    }
  }

  /** Waits. A cancellation ends the wait; the claim that follows sees it and ends the step. */
  async function pause(run: EngineRun, ms: number): Promise<void> {
    const cancellation = options.cancellations.watch(run);
    try {
      await sleep(ms, undefined, { signal: AbortSignal.any([cancellation.signal, stopping]) }).catch(
        () => undefined,
      );
    } finally {
      cancellation.release();
    }
    stopping.throwIfAborted();
  }

  async function tellOfWaiting(
    run: EngineRun,
    stepId: StepId,
    { name, waitsFor }: { readonly name: string; readonly waitsFor: WaitsFor },
  ): Promise<void> {
    const why =
      waitsFor.host === undefined
        ? 'another run is at it'
        : `as many loads from ${waitsFor.host} as may be are under way`;
    const message = `“${name}” waits: ${why}.`;
    await keepTrying(
      () => database.withOrganization(run.organizationId, (trx) => logLine(trx, run, { stepId, message })),
      stopping,
    );
  }

  /**
   * How the step ends for whoever has taken it over. The engine may still count this process as the owner of the run
   * and remember what it answers, so that must be the truth.
   *
   * @returns undefined when that worker is gone too: the step is free.
   */
  async function followOther(run: EngineRun, stepId: StepId): Promise<StepOutcome | undefined> {
    for (;;) {
      const row = await keepTrying(
        () =>
          database.withOrganization(run.organizationId, (trx) =>
            trx
              .selectFrom('run_steps')
              .select(['status', 'worker_id'])
              .where('organization_id', '=', run.organizationId)
              .where('id', '=', stepId)
              .executeTakeFirst(),
          ),
        stopping,
      );
      if (row === undefined) return 'cancelled';
      if (row.status !== 'queued' && row.status !== 'running') return row.status;
      const living = await keepTrying(options.living, stopping);
      if (row.worker_id === null || !living.has(row.worker_id)) return undefined;
      await sleep(TURN_MS, undefined, { signal: stopping });
    }
  }

  async function finish(run: EngineRun): Promise<void> {
    const pipelineId = await database.withOrganization(run.organizationId, async (trx) => {
      const row = await lockRun(trx, run.organizationId, run.runId);
      if (row === undefined) return null;
      if (!hasEnded(row.status)) await endRun(trx, run.organizationId, row);
      recordRunSpan(run, row.started_at ?? row.queued_at);
      log.info({ run_id: run.runId, organization_id: run.organizationId }, 'run ended');
      return row.pipeline_id;
    });
    if (pipelineId !== null) {
      await startNextRun({ database, runEngine: options.runEngine }, run.organizationId, pipelineId);
    }
  }

  /** When the worker stops, what it waits for is never answered. */
  async function untilStopped<T>(fn: () => Promise<T>): Promise<T> {
    try {
      return await fn();
    } catch (error) {
      if (stopping.aborted) return await never;
      throw error;
    }
  }

  return {
    begin: (run) => untilStopped(() => keepTrying(() => begin(run), stopping)),
    runStep: (run, stepId, blocked) =>
      untilStopped(async () => {
        for (;;) {
          try {
            return await runStep(run, stepId, blocked);
          } catch (error) {
            if (!(error instanceof AppError && error.code === 'step_taken_over')) throw error;
          }
          const outcome = await followOther(run, stepId);
          if (outcome !== undefined) return outcome;
        }
      }),
    finish: (run) => untilStopped(() => keepTrying(() => finish(run), stopping)),
  };
}
