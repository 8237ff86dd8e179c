import { DuckDBInstance } from '@duckdb/node-api';
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
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: '400MB',
    threads: '2',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
  try {
    const connection = await instance.connect();
    const stop = () => {
      connection.interrupt();
    };
    signal?.addEventListener('abort', stop);
    try {
      await connection.run(`SET allowed_paths = [${literal(path)}, ${literal(target)}]`);
      await connection.run(`SET TimeZone = 'UTC'`);
      await connection.run('SET enable_external_access = false');
      await connection.run('SET lock_configuration = true');
      const described = await connection.runAndReadAll(
        `DESCRIBE SELECT * FROM read_parquet(${literal(path)})`,
      );
      const columns = described.getRowObjectsJson().map((row) => {
        const name = `"${textOf(row['column_name']).replaceAll('"', '""')}"`;
        const type = textOf(row['column_type']);
        if (nested.test(type)) return `to_json(${name})::VARCHAR AS ${name}`;
        return type === 'BLOB' ? `hex(${name}) AS ${name}` : name;
      });
      await connection.run(
        `COPY (SELECT ${columns.join(', ')} FROM read_parquet(${literal(path)})) TO ${literal(target)} (FORMAT csv, HEADER true)`,
      );
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
      {
        cause: error,
      },
    );
  } finally {
    instance.closeSync();
  }
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error('DuckDB describes a column without a name or type');
  return value;
}
