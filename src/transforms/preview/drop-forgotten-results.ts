import { sql } from 'kysely';
import type { OrganizationId } from '#platform/ids';
import type { WarehouseServices } from '#warehouse';
import { dropKept, KEPT_PREFIX, MAX_AGE_MS } from './kept-results.ts';

/**
 * Drops kept results of processes that died: those that are older than any process keeps them. Any number of servers
 * may do it at once.
 *
 * @returns how many there were
 */
export async function dropForgottenResults(
  services: WarehouseServices,
  signal: AbortSignal,
): Promise<number> {
  const { rows } = await services.database.withSystem((trx) =>
    sql<{ schema: string; name: string }>`
      SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind = 'r' AND starts_with(c.relname, ${KEPT_PREFIX}) AND starts_with(n.nspname, 'org_')`.execute(
      trx,
    ),
  );
  const oldest = services.clock.now() - 2 * MAX_AGE_MS;
  let dropped = 0;
  for (const { schema, name } of rows) {
    if (signal.aborted) break;
    const madeAt = Number.parseInt(name.slice(KEPT_PREFIX.length, KEPT_PREFIX.length + 8), 16) * 1000;
    if (madeAt > oldest) continue;
    // The schema is `org_<id>`, as the program made it.
    const organizationId = schema.slice('org_'.length) as OrganizationId;
    await dropKept(await services.warehouse.forOrganization(organizationId), [name]);
    dropped += 1;
  }
  return dropped;
}
