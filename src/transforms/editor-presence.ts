import type { EditorPresence } from '#contracts/transformations';
import type { Actor } from '#platform/actor';
import type { Services } from '#platform/services';
import { findTransformation } from './queries.ts';

/** How long somebody counts as there after their page was last heard of; pages say so every 15 s. */
const THERE_MS = 40_000;

/**
 * Notes that this person has the transformation open and says who else has.
 * @throws AppError not_found
 */
export function noteEditorPresence(services: Services, actor: Actor, id: string): Promise<EditorPresence> {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const { id: transformationId } = await findTransformation(trx, id);
    const now = services.clock.now();
    if (actor.userId !== null) {
      await trx
        .insertInto('editor_presence')
        .values({
          organization_id: actor.organizationId,
          transformation_id: transformationId,
          user_id: actor.userId,
          seen_at: new Date(now),
        })
        .onConflict((conflict) =>
          conflict.columns(['transformation_id', 'user_id']).doUpdateSet({ seen_at: new Date(now) }),
        )
        .execute();
    }
    const others = await trx
      .selectFrom('editor_presence as presence')
      .innerJoin('users', 'users.id', 'presence.user_id')
      .select(['users.id', 'users.name'])
      .where('presence.transformation_id', '=', transformationId)
      .where('presence.user_id', 'is distinct from', actor.userId)
      .where('presence.seen_at', '>', new Date(now - THERE_MS))
      .orderBy('users.name')
      .execute();
    return { others };
  });
}
