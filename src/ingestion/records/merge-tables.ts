import type { ColumnType } from '#contracts/column-types';
import { AppError } from '#platform/errors';
import type { OrganizationWarehouse, WarehouseSession } from '#warehouse';
import type { WritePlan } from './decide-write.ts';
import { fitTables } from './fit-tables.ts';
import { retireVersions } from './retire-versions.ts';
import { sequenceColumn, type StagedTable } from './stage-records.ts';

/** Staged tables of one stream, within the transaction that publishes them. */
export interface Merge {
  readonly warehouse: OrganizationWarehouse;
  readonly session: WarehouseSession;
  /** The stream's own first, then what hangs on it, from the outside inwards. */
  readonly tables: readonly StagedTable[];
  readonly root: StagedTable;
  readonly plan: WritePlan;
  /** When the load was published: until when ended versions were valid, and from when new ones are. */
  readonly boundary: Date;
}

export function boundaryOf({ warehouse, boundary }: Merge): string {
  return warehouse.capabilities.dialect.quoteLiteral({
    type: 'timestamptz',
    value: boundary.toISOString().replace('T', ' ').replace('Z', '+00'),
  });
}

export function stagingOf({ warehouse }: Merge, { stagingName }: StagedTable): string {
  return warehouse.capabilities.dialect.quoteTable({ schema: warehouse.schema, name: stagingName });
}

export function targetOf({ warehouse }: Merge, { name }: StagedTable): string {
  return warehouse.capabilities.dialect.quoteTable({ schema: warehouse.schema, name });
}

function quote({ warehouse }: Merge, name: string): string {
  return warehouse.capabilities.dialect.quoteIdentifier(name);
}

/** Physical columns of the fields of a setting. @throws AppError primary_key_missing */
function columnsOf({ root }: Merge, fields: readonly string[]): { name: string; type: ColumnType }[] {
  return fields.map((field) => {
    const column =
      root.table.columns.find(({ path }) => path.length === 1 && path[0] === field) ??
      root.table.columns.find(({ path }) => path.join('.') === field);
    const staged = root.columns.find(({ name }) => name === column?.name);
    if (staged === undefined) {
      throw new AppError(
        'primary_key_missing',
        `No record has the field “${field}”, which is to tell records apart.`,
      );
    }
    return staged;
  });
}

/** `s."a" = t."a" AND …` over the fields. */
export function sameValues(merge: Merge, fields: readonly string[]): string {
  return columnsOf(merge, fields)
    .map(({ name }) => `s.${quote(merge, name)} = t.${quote(merge, name)}`)
    .join(' AND ');
}

/** Whether a staged row deletes; null when the setting is not used, or its field never came. */
export function deletesCondition(merge: Merge, alias: string): string | null {
  const field = merge.plan.hardDelete;
  if (field === undefined) return null;
  const path = merge.root.table.columns.find((column) => column.path.join('.') === field);
  const column = merge.root.columns.find(({ name }) => name === path?.name);
  if (column === undefined) return null;
  const name = `${alias}.${quote(merge, column.name)}`;
  return column.type === 'boolean' ? `${name} IS TRUE` : `${name} IS NOT NULL`;
}

/**
 * Of several staged rows with the same key keeps one, with what hangs on it: the first by `dedup_sort`, else the one
 * that was read last. Pages shift while they are read, so a record may come twice.
 *
 * @returns how many rows of the stream's own table went.
 */
export async function dropDuplicates(merge: Merge): Promise<number> {
  const { root, plan, session } = merge;
  if (root.table.rows === 0) return 0;
  const staging = stagingOf(merge, root);
  const isNumbered = plan.identity.kind !== 'counter';
  const key =
    plan.primaryKey !== undefined && plan.primaryKey.length > 0
      ? columnsOf(merge, plan.primaryKey).map(({ name }) => quote(merge, name))
      : isNumbered
        ? ['"_dlt_id"']
        : undefined;
  if (key === undefined) return 0;
  const number = quote(merge, isNumbered ? sequenceColumn : '_dlt_id');
  const sort = plan.dedupSort;
  const order = [
    ...(sort === undefined
      ? []
      : columnsOf(merge, [sort.field]).map(
          ({ name }) => `${quote(merge, name)} ${sort.order === 'asc' ? 'ASC' : 'DESC'} NULLS LAST`,
        )),
    `${number} DESC`,
  ].join(', ');
  const filled = key.map((name) => `${name} IS NOT NULL`).join(' AND ');
  const { affectedRows } = await session.query(
    `DELETE FROM ${staging} t USING (SELECT ${number} AS number, row_number() OVER (PARTITION BY ${key.join(', ')} ORDER BY ${order}) AS n FROM ${staging} WHERE ${filled}) d WHERE t.${number} = d.number AND d.n > 1`,
  );
  if (affectedRows === null || affectedRows === 0) return 0;
  await dropOrphans(merge);
  return affectedRows;
}

/** Deletes staged rows that hang on none of the stream's own table any more. */
export async function dropOrphans(merge: Merge): Promise<void> {
  const isNumbered = merge.plan.identity.kind !== 'counter';
  for (const table of merge.tables) {
    const { parent } = table;
    if (parent === undefined) continue;
    const [outer, condition] = isNumbered
      ? [merge.root, `p.${quote(merge, sequenceColumn)} = c.${quote(merge, sequenceColumn)}`]
      : [parent, `p."_dlt_id" = c.${table.role === 'part' ? '"_dlt_id"' : '"_dlt_parent_id"'}`];
    await merge.session.query(
      `DELETE FROM ${stagingOf(merge, table)} c WHERE NOT EXISTS (SELECT FROM ${stagingOf(merge, outer)} p WHERE ${condition})`,
    );
  }
}

/** Takes staged rows out that only say that another is to be deleted. */
export async function dropDeleting(merge: Merge): Promise<void> {
  const condition = deletesCondition(merge, 't');
  if (condition === null) return;
  const { affectedRows } = await merge.session.query(
    `DELETE FROM ${stagingOf(merge, merge.root)} t WHERE ${condition}`,
  );
  if (affectedRows !== 0) await dropOrphans(merge);
}

/**
 * Writes staged rows into the tables that people read, in place, by the method of the plan. Readers see either the
 * state before or the one after; only a change of columns needs the table for itself.
 *
 * @returns how many records came more than once.
 */
export async function mergeIntoTables(merge: Merge): Promise<{ readonly duplicates: number }> {
  const { plan } = merge;
  const duplicates = await dropDuplicates(merge);
  if (plan.method !== 'delete-insert' && plan.method !== 'upsert' && plan.method !== 'scd2') {
    await dropDeleting(merge);
  }
  const renamed = await fitTables(merge);
  const present = merge.tables.filter((table) => !renamed.has(table));
  // All of a stream's tables are new with the first of them.
  if (!renamed.has(merge.root)) {
    switch (plan.method) {
      case 'scd2':
        await retireVersions(merge);
        break;
      case 'insert-only':
        await keepNew(merge, plan.primaryKey ?? []);
        break;
      case 'upsert':
        await deleteTouched(merge, present, true);
        await dropDeleting(merge);
        await updateRoots(merge, plan.primaryKey ?? []);
        break;
      case 'delete-insert':
        await deleteTouched(merge, present, false);
        await dropDeleting(merge);
        break;
      case 'append':
      case 'replace':
        break;
      default:
        plan.method satisfies never;
    }
  }
  for (const table of present) await insertInto(merge, table);
  return { duplicates };
}

/** Deletes rows whose key came again, with what hangs on them; `keepsRoots`: only those that are to go for good. */
async function deleteTouched(
  merge: Merge,
  present: readonly StagedTable[],
  keepsRoots: boolean,
): Promise<void> {
  const { root, plan, session } = merge;
  const keys = [plan.primaryKey, plan.mergeKey].filter((key) => key !== undefined && key.length > 0);
  if (keys.length === 0 || root.table.rows === 0) return;
  const touched = keys
    .map(
      (key) =>
        `SELECT t."_dlt_id" FROM ${targetOf(merge, root)} t WHERE EXISTS (SELECT FROM ${stagingOf(merge, root)} s WHERE ${sameValues(merge, key ?? [])})`,
    )
    // Two searches by key, where one with OR would compare every row with every other.
    .join(' UNION ');
  const gone = new Map<StagedTable, string>([[root, touched]]);
  for (const table of present) {
    const outer = table.parent === undefined ? undefined : gone.get(table.parent);
    if (outer === undefined) continue;
    gone.set(
      table,
      table.role === 'part'
        ? outer
        : `SELECT "_dlt_id" FROM ${targetOf(merge, table)} WHERE "_dlt_parent_id" IN (${outer})`,
    );
  }
  // From the innermost outwards: each is found by what is outside of it.
  for (const table of present.toReversed()) {
    const ids = gone.get(table);
    if (ids === undefined || (table === root && keepsRoots)) continue;
    await session.query(`DELETE FROM ${targetOf(merge, table)} WHERE "_dlt_id" IN (${ids})`);
  }
  const deletes = deletesCondition(merge, 's');
  if (!keepsRoots || deletes === null) return;
  await session.query(
    `DELETE FROM ${targetOf(merge, root)} t USING ${stagingOf(merge, root)} s WHERE ${sameValues(merge, plan.primaryKey ?? [])} AND ${deletes}`,
  );
}

/** Gives rows that are there the values that came, and takes those out of the staged ones. */
async function updateRoots(merge: Merge, primaryKey: readonly string[]): Promise<void> {
  const { root, session } = merge;
  const same = sameValues(merge, primaryKey);
  const columns = [...root.columns, ...root.systemColumns].map(({ name }) => quote(merge, name));
  await session.query(
    `UPDATE ${targetOf(merge, root)} t SET ${columns.map((column) => `${column} = s.${column}`).join(', ')} FROM ${stagingOf(merge, root)} s WHERE ${same}`,
  );
  await session.query(
    `DELETE FROM ${stagingOf(merge, root)} s USING ${targetOf(merge, root)} t WHERE ${same}`,
  );
}

async function keepNew(merge: Merge, primaryKey: readonly string[]): Promise<void> {
  const { root, session } = merge;
  await session.query(
    `DELETE FROM ${stagingOf(merge, root)} s USING ${targetOf(merge, root)} t WHERE ${sameValues(merge, primaryKey)}`,
  );
  await dropOrphans(merge);
}

async function insertInto(merge: Merge, table: StagedTable): Promise<void> {
  const { session, plan } = merge;
  const names = [...table.columns, ...table.systemColumns].map(({ name }) => quote(merge, name));
  const hasVersions = plan.method === 'scd2' && table.role === 'root';
  const into = [...names, ...(hasVersions ? ['"_dlt_valid_from"'] : [])].join(', ');
  const values = [...names, ...(hasVersions ? [boundaryOf(merge)] : [])].join(', ');
  const staging = stagingOf(merge, table);
  await session.query(`INSERT INTO ${targetOf(merge, table)} (${into}) SELECT ${values} FROM ${staging}`);
  await session.query(`DROP TABLE ${staging}`);
}
