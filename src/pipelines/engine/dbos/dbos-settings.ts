import type { Log } from '#platform/log';
import type { EngineRun } from '../run-engine.ts';
import type { DBOSConfig } from '@dbos-inc/dbos-sdk';

/** What DBOS is told to queue a run. Lower goes first; 0 is for a run that a person came to wait for (`hasten`). */
export function enqueueOptions(run: EngineRun) {
  return {
    queueName: run.queue,
    workflowName: RUN_WORKFLOW,
    workflowID: run.runId,
    queuePartitionKey: turnOf(run),
    appVersion: WORKFLOW_VERSION,
    priority: 10,
  };
}

/** Runs that take turns: those of an organization; of what people wait for, loads and recipes apart. */
function turnOf(run: EngineRun): string {
  return run.queue === 'manual' && run.loads ? `${run.organizationId} loads` : run.organizationId;
}

export const RUN_WORKFLOW = 'run';
export const DBOS_APPLICATION = 'dalgo-lite';
export const DBOS_SCHEMA = 'dbos';
/** Marks the tables as migrated for this SDK; a test compares it with what is installed. */
export const DBOS_SDK_VERSION = '5.3.0';

/**
 * Version of the workflow's shape (the durable calls of `executePlan`). DBOS gives a run only to workers of the same
 * version; by default it is a hash of the code, and every release would then strand the runs before it. Raise it
 * only when the calls change their order or names.
 */
export const WORKFLOW_VERSION = '1';

/**
 * DBOS's connection string of the same database. A worker that is paused in the middle of taking runs keeps their rows
 * locked: the database lets go of them soon. DBOS would set this timeout by a statement on each new connection while
 * pg runs the first query on it, which pg warns of; in the connection string it is set before.
 */
export function dbosUrl(appUrl: string): string {
  const url = new URL(appUrl);
  url.searchParams.set('options', '-c idle_in_transaction_session_timeout=4000');
  return url.href;
}

/** DBOS's logger is ours; what it calls info is our debug. */
export function dbosLogger(log: Log): NonNullable<DBOSConfig['logger']> {
  const text = (entry: unknown): string => (entry instanceof Error ? entry.message : String(entry));
  return {
    info: (entry) => log.debug({ from: 'dbos' }, text(entry)),
    debug: (entry) => log.trace({ from: 'dbos' }, text(entry)),
    warn: (entry) => log.warn({ from: 'dbos' }, text(entry)),
    error: (entry, metadata) => log.error({ from: 'dbos', stack: metadata?.stack }, text(entry)),
  };
}
