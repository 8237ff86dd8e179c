import { Readable } from 'node:stream';
import type { Actor } from '#platform/actor';
import { systemClock } from '#platform/clock';
import { connectDatabase } from '#platform/database/database';
import { newId, type RunId, type SourceId, type StepId } from '#platform/ids';
import { createLog } from '#platform/log';
import { createSource } from '#sources';
import { createTestDatabase } from '#testing/database';
import { createTestOrganization } from '#testing/organization';
import { openWarehouse, type WarehouseServices } from '#warehouse';
import { createUpload } from '../create-upload.ts';
import { runSync } from '../run-sync.ts';
import type { PoisonFile } from './poison-files.ts';

/** What became of a file, and the memory that this process took more than before, at its peak. */
export interface PoisonResult {
  readonly outcome: PoisonFile['outcome'];
  readonly peakBytes: number;
}

export interface PoisonBench extends AsyncDisposable {
  swallow(file: Pick<PoisonFile, 'filename' | 'content'>): Promise<PoisonResult>;
}

const never = new AbortController().signal;

/** The whole way of a file, from its upload to the table, in this process. */
export async function openPoisonBench(): Promise<PoisonBench> {
  const test = await createTestDatabase();
  const database = connectDatabase(test.appUrl);
  const warehouse = openWarehouse({ config: test.config, database });
  const services: WarehouseServices = {
    config: test.config,
    log: createLog('silent'),
    clock: systemClock,
    newId,
    database,
    warehouse,
  };
  const actor: Actor = await createTestOrganization(database, test.config);
  return {
    swallow: async (file) => {
      const before = process.memoryUsage().rss;
      let peak = before;
      const timer = setInterval(() => {
        peak = Math.max(peak, process.memoryUsage().rss);
      }, 20);
      try {
        const outcome = await load(services, actor, file);
        return { outcome, peakBytes: peak - before };
      } finally {
        clearInterval(timer);
      }
    },
    [Symbol.asyncDispose]: async () => {
      await warehouse.close();
      await database.close();
      await test[Symbol.asyncDispose]();
    },
  };
}

async function load(
  services: WarehouseServices,
  actor: Actor,
  { filename, content }: Pick<PoisonFile, 'filename' | 'content'>,
): Promise<PoisonFile['outcome']> {
  try {
    const stream = Readable.from(content(), { objectMode: false });
    const upload = await createUpload(
      services,
      actor,
      { filename, stream, wasTruncated: () => false },
      never,
    );
    const config = { upload_id: upload.id };
    const source = await createSource(services, actor, { name: filename, type: 'csv', config }, never);
    const { sync } = await runSync(services, {
      organizationId: actor.organizationId,
      sourceId: source.id as SourceId, // of the answer
      runId: newId<RunId>(),
      stepId: newId<StepId>(),
      trigger: 'manual',
      signal: never,
    });
    return { rows: sync.rows_synced, rejected: sync.rows_rejected };
  } catch (error) {
    if (error instanceof Error && 'code' in error) return { code: String(error.code) };
    throw error;
  }
}
