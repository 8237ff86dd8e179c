import { randomBytes } from 'node:crypto';
import type { ColumnType } from '#contracts/column-types';
import { stagingPrefix, type Dialect, type OrganizationWarehouse, type WarehouseSession } from '#warehouse';
import { pickFields } from './pick-fields.ts';
import type { RecordTable } from './record-table.ts';
import type { TablePart } from './split-wide-table.ts';

export interface StagedColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** A finished table that nobody reads yet. */
export interface StagedTable {
  readonly table: RecordTable;
  /** Its columns among those that were read. */
  readonly part: TablePart;
  /** The lines hold columns of other parts too. */
  readonly isSplit: boolean;
  /** Physical name under which people are to know it. */
  readonly name: string;
  readonly stagingName: string;
  /** `root`: of the stream; `list`: of a list in its records; `part`: more columns of one of these. */
  readonly role: 'root' | 'list' | 'part';
  /** Whose rows it hangs on: a list by `_dlt_parent_id`, a part by `_dlt_id`. */
  readonly parent: StagedTable | undefined;
  /** In the order of the table, without the loader's own. */
  readonly columns: readonly StagedColumn[];
  /** The loader's own, with their definition. */
  readonly systemColumns: readonly { readonly name: string; readonly definition: string }[];
}

/** Number of the record, only in staging tables: tells rows of two records apart that hash to the same id. */
export const sequenceColumn = '_dlt_sequence';

const idColumn = { name: '_dlt_id', definition: 'text COLLATE "C" NOT NULL' };
const loadIdColumn = { name: '_dlt_load_id', definition: 'text NOT NULL' };
const listColumns = [
  { name: '_dlt_parent_id', definition: 'text COLLATE "C" NOT NULL' },
  { name: '_dlt_list_idx', definition: 'bigint NOT NULL' },
];

const copiesAtOnce = 2;

export interface StageOptions {
  readonly loadId: string;
  /** The lines hold the number of their record behind the ids. */
  readonly isNumbered: boolean;
  /** Told of each piece that the warehouse has taken. */
  readonly onBytes: (count: number) => void;
  readonly signal: AbortSignal;
}

/**
 * The staging tables for one table that was read, not made yet.
 *
 * @param parts more than one where the table is too wide.
 * @param parent of a list: the table that its rows point to.
 */
export function planStaging(
  table: RecordTable,
  parts: readonly TablePart[],
  parent: StagedTable | undefined,
  runToken: string,
): StagedTable[] {
  const staged: StagedTable[] = [];
  for (const [at, part] of parts.entries()) {
    const role = at > 0 ? 'part' : table.parent === null ? 'root' : 'list';
    staged.push({
      table,
      part,
      isSplit: parts.length > 1,
      name: part.name,
      stagingName: `${stagingPrefix(runToken)}_${randomBytes(3).toString('hex')}`,
      role,
      parent: at === 0 ? parent : staged[0],
      columns: part.columns.map(({ column, type }) => ({ name: column.name, type })),
      systemColumns: [
        idColumn,
        ...(role === 'list' ? listColumns : []),
        ...(role === 'root' ? [loadIdColumn] : []),
      ],
    });
  }
  return staged;
}

/**
 * Makes staging tables and fills them by COPY, two at a time: one core of the database parses while another writes.
 * Each is a transaction of its own; when one fails, the others are stopped, and what is left of them is dropped by
 * `dropStagingTables`.
 */
export async function fillStaging(
  warehouse: OrganizationWarehouse,
  tables: readonly StagedTable[],
  options: StageOptions,
): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const waiting = tables.toSorted((a, b) => b.table.spill.bytes - a.table.spill.bytes);
  const work = async () => {
    for (let table = waiting.shift(); table !== undefined; table = waiting.shift()) {
      try {
        await fill(warehouse, table, { ...options, signal });
      } catch (error) {
        failed.abort(error);
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: copiesAtOnce }, work));
  options.signal.throwIfAborted();
  // The first error is the one that stopped the others.
  if (failed.signal.aborted) throw failed.signal.reason;
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}

async function fill(
  warehouse: OrganizationWarehouse,
  staged: StagedTable,
  options: StageOptions,
): Promise<void> {
  await warehouse.transaction(
    async (session) => {
      // Durable with the transaction that publishes: its record in the log comes behind all of these.
      await session.query('SET LOCAL synchronous_commit = off');
      await create(warehouse, session, staged);
      const copied = await copy(warehouse, session, staged, options);
      if (copied !== staged.table.rows) {
        throw new Error(`${staged.table.rows} rows were read, the database took ${copied}`);
      }
      if (staged.role === 'root') await addLoadId(warehouse, session, staged, options.loadId);
    },
    { signal: options.signal },
  );
}

async function create(
  warehouse: OrganizationWarehouse,
  session: WarehouseSession,
  { stagingName, columns, role }: StagedTable,
): Promise<void> {
  const { dialect } = warehouse.capabilities;
  const definitions = [
    ...columns.map(({ name, type }) => `${dialect.quoteIdentifier(name)} ${dialect.typeName(type)}`),
    ...[idColumn, ...(role === 'list' ? listColumns : [])].map(
      ({ name, definition }) => `${dialect.quoteIdentifier(name)} ${definition}`,
    ),
  ];
  const staging = dialect.quoteTable({ schema: warehouse.schema, name: stagingName });
  await session.query(`CREATE TABLE ${staging} (${definitions.join(', ')})`);
}

/** The ids as they stand at the beginning of a line. */
function leadingColumns(role: 'root' | 'list', isNumbered: boolean): string[] {
  return [
    idColumn.name,
    ...(role === 'list' ? listColumns.map(({ name }) => name) : []),
    ...(isNumbered ? [sequenceColumn] : []),
  ];
}

async function copy(
  warehouse: OrganizationWarehouse,
  session: WarehouseSession,
  { table, part, stagingName, role, isSplit }: StagedTable,
  { isNumbered, onBytes, signal }: StageOptions,
): Promise<number> {
  const { dialect } = warehouse.capabilities;
  const staging = dialect.quoteTable({ schema: warehouse.schema, name: stagingName });
  if (isNumbered) {
    await session.query(
      `ALTER TABLE ${staging} ADD COLUMN ${dialect.quoteIdentifier(sequenceColumn)} bigint`,
    );
  }
  const inLine = leadingColumns(table.parent === null ? 'root' : 'list', isNumbered);
  const leading = role === 'part' ? leadingColumns('root', isNumbered) : inLine;
  let rows = 0;
  for (const piece of table.spill.parts) {
    const present = part.columns.filter(({ index }) => index < piece.columns);
    const names = [...leading, ...present.map(({ column }) => column.name)];
    const fields = [
      ...leading.map((name) => inLine.indexOf(name)),
      ...present.map(({ index }) => inLine.length + index),
    ];
    const bytes = table.spill.read(piece, role === 'part' ? () => undefined : onBytes);
    rows += await session.copyFrom(
      copySql(dialect, staging, names),
      isSplit ? pickFields(bytes, fields) : bytes,
      { signal },
    );
  }
  return rows;
}

function copySql(dialect: Dialect, table: string, columns: readonly string[]): string {
  const names = columns.map((name) => dialect.quoteIdentifier(name)).join(', ');
  return `COPY ${table} (${names}) FROM STDIN (FORMAT text, FREEZE, ENCODING 'UTF8')`;
}

/** As a default that PostgreSQL keeps once for all rows. */
async function addLoadId(
  warehouse: OrganizationWarehouse,
  session: WarehouseSession,
  { stagingName }: StagedTable,
  loadId: string,
): Promise<void> {
  const { dialect } = warehouse.capabilities;
  const staging = dialect.quoteTable({ schema: warehouse.schema, name: stagingName });
  const value = dialect.quoteLiteral({ type: 'text', value: loadId });
  await session.query(`ALTER TABLE ${staging} ADD COLUMN "_dlt_load_id" text NOT NULL DEFAULT ${value}`);
  await session.query(`ALTER TABLE ${staging} ALTER COLUMN "_dlt_load_id" DROP DEFAULT`);
}
