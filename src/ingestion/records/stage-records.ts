import { randomBytes } from 'node:crypto';
import type { ColumnType } from '#contracts/column-types';
import { stagingPrefix, type OrganizationWarehouse } from '#warehouse';
import type { RecordTable } from './record-table.ts';

export interface StagedColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** A finished table that nobody reads yet. */
export interface StagedTable {
  readonly table: RecordTable;
  readonly stagingName: string;
  /** In the order of the table, without the loader's own. */
  readonly columns: readonly StagedColumn[];
  /** The loader's own, with their definition. */
  readonly systemColumns: readonly { readonly name: string; readonly definition: string }[];
}

/** Columns that the loader writes: of the rows of a stream, and of the rows of a list within. */
function systemColumns(isChild: boolean): StagedTable['systemColumns'] {
  const id = { name: '_dlt_id', definition: 'text COLLATE "C" NOT NULL' };
  return isChild
    ? [
        id,
        { name: '_dlt_parent_id', definition: 'text COLLATE "C" NOT NULL' },
        { name: '_dlt_list_idx', definition: 'bigint NOT NULL' },
      ]
    : [id];
}

/**
 * Fills a staging table with the rows that were spilled, by COPY, in one transaction: when anything fails, nothing of
 * it is left.
 *
 * @param keepsOldRows the columns must also hold the values of the loads before.
 */
export async function stageTable(
  warehouse: OrganizationWarehouse,
  table: RecordTable,
  options: {
    readonly runToken: string;
    readonly loadId: string;
    readonly keepsOldRows: boolean;
    readonly signal: AbortSignal;
  },
): Promise<StagedTable> {
  const { dialect } = warehouse.capabilities;
  const { signal } = options;
  const isChild = table.parent !== null;
  const stagingName = `${stagingPrefix(options.runToken)}_${randomBytes(3).toString('hex')}`;
  const staging = dialect.quoteTable({ schema: warehouse.schema, name: stagingName });
  const own = systemColumns(isChild);
  const columns = table.columns.map((column): StagedColumn => ({
    name: column.name,
    type: table.typeOf(column, options.keepsOldRows),
  }));
  const names = columns.map(({ name }) => dialect.quoteIdentifier(name));
  const definitions = [
    ...columns.map(({ type }, index) => `${names[index]} ${dialect.typeName(type)}`),
    ...own.map(({ name, definition }) => `${dialect.quoteIdentifier(name)} ${definition}`),
  ];
  const system = own.map(({ name }) => dialect.quoteIdentifier(name));
  const copied = await warehouse.transaction(
    async (session) => {
      await session.query(`CREATE TABLE ${staging} (${definitions.join(', ')})`);
      let rows = 0;
      for (const part of table.spill.parts) {
        const into = [...system, ...names.slice(0, part.columns)].join(', ');
        rows += await session.copyFrom(
          `COPY ${staging} (${into}) FROM STDIN (FORMAT text, ENCODING 'UTF8')`,
          table.spill.read(part),
          { signal },
        );
      }
      if (!isChild) {
        // A default that PostgreSQL keeps once for all rows.
        const value = dialect.quoteLiteral({ type: 'text', value: options.loadId });
        await session.query(
          `ALTER TABLE ${staging} ADD COLUMN "_dlt_load_id" text NOT NULL DEFAULT ${value}`,
        );
        await session.query(`ALTER TABLE ${staging} ALTER COLUMN "_dlt_load_id" DROP DEFAULT`);
      }
      return rows;
    },
    { signal },
  );
  if (copied !== table.rows) throw new Error(`${table.rows} rows were read, the database took ${copied}`);
  return {
    table,
    stagingName,
    columns,
    systemColumns: isChild ? own : [...own, { name: '_dlt_load_id', definition: 'text NOT NULL' }],
  };
}
