import type { ResultKeeping } from '../sql-syntax.ts';

function checkedPosition(position: string): string {
  if (!/^\(\d+,\d+\)$/.test(position)) throw new Error(`Not a position: ${JSON.stringify(position)}`);
  return position;
}

function checkedIdentity(identity: string): string {
  if (!/^\d+$/.test(identity)) throw new Error(`Not an identity: ${JSON.stringify(identity)}`);
  return identity;
}

/** Rows are found by their place in the file (ctid), which PostgreSQL 14 and later reads from without an index. */
export const postgresKeeping: ResultKeeping = Object.freeze<ResultKeeping>({
  create: (table, select) => `CREATE UNLOGGED TABLE ${table} WITH (autovacuum_enabled = false) AS\n${select}`,
  identity: (table) => `SELECT '${table.replaceAll("'", "''")}'::regclass::oid::text AS identity`,
  isOf: (identity) => `tableoid = ${checkedIdentity(identity)}`,
  from: (position) => `ctid >= '${checkedPosition(position)}'::tid`,
  among: (subquery) => `ctid = ANY(ARRAY(${subquery}))`,
  sample: (percent) => ` TABLESAMPLE SYSTEM (${Math.min(percent, 100).toFixed(4)}) REPEATABLE (1)`,
  positionText: (position) => `${position}::text`,
});
