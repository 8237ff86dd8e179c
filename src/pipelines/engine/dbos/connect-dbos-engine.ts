import { DBOSClient } from '@dbos-inc/dbos-sdk';
import type { Log } from '#platform/log';
import type { RunEngine } from '../run-engine.ts';
import { DBOS_APPLICATION, DBOS_SCHEMA, dbosLogger, dbosUrl, enqueueOptions } from './dbos-settings.ts';

/**
 * The engine for a process that only queues and cancels (the server, the command line). Nothing runs here.
 *
 * @param appUrl connection string of the program's login; `migrateRunEngine` has made the tables.
 */
export async function connectDbosEngine(appUrl: string, log: Log): Promise<RunEngine> {
  const client = await DBOSClient.create({
    systemDatabaseUrl: dbosUrl(appUrl),
    systemDatabaseSchemaName: DBOS_SCHEMA,
    systemDatabasePoolSize: 3,
    applicationName: DBOS_APPLICATION,
    logger: dbosLogger(log),
  });
  return {
    async start(run) {
      await client.enqueue(enqueueOptions(run), run);
    },
    hasten: (runId) => client.setWorkflowPriority(runId, 0),
    cancel: (runId) => client.cancelWorkflow(runId),
    close: () => client.destroy(),
  };
}
