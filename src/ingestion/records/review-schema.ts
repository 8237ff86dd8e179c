import { sql } from 'kysely';
import type { RecordedChange, SchemaReview } from '#contracts/streams';
import type { Actor } from '#platform/actor';
import type { MetadataTransaction } from '#platform/database/database';
import { emitEvent } from '#platform/database/emit-event';
import { AppError } from '#platform/errors';
import type { OrganizationId, RunId, SchemaReviewId, SourceId } from '#platform/ids';
import type { Services } from '#platform/services';
import { findSource } from '#sources';
import { changeKey } from './stream-changes.ts';

/** Changes of a source that a person has agreed to, by `changeKey`. */
export async function approvedChanges(
  trx: MetadataTransaction,
  sourceId: SourceId,
): Promise<ReadonlySet<string>> {
  const rows = await trx
    .selectFrom('schema_reviews')
    .select(['status', 'changes'])
    .where('source_id', '=', sourceId)
    .where('status', '!=', 'pending')
    .orderBy('decided_at')
    .execute();
  const approved = new Set<string>();
  // In the order of the decisions: who refuses what was approved before means it.
  for (const { status, changes } of rows) {
    for (const key of changes.map(changeKey)) {
      if (status === 'approved') approved.add(key);
      else approved.delete(key);
    }
  }
  return approved;
}

/** Keeps changes for a person to decide on; the same changes are one review, however many loads bring them. */
export async function askForReview(
  services: Pick<Services, 'database' | 'newId'>,
  of: { readonly organizationId: OrganizationId; readonly sourceId: SourceId; readonly runId: RunId },
  changes: readonly RecordedChange[],
): Promise<void> {
  const ordered = changes.toSorted((a, b) => (changeKey(a) < changeKey(b) ? -1 : 1));
  await services.database.withOrganization(of.organizationId, async (trx) => {
    // Locks the source: two loads that end at once ask once.
    await trx.selectFrom('sources').select('id').where('id', '=', of.sourceId).forUpdate().executeTakeFirst();
    const same = await trx
      .selectFrom('schema_reviews')
      .select(['id', 'status'])
      .where('source_id', '=', of.sourceId)
      .where('status', '!=', 'approved')
      .where(sql<boolean>`changes = ${JSON.stringify(ordered)}::jsonb`)
      .executeTakeFirst();
    if (same !== undefined) return;
    await trx
      .insertInto('schema_reviews')
      .values({
        id: services.newId<SchemaReviewId>(),
        organization_id: of.organizationId,
        source_id: of.sourceId,
        run_id: of.runId,
        changes: JSON.stringify(ordered),
      })
      .execute();
  });
}

/** Reviews of a source, newest first. @throws AppError not_found */
export async function listSchemaReviews(
  services: Services,
  actor: Actor,
  id: string,
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ items: SchemaReview[]; next_cursor: string | null }> {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const source = await findSource(trx, id);
    const from = offsetOf(page.cursor);
    const rows = await reviewsOf(trx, source.id)
      .orderBy('schema_reviews.created_at', 'desc')
      .orderBy('schema_reviews.id')
      .offset(from)
      .limit(page.limit + 1)
      .execute();
    return {
      items: rows.slice(0, page.limit).map(present),
      next_cursor: rows.length > page.limit ? String(from + page.limit) : null,
    };
  });
}

/** Cursors of lists that are short by nature are numbers. @throws AppError invalid_input */
export function offsetOf(cursor: string | undefined): number {
  const offset = Number(cursor ?? 0);
  if (Number.isSafeInteger(offset) && offset >= 0) return offset;
  throw new AppError('invalid_input', 'This cursor is not one of this list.', {
    errors: [{ path: 'cursor', message: 'Use next_cursor of the page before' }],
  });
}

/**
 * Approves or refuses changes; the last word counts. Nothing is loaded by it.
 *
 * @throws AppError not_found
 */
export async function decideSchemaReview(
  services: Services,
  actor: Actor,
  key: { readonly id: string; readonly review_id: string },
  decision: 'approve' | 'refuse',
): Promise<SchemaReview> {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const source = await findSource(trx, key.id);
    const reviewId = key.review_id as SchemaReviewId; // compared, never trusted
    const decided = await trx
      .updateTable('schema_reviews')
      .set({
        status: decision === 'approve' ? 'approved' : 'refused',
        decided_by: actor.userId,
        decided_at: new Date(services.clock.now()),
      })
      .where('id', '=', reviewId)
      .where('source_id', '=', source.id)
      .returning('id')
      .executeTakeFirst();
    if (decided === undefined) throw new AppError('not_found', 'There is no review with this id.');
    await emitEvent(trx, actor.organizationId, { type: 'changed', kind: 'source', ref_id: source.id });
    return present(
      await reviewsOf(trx, source.id).where('schema_reviews.id', '=', reviewId).executeTakeFirstOrThrow(),
    );
  });
}

function reviewsOf(trx: MetadataTransaction, sourceId: SourceId) {
  return trx
    .selectFrom('schema_reviews')
    .leftJoin('users', 'users.id', 'schema_reviews.decided_by')
    .selectAll('schema_reviews')
    .select('users.name as decided_by_name')
    .where('schema_reviews.source_id', '=', sourceId);
}

function present(row: Awaited<ReturnType<ReturnType<typeof reviewsOf>['execute']>>[number]): SchemaReview {
  return {
    id: row.id,
    run_id: row.run_id,
    status: row.status,
    changes: row.changes,
    created_at: row.created_at.toISOString(),
    decided_at: row.decided_at?.toISOString() ?? null,
    decided_by: row.decided_by_name,
  };
}
