import type { TableColumn } from '#contracts/warehouse';
import type { OrganizationId, SourceId } from '#platform/ids';
import { dropTables, forgetTables, type WarehouseServices } from '#warehouse';
import { rowId } from '../records/describe-tables.ts';
import type { LoadedFiles } from './load-files.ts';

/** A table that files were loaded into. */
export interface FileTable {
  readonly name: string;
  /** Behind the name of the source; empty for its own table. */
  readonly label: readonly string[];
  readonly columns: readonly TableColumn[];
}

/** The tables of a load, with the id of the rows where it is needed to put those of several tables together. */
export function describeFileTables(
  mainTable: string,
  { columns, parts }: Pick<LoadedFiles, 'columns' | 'parts'>,
): FileTable[] {
  if (parts.length === 0) return [{ name: mainTable, label: [], columns }];
  const elsewhere = new Set(parts.flatMap((part) => part.columns));
  return [
    {
      name: mainTable,
      label: [],
      columns: [...columns.filter(({ name }) => !elsewhere.has(name)), rowId],
    },
    ...parts.map((part, at) => {
      const own = new Set(part.columns);
      return {
        name: part.name,
        label: [`part ${at + 2}`],
        columns: [...columns.filter(({ name }) => own.has(name)), rowId],
      };
    }),
  ];
}

/** Tables of an earlier file that this one does not need: parts of a wider one, lists of records. */
export async function retireTables(
  services: WarehouseServices,
  organizationId: OrganizationId,
  sourceId: SourceId,
  tables: readonly FileTable[],
): Promise<void> {
  const names = tables.map(({ name }) => name);
  const earlier = await services.database.withOrganization(organizationId, (trx) =>
    trx
      .selectFrom('warehouse_tables')
      .select('name')
      .where('source_id', '=', sourceId)
      .where('name', 'not in', names)
      .execute(),
  );
  if (earlier.length === 0) return;
  const old = earlier.map(({ name }) => name);
  const lostViews = await dropTables(await services.warehouse.forOrganization(organizationId), old);
  await services.database.withOrganization(organizationId, (trx) =>
    forgetTables(trx, organizationId, [...old, ...lostViews]),
  );
}
