import { AppError } from '#platform/errors';
import type { OrganizationWarehouse, WarehouseSession } from '#warehouse';
import type { StagedTable } from './stage-records.ts';

interface Quoted {
  readonly staged: StagedTable;
  readonly staging: string;
  readonly target: string;
}

/** From the stream's own table inwards, as `tables` stand. */
function quote(warehouse: OrganizationWarehouse, tables: readonly StagedTable[]): Quoted[] {
  const { dialect } = warehouse.capabilities;
  const { schema } = warehouse;
  return tables.map((staged) => ({
    staged,
    staging: dialect.quoteTable({ schema, name: staged.stagingName }),
    target: dialect.quoteTable({ schema, name: staged.table.name }),
  }));
}

/** Physical names of the columns of a primary key. @throws AppError primary_key_missing */
function keyColumns(root: StagedTable, primaryKey: readonly string[]): string[] {
  return primaryKey.map((key) => {
    const column = root.table.columns.find(({ path }) => path.length === 1 && path[0] === key);
    const nested = column ?? root.table.columns.find(({ path }) => path.join('.') === key);
    if (nested === undefined) {
      throw new AppError(
        'primary_key_missing',
        `No record has the field “${key}”, which is to tell records apart.`,
      );
    }
    return nested.name;
  });
}

/**
 * Of several staged rows with the same key keeps the one that was read last, with what hangs on it. Pages shift while
 * they are read, so a record may come twice.
 *
 * @returns how many rows of the stream's own table went.
 */
export async function dropDuplicates(
  warehouse: OrganizationWarehouse,
  session: WarehouseSession,
  tables: readonly StagedTable[],
  primaryKey: readonly string[],
): Promise<number> {
  const [root, ...children] = quote(warehouse, tables);
  if (root === undefined || root.staged.table.rows === 0) return 0;
  const { dialect } = warehouse.capabilities;
  const key = keyColumns(root.staged, primaryKey).map((name) => dialect.quoteIdentifier(name));
  const filled = key.map((name) => `${name} IS NOT NULL`).join(' AND ');
  const { affectedRows } = await session.query(
    `DELETE FROM ${root.staging} t USING (SELECT "_dlt_id", row_number() OVER (PARTITION BY ${key.join(', ')} ORDER BY "_dlt_id" DESC) AS n FROM ${root.staging} WHERE ${filled}) d WHERE t."_dlt_id" = d."_dlt_id" AND d.n > 1`,
  );
  if (affectedRows === null || affectedRows === 0) return 0;
  for (const child of children) {
    const parent = [root, ...children].find(({ staged }) => staged.table === child.staged.table.parent);
    if (parent === undefined) continue;
    await session.query(
      `DELETE FROM ${child.staging} c WHERE NOT EXISTS (SELECT FROM ${parent.staging} p WHERE p."_dlt_id" = c."_dlt_parent_id")`,
    );
  }
  return affectedRows;
}

/**
 * Adds staged rows to tables that are there, in place: those with the same primary key go first, with what hangs on
 * them. Readers see either the state before or the one after; only a change of columns needs the table for itself.
 *
 * @param primaryKey without it rows are only added.
 */
export async function mergeIntoTables(
  warehouse: OrganizationWarehouse,
  session: WarehouseSession,
  tables: readonly StagedTable[],
  primaryKey: readonly string[] | undefined,
): Promise<void> {
  const { dialect } = warehouse.capabilities;
  const quoted = quote(warehouse, tables);
  const present: Quoted[] = [];
  for (const each of quoted) {
    if (await fitColumns(warehouse, session, each)) present.push(each);
    else {
      await session.query(
        `ALTER TABLE ${each.staging} RENAME TO ${dialect.quoteIdentifier(each.staged.table.name)}`,
      );
    }
  }
  const [root] = quoted;
  if (primaryKey !== undefined && root !== undefined && present.includes(root)) {
    const key = keyColumns(root.staged, primaryKey).map((name) => dialect.quoteIdentifier(name));
    const same = key.map((name) => `s.${name} = t.${name}`).join(' AND ');
    const gone = new Map<unknown, string>([
      [
        root.staged.table,
        `SELECT t."_dlt_id" FROM ${root.target} t WHERE EXISTS (SELECT FROM ${root.staging} s WHERE ${same})`,
      ],
    ]);
    for (const { staged, target } of present.slice(1)) {
      const parents = gone.get(staged.table.parent);
      if (parents !== undefined) {
        gone.set(staged.table, `SELECT "_dlt_id" FROM ${target} WHERE "_dlt_parent_id" IN (${parents})`);
      }
    }
    // From the innermost outwards: each is found by what is outside of it.
    for (const { staged, target } of present.toReversed()) {
      const ids = gone.get(staged.table);
      if (ids !== undefined) await session.query(`DELETE FROM ${target} WHERE "_dlt_id" IN (${ids})`);
    }
  }
  for (const { staged, staging, target } of present) {
    const columns = [...staged.columns, ...staged.systemColumns]
      .map(({ name }) => dialect.quoteIdentifier(name))
      .join(', ');
    await session.query(`INSERT INTO ${target} (${columns}) SELECT ${columns} FROM ${staging}`);
    await session.query(`DROP TABLE ${staging}`);
  }
}

/** Gives a table the columns and types of the staged one. @returns false when there is no such table. */
async function fitColumns(
  warehouse: OrganizationWarehouse,
  session: WarehouseSession,
  { staged, target }: Quoted,
): Promise<boolean> {
  const { dialect } = warehouse.capabilities;
  const text = (value: string) => dialect.quoteLiteral({ type: 'text', value });
  const { rows } = await session.query(
    `SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = ${text(warehouse.schema)} AND table_name = ${text(staged.table.name)}`,
  );
  if (rows.length === 0) return false;
  const present = new Map(
    rows.map((row) => [String(row['column_name']), dialect.columnType(String(row['data_type']))]),
  );
  const changes = staged.columns.flatMap(({ name, type }) => {
    const column = dialect.quoteIdentifier(name);
    const before = present.get(name);
    if (before === undefined) return [`ADD COLUMN ${column} ${dialect.typeName(type)}`];
    if (before === type) return [];
    return [
      `ALTER COLUMN ${column} TYPE ${dialect.typeName(type)} USING ${column}::${dialect.typeName(type)}`,
    ];
  });
  if (changes.length > 0) await session.query(`ALTER TABLE ${target} ${changes.join(', ')}`);
  return true;
}
