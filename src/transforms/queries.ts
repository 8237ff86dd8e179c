import type { Transformation, TransformationRun, TransformationVersion } from '#contracts/transformations';
import type { Actor } from '#platform/actor';
import type { MetadataTransaction } from '#platform/database/database';
import type { RowOf } from '#platform/database/tables';
import { AppError } from '#platform/errors';
import type { TransformationId } from '#platform/ids';
import type { Services } from '#platform/services';
import { diffRecipes } from './diff-recipes.ts';
import { loadCatalog } from './load-catalog.ts';
import { presentRun, presentTransformation } from './present-transformation.ts';

interface Page {
  readonly limit: number;
  readonly cursor?: string | undefined;
}
interface Paged<T> {
  items: T[];
  next_cursor: string | null;
}

/** A transformation of the organization. @throws AppError not_found */
export async function findTransformation(
  trx: MetadataTransaction,
  id: string,
  options: { readonly lock?: boolean } = {},
): Promise<RowOf<'transformations'>> {
  const query = trx
    .selectFrom('transformations')
    .selectAll()
    .where('id', '=', id as TransformationId); // ids lose their brand in a URL
  const row = await (options.lock === true ? query.forUpdate() : query).executeTakeFirst();
  if (row === undefined) throw new AppError('not_found', 'There is no transformation with this id.');
  return row;
}

async function lastRuns(
  trx: MetadataTransaction,
  ids: readonly TransformationId[],
): Promise<ReadonlyMap<TransformationId, RowOf<'transformation_runs'>>> {
  if (ids.length === 0) return new Map();
  const rows = await trx
    .selectFrom('transformation_runs')
    .distinctOn('transformation_id')
    .selectAll()
    .where('transformation_id', 'in', ids)
    .orderBy('transformation_id')
    .orderBy('queued_at', 'desc')
    .execute();
  return new Map(rows.map((row) => [row.transformation_id, row]));
}

/** One transformation as the API shows it, in the caller's transaction. */
export async function readTransformation(
  trx: MetadataTransaction,
  actor: Actor,
  id: string,
): Promise<Transformation> {
  const row = await findTransformation(trx, id);
  const catalog = await loadCatalog(trx, actor.organizationId);
  const runs = await lastRuns(trx, [row.id]);
  return presentTransformation(row, catalog, runs.get(row.id));
}

export function getTransformation(services: Services, actor: Actor, id: string): Promise<Transformation> {
  return services.database.withOrganization(actor.organizationId, (trx) =>
    readTransformation(trx, actor, id),
  );
}

/** By name; the cursor is the last name and id of the page before. */
export function listTransformations(
  services: Services,
  actor: Actor,
  page: Page,
): Promise<Paged<Transformation>> {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const [name, id] = page.cursor === undefined ? [] : splitCursor(page.cursor);
    let query = trx
      .selectFrom('transformations')
      .selectAll()
      .orderBy('name')
      .orderBy('id')
      .limit(page.limit + 1);
    if (name !== undefined && id !== undefined) {
      query = query.where((where) =>
        where.or([
          where('name', '>', name),
          where.and([where('name', '=', name), where('id', '>', id as TransformationId)]), // as above
        ]),
      );
    }
    const rows = await query.execute();
    const shown = rows.slice(0, page.limit);
    const catalog = await loadCatalog(trx, actor.organizationId);
    const runs = await lastRuns(
      trx,
      shown.map((row) => row.id),
    );
    const last = shown.at(-1);
    return {
      items: shown.map((row) => presentTransformation(row, catalog, runs.get(row.id))),
      next_cursor: rows.length > page.limit && last !== undefined ? joinCursor(last.name, last.id) : null,
    };
  });
}

function joinCursor(name: string, id: string): string {
  return Buffer.from(JSON.stringify([name, id])).toString('base64url');
}

function splitCursor(cursor: string): [string, string] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && typeof parsed[0] === 'string' && typeof parsed[1] === 'string')
      return [parsed[0], parsed[1]];
  } catch {
    // Not ours: answered below like any other wrong cursor.
  }
  throw new AppError('invalid_input', 'This cursor is not one that a list gave.', {
    errors: [{ path: 'cursor', message: 'Leave it out to begin at the first page.' }],
  });
}

/** Executions of a transformation, newest first; the cursor is the number of those before. */
export function listTransformationRuns(
  services: Services,
  actor: Actor,
  id: string,
  page: Page,
): Promise<Paged<TransformationRun>> {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const row = await findTransformation(trx, id);
    const offset = numericCursor(page.cursor);
    const rows = await trx
      .selectFrom('transformation_runs')
      .selectAll()
      .where('transformation_id', '=', row.id)
      .orderBy('queued_at', 'desc')
      .orderBy('id')
      .limit(page.limit + 1)
      .offset(offset)
      .execute();
    return {
      items: rows.slice(0, page.limit).map(presentRun),
      next_cursor: rows.length > page.limit ? String(offset + page.limit) : null,
    };
  });
}

/** Versions of a transformation, newest first, each with what changed; the cursor is the last version of the page before. */
export function listVersions(
  services: Services,
  actor: Actor,
  id: string,
  page: Page,
): Promise<Paged<TransformationVersion>> {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const row = await findTransformation(trx, id);
    const before = page.cursor === undefined ? null : numericCursor(page.cursor);
    let query = trx
      .selectFrom('transformation_versions as version')
      .leftJoin('users', 'users.id', 'version.created_by')
      .select([
        'version.version',
        'version.recipe',
        'version.created_at',
        'version.created_by',
        'users.name as author',
      ])
      .where('version.transformation_id', '=', row.id)
      .orderBy('version.version', 'desc')
      // One more for what changed in the last one shown, which also tells whether there is another page.
      .limit(page.limit + 1);
    if (before !== null) query = query.where('version.version', '<', before);
    const rows = await query.execute();
    const shown = rows.slice(0, page.limit);
    return {
      items: shown.map((version, index) => ({
        version: version.version,
        recipe: version.recipe,
        created_at: version.created_at.toISOString(),
        created_by:
          version.created_by === null ? null : { id: version.created_by, name: version.author ?? '' },
        changes: diffRecipes(rows[index + 1]?.recipe ?? null, version.recipe),
      })),
      next_cursor: rows.length > page.limit ? String(shown.at(-1)?.version ?? 0) : null,
    };
  });
}

function numericCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (/^\d{1,9}$/.test(cursor)) return Number(cursor);
  throw new AppError('invalid_input', 'This cursor is not one that a list gave.', {
    errors: [{ path: 'cursor', message: 'Leave it out to begin at the first page.' }],
  });
}
