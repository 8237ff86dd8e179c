import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Row } from '#contracts/warehouse';
import { duckdb } from '../sql/duckdb-dialect.ts';
import { valueText, type ExportColumn } from './export-cell.ts';

/** A column, and for decimals how many digits its values have. */
export interface ParquetColumn extends ExportColumn {
  readonly digits: { readonly integer: number; readonly fraction: number } | null;
}

/** Digits that a decimal of Parquet can have. */
const MAX_DIGITS = 38;

function typeName({ type, digits }: ParquetColumn): string {
  switch (type) {
    case 'text':
    case 'json':
      return 'VARCHAR';
    case 'integer':
      return 'BIGINT';
    case 'decimal': {
      if (digits === null || digits.integer + digits.fraction > MAX_DIGITS) return 'VARCHAR';
      return `DECIMAL(${Math.max(digits.integer + digits.fraction, 1)}, ${digits.fraction})`;
    }
    case 'float':
      return 'DOUBLE';
    case 'boolean':
      return 'BOOLEAN';
    case 'date':
      return 'DATE';
    case 'timestamp':
      return 'TIMESTAMP';
    case 'timestamptz':
      return 'TIMESTAMPTZ';
    case 'time':
      return 'TIME';
  }
}

/** Every value in quotes, an empty one without: so that empty text stays text. */
async function* quotedRows(
  columns: readonly ParquetColumn[],
  batches: AsyncIterable<readonly Row[]>,
): AsyncIterable<string> {
  for await (const rows of batches) {
    yield rows
      .map((row) => {
        const cells = columns.map(({ name }) => {
          const text = valueText(row[name]);
          return text === undefined ? '' : `"${text.replaceAll('"', '""')}"`;
        });
        return `${cells.join(',')}\n`;
      })
      .join('');
  }
}

/**
 * A Parquet file with the physical names of the columns. DuckDB writes it, from a file and to a file in a directory of
 * its own, which is gone when the stream ends; decimals of more than 38 digits are text.
 *
 * @param directory where temporary files may be
 */
export async function parquetFile(
  columns: readonly ParquetColumn[],
  batches: AsyncIterable<readonly Row[]>,
  directory: string,
  signal: AbortSignal,
): Promise<Readable> {
  await mkdir(directory, { recursive: true });
  const own = await mkdtemp(join(directory, 'export-'));
  const leave = () => rm(own, { recursive: true, force: true });
  try {
    const from = join(own, 'rows.csv');
    const to = join(own, 'table.parquet');
    await pipeline(Readable.from(quotedRows(columns, batches)), createWriteStream(from), { signal });
    await convert(columns, from, to, signal);
    const stream = createReadStream(to);
    stream.once('close', () => void leave());
    return stream;
  } catch (error) {
    await leave();
    throw error;
  }
}

async function convert(
  columns: readonly ParquetColumn[],
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<void> {
  // 30 MB that few processes ever need.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: '400MB',
    threads: '2',
    preserve_insertion_order: 'true',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const text = (value: string) => duckdb.quoteLiteral({ type: 'text', value });
  try {
    const connection = await instance.connect();
    const stop = () => {
      connection.interrupt();
    };
    signal.addEventListener('abort', stop);
    try {
      await connection.run(`SET allowed_paths = [${text(from)}, ${text(to)}]`);
      await connection.run(`SET TimeZone = 'UTC'`);
      await connection.run('SET enable_external_access = false');
      await connection.run('SET lock_configuration = true');
      const types = columns.map((column, index) => `${text(`c${index}`)}: ${text(typeName(column))}`);
      const named = columns.map(({ name }, index) => `c${index} AS ${duckdb.quoteIdentifier(name)}`);
      await connection.run(
        `COPY (SELECT ${named.join(', ')} FROM read_csv(${text(from)}, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false, new_line = '\\n', max_line_size = 67108864, buffer_size = 134217728, columns = {${types.join(', ')}})) TO ${text(to)} (FORMAT parquet, COMPRESSION zstd)`,
      );
    } finally {
      signal.removeEventListener('abort', stop);
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}
