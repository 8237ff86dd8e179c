import type { Actor } from '#platform/actor';
import type { Services } from '#platform/services';

/** Keeps where people put the nodes that are named; the others stay. @returns how many were kept. */
export async function saveGraphPositions(
  services: Pick<Services, 'database'>,
  actor: Actor,
  positions: Readonly<Record<string, { readonly x: number; readonly y: number }>>,
): Promise<{ saved: number }> {
  const { organizationId } = actor;
  const rows = Object.entries(positions).map(([node_id, { x, y }]) => ({
    organization_id: organizationId,
    node_id,
    x,
    y,
  }));
  if (rows.length === 0) return { saved: 0 };
  await services.database.withOrganization(organizationId, (trx) =>
    trx
      .insertInto('canvas_positions')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['organization_id', 'node_id']).doUpdateSet((update) => ({
          x: update.ref('excluded.x'),
          y: update.ref('excluded.y'),
        })),
      )
      .execute(),
  );
  return { saved: rows.length };
}
