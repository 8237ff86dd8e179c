import { sql } from 'kysely';
import { isDeepStrictEqual } from 'node:util';
import type { Materialization } from '#contracts/materialization';
import type { Recipe } from '#contracts/recipe';
import type { Transformation } from '#contracts/transformations';
import type { Actor } from '#platform/actor';
import type { MetadataTransaction } from '#platform/database/database';
import { emitEvent } from '#platform/database/emit-event';
import { AppError } from '#platform/errors';
import type { TransformationId } from '#platform/ids';
import type { WarehouseServices } from '#warehouse';
import { checkCycle } from './check-cycle.ts';
import { withSqlColumns } from './describe-sql.ts';
import { keepReferences } from './keep-references.ts';
import { loadCatalog, transformTable } from './load-catalog.ts';
import { referencedTables } from './plan/plan-recipe.ts';
import { keptApart, nothingApart } from './publish-transformations.ts';
import { findTransformation, readTransformation } from './queries.ts';

export interface TransformationInput {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly recipe: Recipe;
  readonly output_table_name?: string | null | undefined;
  readonly materialization?: Materialization | undefined;
}

export type TransformationChange = Partial<TransformationInput> & {
  /** Refused with `conflict` when the saved version is another. */
  readonly expected_version?: number | undefined;
  /** Pipelines go on with the version that they run. */
  readonly draft?: boolean | undefined;
  /** Make the whole of a growing table again at the next run. */
  readonly rebuild?: boolean | undefined;
};

/** One save at a time in an organization: two at once could each be free of a circle and make one together. */
async function lockGraph(trx: MetadataTransaction, actor: Actor): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`transformations:${actor.organizationId}`}, 0))`.execute(
    trx,
  );
}

/** The recipe with its references kept, and the tables that it reads. @throws AppError recipe_cycle */
async function checkedRecipe(
  trx: MetadataTransaction,
  actor: Actor,
  id: TransformationId,
  given: Recipe,
  before?: Recipe,
): Promise<{ readonly recipe: Recipe; readonly reads: string[] }> {
  const catalog = await loadCatalog(trx, actor.organizationId);
  const recipe = keepReferences(given, catalog.tables, before);
  const reads = referencedTables(recipe, catalog.tables);
  const nameOf = (name: string): string =>
    catalog.tables.find((table) => table.name === name)?.displayName ?? name;
  checkCycle(transformTable(id), reads, catalog.draftReads, nameOf);
  return { recipe, reads };
}

/**
 * Two results never have one name: who reads “Visits by district” has to know which one it is. A name that a person
 * gave is refused when it is taken; one that only follows from the transformation's name gets a number.
 *
 * @returns what to keep as `output_table_name`
 * @throws AppError name_taken
 */
async function freeOutputName(
  trx: MetadataTransaction,
  id: TransformationId,
  name: string,
  output: string | null,
): Promise<string | null> {
  const others = await trx
    .selectFrom('transformations')
    .select(['name', 'output_table_name'])
    .where('id', '<>', id)
    .execute();
  const fold = (text: string): string => text.trim().toLocaleLowerCase();
  const taken = new Map(others.map((other) => [fold(other.output_table_name ?? other.name), other.name]));
  const owner = taken.get(fold(output ?? name));
  if (owner === undefined) return output;
  if (output !== null) {
    throw new AppError('name_taken', `“${output}” is already the result of the transformation “${owner}”.`, {
      errors: [
        { path: 'output_table_name', message: `“${owner}” makes a table of this name. Choose another.` },
      ],
    });
  }
  let number = 2;
  while (taken.has(fold(`${name} ${number}`))) number += 1;
  return `${name} ${number}`;
}

async function keepVersion(
  trx: MetadataTransaction,
  actor: Actor,
  id: TransformationId,
  version: number,
  recipe: Recipe,
): Promise<void> {
  await trx
    .insertInto('transformation_versions')
    .values({
      organization_id: actor.organizationId,
      transformation_id: id,
      version,
      recipe: JSON.stringify(recipe),
      created_by: actor.userId,
    })
    .execute();
}

/** Saves a new transformation as version 1. A recipe with errors is saved too, with its errors: people stop half-way. */
export async function createTransformation(
  services: WarehouseServices,
  actor: Actor,
  input: TransformationInput,
): Promise<Transformation> {
  const typed = await withSqlColumns(services, actor, input.recipe);
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    await lockGraph(trx, actor);
    const id = services.newId<TransformationId>();
    const { recipe, reads } = await checkedRecipe(trx, actor, id, typed);
    const output = await freeOutputName(trx, id, input.name, input.output_table_name ?? null);
    await trx
      .insertInto('transformations')
      .values({
        id,
        organization_id: actor.organizationId,
        name: input.name,
        description: input.description ?? null,
        recipe: JSON.stringify(recipe),
        version: 1,
        output_table_name: output,
        ...(input.materialization === undefined
          ? {}
          : { materialization: JSON.stringify(input.materialization) }),
        depends_on: reads,
        created_by: actor.userId,
      })
      .execute();
    await keepVersion(trx, actor, id, 1, recipe);
    await emitEvent(trx, actor.organizationId, { type: 'changed', kind: 'transformation', ref_id: id });
    return readTransformation(trx, actor, id);
  });
}

/**
 * Saves changes; a changed recipe is a new version.
 *
 * @throws AppError not_found; conflict when `expected_version` is not the saved one; recipe_cycle; name_taken
 */
export async function updateTransformation(
  services: WarehouseServices,
  actor: Actor,
  id: string,
  change: TransformationChange,
): Promise<Transformation> {
  const changed =
    change.recipe === undefined ? undefined : await withSqlColumns(services, actor, change.recipe);
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    await lockGraph(trx, actor);
    const row = await findTransformation(trx, id, { lock: true });
    if (change.expected_version !== undefined && change.expected_version !== row.version) {
      throw new AppError(
        'conflict',
        `Somebody saved version ${row.version} meanwhile; this change began at version ${change.expected_version}.`,
      );
    }
    const { recipe, reads } =
      changed === undefined
        ? { recipe: row.recipe, reads: row.depends_on }
        : await checkedRecipe(trx, actor, row.id, changed, row.recipe);
    const isNew = !isDeepStrictEqual(recipe, row.recipe);
    const version = isNew ? row.version + 1 : row.version;
    const displayName = (name: string, output: string | null): string => output ?? name;
    const name = change.name ?? row.name;
    const wanted = change.output_table_name === undefined ? row.output_table_name : change.output_table_name;
    const isRenamed = displayName(name, wanted) !== displayName(row.name, row.output_table_name);
    const output = isRenamed ? await freeOutputName(trx, row.id, name, wanted) : wanted;
    // Back at what pipelines run, nothing is apart any more.
    const isDraft = change.draft === true && !isDeepStrictEqual(recipe, row.published_recipe);
    const apart =
      change.recipe === undefined
        ? {}
        : isDraft && isNew
          ? await keptApart(trx, row)
          : isDraft
            ? {}
            : nothingApart;
    await trx
      .updateTable('transformations')
      .set({
        ...apart,
        name,
        description: change.description === undefined ? row.description : change.description,
        recipe: JSON.stringify(recipe),
        version,
        output_table_name: output,
        ...(change.materialization === undefined
          ? {}
          : { materialization: JSON.stringify(change.materialization) }),
        ...(change.rebuild === undefined ? {} : { rebuild: change.rebuild }),
        depends_on: reads,
        updated_at: new Date(services.clock.now()),
      })
      .where('id', '=', row.id)
      .execute();
    if (isNew) await keepVersion(trx, actor, row.id, version, recipe);
    if (displayName(name, output) !== displayName(row.name, row.output_table_name)) {
      await trx
        .updateTable('warehouse_tables')
        .set({ display_name: displayName(name, output) })
        .where('name', '=', transformTable(row.id))
        .execute();
      await emitEvent(trx, actor.organizationId, {
        type: 'changed',
        kind: 'table',
        ref_id: transformTable(row.id),
      });
    }
    await emitEvent(trx, actor.organizationId, { type: 'changed', kind: 'transformation', ref_id: row.id });
    return readTransformation(trx, actor, row.id);
  });
}

/** Makes an old version the newest: a version of its own, so that nothing of the history is lost. */
export async function restoreVersion(
  services: WarehouseServices,
  actor: Actor,
  id: string,
  version: number,
): Promise<Transformation> {
  const recipe = await services.database.withOrganization(actor.organizationId, async (trx) => {
    const row = await findTransformation(trx, id);
    const found = await trx
      .selectFrom('transformation_versions')
      .select('recipe')
      .where('transformation_id', '=', row.id)
      .where('version', '=', version)
      .executeTakeFirst();
    if (found === undefined)
      throw new AppError('not_found', `There is no version ${version} of this transformation.`);
    return found.recipe;
  });
  return updateTransformation(services, actor, id, { recipe });
}
