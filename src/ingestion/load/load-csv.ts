import type { CsvOptions, RejectedRow, SyncProgress, Warning } from '#contracts/sources';
import { AppError } from '#platform/errors';
import type { OrganizationWarehouse } from '#warehouse';
import type { ColumnsDecision } from '../csv/decide-column-type.ts';
import { guessColumns } from '../csv/guess-columns.ts';
import { type CsvInspection, inspectCsv } from '../csv/inspect-csv.ts';
import { type CsvScan, scanCsv } from '../csv/scan-csv.ts';
import type { ProgressMeter } from '../progress-meter.ts';
import { fitsOneTable } from '../records/split-wide-table.ts';
import { GuessedLoad, loadReadBytes } from './guessed-load.ts';
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

/** Scan and load at once; both once more when the end of the file tells otherwise than its beginning. */
async function fill(
  warehouse: OrganizationWarehouse,
  file: string,
  inspection: CsvInspection,
  options: LoadCsvOptions,
): Promise<Omit<StagedFile, 'tables'> & { readonly staging: FilledStaging }> {
  const guess = guessColumns(inspection, options.csv);
  const first = await scanAndLoad(warehouse, file, inspection, guess, options);
  if (first.staging !== null) return { ...first, staging: first.staging, warnings: [] };
  const found = await withRightEncoding(file, inspection, first.scan, options);
  // The rejected rows are recorded already.
  const again = { ...options, csv: found.csv, onRejected: () => Promise.resolve(), isDecided: true };
  const decided = await scanAndLoad(warehouse, file, found.inspection, found.scan, again);
  if (decided.staging === null) throw new Error('a file decides other types when it is read once more');
  return { ...decided, staging: decided.staging, warnings: found.warnings };
}

/** @returns no staging table when later rows decided otherwise than `guess`. */
async function scanAndLoad(
  warehouse: OrganizationWarehouse,
  file: string,
  inspection: CsvInspection,
  guess: Pick<ColumnsDecision, 'columns' | 'dayOrder'>,
  options: LoadCsvOptions & { readonly isDecided?: boolean },
): Promise<{ readonly scan: CsvScan; readonly staging: FilledStaging | null }> {
  const load = new GuessedLoad(inspection, guess, options.isDecided);
  // A failure on either side ends the other one; both have ended when this returns.
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const scanning = scanCsv(file, inspection, {
    csv: options.csv,
    signal,
    rows: load,
    limits: { readBytes: loadReadBytes },
    onRejected: options.onRejected,
    onScanned: (state) => load.follow(state),
    onProgress: (progress) =>
      options.onProgress(
        load.hasToStartAnew ? options.meter.reading(progress) : options.meter.loading(progress),
      ),
  });
  const columns = inspection.columns.map(({ name }, index) => ({
    name,
    type: guess.columns[index]?.type ?? ('text' as const),
  }));
  const [scanned, loaded] = await Promise.allSettled([
    scanning
      .then(async (scan) => {
        await load.end(scan);
        return scan;
      })
      .catch((error: unknown) => {
        load.pieces.fail(error);
        throw error;
      }),
    fillStagingTable(warehouse, columns, load.pieces, {
      runToken: options.runToken,
      loadId: options.loadId,
      signal,
    }).catch((error: unknown) => {
      load.pieces.leave();
      if (!load.hasToStartAnew) stop.abort(error);
      throw error;
    }),
  ]);
  options.signal.throwIfAborted();
  if (scanned.status === 'rejected') throw stop.signal.aborted ? stop.signal.reason : scanned.reason;
  if (loaded.status === 'fulfilled') return { scan: scanned.value, staging: loaded.value };
  if (!load.hasToStartAnew) throw loaded.reason;
  return { scan: scanned.value, staging: null };
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

/** A scan, and how the file was read for it. */
interface FoundEncoding {
  readonly scan: CsvScan;
  readonly inspection: CsvInspection;
  readonly csv: CsvOptions;
  readonly warnings: readonly Warning[];
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
): Promise<FoundEncoding> {
  if (!scan.encodingLooksWrong || !inspection.encodingIsGuess)
    return { scan, inspection, csv: options.csv, warnings: [] };
  await options.forgetRejected();
  const csv = { ...options.csv, encoding: 'windows-1252' as const };
  const anew = await inspectCsv(file, csv, { signal: options.signal });
  const again = await scanCsv(file, anew, {
    csv,
    signal: options.signal,
    onRejected: options.onRejected,
    onProgress: (progress) => options.onProgress(options.meter.reading(progress)),
  });
  const message = 'The file is not in UTF-8; it was read as Windows-1252. Check names with accents.';
  return { scan: again, inspection: anew, csv, warnings: [{ code: 'encoding_corrected', message }] };
}
