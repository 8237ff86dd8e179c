import { publishProgress } from '#platform/database/publish-progress';
import type { SyncProgress } from '#contracts/sources';
import type { Services } from '#platform/services';
import type { PlanStep } from '../runs/run-plan.ts';
import type { StepAttempt } from './step-fence.ts';

/** Milliseconds between two reports of a step: more than four a second cannot be read. */
const INTERVAL_MS = 250;

export interface ProgressReporter {
  report(progress: SyncProgress): void;
  /** Resolves when no report is under way any more. */
  stop(): Promise<void>;
}

/**
 * Tells the pages how far a step is, and keeps the newest for who looks later. Reports that come faster than they can
 * be sent replace each other. A report that fails is let go: the next one, or the end, says more.
 */
export function reportProgress(
  services: Pick<Services, 'database' | 'log'>,
  mine: StepAttempt,
  step: PlanStep,
): ProgressReporter {
  let newest: SyncProgress | undefined;
  let sending: Promise<void> | undefined;
  let last = 0;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  async function send(): Promise<void> {
    const progress = newest;
    newest = undefined;
    if (progress === undefined) return;
    last = Date.now();
    try {
      await services.database.withOrganization(mine.organizationId, (trx) =>
        trx
          .updateTable('run_steps')
          .set({ progress: JSON.stringify(progress) })
          .where('organization_id', '=', mine.organizationId)
          .where('id', '=', mine.stepId)
          .where('attempt', '=', mine.attempt)
          .where('status', '=', 'running')
          .execute(),
      );
      await publishProgress(services.database, mine.organizationId, {
        type: 'progress',
        run_id: mine.runId,
        step_id: mine.stepId,
        kind: step.kind,
        ref_id: step.ref_id,
        progress,
      });
    } catch (error) {
      services.log.debug({ err: error, step: mine.stepId }, 'progress was not sent');
    }
  }

  function schedule(): void {
    if (stopped || sending !== undefined || timer !== undefined || newest === undefined) return;
    timer = setTimeout(
      () => {
        timer = undefined;
        sending = send().finally(() => {
          sending = undefined;
          schedule();
        });
      },
      Math.max(0, last + INTERVAL_MS - Date.now()),
    );
  }

  return {
    report(progress) {
      newest = progress;
      schedule();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await sending;
    },
  };
}
