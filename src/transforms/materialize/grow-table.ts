import type { Materialization } from '#contracts/materialization';
import type { TableColumn } from '#contracts/warehouse';
import { AppError } from '#platform/errors';
import {
  dropRelation,
  publishOnce,
  putViewsBack,
  relationKind,
  takeViewsAway,
  type OrganizationWarehouse,
  type Publication,
} from '#warehouse';
import type { PlanColumn } from '../plan/relation.ts';
import { findColumn } from '../plan/step-context.ts';

export type Incremental = Extract<Materialization, { kind: 'incremental' }>;

/** How the next run brings new rows to a table that is there. */
export interface Growth {
  /** Physical names. */
  readonly key: readonly string[];
  readonly cursor: string | null;
  readonly strategy: Incremental['strategy'];
  /** Columns that the table does not have yet. */
  readonly added: readonly PlanColumn[];
  /** Columns that the recipe no longer gives; they stay, empty in new rows. */
  readonly kept: readonly TableColumn[];
}

/** The columns by which a growing table is kept. @throws AppError recipe_invalid for one that the recipe does not give */
export function growthColumns(
  settings: Incremental,
  columns: readonly PlanColumn[],
): { readonly key: readonly string[]; readonly cursor: string | null } {
  const find = (reference: string): string => {
    const column = findColumn(columns, reference);
    if (column !== undefined) return column.name;
    throw new AppError(
      'recipe_invalid',
      `The output settings name the column “${reference}”, which the result no longer has.`,
      { hint: 'Open the output settings and choose another column.' },
    );
  };
  return {
    key: settings.strategy === 'merge' ? settings.key.map(find) : [],
    cursor: settings.cursor === null ? null : find(settings.cursor),
  };
}

/**
 * Whether a table can grow, and how; null when it has to be made whole: since it is not there, or its columns change
 * and the settings say so.
 *
 * @param before columns that the table has, as they are recorded.
 * @throws AppError table_columns_changed, recipe_invalid
 */
export async function planGrowth(
  warehouse: OrganizationWarehouse,
  table: string,
  settings: Incremental,
  columns: readonly PlanColumn[],
  before: readonly TableColumn[] | null,
): Promise<Growth | null> {
  const { key, cursor } = growthColumns(settings, columns);
  if (
    before === null ||
    (await relationKind(warehouse, { query: (sql) => warehouse.read(sql) }, table)) !== 'table'
  )
    return null;
  const added = columns.filter((column) => !before.some((each) => each.name === column.name));
  const kept = before.filter((each) => !columns.some((column) => column.name === each.name));
  const retyped = columns.filter((column) =>
    before.some((each) => each.name === column.name && each.type !== column.type),
  );
  // Neither can be told of rows that never had it.
  const isKeyNew = added.some(({ name }) => key.includes(name) || name === cursor);
  const changed = [...added, ...retyped].map((each) => each.displayName);
  const gone = kept.map((each) => each.display_name);
  if (changed.length + gone.length > 0 && settings.on_schema_change === 'rebuild') return null;
  if (changed.length + gone.length > 0 && settings.on_schema_change === 'fail') {
    throw new AppError(
      'table_columns_changed',
      `The recipe gives other columns than the table has: ${[...changed, ...gone].map((name) => `“${name}”`).join(', ')}.`,
    );
  }
  if (retyped.length > 0 || isKeyNew) {
    const which = retyped[0] ?? added.find(({ name }) => key.includes(name) || name === cursor);
    throw new AppError(
      'table_columns_changed',
      `“${which?.displayName ?? ''}” is not of the same kind as in the rows that are kept already.`,
    );
  }
  return { key, cursor, strategy: settings.strategy, added, kept };
}

/** The new rows as one SELECT: those beyond the largest cursor that is kept. */
export function newRowsSql(
  warehouse: OrganizationWarehouse,
  table: string,
  sql: string,
  { cursor, strategy }: Pick<Growth, 'cursor' | 'strategy'>,
): string {
  if (cursor === null) return sql;
  const { dialect } = warehouse.capabilities;
  const column = `new_rows.${dialect.quoteIdentifier(cursor)}`;
  const kept = `(SELECT max(${dialect.quoteIdentifier(cursor)}) FROM ${dialect.quoteTable({ schema: warehouse.schema, name: table })})`;
  // A merge brings rows of the same moment again: they replace themselves, and none that came late is missed.
  const condition =
    strategy === 'merge'
      ? `${column} >= ${kept} OR ${column} IS NULL OR ${kept} IS NULL`
      : `${column} > ${kept} OR ${kept} IS NULL`;
  return `SELECT new_rows.*\nFROM (\n${sql}\n) AS new_rows\nWHERE ${condition}`;
}

function sameKey(warehouse: OrganizationWarehouse, key: readonly string[]): string {
  const { quoteIdentifier } = warehouse.capabilities.dialect;
  return key.map((name) => `kept.${quoteIdentifier(name)} = new_rows.${quoteIdentifier(name)}`).join(' AND ');
}

/** The table as it will be, as one SELECT over what is kept and the staged new rows: for tests before it is published. */
export function grownTableSql(
  warehouse: OrganizationWarehouse,
  table: string,
  staging: string,
  columns: readonly PlanColumn[],
  growth: Growth,
): string {
  const { dialect } = warehouse.capabilities;
  const quote = dialect.quoteIdentifier;
  const names = columns.map(({ name }) => quote(name)).join(', ');
  const isAdded = (name: string) => growth.added.some((column) => column.name === name);
  const old = columns
    .map(({ name, type }) =>
      isAdded(name) ? `CAST(NULL AS ${dialect.typeName(type)}) AS ${quote(name)}` : `kept.${quote(name)}`,
    )
    .join(', ');
  const { schema } = warehouse;
  const without =
    growth.strategy === 'merge'
      ? ` WHERE NOT EXISTS (SELECT 1 FROM ${dialect.quoteTable({ schema, name: staging })} AS new_rows WHERE ${sameKey(warehouse, growth.key)})`
      : '';
  return `SELECT ${old} FROM ${dialect.quoteTable({ schema, name: table })} AS kept${without}\nUNION ALL\nSELECT ${names} FROM ${dialect.quoteTable({ schema, name: staging })}`;
}

/** @throws AppError primary_key_missing: rows without a key would be added again at every run. */
export async function requireKeys(
  warehouse: OrganizationWarehouse,
  staging: string,
  key: readonly string[],
): Promise<void> {
  if (key.length === 0) return;
  const { dialect } = warehouse.capabilities;
  const { rows } = await warehouse.read(
    `SELECT count(*) AS n FROM ${dialect.quoteTable({ schema: warehouse.schema, name: staging })} WHERE ${key.map((name) => `${dialect.quoteIdentifier(name)} IS NULL`).join(' OR ')}`,
  );
  const n = Number(rows[0]?.['n'] ?? 0);
  if (n === 0) return;
  throw new AppError(
    'primary_key_missing',
    `${n.toLocaleString('en')} rows have no value in ${key.map((name) => `“${name}”`).join(', ')}, which tells rows apart.`,
    { hint: 'Leave those rows out with a filter, or choose other columns in the output settings.' },
  );
}

export interface GrowOptions {
  readonly runToken: string;
  readonly table: string;
  readonly staging: string;
  readonly columns: readonly PlanColumn[];
  readonly growth: Growth;
  readonly signal?: AbortSignal | undefined;
  readonly assertCurrent?: (() => Promise<void>) | undefined;
}

/**
 * Brings the staged rows into a table that is there, once for a run token. Readers are never held up: they see the
 * rows before or those after. Only a new column needs the table for itself, for a moment.
 */
export function growTable(warehouse: OrganizationWarehouse, options: GrowOptions): Promise<Publication> {
  const { dialect } = warehouse.capabilities;
  const { schema } = warehouse;
  const { growth, columns } = options;
  const quote = dialect.quoteIdentifier;
  const target = dialect.quoteTable({ schema, name: options.table });
  const staging = dialect.quoteTable({ schema, name: options.staging });
  const names = columns.map(({ name }) => quote(name)).join(', ');
  return publishOnce(
    warehouse,
    { runToken: options.runToken, tableName: options.table, rowCount: 0, signal: options.signal },
    async (session, setRowCount) => {
      await options.assertCurrent?.();
      // Two writers at once would not see each other's rows; readers pass.
      await session.query(`LOCK TABLE ${target} IN SHARE ROW EXCLUSIVE MODE`);
      let views: Awaited<ReturnType<typeof takeViewsAway>> = [];
      if (growth.added.length > 0) {
        views = await takeViewsAway(warehouse, session, [options.table]);
        await session.query(
          `ALTER TABLE ${target} ${growth.added.map(({ name, type }) => `ADD COLUMN ${quote(name)} ${dialect.typeName(type)}`).join(', ')}`,
        );
      }
      if (growth.strategy === 'merge') {
        await session.query(
          `DELETE FROM ${target} AS kept USING ${staging} AS new_rows WHERE ${sameKey(warehouse, growth.key)}`,
        );
      }
      await session.query(`INSERT INTO ${target} (${names}) SELECT ${names} FROM ${staging}`);
      await session.query(`DROP TABLE ${staging}`);
      const counted = await session.query(`SELECT count(*) AS n FROM ${target}`);
      await setRowCount(Number(counted.rows[0]?.['n'] ?? 0));
      return putViewsBack(session, views);
    },
    (session) => dropRelation(warehouse, session, options.staging),
  );
}
