import type { OrganizationWarehouse, WarehouseSession } from '#warehouse';
import type { FileAddition } from '#contracts/sources';
import type { FittedColumns } from './fit-addition.ts';

/** What came of the rows of a file. */
export interface MergedRows {
  readonly replaced: number;
  /** Rows of the file that had the same key as a later one. */
  readonly doubles: number;
}

/**
 * Brings the rows of a staging table into another one and drops the staging table. A row whose key is there already
 * takes that one's place, in the columns that the file has; a row without a key is a new one.
 */
export async function mergeFile(
  warehouse: OrganizationWarehouse,
  session: WarehouseSession,
  from: { readonly name: string; readonly finishingSql: readonly string[] },
  targetTable: string,
  fitted: FittedColumns,
  { mode, key }: Pick<FileAddition, 'mode' | 'key'>,
): Promise<MergedRows> {
  const { dialect } = warehouse.capabilities;
  const quote = (name: string) => dialect.quoteIdentifier(name);
  const staging = dialect.quoteTable({ schema: warehouse.schema, name: from.name });
  const target = dialect.quoteTable({ schema: warehouse.schema, name: targetTable });
  for (const sql of from.finishingSql) await session.query(sql);
  const changes = [
    ...fitted.added.map(({ name, type }) => `ADD COLUMN ${quote(name)} ${dialect.typeName(type)}`),
    ...fitted.widened.map(
      ({ name, type }) =>
        `ALTER COLUMN ${quote(name)} TYPE ${dialect.typeName(type)} USING ${quote(name)}::${dialect.typeName(type)}`,
    ),
  ];
  if (changes.length > 0) await session.query(`ALTER TABLE ${target} ${changes.join(', ')}`);
  const values = fitted.pairs.map(({ from: column, to }) => {
    const type = fitted.columns.find(({ name }) => name === to)?.type ?? 'text';
    return { to: quote(to), value: `s.${quote(column)}::${dialect.typeName(type)}` };
  });
  const system = ['"_dlt_id"', '"_dlt_load_id"'];
  const into = [...values.map(({ to }) => to), ...system].join(', ');
  const select = [...values.map(({ value }) => value), ...system.map((name) => `s.${name}`)].join(', ');
  let replaced = 0;
  let doubles = 0;
  let which = '';
  if (mode === 'merge') {
    const keys = key.flatMap((name) => values.filter(({ to }) => to === quote(name)));
    const filled = keys.map(({ value }) => `${value} IS NOT NULL`).join(' AND ');
    const dropped = await session.query(
      `DELETE FROM ${staging} d USING (SELECT s."_dlt_id" AS id, row_number() OVER (PARTITION BY ${keys.map(({ value }) => value).join(', ')} ORDER BY s."_dlt_id" DESC) AS n FROM ${staging} s WHERE ${filled}) x WHERE d."_dlt_id" = x.id AND x.n > 1`,
    );
    doubles = dropped.affectedRows ?? 0;
    const same = keys.map(({ to, value }) => `t.${to} = ${value}`).join(' AND ');
    const others = values.filter((one) => !keys.includes(one));
    const set = [...others.map(({ to, value }) => `${to} = ${value}`), '"_dlt_load_id" = s."_dlt_load_id"'];
    const updated = await session.query(
      `UPDATE ${target} t SET ${set.join(', ')} FROM ${staging} s WHERE ${same}`,
    );
    replaced = updated.affectedRows ?? 0;
    which = ` WHERE NOT EXISTS (SELECT FROM ${target} t WHERE ${same})`;
  }
  await session.query(
    `INSERT INTO ${target} (${into}) SELECT ${select} FROM ${staging} s${which} ORDER BY s."_dlt_id"`,
  );
  await session.query(`DROP TABLE ${staging}`);
  return { replaced, doubles };
}
