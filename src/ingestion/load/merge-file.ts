import type { FileAddition } from '#contracts/sources';
import type { TableColumn } from '#contracts/warehouse';
import type { OrganizationWarehouse, WarehouseSession } from '#warehouse';
import { nameTable } from '../records/name-path.ts';
import { maxColumns, partColumns } from '../records/split-wide-table.ts';
import type { FilePart } from './file-memory.ts';
import type { FittedColumns } from './fit-addition.ts';
import type { StagedFileTable } from './staging-table.ts';

/** What came of the rows of a file. */
export interface MergedRows {
  readonly replaced: number;
  /** Rows of the file that had the same key as a later one. */
  readonly doubles: number;
}

/** A table that rows are brought into, or one that it goes on in. */
export interface TargetPart extends FilePart {
  /** Name that it has at the moment: that of a staging table while it is not published. */
  readonly physicalName: string;
}

/** The tables with room for new columns; tables are added at the end. */
export function makeRoom(
  targetTable: string,
  parts: readonly TargetPart[],
  added: readonly Pick<TableColumn, 'name'>[],
): readonly TargetPart[] {
  const grown = parts.map((part) => ({ ...part, columns: [...part.columns] }));
  for (const { name } of added) {
    const last = grown.at(-1);
    if (last === undefined) throw new Error('a table of files has no table');
    if (last.columns.length < (grown.length > 1 ? partColumns : maxColumns)) last.columns.push(name);
    else {
      const taken = new Set(grown.map((part) => part.name));
      const next = nameTable(targetTable, `part ${grown.length + 1}`, taken);
      grown.push({ name: next, physicalName: next, columns: [name] });
    }
  }
  return grown;
}

/** One table, or several whose rows are joined by their id. */
interface Joined {
  /** `s`, `t`: the first one is `s0`. */
  readonly letter: string;
  readonly tables: readonly { readonly sql: string; readonly columns: readonly string[] }[];
}

/**
 * Brings the rows of staging tables into others and drops them. A row whose key is there already takes that one's
 * place, in the columns that the file has; a row without a key is a new one.
 *
 * @param before tables as they are; `after` with room for the columns that are new.
 */
export async function mergeFile(
  warehouse: OrganizationWarehouse,
  session: WarehouseSession,
  from: readonly StagedFileTable[],
  { before, after }: { readonly before: readonly TargetPart[]; readonly after: readonly TargetPart[] },
  fitted: FittedColumns,
  { mode, key }: Pick<FileAddition, 'mode' | 'key'>,
): Promise<MergedRows> {
  const { dialect } = warehouse.capabilities;
  const quote = (name: string) => dialect.quoteIdentifier(name);
  const tableOf = (name: string) => dialect.quoteTable({ schema: warehouse.schema, name });
  for (const sql of from.flatMap(({ finishingSql }) => finishingSql)) await session.query(sql);
  await fitTables(warehouse, session, before, after, fitted);

  const source: Joined = {
    letter: 's',
    tables: from.map(({ name, columns }) => ({ sql: tableOf(name), columns })),
  };
  const target: Joined = {
    letter: 't',
    tables: after.map(({ physicalName, columns }) => ({ sql: tableOf(physicalName), columns })),
  };
  const reference = ({ letter, tables }: Joined, column: string) =>
    `${letter}${placeOf(tables, column)}.${quote(column)}`;
  /** The first table and those that hold columns, joined. */
  const rowsOf = ({ letter, tables }: Joined, columns: readonly string[]) => {
    const places = new Set(columns.map((column) => placeOf(tables, column)));
    const others = [...places]
      .filter((place) => place > 0)
      .map(
        (place) =>
          `JOIN ${tables[place]?.sql ?? ''} ${letter}${place} ON ${letter}${place}."_dlt_id" = ${letter}0."_dlt_id"`,
      );
    return [`${tables[0]?.sql ?? ''} ${letter}0`, ...others].join(' ');
  };
  const values = fitted.pairs.map(({ from: column, to }) => {
    const type = fitted.columns.find(({ name }) => name === to)?.type ?? 'text';
    return { column, to, sql: `${reference(source, column)}::${dialect.typeName(type)}` };
  });

  let replaced = 0;
  let doubles = 0;
  let isNew = '';
  const [main] = from;
  if (main === undefined) throw new Error('a file was read into no table');
  const matches = tableOf(`${main.name}_same`);
  if (mode === 'merge') {
    const keys = key.flatMap((name) => values.filter(({ to }) => to === name));
    const keyRows = rowsOf(
      source,
      keys.map(({ column }) => column),
    );
    const filled = keys.map(({ sql }) => `${sql} IS NOT NULL`).join(' AND ');
    const dropped = await session.query(
      `DELETE FROM ${tableOf(main.name)} d USING (SELECT s0."_dlt_id" AS id, row_number() OVER (PARTITION BY ${keys.map(({ sql }) => sql).join(', ')} ORDER BY s0."_dlt_id" DESC) AS n FROM ${keyRows} WHERE ${filled}) x WHERE d."_dlt_id" = x.id AND x.n > 1`,
    );
    doubles = dropped.affectedRows ?? 0;
    const same = keys.map(({ to, sql }) => `${reference(target, to)} = ${sql}`).join(' AND ');
    const targetRows = rowsOf(
      target,
      keys.map(({ to }) => to),
    );
    await session.query(
      `CREATE TABLE ${matches} AS SELECT s0."_dlt_id" AS source_id, t0."_dlt_id" AS target_id FROM ${keyRows} CROSS JOIN ${targetRows} WHERE ${same}`,
    );
    for (const [place, part] of after.entries()) {
      const own = values.filter((one) => !keys.includes(one) && part.columns.includes(one.to));
      const set = [
        ...own.map(({ to, sql }) => `${quote(to)} = ${sql}`),
        ...(place === 0 ? ['"_dlt_load_id" = s0."_dlt_load_id"'] : []),
      ];
      if (set.length === 0) continue;
      const rows = rowsOf(
        source,
        own.map(({ column }) => column),
      );
      const updated = await session.query(
        `UPDATE ${tableOf(part.physicalName)} u SET ${set.join(', ')} FROM ${matches} m, ${rows} WHERE u."_dlt_id" = m.target_id AND s0."_dlt_id" = m.source_id`,
      );
      if (place === 0) replaced = updated.affectedRows ?? 0;
    }
    isNew = ` WHERE NOT EXISTS (SELECT FROM ${matches} m WHERE m.source_id = s0."_dlt_id")`;
  }
  for (const [place, part] of after.entries()) {
    const own = values.filter(({ to }) => part.columns.includes(to));
    const system = ['"_dlt_id"', ...(place === 0 ? ['"_dlt_load_id"'] : [])];
    const into = [...own.map(({ to }) => quote(to)), ...system].join(', ');
    const select = [...own.map(({ sql }) => sql), ...system.map((name) => `s0.${name}`)].join(', ');
    const rows = rowsOf(
      source,
      own.map(({ column }) => column),
    );
    await session.query(
      `INSERT INTO ${tableOf(part.physicalName)} (${into}) SELECT ${select} FROM ${rows}${isNew} ORDER BY s0."_dlt_id"`,
    );
  }
  if (mode === 'merge') await session.query(`DROP TABLE ${matches}`);
  for (const { name } of from) await session.query(`DROP TABLE ${tableOf(name)}`);
  return { replaced, doubles };
}

/** A column that is left out of the split stands in none of its tables. */
function placeOf(tables: Joined['tables'], column: string): number {
  return Math.max(
    0,
    tables.findIndex(({ columns }) => columns.includes(column)),
  );
}

/** Gives the tables the columns and types that the rows of the file need. */
async function fitTables(
  warehouse: OrganizationWarehouse,
  session: WarehouseSession,
  before: readonly TargetPart[],
  after: readonly TargetPart[],
  fitted: FittedColumns,
): Promise<void> {
  const { dialect } = warehouse.capabilities;
  const quote = (name: string) => dialect.quoteIdentifier(name);
  const tableOf = (name: string) => dialect.quoteTable({ schema: warehouse.schema, name });
  for (const [place, part] of after.entries()) {
    const table = tableOf(part.physicalName);
    if (place >= before.length) {
      await session.query(
        `CREATE TABLE ${table} AS SELECT "_dlt_id" FROM ${tableOf(after[0]?.physicalName ?? '')} ORDER BY "_dlt_id"`,
      );
      await session.query(`ALTER TABLE ${table} ALTER COLUMN "_dlt_id" SET NOT NULL`);
    }
    const changes = [
      ...fitted.added
        .filter(({ name }) => part.columns.includes(name))
        .map(({ name, type }) => `ADD COLUMN ${quote(name)} ${dialect.typeName(type)}`),
      ...fitted.widened
        .filter(({ name }) => part.columns.includes(name))
        .map(
          ({ name, type }) =>
            `ALTER COLUMN ${quote(name)} TYPE ${dialect.typeName(type)} USING ${quote(name)}::${dialect.typeName(type)}`,
        ),
    ];
    if (changes.length > 0) await session.query(`ALTER TABLE ${table} ${changes.join(', ')}`);
  }
}
