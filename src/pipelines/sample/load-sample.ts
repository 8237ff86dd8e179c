import { Readable } from 'node:stream';
import type { Source } from '#contracts/sources';
import type { Actor } from '#platform/actor';
import { AppError } from '#platform/errors';
import type { PipelineId, RunId } from '#platform/ids';
import { createSource, storeUpload } from '#sources';
import { createTransformation } from '#transforms';
import { runPipeline } from '../runs/run-pipeline.ts';
import { deletePipeline, updatePipeline } from '../save-pipeline.ts';
import { setSchedule } from '../schedule/set-schedule.ts';
import type { PipelineServices } from '../services.ts';
import { sampleFiles, type SampleFile } from './sample-files.ts';
import { activeByDistrict, visitsByProgramme } from './sample-recipes.ts';

const PIPELINE_NAME = 'Daily programme report';

export interface LoadedSample {
  readonly source_ids: string[];
  readonly transformation_ids: string[];
  readonly pipeline_id: string;
  readonly run_id: RunId;
}

/**
 * Makes the sample organization's four sources, two transformations and pipeline through the same commands that a
 * person's clicks use, and starts the pipeline's first run.
 *
 * @throws AppError conflict when it is there already
 */
export async function loadSample(
  services: PipelineServices,
  actor: Actor,
  signal: AbortSignal = new AbortController().signal,
): Promise<LoadedSample> {
  const pipelineId = await claimPipeline(services, actor);
  try {
    const sources = new Map<string, Source>();
    for (const file of sampleFiles()) sources.set(file.name, await addSource(services, actor, file, signal));
    const tableOf = (name: string): string => sources.get(name)?.warehouse_table_name ?? '';
    const byDistrict = await createTransformation(services, actor, {
      name: 'Active beneficiaries by district',
      description: 'Where the people are that the programmes reach.',
      recipe: activeByDistrict({ beneficiaries: tableOf('Beneficiaries') }),
      output_table_name: 'Active beneficiaries by district',
    });
    const byProgramme = await createTransformation(services, actor, {
      name: 'Visits by programme',
      description: 'Visits, people reached and time spent for each programme.',
      recipe: visitsByProgramme({ visits: tableOf('Visits'), programmes: tableOf('Programmes') }),
      output_table_name: 'Visits by programme',
    });
    const sourceIds = [...sources.values()].map((source) => source.id);
    const transformationIds = [byDistrict.id, byProgramme.id];
    await updatePipeline(services, actor, pipelineId, {
      source_ids: sourceIds,
      transformation_ids: transformationIds,
    });
    await setSchedule(services, actor, pipelineId, { frequency: 'daily', run_at: '06:00' });
    return {
      source_ids: sourceIds,
      transformation_ids: transformationIds,
      pipeline_id: pipelineId,
      run_id: await runPipeline(services, actor, pipelineId),
    };
  } catch (error) {
    // Otherwise it would stand in the way of another try.
    await deletePipeline(services, actor, pipelineId);
    throw error;
  }
}

/** The pipeline first, and alone: of two clicks one makes the sample and the other is told so. */
async function claimPipeline(services: PipelineServices, actor: Actor): Promise<PipelineId> {
  const { organizationId } = actor;
  const id = services.newId<PipelineId>();
  await services.database.withOrganization(organizationId, async (trx) => {
    await trx.selectFrom('organizations').select('id').where('id', '=', organizationId).forUpdate().execute();
    const existing = await trx
      .selectFrom('pipelines')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('name', '=', PIPELINE_NAME)
      .executeTakeFirst();
    if (existing !== undefined) {
      throw new AppError('conflict', 'The sample data is already here.', {
        hint: `Delete the pipeline “${PIPELINE_NAME}” first to load it again.`,
      });
    }
    await trx
      .insertInto('pipelines')
      .values({ id, organization_id: organizationId, name: PIPELINE_NAME, created_by: actor.userId })
      .execute();
  });
  return id;
}

async function addSource(
  services: PipelineServices,
  actor: Actor,
  file: SampleFile,
  signal: AbortSignal,
): Promise<Source> {
  const upload = await storeUpload(
    services,
    actor,
    { filename: file.filename, stream: Readable.from([Buffer.from(file.csv)]), wasTruncated: () => false },
    signal,
  );
  return createSource(
    services,
    actor,
    { name: file.name, type: 'csv', config: { upload_id: upload.id, options: { date_order: 'dmy' } } },
    signal,
  );
}
