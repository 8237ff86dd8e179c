import { AppError } from '#platform/errors';
import type { OrganizationId } from '#platform/ids';
import { connectRunEngine, loadSample, migrateRunEngine } from '#pipelines';
import { findLiveWorker } from '../find-live-worker.ts';
import type { OpenServices } from '../open-services.ts';
import { parseCommandLine, type CliCommand } from './cli-command.ts';
import { withServices } from './with-services.ts';

const usage = 'load-sample [--organization NAME]';

/** The sample data of a small NGO, as the button on the first page loads it. */
export const loadSampleCommand: CliCommand = async (context) => {
  const { values } = parseCommandLine(context, usage, { organization: { type: 'string' } });
  await withServices(context, async (services, ownerUrl) => {
    const organization = await findOrganization(services, values.organization);
    await migrateRunEngine(ownerUrl);
    const runEngine = await connectRunEngine(services.database.appUrl, services.log);
    try {
      const sample = await loadSample(
        { ...services, runEngine },
        { organizationId: organization.id, userId: null, role: 'owner' },
        context.signal,
      );
      context.say(
        `"${organization.name}" has the sample: ${sample.source_ids.length} sources, ${sample.transformation_ids.length} transformations and a pipeline.`,
      );
      context.say(
        (await findLiveWorker(services)) === undefined
          ? 'Its first run begins with the next start: npm start'
          : 'Its first run has begun.',
      );
    } finally {
      await runEngine.close();
    }
  });
  return 0;
};

/** The organization with this name or id; the only one when none is named. */
async function findOrganization(
  services: OpenServices,
  wanted: string | undefined,
): Promise<{ readonly id: OrganizationId; readonly name: string }> {
  const all = await services.database.withSystem((trx) =>
    trx.selectFrom('organizations').select(['id', 'name']).orderBy('name').execute(),
  );
  const found = wanted === undefined ? all : all.filter((each) => each.id === wanted || each.name === wanted);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw new AppError(
    'not_found',
    all.length === 0
      ? 'There is no organization yet.'
      : found.length === 0
        ? `There is no organization "${wanted ?? ''}".`
        : 'There are several organizations.',
    {
      hint:
        all.length === 0
          ? 'Create one first: npm run dalgo -- create-organization --name NAME --email EMAIL'
          : `Name one of: ${all
              .slice(0, 20)
              .map((each) => `${each.name} (${each.id})`)
              .join(', ')}`,
    },
  );
}
