import type { CsvOptions, RejectedRow, SyncProgress, Warning } from '#contracts/sources';
import { AppError } from '#platform/errors';
import type { OrganizationWarehouse } from '#warehouse';
import { guessColumns } from '../csv/guess-columns.ts';
import { type CsvInspection, inspectCsv } from '../csv/inspect-csv.ts';
import { rowsOfScan } from '../csv/read-csv-for-copy.ts';
import { type CsvScan, scanCsv } from '../csv/scan-csv.ts';
import type { ProgressMeter } from '../progress-meter.ts';
import { fitsOneTable } from '../records/split-wide-table.ts';
import { ScanFollower } from './scan-follower.ts';
import { stageWideFile } from './stage-wide-file.ts';
import { type FilledStaging, fillStagingTable, type StagedFileTable } from './staging-table.ts';

export interface LoadCsvOptions {
  readonly csv: CsvOptions;
  /** Physical name of the table, after which further ones are named where one cannot hold all columns. */
  readonly targetTable: string;
  /** Where rows wait while it is not known yet which table they go to. */
  readonly spillDirectory: string;
  /** Names this piece of work: the same token never loads twice. */
  readonly runToken: string;
  /** Written into each row's `_dlt_load_id` and into `_dlt_loads`. */
  readonly loadId: string;
  readonly signal: AbortSignal;
  readonly meter: ProgressMeter;
  readonly onProgress: (progress: SyncProgress) => void;
  readonly onRejected: (rows: readonly RejectedRow[]) => Promise<void>;
  /** What was rejected so far counts no more: the file is read anew. */
  readonly forgetRejected: () => Promise<void>;
}

/** A file in staging tables, with what its scan found. */
export interface StagedFile {
  readonly scan: CsvScan;
  /** The table itself, and those that it goes on in. */
  readonly tables: readonly StagedFileTable[];
  /** Of the file's encoding; those of its rows are with the scan. */
  readonly warnings: readonly Warning[];
}

/**
 * Reads a file whole and loads it into a typed staging table that nobody reads yet; whatever fails leaves no trace
 * but a staging table of this run.
 */
export async function stageCsv(
  warehouse: OrganizationWarehouse,
  file: string,
  options: LoadCsvOptions,
): Promise<StagedFile> {
  const inspection = await inspectCsv(file, options.csv, { signal: options.signal });
  const staged = await stage(warehouse, file, inspection, options);
  const rows = staged.tables[0]?.rows;
  if (rows !== staged.scan.rows)
    throw new Error(`the scan counted ${staged.scan.rows} rows, the database ${rows ?? 0}`);
  return staged;
}

async function stage(
  warehouse: OrganizationWarehouse,
  file: string,
  inspection: CsvInspection,
  options: LoadCsvOptions,
): Promise<StagedFile> {
  if (fitsOneTable(inspection.columns.length, 0)) {
    try {
      const { staging, ...others } = await fill(warehouse, file, inspection, options);
      const columns = others.scan.columns.filter(({ isLeftOut }) => !isLeftOut).map(({ name }) => name);
      return { ...others, tables: [{ ...staging, targetTable: options.targetTable, columns }] };
    } catch (error) {
      // Whether rows fit into a page of the database, only the database knows.
      if (!(error instanceof AppError) || error.code !== 'row_too_wide') throw error;
      await options.forgetRejected();
    }
  }
  const { scan, warnings } = await scanAlone(file, inspection, options);
  let bytes = 0;
  const tables = await stageWideFile(warehouse, file, scan, {
    ...options,
    table: options.targetTable,
    onBytes: (count) => {
      bytes += count;
      const done = Math.min(bytes, scan.fileBytes);
      const rows = Math.round((scan.rows * done) / Math.max(1, scan.fileBytes));
      options.onProgress(options.meter.loading({ bytes: done, totalBytes: scan.fileBytes, rows }));
    },
  });
  return { scan, tables, warnings: [...warnings, ...splitWarnings(tables)] };
}

function splitWarnings(tables: readonly StagedFileTable[]): Warning[] {
  const [, ...others] = tables;
  if (others.length === 0) return [];
  const names = others.map(({ targetTable }) => `“${targetTable}”`).join(', ');
  const message = `The file is too wide for one table: it goes on in ${names}. Rows that belong together have the same row id (_dlt_id).`;
  return [{ code: 'table_split', message }];
}

/** For the record of a load that is published already: reads the file once more. */
export async function rescanCsv(
  file: string,
  options: LoadCsvOptions,
): Promise<{ readonly scan: CsvScan; readonly warnings: readonly Warning[] }> {
  return scanAlone(file, await inspectCsv(file, options.csv, { signal: options.signal }), options);
}

/** Columns without a name and a value are known as such only when the whole file is read. */
export function dropLeftOutSql(
  warehouse: OrganizationWarehouse,
  staging: Pick<FilledStaging, 'name'>,
  scan: CsvScan,
): string[] {
  const { dialect } = warehouse.capabilities;
  const table = dialect.quoteTable({ schema: warehouse.schema, name: staging.name });
  const names = scan.columns
    .filter((column) => column.isLeftOut)
    .map(({ name }) => dialect.quoteIdentifier(name));
  return names.length === 0
    ? []
    : [`ALTER TABLE ${table} ${names.map((name) => `DROP COLUMN IF EXISTS ${name}`).join(', ')}`];
}

/** Scan and load at once; the load once more when the end of the file tells otherwise than its beginning. */
async function fill(
  warehouse: OrganizationWarehouse,
  file: string,
  inspection: CsvInspection,
  options: LoadCsvOptions,
): Promise<Omit<StagedFile, 'tables'> & { readonly staging: FilledStaging }> {
  const follower = new ScanFollower(inspection, guessColumns(inspection, options.csv));
  // A failure on either side ends the other one; both have ended when this returns.
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  let scannedRows = 0;
  let scannedBytes = 0;
  let isLoading = true;
  const scanning = scanCsv(file, inspection, {
    csv: options.csv,
    signal,
    onRejected: options.onRejected,
    onScanned: (state) => {
      scannedRows = state.rows;
      follower.follow(state);
    },
    onProgress: (progress) => {
      scannedBytes = progress.bytes;
      if (!isLoading) options.onProgress(options.meter.reading(progress));
    },
  });
  let bytes = 0;
  const report = () => {
    const rows =
      scannedBytes === 0 ? 0 : Math.round((scannedRows * Math.min(bytes, scannedBytes)) / scannedBytes);
    options.onProgress(options.meter.loading({ bytes, totalBytes: inspection.fileBytes, rows }));
  };
  const copy = (rows: Parameters<typeof fillStagingTable>[2], copySignal: AbortSignal) => {
    bytes = 0;
    return fillStagingTable(warehouse, file, rows, {
      runToken: options.runToken,
      loadId: options.loadId,
      signal: copySignal,
      onBytes: (count) => {
        bytes += count;
        report();
      },
    });
  };
  const loading = copy(follower, signal);
  const [scanned, loaded] = await Promise.allSettled([
    scanning.then(
      (scan) => {
        follower.end(scan);
        return scan;
      },
      (error: unknown) => {
        follower.fail(error);
        throw error;
      },
    ),
    loading.catch((error: unknown) => {
      isLoading = false;
      if (!follower.hasToStartAnew) stop.abort(error);
      throw error;
    }),
  ]);
  options.signal.throwIfAborted();
  if (loaded.status === 'fulfilled' && scanned.status === 'fulfilled') {
    return { scan: scanned.value, staging: loaded.value, warnings: [] };
  }
  if (scanned.status === 'rejected') throw stop.signal.aborted ? stop.signal.reason : scanned.reason;
  if (!follower.hasToStartAnew) throw loaded.status === 'rejected' ? loaded.reason : new Error('unreachable');
  const again = await withRightEncoding(file, inspection, scanned.value, options);
  return { ...again, staging: await copy(rowsOfScan(again.scan), options.signal) };
}

/** For a load that is already published and only lacks its record. */
async function scanAlone(file: string, inspection: CsvInspection, options: LoadCsvOptions) {
  const scan = await scanCsv(file, inspection, {
    csv: options.csv,
    signal: options.signal,
    onRejected: options.onRejected,
    onProgress: (progress) => options.onProgress(options.meter.reading(progress)),
  });
  return withRightEncoding(file, inspection, scan, options);
}

/**
 * An accent that comes late in a long file: taken for UTF-8 from its beginning, but none of its special characters
 * is. Then it is read once more as what such files are in practice.
 */
async function withRightEncoding(
  file: string,
  inspection: CsvInspection,
  scan: CsvScan,
  options: LoadCsvOptions,
): Promise<{ readonly scan: CsvScan; readonly warnings: readonly Warning[] }> {
  if (!scan.encodingLooksWrong || !inspection.encodingIsGuess) return { scan, warnings: [] };
  await options.forgetRejected();
  const csv = { ...options.csv, encoding: 'windows-1252' as const };
  const again = await scanCsv(file, await inspectCsv(file, csv, { signal: options.signal }), {
    csv,
    signal: options.signal,
    onRejected: options.onRejected,
    onProgress: (progress) => options.onProgress(options.meter.reading(progress)),
  });
  const message = 'The file is not in UTF-8; it was read as Windows-1252. Check names with accents.';
  return { scan: again, warnings: [{ code: 'encoding_corrected', message }] };
}
