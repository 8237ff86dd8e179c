import type { Merge } from './merge-tables.ts';
import type { StagedTable } from './stage-records.ts';
import type { ColumnType } from '#contracts/column-types';

const versionColumns = [
  { name: '_dlt_valid_from', definition: 'timestamptz' },
  { name: '_dlt_valid_to', definition: 'timestamptz' },
];

/**
 * Gives the tables that people read the columns and types of the staged ones, and makes those that are not there.
 *
 * @returns staged tables that became the table itself: nothing is left to be written from them.
 */
export async function fitTables(merge: Merge): Promise<ReadonlySet<StagedTable>> {
  const { plan, session, warehouse } = merge;
  const { dialect } = warehouse.capabilities;
  const renamed = new Set<StagedTable>();
  for (const table of merge.tables) {
    const target = dialect.quoteTable({ schema: warehouse.schema, name: table.name });
    // Rows with numbers cannot become the table by a new name alone: all of it is written.
    if (!plan.keepsOldRows) await session.query(`DROP TABLE IF EXISTS ${target}`);
    const present = plan.keepsOldRows ? await columnsInPlace(merge, table.name) : new Map<string, never>();
    if (present.size > 0) {
      const changes = changesOf(merge, table, present);
      if (changes.length > 0) await session.query(`ALTER TABLE ${target} ${changes.join(', ')}`);
    } else if (plan.identity.kind === 'counter' && !(await takesColumnsOver(merge, table))) {
      const staging = dialect.quoteTable({ schema: warehouse.schema, name: table.stagingName });
      await session.query(`ALTER TABLE ${staging} RENAME TO ${dialect.quoteIdentifier(table.name)}`);
      renamed.add(table);
    } else {
      await create(merge, table);
      await moveColumns(merge, table);
    }
  }
  return renamed;
}

async function columnsInPlace(
  { warehouse, session }: Merge,
  name: string,
): Promise<ReadonlyMap<string, ColumnType | null>> {
  const { dialect } = warehouse.capabilities;
  const text = (value: string) => dialect.quoteLiteral({ type: 'text', value });
  const { rows } = await session.query(
    `SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = ${text(warehouse.schema)} AND table_name = ${text(name)}`,
  );
  return new Map(
    rows.map((row) => [String(row['column_name']), dialect.columnType(String(row['data_type']))]),
  );
}

function changesOf(
  { warehouse, plan }: Merge,
  table: StagedTable,
  present: ReadonlyMap<string, ColumnType | null>,
): string[] {
  const { dialect } = warehouse.capabilities;
  const versions = plan.method === 'scd2' && table.role === 'root' ? versionColumns : [];
  return [
    ...table.columns.flatMap(({ name, type }) => {
      const column = dialect.quoteIdentifier(name);
      const before = present.get(name);
      if (before === undefined) return [`ADD COLUMN ${column} ${dialect.typeName(type)}`];
      if (before === type) return [];
      return [
        `ALTER COLUMN ${column} TYPE ${dialect.typeName(type)} USING ${column}::${dialect.typeName(type)}`,
      ];
    }),
    ...versions
      .filter(({ name }) => !present.has(name))
      .map(({ name, definition }) => `ADD COLUMN ${dialect.quoteIdentifier(name)} ${definition}`),
  ];
}

async function create({ warehouse, session, plan }: Merge, table: StagedTable): Promise<void> {
  const { dialect } = warehouse.capabilities;
  const definitions = [
    ...table.columns.map(({ name, type }) => ({ name, definition: dialect.typeName(type) })),
    ...table.systemColumns,
    ...(plan.method === 'scd2' && table.role === 'root' ? versionColumns : []),
  ].map(({ name, definition }) => `${dialect.quoteIdentifier(name)} ${definition}`);
  const target = dialect.quoteTable({ schema: warehouse.schema, name: table.name });
  await session.query(`CREATE TABLE ${target} (${definitions.join(', ')})`);
}

/** Columns of a new part that stand in the table it continues, which has become too wide since. */
async function columnsToMove(merge: Merge, table: StagedTable): Promise<string[]> {
  if (table.role !== 'part' || table.parent === undefined || !merge.plan.keepsOldRows) return [];
  const outer = await columnsInPlace(merge, table.parent.name);
  return table.columns.map(({ name }) => name).filter((name) => outer.has(name));
}

async function takesColumnsOver(merge: Merge, table: StagedTable): Promise<boolean> {
  return (await columnsToMove(merge, table)).length > 0;
}

async function moveColumns(merge: Merge, table: StagedTable): Promise<void> {
  const { warehouse, session } = merge;
  const { dialect } = warehouse.capabilities;
  const moved = await columnsToMove(merge, table);
  if (moved.length === 0 || table.parent === undefined) return;
  const types = new Map(table.columns.map(({ name, type }) => [name, dialect.typeName(type)]));
  const names = moved.map((name) => dialect.quoteIdentifier(name));
  const from = dialect.quoteTable({ schema: warehouse.schema, name: table.parent.name });
  const into = dialect.quoteTable({ schema: warehouse.schema, name: table.name });
  await session.query(
    `INSERT INTO ${into} ("_dlt_id", ${names.join(', ')}) SELECT "_dlt_id", ${moved.map((name) => `${dialect.quoteIdentifier(name)}::${types.get(name) ?? 'text'}`).join(', ')} FROM ${from}`,
  );
  await session.query(`ALTER TABLE ${from} ${names.map((name) => `DROP COLUMN ${name}`).join(', ')}`);
}
