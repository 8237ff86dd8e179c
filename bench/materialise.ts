import { recipe as recipeSchema } from '#contracts/recipe';
import { newId, type RunId, type StepId, type TransformationId } from '#platform/ids';
import { createTransformation, executeTransformation, getTransformation } from '#transforms';
import type { OrganizationWarehouse, WarehouseServices } from '#warehouse';
import { spread } from './median.ts';
import type { Figure } from './report.ts';
import type { SurveySite } from './survey-site.ts';

const ROUNDS = 5;

/** What a saved table costs over the bare statement, both in the same run and in turns. */
export async function materialiseBench(site: SurveySite): Promise<Figure[]> {
  const { services, actor, warehouse } = site;
  const saved = await createTransformation(services, actor, {
    name: 'Adults',
    recipe: recipeSchema.parse({
      steps: [
        { type: 'source', table: site.table },
        { type: 'filter', column: 'age', operator: 'greater_or_equal', value: 18 },
        { type: 'clean', columns: ['block', 'remarks'], operations: ['trim', 'upper'] },
        {
          type: 'add_column',
          name: 'per_head',
          expression_type: 'math',
          left: 'income_inr',
          operator: '/',
          right: 'household_size',
        },
      ],
    }),
  });
  const id = saved.id as TransformationId; // ids lose their brand on their way through the API's shape

  const execute = async (): Promise<number> => {
    const stepId = newId<StepId>();
    await services.database.withOrganization(actor.organizationId, (trx) =>
      trx
        .insertInto('transformation_runs')
        .values({
          id: stepId,
          organization_id: actor.organizationId,
          transformation_id: id,
          run_id: newId<RunId>(),
          status: 'queued',
          trigger: 'manual',
          version: 1,
          table_name: saved.table_name,
        })
        .execute(),
    );
    const started = performance.now();
    await executeTransformation(watched, {
      organizationId: actor.organizationId,
      transformationId: id,
      stepId,
    });
    return performance.now() - started;
  };
  /** Milliseconds from when the old table is locked against readers to the end of the transaction. */
  const locks: number[] = [];
  const watched = watchingSwaps(services, locks);
  await execute(); // warms both up, and gives the statement
  const sql = (await getTransformation(services, actor, id)).last_run?.sql;
  if (sql === null || sql === undefined) throw new Error('the run kept no statement');
  const bare = async (): Promise<number> => {
    const started = performance.now();
    await warehouse.transaction(async (session) => {
      await session.query(`CREATE TABLE "${warehouse.schema}".bare AS ${sql}`);
    });
    const took = performance.now() - started;
    // The least that a swap can be: the same statements with nothing around them.
    const swapStarted = performance.now();
    await warehouse.transaction(async (session) => {
      await session.query(`DROP TABLE IF EXISTS "${warehouse.schema}".bare_target`);
      await session.query(`ALTER TABLE "${warehouse.schema}".bare RENAME TO bare_target`);
    });
    bareSwaps.push(performance.now() - swapStarted);
    return took;
  };
  const bareSwaps: number[] = [];

  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    // In turns, and each first as often as the other, so that neither always finds the disk busy.
    if (round % 2 === 0) ours.push(await execute());
    theirs.push(await bare());
    if (round % 2 === 1) ours.push(await execute());
  }
  const [mine, other] = [spread(ours), spread(theirs)];
  return [
    {
      name: 'execute / CREATE TABLE AS',
      measured: `${(mine.median / 1000).toFixed(2)} s (${(mine.min / 1000).toFixed(2)}–${(mine.max / 1000).toFixed(2)})`,
      against: `bare ${(other.median / 1000).toFixed(2)} s (${(other.min / 1000).toFixed(2)}–${(other.max / 1000).toFixed(2)})`,
      value: mine.median / other.median,
      bar: 1.15,
    },
    {
      name: 'readers wait for a swap (ms)',
      measured: `${spread(locks).median.toFixed(1)} ms (${spread(locks).min.toFixed(1)}–${spread(locks).max.toFixed(1)})`,
      against: `DROP, RENAME and COMMIT alone, in the same run: ${spread(bareSwaps).median.toFixed(1)} ms`,
      value: spread(locks).median,
      bar: 20,
    },
  ];
}

/** The same services, which write down how long each swap kept readers waiting: from outside of what is measured. */
function watchingSwaps(services: WarehouseServices, locks: number[]): WarehouseServices {
  const watch = (warehouse: OrganizationWarehouse): OrganizationWarehouse => ({
    ...warehouse,
    async transaction(work, options) {
      let lockedAt: number | undefined;
      const result = await warehouse.transaction(
        (session) =>
          work({
            ...session,
            query: (sql, statement) => {
              if (/^DROP (TABLE|VIEW) .*transform_/.test(sql)) lockedAt ??= performance.now();
              return session.query(sql, statement);
            },
          }),
        options,
      );
      if (lockedAt !== undefined) locks.push(performance.now() - lockedAt);
      return result;
    },
  });
  const { warehouse } = services;
  return {
    ...services,
    warehouse: {
      ...warehouse,
      forOrganization: async (organizationId) => watch(await warehouse.forOrganization(organizationId)),
    },
  };
}
