import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Actor } from '#platform/actor';
import type { OrganizationId } from '#platform/ids';
import type { PipelineServices } from '../services.ts';
import { repeat } from '../worker/repeat.ts';
import { findFiles } from './find-files.ts';
import { loadArrivedFile } from './load-arrived-file.ts';

/** Milliseconds between two looks into the folder. */
const EVERY_MS = 3_000;

/**
 * Loads the files that other programs put into the folder of WATCH_FOLDER, each once: for every organization a folder
 * with its id. `visits.csv` takes the place of the last one in the source “visits”; the rows of `Visits/march.csv` come
 * to those of the other files of the folder in the source “Visits”. Sources that are not there are made.
 */
export function watchFolder(services: PipelineServices): AsyncDisposable | undefined {
  const folder = services.config.watchFolder;
  if (folder === undefined) return undefined;
  const stopping = new AbortController();
  const { signal } = stopping;
  const watching = repeat(
    { name: 'looking into the watched folder', everyMs: EVERY_MS, log: services.log, signal },
    () => lookIntoFolder(services, folder, signal),
  );
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await watching;
    },
  };
}

/** One look; files that have begun to arrive are brought further by the next ones. */
export async function lookIntoFolder(
  services: PipelineServices,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const organizations = await services.database.withSystem((trx) =>
    trx.selectFrom('organizations').select('id').orderBy('id').execute(),
  );
  for (const { id } of organizations) {
    signal.throwIfAborted();
    await lookIntoOne(services, join(folder, id), id, signal).catch((error: unknown) => {
      if (signal.aborted) throw error;
      services.log.warn(
        { err: error, organization_id: id },
        'files that came could not be loaded; it is tried again',
      );
    });
  }
}

async function lookIntoOne(
  services: PipelineServices,
  folder: string,
  organizationId: OrganizationId,
  signal: AbortSignal,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const actor: Actor = { organizationId, userId: null, role: 'owner' };
  const busy = new Set<string>();
  for (const file of await findFiles(folder, services.clock.now())) {
    signal.throwIfAborted();
    // Files of one source go one after the other, in the order in which they came.
    const source = file.source.name.toLowerCase();
    if (busy.has(source)) continue;
    if (!(await loadArrivedFile(services, actor, file, signal))) busy.add(source);
  }
}
