import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { AppError } from '#platform/errors';
import {
  dropStagingTables,
  findPublishedRun,
  publishTable,
  stagingPrefix,
  type Dialect,
  type OrganizationWarehouse,
} from '#warehouse';
import { type CopyRange, readCsvForCopy } from '../csv/read-csv-for-copy.ts';
import type { CsvScan } from '../csv/scan-csv.ts';

export interface LoadCsvOptions {
  /** Names this piece of work: the same token never loads twice. */
  readonly runToken: string;
  readonly targetTable: string;
  /** Written into each row's `_dlt_load_id` and into `_dlt_loads`. */
  readonly loadId: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: { bytes: number; totalBytes: number }) => void;
  readonly onFinishing?: () => void;
  /** Throws when another worker has taken this work over. */
  readonly assertCurrent?: (() => Promise<void>) | undefined;
}

export interface LoadedTable {
  /** False when a run with this token had done it before; nothing was changed then. */
  readonly published: boolean;
  readonly rows: number;
}

/** Rows from which two connections load faster than one (its start and its second transaction cost about 20 ms). */
const parallelRows = 150_000;

/**
 * Loads a scanned file into a typed staging table and puts that in the place of the table that people read, in one
 * transaction. Until then readers see the old rows, and whatever fails leaves them.
 *
 * Each row gets `_dlt_load_id` and `_dlt_id`: 14 characters, unique, and rising in the order of the file, so that
 * sorting by it shows the file as people know it. Its unique index makes paging by it cheap.
 */
export async function loadCsv(
  warehouse: OrganizationWarehouse,
  file: string,
  scan: CsvScan,
  options: LoadCsvOptions,
): Promise<LoadedTable> {
  const earlier = await findPublishedRun(warehouse, options.runToken);
  if (earlier !== null) return { published: false, rows: earlier.rowCount };
  await dropStagingTables(warehouse, options.runToken);
  const staging = new StagingTable(warehouse, scan, options);
  try {
    await staging.create();
    await staging.fill(file);
    options.onFinishing?.();
    await staging.index();
    await ensureLoadsTable(warehouse);
    const { published, rowCount } = await publishTable(warehouse, {
      runToken: options.runToken,
      stagingTable: staging.name,
      targetTable: options.targetTable,
      rowCount: scan.rows,
      signal: options.signal,
      assertCurrent: options.assertCurrent,
      alongside: async (session) => {
        for (const sql of staging.finishingSql()) await session.query(sql);
      },
    });
    return { published, rows: rowCount };
  } catch (error) {
    // A leftover is dropped by the next attempt at the latest; the first error is the one to tell about.
    await dropStagingTables(warehouse, options.runToken).catch(() => undefined);
    throw error;
  }
}

/** `_dlt_loads`: a load is whole when its row is there. */
async function ensureLoadsTable(warehouse: OrganizationWarehouse): Promise<void> {
  const { dialect } = warehouse.capabilities;
  const table = loadsTable(warehouse);
  const { rows } = await warehouse.read(
    `SELECT to_regclass(${dialect.quoteLiteral({ type: 'text', value: table })}) IS NOT NULL AS there`,
  );
  if (rows[0]?.['there'] === true) return;
  try {
    await warehouse.transaction((session) =>
      session.query(
        `CREATE TABLE IF NOT EXISTS ${table} (load_id text NOT NULL, schema_name text, status bigint NOT NULL, inserted_at timestamptz NOT NULL, schema_version_hash text)`,
      ),
    );
  } catch (error) {
    // Another first load made it at the same moment; if not, the insert will say so.
    if (!(error instanceof AppError) || error.code !== 'warehouse_error') throw error;
  }
}

function loadsTable(warehouse: OrganizationWarehouse): string {
  return warehouse.capabilities.dialect.quoteTable({ schema: warehouse.schema, name: '_dlt_loads' });
}

class StagingTable {
  readonly name: string;
  readonly #warehouse: OrganizationWarehouse;
  readonly #dialect: Dialect;
  readonly #scan: CsvScan;
  readonly #options: LoadCsvOptions;
  readonly #table: string;
  readonly #sequence: string;
  readonly #suffix = randomBytes(3).toString('hex');
  readonly #ranges: readonly (CopyRange & { readonly rows: number })[];

  constructor(warehouse: OrganizationWarehouse, scan: CsvScan, options: LoadCsvOptions) {
    this.#warehouse = warehouse;
    this.#dialect = warehouse.capabilities.dialect;
    this.#scan = scan;
    this.#options = options;
    this.name = `${stagingPrefix(options.runToken)}_${this.#suffix}`;
    this.#table = this.#dialect.quoteTable({ schema: warehouse.schema, name: this.name });
    this.#sequence = this.#dialect.quoteTable({ schema: warehouse.schema, name: `${this.name}_ids` });
    this.#ranges = splitForConnections(scan);
  }

  async create(): Promise<void> {
    const quote = (name: string) => this.#dialect.quoteIdentifier(name);
    const columns = this.#scan.columns.map((column) => `${quote(column.name)} ${this.#dialect.typeName(column.type)}`);
    const literal = (value: string) => this.#dialect.quoteLiteral({ type: 'text', value });
    // A connection takes all its numbers at its first nextval (CACHE), so that two can count at once, each without a
    // gap and in the order of the file. Ten digits, and four characters that tell loads apart.
    const idPrefix = randomBytes(3).toString('base64url').slice(0, 4);
    const cache = Math.max(1, ...this.#ranges.map((range) => range.rows + 1));
    await this.#warehouse.transaction(
      async (session) => {
        await session.query(`CREATE SEQUENCE ${this.#sequence} START 1000000000 CACHE ${cache}`);
        await session.query(
          `CREATE TABLE ${this.#table} (${[
            ...columns,
            `"_dlt_load_id" text NOT NULL DEFAULT ${literal(this.#options.loadId)}`,
            `"_dlt_id" text COLLATE "C" NOT NULL DEFAULT (${literal(idPrefix)} || nextval(${literal(this.#sequence)}))`,
          ].join(', ')})`,
        );
        await session.query(`ALTER SEQUENCE ${this.#sequence} OWNED BY ${this.#table}."_dlt_id"`);
      },
      { signal: this.#options.signal },
    );
  }

  async fill(file: string): Promise<void> {
    const stop = new AbortController();
    const signal = this.#options.signal === undefined ? stop.signal : AbortSignal.any([this.#options.signal, stop.signal]);
    const totalBytes = this.#scan.dataEnd - this.#scan.dataStart;
    let bytes = 0;
    const onBytes = (count: number) => {
      bytes += count;
      this.#options.onProgress?.({ bytes, totalBytes });
    };
    let firstStarted: () => void = () => undefined;
    let turn = Promise.resolve();
    const copies = this.#ranges.map((range) => {
      const before = turn;
      turn = new Promise<void>((resolve) => {
        firstStarted = resolve;
      });
      return this.#copy(file, range, signal, before, firstStarted, onBytes);
    });
    // One that fails stops the other; both have ended before the table is dropped.
    const results = await Promise.allSettled(
      copies.map(async (copy) => {
        try {
          return await copy;
        } catch (error) {
          stop.abort(error);
          throw error;
        }
      }),
    );
    this.#options.signal?.throwIfAborted();
    if (stop.signal.aborted) throw stop.signal.reason;
    let rows = 0;
    for (const result of results) if (result.status === 'fulfilled') rows += result.value;
    if (rows !== this.#scan.rows) {
      throw new Error(`the scan counted ${this.#scan.rows} rows, the database ${rows}`);
    }
  }

  async #copy(
    file: string,
    range: CopyRange,
    signal: AbortSignal,
    before: Promise<void>,
    started: () => void,
    onBytes: (count: number) => void,
  ): Promise<number> {
    try {
      await before;
      return await this.#warehouse.transaction(
        async (session) => {
          await session.query(`SET LOCAL DateStyle = 'ISO, ${this.#scan.dayOrder === 'mdy' ? 'MDY' : 'DMY'}'`);
          await session.query(`SELECT nextval(${this.#dialect.quoteLiteral({ type: 'text', value: this.#sequence })})`);
          started();
          const pieces = counted(readCsvForCopy(file, this.#scan, { range, signal }), onBytes);
          return session.copyFrom(this.#copySql(), Readable.from(pieces, { objectMode: false }), { signal });
        },
        { signal },
      );
    } finally {
      started();
    }
  }

  #copySql(): string {
    const { delimiter, quote, escape } = this.#scan.dialect;
    const columns = this.#scan.columns.map((column) => this.#dialect.quoteIdentifier(column.name)).join(', ');
    const literal = (value: string) => this.#dialect.quoteLiteral({ type: 'text', value });
    // FORCE_NULL: "" in quotes is as empty as nothing, as it is for whoever sees the sheet.
    return `COPY ${this.#table} (${columns}) FROM STDIN (FORMAT csv, DELIMITER ${literal(delimiter)}, QUOTE ${literal(quote)}, ESCAPE ${literal(escape)}, FORCE_NULL (${columns}), ENCODING 'UTF8')`;
  }

  async index(): Promise<void> {
    const index = this.#dialect.quoteIdentifier(`${this.#options.targetTable.slice(0, 44)}_dlt_id_${this.#suffix}`);
    await this.#warehouse.transaction(
      (session) => session.query(`CREATE UNIQUE INDEX ${index} ON ${this.#table} ("_dlt_id")`),
      { signal: this.#options.signal },
    );
  }

  /** What the table needs no more once it is full, and the mark that the load is whole. */
  finishingSql(): readonly string[] {
    const literal = (value: string) => this.#dialect.quoteLiteral({ type: 'text', value });
    return [
      `ALTER TABLE ${this.#table} ALTER COLUMN "_dlt_load_id" DROP DEFAULT, ALTER COLUMN "_dlt_id" DROP DEFAULT`,
      `DROP SEQUENCE ${this.#sequence}`,
      `INSERT INTO ${loadsTable(this.#warehouse)} (load_id, schema_name, status, inserted_at) VALUES (${literal(this.#options.loadId)}, ${literal(this.#options.targetTable)}, 0, now())`,
    ];
  }
}

/** One range, or two of about the same size when that is quicker. */
function splitForConnections(scan: CsvScan): readonly (CopyRange & { readonly rows: number })[] {
  const whole = { from: scan.dataStart, to: scan.dataEnd, rows: scan.rows };
  // Other encodings are read from their start, so the second half would read the first once more.
  if (scan.rows < parallelRows || scan.dialect.encoding !== 'utf-8') return [whole];
  const middle = (scan.dataStart + scan.dataEnd) / 2;
  const [cut] = [...scan.checkpoints].sort((a, b) => Math.abs(a.offset - middle) - Math.abs(b.offset - middle));
  if (cut === undefined) return [whole];
  return [
    { from: scan.dataStart, to: cut.offset, rows: cut.rows },
    { from: cut.offset, to: scan.dataEnd, rows: scan.rows - cut.rows },
  ];
}

async function* counted(pieces: AsyncIterable<Uint8Array>, onBytes: (count: number) => void) {
  for await (const piece of pieces) {
    yield piece;
    onBytes(piece.length);
  }
}
