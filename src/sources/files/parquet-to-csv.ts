import { stat } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnType } from '#contracts/column-types';
import { AppError } from '#platform/errors';
import { assertUnpacks, unpackLimits } from './unpack-limits.ts';

const nested = /^(?:STRUCT|MAP|UNION|LIST)\b|\[\d*\]$/;

/**
 * Writes a Parquet file as CSV with one header. Lists and structs become JSON. DuckDB reads this one file and writes
 * that one, and nothing else: no network, no extension, no other path.
 */
export async function writeParquet(
  path: string,
  target: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  await reading(path, target, signal, async (connection) => {
    const { size } = await stat(path);
    const columns = (await describe(connection, path)).map(({ name, type }) => {
      const quoted = `"${name.replaceAll('"', '""')}"`;
      if (nested.test(type)) return { name: quoted, value: `to_json(${quoted})::VARCHAR` };
      return { name: quoted, value: type === 'BLOB' ? `hex(${quoted})` : quoted };
    });
    const values = columns.map(({ value }) => value);
    const expected = await estimateBytes(connection, path, values);
    assertUnpacks(size, expected, unpackLimits.maxParquetRatio);
    await watched(connection, size, target, () =>
      connection.run(
        `COPY (SELECT ${columns.map(({ name, value }) => `${value} AS ${name}`).join(', ')} FROM read_parquet(${literal(path)})) TO ${literal(target)} (FORMAT csv, HEADER true)`,
      ),
    );
  });
}

const watchedEachMs = 20;

/** Ends what writes a file that grows beyond what is unpacked. @throws AppError file_format_unsupported */
async function watched(
  connection: DuckDBConnection,
  packedBytes: number,
  target: string,
  write: () => Promise<unknown>,
): Promise<void> {
  let refusal: unknown;
  const look = async () => {
    const written = await stat(target).catch(() => undefined);
    try {
      assertUnpacks(packedBytes, written?.size ?? 0, unpackLimits.maxParquetRatio);
    } catch (error) {
      refusal = error;
      connection.interrupt();
    }
  };
  const timer = setInterval(() => void look(), watchedEachMs);
  try {
    await write();
    await look();
  } catch (error) {
    throw refusal ?? error;
  } finally {
    clearInterval(timer);
  }
  if (refusal !== undefined) throw refusal;
}

const sampleRows = 200;

/**
 * Bytes of the CSV file by the least of three samples, so that a bomb is told before a byte of it is written: DuckDB
 * writes only after more than a second of work. What is no bomb at each of these places the growing file tells.
 */
async function estimateBytes(
  connection: DuckDBConnection,
  path: string,
  values: readonly string[],
): Promise<number> {
  const numberOf = async (sql: string) =>
    Number((await connection.runAndReadAll(sql)).getRowObjectsJson()[0]?.['n'] ?? 0);
  const file = literal(path);
  const rows = await numberOf(`SELECT sum(num_rows)::DOUBLE AS n FROM parquet_file_metadata(${file})`);
  const places = [0, Math.floor(rows / 2), Math.max(0, rows - sampleRows)];
  let least = Infinity;
  for (const place of places) {
    const bytes = await numberOf(
      `SELECT avg(strlen(line)) AS n FROM (SELECT concat(${values.join(', ')}) AS line FROM read_parquet(${file}) LIMIT ${sampleRows} OFFSET ${place})`,
    );
    // Delimiters stand also between values that are missing.
    least = Math.min(least, bytes + values.length);
  }
  return rows * least;
}

/** What the file itself says of its columns, by their names: a text of digits stays text. */
export async function parquetTypes(
  path: string,
  signal: AbortSignal | undefined,
): Promise<Readonly<Record<string, ColumnType>>> {
  return reading(path, undefined, signal, async (connection) =>
    Object.fromEntries(
      (await describe(connection, path)).map(({ name, type }) => [name, columnTypeOf(type)] as const),
    ),
  );
}

const types: readonly (readonly [pattern: RegExp, type: ColumnType])[] = [
  [nested, 'json'],
  [/^U?(?:TINY|SMALL)INT$|^U?INTEGER$|^BIGINT$/, 'integer'],
  [/^(?:UBIGINT|U?HUGEINT|DECIMAL.*)$/, 'decimal'],
  [/^(?:FLOAT|DOUBLE)$/, 'float'],
  [/^BOOLEAN$/, 'boolean'],
  [/^DATE$/, 'date'],
  [/^TIMESTAMP WITH TIME ZONE$/, 'timestamptz'],
  [/^TIMESTAMP/, 'timestamp'],
];

function columnTypeOf(type: string): ColumnType {
  return types.find(([pattern]) => pattern.test(type))?.[1] ?? 'text';
}

async function describe(connection: DuckDBConnection, path: string) {
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${literal(path)})`);
  return described
    .getRowObjectsJson()
    .map((row) => ({ name: textOf(row['column_name']), type: textOf(row['column_type']) }));
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** Works with a DuckDB that may open the named files only. @throws AppError file_format_unsupported */
async function reading<T>(
  path: string,
  target: string | undefined,
  signal: AbortSignal | undefined,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  // 30 MB that few processes ever need.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: '400MB',
    threads: '2',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    const stop = () => {
      connection.interrupt();
    };
    signal?.addEventListener('abort', stop);
    try {
      const allowed = [path, ...(target === undefined ? [] : [target])].map(literal);
      await connection.run(`SET allowed_paths = [${allowed.join(', ')}]`);
      await connection.run(`SET TimeZone = 'UTC'`);
      await connection.run('SET enable_external_access = false');
      await connection.run('SET lock_configuration = true');
      return await work(connection);
    } finally {
      signal?.removeEventListener('abort', stop);
      connection.closeSync();
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof AppError) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') throw error;
    throw new AppError(
      'file_format_unsupported',
      'This Parquet file cannot be read: it is damaged or not complete.',
      { cause: error },
    );
  } finally {
    instance.closeSync();
  }
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error('DuckDB describes a column without a name or type');
  return value;
}
