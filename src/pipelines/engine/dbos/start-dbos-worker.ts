import { AsyncLocalStorage } from 'node:async_hooks';
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { RunId } from '#platform/ids';
import type { Log } from '#platform/log';
import { executePlan, type Durably } from '../execute-plan.ts';
import {
  runQueues,
  type EngineLimits,
  type EngineRun,
  type RunHandlers,
  type RunWorker,
} from '../run-engine.ts';
import {
  DBOS_APPLICATION,
  DBOS_SCHEMA,
  dbosLogger,
  dbosUrl,
  enqueueOptions,
  RUN_WORKFLOW,
  WORKFLOW_VERSION,
} from './dbos-settings.ts';

/**
 * Starts executing runs in this process. DBOS keeps its state in globals, so a process has at most one worker.
 *
 * @param options.appUrl connection string of the program's login.
 * @param options.workerId name under which this process owns runs; never used before.
 */
export async function startDbosWorker(options: {
  readonly appUrl: string;
  readonly workerId: string;
  readonly handlers: RunHandlers;
  readonly limits: EngineLimits;
  readonly log: Log;
}): Promise<RunWorker> {
  const { handlers, limits } = options;
  // A run that ends starts the next one of its pipeline from within its own last step, where DBOS refuses to queue.
  const outsideOfRuns = AsyncLocalStorage.snapshot();
  const durably: Durably = (name, fn) => DBOS.runStep(fn, { name });
  DBOS.registerWorkflow(
    (run: EngineRun) => executePlan(run, handlers, { durably, stepsPerRun: limits.stepsPerRun }),
    { name: RUN_WORKFLOW, maxRecoveryAttempts: 1000 },
  );
  DBOS.setConfig({
    name: DBOS_APPLICATION,
    systemDatabaseUrl: dbosUrl(options.appUrl),
    systemDatabaseSchemaName: DBOS_SCHEMA,
    systemDatabasePoolSize: 6,
    applicationVersion: WORKFLOW_VERSION,
    executorID: options.workerId,
    listenQueues: [...runQueues],
    tracingEnabled: false,
    runMigrations: false,
    logger: dbosLogger(options.log),
  });
  await DBOS.launch();
  for (const queue of runQueues) {
    const { perOrganization, perWorker, startsPerMinute } = limits.queues[queue];
    await DBOS.registerQueue(queue, {
      partitionConcurrency: perOrganization,
      workerConcurrency: perWorker,
      partitionRateLimit: { limitPerPeriod: startsPerMinute, periodSec: 60 },
      // A person waits for a run to begin, and a schedule says a time; twenty small indexed queries a second cost about
      // 2 % of a core. Nobody looks at the clock of a table that follows another one.
      minPollingIntervalMs: queue === 'transform' ? 200 : 50,
      onConflict: 'always_update',
    });
  }
  return {
    async start(run) {
      await outsideOfRuns(() => DBOS.enqueueWorkflowWithOptions(enqueueOptions(run), run));
    },
    hasten: (runId) => DBOS.setWorkflowPriority(runId, 0),
    cancel: (runId) => DBOS.cancelWorkflow(runId),
    async takeOver(living) {
      const pending = await DBOS.listWorkflows({
        status: 'PENDING',
        workflowName: RUN_WORKFLOW,
        loadInput: false,
        loadOutput: false,
      });
      if (pending.length === 0) return [];
      const livingWorkers = await living();
      const orphans = pending.filter((workflow) => !livingWorkers.has(workflow.executorId ?? ''));
      // The workflow's id is the run's, by `start`.
      const idsOf = (workflows: typeof orphans) => workflows.map((workflow) => workflow.workflowID as RunId);
      // Without its queue's name a resumed run would leave the queue and with it the organization's limit.
      for (const queueName of runQueues) {
        const ids = idsOf(orphans.filter((workflow) => workflow.queueName === queueName));
        if (ids.length > 0) await DBOS.resumeWorkflows(ids, { queueName });
      }
      return idsOf(orphans);
    },
    async ended(runs) {
      if (runs.length === 0) return [];
      const workflows = await DBOS.listWorkflows({
        workflowIDs: [...runs],
        loadInput: false,
        loadOutput: false,
      });
      return workflows
        .filter((workflow) => !['ENQUEUED', 'DELAYED', 'PENDING'].includes(workflow.status))
        .map((workflow) => workflow.workflowID as RunId); // by `start`
    },
    // Not deregistered in production: the process ends. Tests start a second worker in the same process.
    close: () => DBOS.shutdown({ deregister: true }),
  };
}
