import type { ClientBase } from 'pg';
import type { ColumnType } from '#contracts/column-types';

export interface PostgresTable {
  readonly schema: string;
  readonly name: string;
  /** An estimate. */
  readonly rows: number | undefined;
}

export interface PostgresColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** How it is read: as it stands, or as JSON. */
  readonly isJson: boolean;
  readonly isBoolean: boolean;
  /** A value may be as long as memory. */
  readonly isUnbounded: boolean;
  /** The type in SQL, for a cursor. */
  readonly sqlType: string;
}

/** Tables and views that the user may read. */
export async function listTables(client: ClientBase): Promise<PostgresTable[]> {
  const { rows } = await client.query<{ schema: string; name: string; rows: string }>(
    `SELECT n.nspname AS schema, c.relname AS name, c.reltuples::bigint AS rows
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
       AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
       AND has_schema_privilege(n.oid, 'USAGE')
       AND (has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT'))
     ORDER BY n.nspname <> 'public', n.nspname, c.relname`,
  );
  return rows.map(({ schema, name, rows: count }) => ({
    schema,
    name,
    // -1: never counted.
    rows: Number(count) >= 0 ? Number(count) : undefined,
  }));
}

const types: Readonly<Record<string, ColumnType>> = {
  int2: 'integer',
  int4: 'integer',
  int8: 'integer',
  oid: 'integer',
  numeric: 'decimal',
  float4: 'float',
  float8: 'float',
  bool: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  timestamptz: 'timestamptz',
  time: 'time',
  json: 'json',
  jsonb: 'json',
};

/** Columns that the user may read, in their order, and the primary key. */
export async function readColumns(
  client: ClientBase,
  table: Pick<PostgresTable, 'schema' | 'name'>,
): Promise<{ readonly columns: readonly PostgresColumn[]; readonly primaryKey: readonly string[] }> {
  const { rows } = await client.query<{
    name: string;
    type: string;
    category: string;
    kind: string;
    sql_type: string;
    key_position: string | null;
  }>(
    `SELECT a.attname AS name, b.typname AS type, b.typcategory AS category, b.typtype AS kind,
       format_type(a.atttypid, a.atttypmod) AS sql_type,
       array_position(i.indkey::int2[], a.attnum) AS key_position
     FROM pg_attribute a
     JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_type t ON t.oid = a.atttypid
     -- What a domain stands for.
     JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
     LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
     WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped
       AND has_column_privilege(c.oid, a.attnum, 'SELECT')
     ORDER BY a.attnum`,
    [table.schema, table.name],
  );
  const columns = rows.map(({ name, type, category, kind, sql_type: sqlType }): PostgresColumn => {
    const isList = category === 'A' || kind === 'c';
    return {
      name,
      type: isList ? 'json' : (types[type] ?? 'text'),
      isJson: isList || type === 'json' || type === 'jsonb',
      isBoolean: type === 'bool',
      isUnbounded: ['text', 'varchar', 'bpchar', 'bytea'].includes(type),
      sqlType,
    };
  });
  const primaryKey = rows
    .filter((row) => row.key_position !== null)
    .toSorted((a, b) => Number(a.key_position) - Number(b.key_position))
    .map((row) => row.name);
  return { columns, primaryKey };
}
