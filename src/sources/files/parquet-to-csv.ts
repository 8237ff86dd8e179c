import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { ColumnType } from '#contracts/column-types';
import { AppError } from '#platform/errors';

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
    const columns = (await describe(connection, path)).map(({ name, type }) => {
      const quoted = `"${name.replaceAll('"', '""')}"`;
      if (nested.test(type)) return `to_json(${quoted})::VARCHAR AS ${quoted}`;
      return type === 'BLOB' ? `hex(${quoted}) AS ${quoted}` : quoted;
    });
    await connection.run(
      `COPY (SELECT ${columns.join(', ')} FROM read_parquet(${literal(path)})) TO ${literal(target)} (FORMAT csv, HEADER true)`,
    );
  });
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
