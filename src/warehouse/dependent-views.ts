import { AppError } from '#platform/errors';
import type { OrganizationWarehouse, WarehouseSession } from './port.ts';

/** A view that stepped aside, with the statement that makes it again. */
export interface TakenView {
  readonly name: string;
  readonly sql: string;
}

/**
 * Drops the views that read these tables, directly or through others, so that the tables can be replaced or changed.
 *
 * @returns what `putViewsBack` needs, each after those that it reads.
 */
export async function takeViewsAway(
  warehouse: OrganizationWarehouse,
  session: WarehouseSession,
  tables: readonly string[],
): Promise<TakenView[]> {
  if (tables.length === 0) return [];
  const { dialect } = warehouse.capabilities;
  const text = (value: string) => dialect.quoteLiteral({ type: 'text', value });
  const { rows } = await session.query(`WITH RECURSIVE readers AS (
      SELECT c.oid, 0 AS level FROM pg_catalog.pg_class c
       WHERE c.relnamespace = to_regnamespace(${text(dialect.quoteIdentifier(warehouse.schema))})
         AND c.relname IN (${tables.map(text).join(', ')})
      UNION ALL
      SELECT r.ev_class, readers.level + 1 FROM readers
        JOIN pg_catalog.pg_depend d ON d.refobjid = readers.oid AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
        JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid AND r.ev_class <> readers.oid
       WHERE readers.level < 100
    )
    SELECT v.relname AS name, pg_get_viewdef(v.oid) AS definition FROM readers
      JOIN pg_catalog.pg_class v ON v.oid = readers.oid AND v.relkind = 'v' AND readers.level > 0
     GROUP BY v.oid, v.relname ORDER BY max(readers.level), v.relname`);
  const views = rows.map((row) => {
    const name = String(row['name']);
    const quoted = dialect.quoteTable({ schema: warehouse.schema, name });
    return { name, quoted, sql: `CREATE VIEW ${quoted} AS ${String(row['definition'])}` };
  });
  for (const { quoted } of views.toReversed()) await session.query(`DROP VIEW ${quoted}`);
  return views.map(({ name, sql }) => ({ name, sql }));
}

/**
 * Makes the views again. One that no longer fits, since a column that it reads is gone, stays away: the table matters
 * more, and the view's transformation says what is wrong.
 *
 * @returns names of those that stayed away.
 */
export async function putViewsBack(
  session: WarehouseSession,
  views: readonly TakenView[],
): Promise<readonly string[]> {
  const lost: string[] = [];
  const done = new Set<string>();
  for (const { name, sql } of views) {
    if (done.has(name)) continue;
    done.add(name);
    await session.query('SAVEPOINT put_view_back');
    try {
      await session.query(sql);
    } catch (error) {
      if (!(error instanceof AppError) || !['warehouse_error', 'table_missing'].includes(error.code))
        throw error;
      await session.query('ROLLBACK TO SAVEPOINT put_view_back');
      lost.push(name);
    }
    await session.query('RELEASE SAVEPOINT put_view_back');
  }
  return lost;
}

/** What a name of the organization's schema stands for; null = nothing. */
export async function relationKind(
  warehouse: OrganizationWarehouse,
  session: Pick<WarehouseSession, 'query'>,
  name: string,
): Promise<'table' | 'view' | null> {
  const { dialect } = warehouse.capabilities;
  const text = (value: string) => dialect.quoteLiteral({ type: 'text', value });
  const { rows } = await session.query(
    `SELECT table_type FROM information_schema.tables WHERE table_schema = ${text(warehouse.schema)} AND table_name = ${text(name)}`,
  );
  const type = rows[0]?.['table_type'];
  return type === undefined ? null : type === 'VIEW' ? 'view' : 'table';
}

/** Drops a table or a view, if it is there. */
export async function dropRelation(
  warehouse: OrganizationWarehouse,
  session: WarehouseSession,
  name: string,
): Promise<void> {
  const kind = await relationKind(warehouse, session, name);
  if (kind === null) return;
  const { dialect } = warehouse.capabilities;
  await session.query(
    `DROP ${kind === 'view' ? 'VIEW' : 'TABLE'} ${dialect.quoteTable({ schema: warehouse.schema, name })}`,
  );
}

/**
 * Drops tables for good, and the views over them with them.
 *
 * @returns names of the views that are gone.
 */
export async function dropTables(
  warehouse: OrganizationWarehouse,
  names: readonly string[],
): Promise<readonly string[]> {
  return warehouse.transaction(async (session) => {
    const views = await takeViewsAway(warehouse, session, names);
    for (const name of names) await dropRelation(warehouse, session, name);
    return views.map((view) => view.name);
  });
}
