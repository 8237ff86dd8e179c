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
  const waits: Promise<number>[] = [];
  const watched = watchingSwaps(services, waits);
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
      await session.query(`DROP TABLE IF EXISTS ${target}`);
      bareWaits.push(readerWait(warehouse, target, swapStarted));
      await session.query(`ALTER TABLE "${warehouse.schema}".bare RENAME TO bare_target`);
    });
    return took;
  };
  const target = `"${warehouse.schema}".bare_target`;
  await warehouse.transaction((session) => session.query(`CREATE TABLE ${target} ()`)); // the first swap has one to replace
  const bareWaits: Promise<number>[] = [];

  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    // In turns, and each first as often as the other, so that neither always finds the disk busy.
    if (round % 2 === 0) ours.push(await execute());
    theirs.push(await bare());
    if (round % 2 === 1) ours.push(await execute());
  }
  const [mine, other] = [spread(ours), spread(theirs)];
  const [wait, bareWait] = [spread(await Promise.all(waits)), spread(await Promise.all(bareWaits))];
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
      measured: `${wait.median.toFixed(1)} ms (${wait.min.toFixed(1)}–${wait.max.toFixed(1)})`,
      against: `DROP, RENAME and COMMIT alone, in the same run: ${bareWait.median.toFixed(1)} ms`,
      value: wait.median,
      bar: 20,
    },
  ];
}

/**
 * The same services, which write down how long each swap kept a reader waiting: one that asks as soon as the old table
 * is locked against it. What the transaction does after its locks are gone (deleting the old file) holds up nobody.
 */
function watchingSwaps(services: WarehouseServices, waits: Promise<number>[]): WarehouseServices {
  const watch = (warehouse: OrganizationWarehouse): OrganizationWarehouse => ({
    ...warehouse,
    transaction: (work, options) =>
      warehouse.transaction(
        (session) =>
          work({
            ...session,
            query: async (sql, statement) => {
              const lockedAt = performance.now();
              const result = await session.query(sql, statement);
              const table = /^DROP TABLE (?:IF EXISTS )?(.*transform_\w+"?)/.exec(sql)?.[1];
              if (table !== undefined) waits.push(readerWait(warehouse, table, lockedAt));
              return result;
            },
          }),
        options,
      ),
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

/** @returns milliseconds from `lockedAt` to the answer of somebody who reads the table now. */
async function readerWait(
  warehouse: OrganizationWarehouse,
  table: string,
  lockedAt: number,
): Promise<number> {
  await warehouse.read(`SELECT 1 AS one FROM ${table} LIMIT 1`);
  return performance.now() - lockedAt;
}
