import type { CsvOptions, RejectedRow, SyncProgress, Warning } from '#contracts/sources';
import { dropStagingTables, findPublishedRun, publishTable, type OrganizationWarehouse } from '#warehouse';
import { guessColumns } from '../csv/guess-columns.ts';
import { type CsvInspection, inspectCsv } from '../csv/inspect-csv.ts';
import { rowsOfScan } from '../csv/read-csv-for-copy.ts';
import { type CsvScan, scanCsv } from '../csv/scan-csv.ts';
import type { ProgressMeter } from '../progress-meter.ts';
import { ensureLoadsTable, recordLoadSql } from './dlt-loads.ts';
import { ScanFollower } from './scan-follower.ts';
import { type FilledStaging, fillStagingTable } from './staging-table.ts';

export interface LoadCsvOptions {
  readonly csv: CsvOptions;
  /** Names this piece of work: the same token never loads twice. */
  readonly runToken: string;
  readonly targetTable: string;
  /** Written into each row's `_dlt_load_id` and into `_dlt_loads`. */
  readonly loadId: string;
  readonly signal: AbortSignal;
  readonly meter: ProgressMeter;
  readonly onProgress: (progress: SyncProgress) => void;
  readonly onRejected: (rows: readonly RejectedRow[]) => Promise<void>;
  /** What was rejected so far counts no more: the file is read anew. */
  readonly forgetRejected: () => Promise<void>;
  /** Throws when another worker has taken this work over. */
  readonly assertCurrent?: (() => Promise<void>) | undefined;
  /** Looks at what is about to be published, in a table of this name, and throws when that must not be. */
  readonly examine?: ((stagingTable: string, scan: CsvScan) => Promise<void>) | undefined;
}

export interface LoadedTable {
  readonly scan: CsvScan;
  readonly rows: number;
  readonly warnings: readonly Warning[];
  /** Views over the table that its new columns do not fit. */
  readonly lostViews: readonly string[];
}

/**
 * Reads a file whole, loads it into a typed staging table and puts that in the place of the table that people read,
 * in one transaction. Until then readers see the old rows, and whatever fails leaves them.
 */
export async function loadCsv(
  warehouse: OrganizationWarehouse,
  file: string,
  options: LoadCsvOptions,
): Promise<LoadedTable> {
  const { signal } = options;
  await options.forgetRejected();
  const inspection = await inspectCsv(file, options.csv, { signal });
  const earlier = await findPublishedRun(warehouse, options.runToken);
  if (earlier !== null) {
    const { scan, warnings } = await scanAlone(file, inspection, options);
    return { scan, warnings, rows: earlier.rowCount, lostViews: [] };
  }
  // A worker that died left nothing visible; its transaction is rolled back. This is for those that were half done.
  await dropStagingTables(warehouse, options.runToken);
  const { scan, staging, warnings } = await fill(warehouse, file, inspection, options);
  try {
    if (staging.rows !== scan.rows)
      throw new Error(`the scan counted ${scan.rows} rows, the database ${staging.rows}`);
    options.onProgress(options.meter.finishing(scan.fileBytes));
    await ensureLoadsTable(warehouse);
    await options.examine?.(staging.name, scan);
    const { rowCount, lostViews } = await publishTable(warehouse, {
      runToken: options.runToken,
      stagingTable: staging.name,
      targetTable: options.targetTable,
      rowCount: scan.rows,
      signal,
      assertCurrent: options.assertCurrent,
      alongside: async (session) => {
        for (const sql of [...staging.finishingSql, ...dropLeftOutSql(warehouse, staging, scan)])
          await session.query(sql);
        await session.query(recordLoadSql(warehouse, options.loadId, options.targetTable));
      },
    });
    return { scan, warnings, rows: rowCount, lostViews };
  } catch (error) {
    // A leftover is dropped by the next attempt at the latest; the first error is the one to tell about.
    await dropStagingTables(warehouse, options.runToken).catch(() => undefined);
    throw error;
  }
}

/** Columns without a name and a value are known as such only when the whole file is read. */
function dropLeftOutSql(warehouse: OrganizationWarehouse, staging: FilledStaging, scan: CsvScan): string[] {
  const { dialect } = warehouse.capabilities;
  const table = dialect.quoteTable({ schema: warehouse.schema, name: staging.name });
  const names = scan.columns
    .filter((column) => column.isLeftOut)
    .map(({ name }) => dialect.quoteIdentifier(name));
  return names.length === 0
    ? []
    : [`ALTER TABLE ${table} ${names.map((name) => `DROP COLUMN ${name}`).join(', ')}`];
}

interface Filled {
  readonly scan: CsvScan;
  readonly staging: FilledStaging;
  readonly warnings: readonly Warning[];
}

/** Scan and load at once; the load once more when the end of the file tells otherwise than its beginning. */
async function fill(
  warehouse: OrganizationWarehouse,
  file: string,
  inspection: CsvInspection,
  options: LoadCsvOptions,
): Promise<Filled> {
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
