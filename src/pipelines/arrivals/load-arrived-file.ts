import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { sql } from 'kysely';
import { fileConfig, type FileConfig } from '#contracts/sources';
import { addFile, suggestAddition } from '#ingestion';
import type { Actor } from '#platform/actor';
import type { RowOf } from '#platform/database/tables';
import { AppError, toRunError } from '#platform/errors';
import type { RunId } from '#platform/ids';
import { createSource, storeUpload, updateSource } from '#sources';
import { notify } from '../notifications/notify.ts';
import { runSource } from '../runs/run-one-step.ts';
import { hasEnded } from '../runs/lock-run.ts';
import type { PipelineServices } from '../services.ts';
import { sourceTypeOf, type FoundFile } from './find-files.ts';

type ArrivedFile = RowOf<'arrived_files'>;

/**
 * Brings a file one step further: into the uploads, to its source, into a run, to its end. What was done is written down
 * after each and recognised when it is done again, so a file is loaded once, whatever dies in between.
 *
 * @returns whether it is done: loaded, failed, or known already.
 */
export async function loadArrivedFile(
  services: PipelineServices,
  actor: Actor,
  file: FoundFile,
  signal: AbortSignal,
): Promise<boolean> {
  const known = await findArrival(services, actor, file, signal);
  if (known.status !== 'arriving') return true;
  try {
    if (known.run_id !== null) return await followRun(services, actor, file, known, known.run_id as RunId); // of our own
    const uploadId = known.upload_id ?? (await store(services, actor, file, known, signal));
    await alone(services, actor, async () => {
      const { run_id: runsAlready } = await findArrival(services, actor, file, signal);
      if (runsAlready !== null) return;
      const sourceId = await giveToSource(services, actor, file, uploadId, signal);
      if (sourceId === undefined) return; // an earlier file of the same source goes first
      const { runId } = await runSource(services, actor, sourceId, 'webhook');
      await note(services, actor, known, { run_id: runId });
    });
    return false;
  } catch (error) {
    // What passes is tried again at the next look; what a person has to put right is told of.
    if (signal.aborted || !(error instanceof AppError) || error.isTransient) throw error;
    await fail(services, actor, file, known, toRunError(error));
    return true;
  }
}

/** Does it unless another server is at a file of the same organization, which then comes to ours at its next look. */
async function alone(services: PipelineServices, actor: Actor, fn: () => Promise<void>): Promise<void> {
  await services.database.withOrganization(actor.organizationId, async (trx) => {
    const lock = await sql<{
      mine: boolean;
    }>`SELECT pg_try_advisory_xact_lock(hashtextextended(${`arrivals ${actor.organizationId}`}, 0)) AS mine`.execute(
      trx,
    );
    if (lock.rows[0]?.mine === true) await fn();
  });
}

/** What is known of a file; a new one is written down. Only a file that looks changed is read. */
async function findArrival(
  services: PipelineServices,
  actor: Actor,
  file: FoundFile,
  signal: AbortSignal,
): Promise<ArrivedFile> {
  const { organizationId } = actor;
  const look = await services.database.withOrganization(organizationId, (trx) =>
    trx
      .selectFrom('arrived_files')
      .selectAll()
      .where('path', '=', file.path)
      .where('size_bytes', '=', file.sizeBytes)
      .where('modified_ms', '=', file.modifiedMs)
      .orderBy('arrived_at', 'desc')
      .executeTakeFirst(),
  );
  if (look !== undefined) return look;
  const hash = createHash('sha256');
  await pipeline(createReadStream(file.absolutePath), hash, { signal });
  return services.database.withOrganization(organizationId, (trx) =>
    trx
      .insertInto('arrived_files')
      .values({
        organization_id: organizationId,
        path: file.path,
        digest: hash.digest('hex'),
        size_bytes: file.sizeBytes,
        modified_ms: file.modifiedMs,
        status: 'arriving',
      })
      // The same bytes were written again: nothing has come.
      .onConflict((conflict) =>
        conflict.columns(['organization_id', 'path', 'digest']).doUpdateSet({ modified_ms: file.modifiedMs }),
      )
      .returningAll()
      .executeTakeFirstOrThrow(),
  );
}

async function note(
  services: PipelineServices,
  actor: Actor,
  arrival: ArrivedFile,
  what: Partial<Pick<ArrivedFile, 'run_id' | 'status'>> & { readonly error?: string },
): Promise<void> {
  await services.database.withOrganization(actor.organizationId, (trx) =>
    trx
      .updateTable('arrived_files')
      .set(what)
      .where('path', '=', arrival.path)
      .where('digest', '=', arrival.digest)
      .execute(),
  );
}

async function store(
  services: PipelineServices,
  actor: Actor,
  file: FoundFile,
  arrival: ArrivedFile,
  signal: AbortSignal,
): Promise<string> {
  const filename = file.path.split(/[/\\]/).at(-1) ?? file.path;
  const stream = createReadStream(file.absolutePath);
  const upload = await storeUpload(services, actor, { filename, stream, wasTruncated: () => false }, signal);
  // Another server that looks into the same folder may have been quicker; then ours is nobody's, and tidied up.
  const noted = await services.database.withOrganization(actor.organizationId, (trx) =>
    trx
      .updateTable('arrived_files')
      .set({ upload_id: sql<string>`coalesce(upload_id, ${upload.id})` })
      .where('path', '=', arrival.path)
      .where('digest', '=', arrival.digest)
      .returning('upload_id')
      .executeTakeFirstOrThrow(),
  );
  return noted.upload_id ?? upload.id;
}

/**
 * Gives the file to the source of its name, which is made when there is none.
 *
 * @returns the source; undefined while another file of it is on its way.
 */
async function giveToSource(
  services: PipelineServices,
  actor: Actor,
  file: FoundFile,
  uploadId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const source = await services.database.withOrganization(actor.organizationId, async (trx) =>
    (await trx.selectFrom('sources').selectAll().orderBy('created_at').orderBy('id').execute()).find(
      (each) => each.name.normalize('NFC').toLowerCase() === file.source.name.toLowerCase(),
    ),
  );
  if (source === undefined) {
    const type = sourceTypeOf(file.path) ?? 'csv';
    const input = { name: file.source.name, type, config: { upload_id: uploadId } };
    return (await createSource(services, actor, input, signal)).id;
  }
  const config = fileConfig.safeParse(source.config).data;
  if (config === undefined) {
    throw new AppError('conflict', `“${source.name}” is not made of files.`, {
      hint: 'Call the file, or its folder, something else.',
    });
  }
  if (hasFile(config, uploadId)) return source.id;
  if (await isBeingLoaded(services, actor, source.id)) return undefined;
  if (!file.source.adds || !(await hasTable(services, actor, source.warehouse_table_name))) {
    const { options } = config;
    const replaced = { upload_id: uploadId, ...(options === undefined ? {} : { options }) };
    await updateSource(services, actor, source.id, { config: replaced }, signal);
    return source.id;
  }
  const { mapping } = await suggestAddition(services, actor, source.id, { upload_id: uploadId }, signal);
  // Nobody looks at what is only similar: it becomes a column of its own.
  const same = mapping.flatMap(({ from, to, match }) => (match === 'same' ? [[from, to] as const] : []));
  await addFile(
    services,
    actor,
    source.id,
    { upload_id: uploadId, mode: 'append', key: [], mapping: Object.fromEntries(same) },
    signal,
  );
  return source.id;
}

function hasFile(config: FileConfig, uploadId: string): boolean {
  return [config, ...(config.additions ?? [])].some((file) => file.upload_id === uploadId);
}

/** Without one nothing of the source was ever loaded: there is nothing to add to. */
async function hasTable(services: PipelineServices, actor: Actor, name: string): Promise<boolean> {
  const table = await services.database.withOrganization(actor.organizationId, (trx) =>
    trx.selectFrom('warehouse_tables').select('name').where('name', '=', name).executeTakeFirst(),
  );
  return table !== undefined;
}

async function isBeingLoaded(services: PipelineServices, actor: Actor, sourceId: string): Promise<boolean> {
  const step = await services.database.withOrganization(actor.organizationId, (trx) =>
    trx
      .selectFrom('run_steps')
      .select('id')
      .where('ref_id', '=', sourceId)
      .where('status', 'in', ['queued', 'running'])
      .limit(1)
      .executeTakeFirst(),
  );
  return step !== undefined;
}

async function followRun(
  services: PipelineServices,
  actor: Actor,
  file: FoundFile,
  arrival: ArrivedFile,
  runId: RunId,
): Promise<boolean> {
  const run = await services.database.withOrganization(actor.organizationId, (trx) =>
    trx.selectFrom('pipeline_runs').select(['status', 'error']).where('id', '=', runId).executeTakeFirst(),
  );
  if (run !== undefined && !hasEnded(run.status)) return false;
  if (run === undefined || run.status === 'succeeded') {
    await note(services, actor, arrival, { status: 'loaded' });
  } else {
    const error = run.error ?? { code: 'run_cancelled' as const, message: 'Its load was cancelled.' };
    await fail(services, actor, file, arrival, error);
  }
  return true;
}

/** Nobody clicked, so nobody looks: people are told. */
async function fail(
  services: PipelineServices,
  actor: Actor,
  file: FoundFile,
  arrival: ArrivedFile,
  error: NonNullable<ArrivedFile['error']>,
): Promise<void> {
  await note(services, actor, arrival, { status: 'failed', error: JSON.stringify(error) });
  await services.database.withOrganization(actor.organizationId, (trx) =>
    notify(trx, actor.organizationId, {
      occurrence: `arrival ${arrival.path} ${arrival.digest}`,
      kind: 'failure',
      severity: 'error',
      title: `“${file.path}” could not be loaded`,
      content: {
        reason: error.message,
        affected: [file.source.name],
        advice: error.hint ?? 'Correct the file and put it into the folder again.',
      },
      path: '/sources',
      pipelineId: null,
      runId: null,
    }),
  );
}
