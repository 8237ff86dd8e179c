import type { CsvOptions, Warning } from '#contracts/sources';
import type { TableColumn } from '#contracts/warehouse';
import type { AddedFile } from '#sources';
import {
  dropStagingTables,
  findPublishedRun,
  publishTables,
  type OrganizationWarehouse,
  type WarehouseSession,
} from '#warehouse';
import { inspectCsv } from '../csv/inspect-csv.ts';
import type { CsvScan } from '../csv/scan-csv.ts';
import { ensureLoadsTable, recordLoadSql } from './dlt-loads.ts';
import { type FileMemory, type FilePart, recallFiles, rememberFiles } from './file-memory.ts';
import { fitColumns, type FittedColumns, readingFor } from './fit-addition.ts';
import { dropLeftOutSql, type LoadCsvOptions, rescanCsv, type StagedFile, stageCsv } from './load-csv.ts';
import { makeRoom, mergeFile, type TargetPart } from './merge-file.ts';

export interface LoadFilesOptions extends Omit<LoadCsvOptions, 'csv'> {
  /** Throws when another worker has taken this work over. */
  readonly assertCurrent?: (() => Promise<void>) | undefined;
  /** Looks at what is about to be published, in a table of this name, and throws when that must not be. */
  readonly examine?: ((stagingTable: string, columns: readonly TableColumn[]) => Promise<void>) | undefined;
}

/** The file that a table is made of, and those that were added to it since. */
export interface FilesToLoad {
  readonly path: string;
  readonly options: CsvOptions;
  readonly fingerprint: string;
  readonly additions: readonly AddedFile[];
}

export interface LoadedFiles {
  /** Of all tables. */
  readonly columns: readonly TableColumn[];
  /** The tables that it goes on in where it is too wide for one. */
  readonly parts: readonly FilePart[];
  /** Rows that this load brought. */
  readonly rows: number;
  /** Rows in the table now. */
  readonly tableRows: number;
  readonly rejected: number;
  readonly warnings: readonly Warning[];
  /** Views over the table that its new columns do not fit. */
  readonly lostViews: readonly string[];
}

interface StagedAddition {
  readonly file: AddedFile;
  readonly staged: StagedFile;
  readonly fitted: FittedColumns;
}

/**
 * Makes a table of files: of the first, in place of what was there, then with the rows of each that was added. What
 * the table is made of is kept with it, so that a file comes in once, however often this runs; when the first file or
 * how one is read has changed, all are read anew. One transaction publishes everything: until then readers see the old
 * rows, and whatever fails leaves them.
 */
export async function loadFiles(
  warehouse: OrganizationWarehouse,
  files: FilesToLoad,
  options: LoadFilesOptions,
): Promise<LoadedFiles> {
  await options.forgetRejected();
  const known = await recallFiles(warehouse, options.targetTable);
  const earlier = await findPublishedRun(warehouse, options.runToken);
  if (earlier !== null) return publishedBefore(warehouse, files, known, options);
  const wanted = [files.fingerprint, ...files.additions.map(({ fingerprint }) => fingerprint)];
  const there = known?.files ?? [];
  const isContinued =
    files.additions.length > 0 && there.length > 0 && there.every((one, at) => one === wanted[at]);
  if (isContinued && known !== null && there.length === wanted.length)
    return {
      ...nothingNew,
      columns: known.columns,
      parts: known.parts,
      tableRows: await countRows(warehouse, options.targetTable),
    };
  // A worker that died left nothing visible; its transaction is rolled back. This is for those that were half done.
  // Only the current try clears away: one that was paused would take the table of the one that took over.
  await options.assertCurrent?.();
  await dropStagingTables(warehouse, options.runToken);
  try {
    const base = isContinued
      ? null
      : await stageCsv(warehouse, files.path, { ...options, csv: files.options });
    const before = base === null ? (known?.columns ?? []) : columnsOf(base.scan);
    const additions = files.additions.slice(isContinued ? there.length - 1 : 0);
    const staged = await stageAdditions(warehouse, additions, before, options);
    const parts = base === null ? knownParts(options.targetTable, known) : stagedParts(base);
    return await publish(warehouse, wanted, base, staged, { columns: before, parts }, options);
  } catch (error) {
    // A leftover is dropped by the next attempt at the latest; the first error is the one to tell about.
    await (options.assertCurrent?.() ?? Promise.resolve())
      .then(() => dropStagingTables(warehouse, options.runToken))
      .catch(() => undefined);
    throw error;
  }
}

const nothingNew = { rows: 0, rejected: 0, warnings: [], lostViews: [] } as const;

/** Columns of a table that is made of a file. */
function columnsOf(scan: CsvScan): TableColumn[] {
  return scan.columns
    .filter((column) => !column.isLeftOut)
    .map((column) => ({ name: column.name, display_name: column.displayName, type: column.type }));
}

/** Tables as the load before left them. */
function knownParts(targetTable: string, known: FileMemory | null): TargetPart[] {
  const further = known?.parts ?? [];
  const elsewhere = new Set(further.flatMap(({ columns }) => columns));
  const own = (known?.columns ?? []).map(({ name }) => name).filter((name) => !elsewhere.has(name));
  return [{ name: targetTable, columns: own }, ...further].map((part) => ({
    ...part,
    physicalName: part.name,
  }));
}

function stagedParts({ tables }: StagedFile): TargetPart[] {
  return tables.map(({ name, targetTable, columns }) => ({ name: targetTable, physicalName: name, columns }));
}

async function stageAdditions(
  warehouse: OrganizationWarehouse,
  additions: readonly AddedFile[],
  before: readonly TableColumn[],
  options: LoadFilesOptions,
): Promise<StagedAddition[]> {
  const staged: StagedAddition[] = [];
  let columns = before;
  for (const file of additions) {
    const { path, options: reading } = await file.open();
    const { addition } = file;
    const inspection = await inspectCsv(path, reading, { signal: options.signal });
    const csv = readingFor(columns, inspection, { ...addition, options: reading });
    const one = await stageCsv(warehouse, path, { ...options, csv });
    const fitted = fitColumns(columns, inspection, one.scan, addition);
    columns = fitted.columns;
    staged.push({ file, staged: one, fitted });
  }
  return staged;
}

async function publish(
  warehouse: OrganizationWarehouse,
  wanted: readonly string[],
  base: StagedFile | null,
  additions: readonly StagedAddition[],
  before: { readonly columns: readonly TableColumn[]; readonly parts: readonly TargetPart[] },
  options: LoadFilesOptions,
): Promise<LoadedFiles> {
  const { targetTable } = options;
  const all = [...(base === null ? [] : [base]), ...additions.map(({ staged }) => staged)];
  const rows = all.reduce((sum, { scan }) => sum + scan.rows, 0);
  const rejected = all.reduce((sum, { scan }) => sum + scan.rejected, 0);
  const columns = additions.at(-1)?.fitted.columns ?? before.columns;
  const steps: { readonly before: readonly TargetPart[]; readonly after: readonly TargetPart[] }[] = [];
  for (const { fitted } of additions) {
    const last = steps.at(-1)?.after ?? before.parts;
    steps.push({ before: last, after: makeRoom(targetTable, last, fitted.added) });
  }
  const after = steps.at(-1)?.after ?? before.parts;
  const parts = after.slice(1).map(({ name, columns: own }): FilePart => ({ name, columns: own }));
  options.onProgress(options.meter.finishing(all.reduce((sum, { scan }) => sum + scan.fileBytes, 0)));
  await ensureLoadsTable(warehouse);
  const [staging] = base?.tables ?? [];
  if (staging !== undefined && additions.length === 0)
    await options.examine?.(
      staging.name,
      columns.filter(({ name }) => staging.columns.includes(name)),
    );
  const merged: Warning[] = [];
  const changesColumns = additions.some(({ fitted }) => fitted.added.length + fitted.widened.length > 0);
  let tableRows = rows;
  const { lostViews } = await publishTables(warehouse, {
    runToken: options.runToken,
    tables: (base?.tables ?? []).map(({ name, targetTable: target }) => ({
      stagingTable: name,
      targetTable: target,
    })),
    tableName: targetTable,
    rowCount: rows,
    signal: options.signal,
    assertCurrent: options.assertCurrent,
    altered: base === null && changesColumns ? before.parts.map(({ name }) => name) : [],
    alongside: async (session) => {
      merged.length = 0;
      if (base !== null) await finishBase(warehouse, session, base);
      for (const [at, { file, staged, fitted }] of additions.entries()) {
        const step = steps[at];
        if (step === undefined) throw new Error('an addition has no step');
        const counts = await mergeFile(warehouse, session, staged.tables, step, fitted, file.addition);
        merged.push(...mergeWarnings(counts));
      }
      if (additions.length > 0) tableRows = await countRows(warehouse, staging?.name ?? targetTable, session);
      await session.query(recordLoadSql(warehouse, options.loadId, targetTable));
      const memory: FileMemory = {
        files: wanted,
        columns,
        parts,
        runToken: options.runToken,
        rows,
        rejected,
      };
      await rememberFiles(warehouse, session, targetTable, memory);
    },
  });
  const warnings = [...all.flatMap((one) => [...one.warnings, ...one.scan.warnings]), ...merged];
  return { columns, parts, rows, tableRows, rejected, warnings, lostViews };
}

async function finishBase(
  warehouse: OrganizationWarehouse,
  session: WarehouseSession,
  { tables, scan }: StagedFile,
): Promise<void> {
  for (const [place, table] of tables.entries()) {
    const leftOut = place === 0 ? dropLeftOutSql(warehouse, table, scan) : [];
    for (const sql of [...table.finishingSql, ...leftOut]) await session.query(sql);
  }
}

function mergeWarnings({
  replaced,
  doubles,
}: {
  readonly replaced: number;
  readonly doubles: number;
}): Warning[] {
  const said = (count: number) => (count === 1 ? 'One row' : `${count.toLocaleString('en')} rows`);
  return [
    ...(replaced > 0
      ? [{ code: 'rows_replaced', message: `${said(replaced)} of the table took the values of the file.` }]
      : []),
    ...(doubles > 0
      ? [
          {
            code: 'duplicates_dropped',
            message: `${said(doubles)} of the file had the same key as a later one and were left out.`,
          },
        ]
      : []),
  ];
}

async function countRows(
  warehouse: OrganizationWarehouse,
  name: string,
  session?: WarehouseSession,
): Promise<number> {
  const table = warehouse.capabilities.dialect.quoteTable({ schema: warehouse.schema, name });
  const sql = `SELECT count(*) AS n FROM ${table}`;
  const { rows } = session === undefined ? await warehouse.read(sql) : await session.query(sql);
  return Number(rows[0]?.['n'] ?? 0);
}

/** For a load that is published and only lacks its record. */
async function publishedBefore(
  warehouse: OrganizationWarehouse,
  files: FilesToLoad,
  known: FileMemory | null,
  options: LoadFilesOptions,
): Promise<LoadedFiles> {
  const tableRows = await countRows(warehouse, options.targetTable);
  if (known !== null && (files.additions.length > 0 || known.parts.length > 0)) {
    const { columns, parts, rows, rejected } = known;
    return { columns, parts, rows, tableRows, rejected, warnings: [], lostViews: [] };
  }
  const { scan, warnings } = await rescanCsv(files.path, { ...options, csv: files.options });
  return {
    columns: columnsOf(scan),
    parts: [],
    rows: scan.rows,
    tableRows,
    rejected: scan.rejected,
    warnings: [...warnings, ...scan.warnings],
    lostViews: [],
  };
}
