import type { MysqlSession } from './connect-mysql.ts';
import { quoteText } from './quote.ts';

export interface MysqlTable {
  readonly name: string;
  /** An estimate. */
  readonly rows: number | undefined;
}

export interface MysqlColumn {
  readonly name: string;
  /** `bigint`, without length. */
  readonly dataType: string;
  /** `bigint(20) unsigned`. */
  readonly columnType: string;
  /** MariaDB keeps JSON as text that it checks. */
  readonly isJson: boolean;
}

/** Tables and views of the database that the user may read. */
export async function listTables(session: MysqlSession): Promise<MysqlTable[]> {
  const rows = await session.query(
    `SELECT TABLE_NAME, TABLE_ROWS FROM information_schema.TABLES
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE IN ('BASE TABLE', 'VIEW', 'SYSTEM VERSIONED')
     ORDER BY TABLE_NAME`,
  );
  return rows.map(([name, count]) => ({
    name: name ?? '',
    rows: count === null || count === undefined ? undefined : Number(count),
  }));
}

/** Columns that the user may read, in their order, and the primary key. */
export async function readColumns(
  session: MysqlSession,
  table: string,
): Promise<{ readonly columns: readonly MysqlColumn[]; readonly primaryKey: readonly string[] }> {
  const own = `TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ${quoteText(table)}`;
  const columns = await session.query(
    `SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE FROM information_schema.COLUMNS WHERE ${own} ORDER BY ORDINAL_POSITION`,
  );
  const key = await session.query(
    `SELECT COLUMN_NAME FROM information_schema.STATISTICS WHERE ${own} AND INDEX_NAME = 'PRIMARY' ORDER BY SEQ_IN_INDEX`,
  );
  const checked = await checkedJson(session, own);
  return {
    columns: columns.map(([name, dataType, columnType]) => ({
      name: name ?? '',
      dataType: (dataType ?? '').toLowerCase(),
      columnType: (columnType ?? '').toLowerCase(),
      isJson: dataType?.toLowerCase() === 'json' || checked.has(name ?? ''),
    })),
    primaryKey: key.map(([name]) => name ?? ''),
  };
}

/** Columns of which MariaDB makes sure that they hold JSON; MySQL has a type for it, and no such table of checks. */
async function checkedJson(session: MysqlSession, own: string): Promise<ReadonlySet<string>> {
  const [known] = await session.query(
    `SELECT count(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'information_schema' AND TABLE_NAME = 'CHECK_CONSTRAINTS' AND COLUMN_NAME = 'TABLE_NAME'`,
  );
  if (known?.[0] !== '1') return new Set();
  const rows = await session.query(
    `SELECT CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS WHERE ${own.replace('TABLE_SCHEMA', 'CONSTRAINT_SCHEMA')}`,
  );
  return new Set(
    rows.flatMap(([clause]) => {
      const match = /^json_valid\(`((?:[^`]|``)+)`\)$/i.exec(clause ?? '');
      return match?.[1] === undefined ? [] : [match[1].replaceAll('``', '`')];
    }),
  );
}
