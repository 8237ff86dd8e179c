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

export interface StageOptions {
  readonly runToken: string;
  readonly loadId: string;
  /** The lines hold the number of their record behind the ids. */
  readonly isNumbered: boolean;
  readonly signal: AbortSignal;
}

/**
 * Fills the staging tables of one table that was read, by COPY, in one transaction: when anything fails, nothing of
 * them is left.
 *
 * @param parts more than one where the table is too wide.
 * @param parent of a list: the table that its rows point to.
 */
export async function stageTable(
  warehouse: OrganizationWarehouse,
  table: RecordTable,
  parts: readonly TablePart[],
  parent: StagedTable | undefined,
  options: StageOptions,
): Promise<StagedTable[]> {
  const { signal } = options;
  return warehouse.transaction(
    async (session) => {
      const staged: StagedTable[] = [];
      for (const [at, part] of parts.entries()) {
        const one = describe(table, part, at === 0 ? parent : staged[0], at, options);
        await create(warehouse, session, one);
        const copied = await copy(warehouse, session, one, part, parts.length > 1, options);
        if (copied !== table.rows) {
          throw new Error(`${table.rows} rows were read, the database took ${copied}`);
        }
        if (one.role === 'root') await addLoadId(warehouse, session, one, options.loadId);
        staged.push(one);
      }
      return staged;
    },
    { signal },
  );
}

function describe(
  table: RecordTable,
  part: TablePart,
  parent: StagedTable | undefined,
  at: number,
  options: StageOptions,
): StagedTable {
  const role = at > 0 ? 'part' : table.parent === null ? 'root' : 'list';
  return {
    table,
    name: part.name,
    stagingName: `${stagingPrefix(options.runToken)}_${randomBytes(3).toString('hex')}`,
    role,
    parent,
    columns: part.columns.map(({ column, type }) => ({ name: column.name, type })),
    systemColumns: [
      idColumn,
      ...(role === 'list' ? listColumns : []),
      ...(role === 'root' ? [loadIdColumn] : []),
    ],
  };
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
  { table, stagingName, role }: StagedTable,
  part: TablePart,
  isSplit: boolean,
  { isNumbered, signal }: StageOptions,
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
    const bytes = table.spill.read(piece);
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
  return `COPY ${table} (${names}) FROM STDIN (FORMAT text, ENCODING 'UTF8')`;
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
