import { randomBytes } from 'node:crypto';
import type { OrganizationWarehouse } from '#warehouse';
import { rowsOfScan } from '../csv/read-csv-for-copy.ts';
import { readRows, typedText } from '../csv/read-rows.ts';
import type { CsvScan } from '../csv/scan-csv.ts';
import { copyNull, copyText } from '../records/copy-text.ts';
import { type KnownTable, RecordTable } from '../records/record-table.ts';
import { splitWideTable } from '../records/split-wide-table.ts';
import { fillStaging, planStaging } from '../records/stage-records.ts';
import type { StagedFileTable } from './staging-table.ts';

export interface StageWideOptions {
  readonly table: string;
  readonly runToken: string;
  readonly loadId: string;
  readonly spillDirectory: string;
  readonly signal: AbortSignal;
  readonly onBytes: (count: number) => void;
}

/**
 * Fills staging tables that share their `_dlt_id` with the columns of a file that are too many, or too long together,
 * for one: the first is the table itself, the others go on where it ends. As the wide tables of services are, so that
 * people meet one kind of split only.
 *
 * The ids rise in the order of the file, as in `fillStagingTable`.
 */
export async function stageWideFile(
  warehouse: OrganizationWarehouse,
  file: string,
  scan: CsvScan,
  options: StageWideOptions,
): Promise<StagedFileTable[]> {
  const kept = [...scan.columns.entries()].filter(([, column]) => !column.isLeftOut);
  const known: KnownTable = {
    path: [],
    name: options.table,
    display_name: options.table,
    columns: kept.map(([, { name, displayName, type }]) => ({
      path: [name],
      name,
      display_name: displayName,
      type,
    })),
  };
  await using table = new RecordTable({
    name: options.table,
    displayName: options.table,
    path: [],
    parent: null,
    known,
    spillDirectory: options.spillDirectory,
    fixesTypes: true,
    firstDecides: false,
  });
  for (const { path, type } of known.columns) table.addColumn(path, type);
  const idPrefix = randomBytes(3).toString('base64url');
  for await (const batch of readRows(file, rowsOfScan(scan), options.signal)) {
    for (const cells of batch) {
      const values = kept.map(([index, column]) => {
        const text = typedText(cells[index] ?? '', column, scan.dayOrder);
        return text === null ? copyNull : copyText(text);
      });
      const id = `${idPrefix}${1_000_000_000 + table.rows}`;
      table.add(`${[id, ...values].join('\t')}\n`, values);
    }
    if (table.spill.isFull) await table.spill.flush();
  }
  await table.spill.flush();
  const parts = splitWideTable(table, {
    typeOf: (column) => table.typeOf(column, true),
    known: undefined,
    keys: new Set(),
    taken: new Set([options.table]),
  });
  const staged = planStaging(table, parts, undefined, options.runToken);
  await fillStaging(warehouse, staged, {
    loadId: options.loadId,
    isNumbered: false,
    onBytes: options.onBytes,
    signal: options.signal,
  });
  return staged.map(({ name, stagingName, columns }) => ({
    name: stagingName,
    targetTable: name,
    columns: columns.map((column) => column.name),
    finishingSql: [],
    rows: table.rows,
  }));
}
