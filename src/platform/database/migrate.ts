import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import pg from 'pg';
import { AppError } from '../errors.ts';

const MIGRATIONS = new URL('./migrations/', import.meta.url);
/** Any fixed number; it keeps two programs that start at once from migrating at once. */
const LOCK = 7_263_401;

interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

async function readMigrations(): Promise<Migration[]> {
  const files = (await readdir(MIGRATIONS)).filter((file) => /^\d{4}_[a-z0-9_]+\.sql$/.test(file)).toSorted();
  return Promise.all(
    files.map(async (file) => {
      const sql = await readFile(new URL(file, MIGRATIONS), 'utf8');
      return {
        version: Number(file.slice(0, 4)),
        name: file,
        sql,
        checksum: createHash('sha256').update(sql).digest('hex'),
      };
    }),
  );
}

/** Names of the migrations that this program has and the database has not; changes nothing. */
export async function pendingMigrations(ownerUrl: string): Promise<readonly string[]> {
  const migrations = await readMigrations();
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const there = await client.query<{ there: boolean }>(
      `SELECT to_regclass('public.schema_migrations') IS NOT NULL AS there`,
    );
    if (there.rows[0]?.there !== true) return migrations.map((migration) => migration.name);
    const done = await client.query<{ version: number }>('SELECT version FROM public.schema_migrations');
    const present = new Set(done.rows.map((row) => row.version));
    return migrations
      .filter((migration) => !present.has(migration.version))
      .map((migration) => migration.name);
  } finally {
    await client.end();
  }
}

/** Version of the newest migration that this program brings. */
export async function latestMigration(): Promise<number> {
  return (await readMigrations()).at(-1)?.version ?? 0;
}

export interface MigrationResult {
  readonly applied: readonly string[];
  readonly version: number;
}

/**
 * Brings the metadata schema up to this program's version. Each migration is one transaction; an applied file that
 * was changed, or a database of a newer program, is refused before anything is touched.
 *
 * @param ownerUrl connection string of the owner of the database.
 */
export async function migrateDatabase(ownerUrl: string): Promise<MigrationResult> {
  const migrations = await readMigrations();
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await client.query(`CREATE TABLE IF NOT EXISTS public.schema_migrations (
      version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`);
    const done = await client.query<{ version: number; name: string; checksum: string }>(
      'SELECT version, name, checksum FROM public.schema_migrations ORDER BY version',
    );
    const known = new Map(migrations.map((migration) => [migration.version, migration]));
    for (const row of done.rows) {
      const migration = known.get(row.version);
      if (migration === undefined) {
        throw new AppError(
          'data_directory_newer',
          `The database was migrated to version ${row.version} (${row.name}), which this program does not know.`,
        );
      }
      if (migration.checksum !== row.checksum) {
        throw new AppError(
          'configuration_invalid',
          `Migration ${row.name} was changed after it had been applied; migrations are never edited.`,
        );
      }
    }
    const applied: string[] = [];
    const present = new Set(done.rows.map((row) => row.version));
    for (const migration of migrations) {
      if (present.has(migration.version)) continue;
      await client.query('BEGIN');
      try {
        await client.query(migration.sql);
        await client.query(
          'INSERT INTO public.schema_migrations (version, name, checksum) VALUES ($1, $2, $3)',
          [migration.version, migration.name, migration.checksum],
        );
        await client.query('COMMIT');
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      }
      applied.push(migration.name);
    }
    // For /readyz, which compares it with what the program brings.
    await client.query('GRANT SELECT ON public.schema_migrations TO dalgo_app');
    return { applied, version: migrations.at(-1)?.version ?? 0 };
  } finally {
    await client.end();
  }
}
