import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { CsvOptions } from '#contracts/sources';
import { dialects } from '#warehouse';
import { inspectCsv } from '../inspect-csv.ts';
import { readCsvForCopy, rowsOfScan } from '../read-csv-for-copy.ts';
import { type CsvScan, type ScannedColumn, scanCsv } from '../scan-csv.ts';

export interface LoadedFile {
  readonly scan: CsvScan;
  /** Rows that COPY took. */
  readonly copied: number;
  /** Cells as PostgreSQL writes them. */
  readonly rows: readonly (string | null)[][];
  /** The columns that the table keeps. */
  readonly columns: readonly ScannedColumn[];
}

/** The whole way of a delimited file into a temporary table of the types that the scan decided. */
export async function loadFile(
  client: Client,
  file: string,
  options: CsvOptions,
  readBytes = 1 << 20,
  sampleRows = 1000,
): Promise<LoadedFile> {
  const scan = await scanCsv(file, await inspectCsv(file, options, { sampleRows }), {
    csv: options,
    limits: { readBytes },
  });
  const { dialect } = scan;
  const columns = scan.columns.map((column) => dialects.postgres.quoteIdentifier(column.name));
  const types = scan.columns.map((column) => dialects.postgres.typeName(column.type));
  const kept = scan.columns.map((column) => !column.isLeftOut);
  await client.query('BEGIN');
  try {
    await client.query(`SET LOCAL DateStyle = 'ISO, ${scan.dayOrder === 'mdy' ? 'MDY' : 'DMY'}'`);
    await client.query(`SET LOCAL TimeZone = 'UTC'`);
    await client.query(
      `CREATE TEMP TABLE t (line serial, ${columns.map((column, index) => `${column} ${types[index]}`).join(', ')}) ON COMMIT DROP`,
    );
    const text = (value: string) => dialects.postgres.quoteLiteral({ type: 'text', value });
    const copy = client.query(
      copyFrom(
        `COPY t (${columns.join(', ')}) FROM STDIN (FORMAT csv, DELIMITER ${text(dialect.delimiter.slice(0, 1))}, QUOTE ${text(dialect.quote)}, ESCAPE ${text(dialect.escape)}, FORCE_NULL (${columns.join(', ')}))`,
      ),
    );
    await pipeline(
      Readable.from(readCsvForCopy(file, rowsOfScan(scan), { windowBytes: readBytes }), {
        objectMode: false,
      }),
      copy,
    );
    const { rows } = await client.query<(string | null)[]>({
      text: `SELECT ${columns
        .filter((_, index) => kept[index])
        .map((column) => `${column}::text`)
        .join(', ')} FROM t ORDER BY line`,
      rowMode: 'array',
    });
    return { scan, copied: copy.rowCount, rows, columns: scan.columns.filter((_, index) => kept[index]) };
  } finally {
    await client.query('ROLLBACK');
  }
}
