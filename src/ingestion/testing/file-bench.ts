import { Readable } from 'node:stream';
import type { Actor } from '#platform/actor';
import { systemClock } from '#platform/clock';
import { connectDatabase } from '#platform/database/database';
import { newId, type RunId, type SourceId, type StepId } from '#platform/ids';
import { createLog } from '#platform/log';
import { createTestDatabase } from '#testing/database';
import { createTestOrganization } from '#testing/organization';
import { openWarehouse, type OrganizationWarehouse, type WarehouseServices } from '#warehouse';
import { createUpload } from '../create-upload.ts';
import { runSync } from '../run-sync.ts';

const never = new AbortController().signal;

/** An organization with a database of its own, to which files are uploaded and loaded. */
export interface FileBench extends AsyncDisposable {
  readonly services: WarehouseServices;
  readonly actor: Actor;
  readonly warehouse: OrganizationWarehouse;
  readonly upload: (
    content: string | AsyncIterable<Uint8Array>,
    filename?: string,
  ) => ReturnType<typeof createUpload>;
  readonly sync: (sourceId: string, stepId?: StepId) => ReturnType<typeof runSync>;
}

export async function openFileBench(): Promise<FileBench> {
  const test = await createTestDatabase();
  const database = connectDatabase(test.appUrl);
  const services: WarehouseServices = {
    config: test.config,
    log: createLog('silent'),
    clock: systemClock,
    newId,
    database,
    warehouse: openWarehouse({ config: test.config, database }),
  };
  const actor = await createTestOrganization(database, test.config);
  return {
    services,
    actor,
    warehouse: await services.warehouse.forOrganization(actor.organizationId),
    upload: (content, filename = 'file.csv') => {
      const pieces = typeof content === 'string' ? [Buffer.from(content)] : content;
      const stream = Readable.from(pieces, { objectMode: false });
      return createUpload(services, actor, { filename, stream, wasTruncated: () => false }, never);
    },
    sync: (sourceId, stepId = newId<StepId>()) =>
      runSync(services, {
        organizationId: actor.organizationId,
        sourceId: sourceId as SourceId, // of an answer
        runId: newId<RunId>(),
        stepId,
        trigger: 'manual',
        signal: never,
      }),
    [Symbol.asyncDispose]: async () => {
      await services.warehouse.close();
      await database.close();
      await test[Symbol.asyncDispose]();
    },
  };
}
