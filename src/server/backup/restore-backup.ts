import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { z } from 'zod';
import type { Config } from '#platform/config';
import { quoteIdentifier, quoteLiteral } from '#platform/database/quote';
import { AppError } from '#platform/errors';
import type { OrganizationId } from '#platform/ids';
import { ROLE_PASSWORD_PURPOSE, openDataKey } from '#platform/secrets';
import {
  backupVersion,
  type BackupHeader,
  type BackupReader,
  type BackupRecord,
  type columnRecord,
} from './backup-file.ts';
import { describeMetadataTables } from './metadata-tables.ts';
import type { BackupSummary } from './write-backup.ts';

export type RestoreOptions = {
  /** Connection string of the metadata's owner, on a migrated database without organizations and users. */
  readonly ownerUrl: string;
  readonly config: Config;
  readonly header: BackupHeader;
  /** Past its header. */
  readonly reader: BackupReader;
  readonly filesDirectory: string;
  readonly signal?: AbortSignal;
};

/** The first record of a backup; throws `backup_unreadable` when this program cannot read what follows. */
export async function readBackupHeader(reader: BackupReader): Promise<BackupHeader> {
  const header = await reader.next();
  if (header.is !== 'backup')
    throw new AppError('backup_unreadable', 'The backup cannot be read. It has no header.');
  if (header.version > backupVersion) {
    throw new AppError('backup_unreadable', 'The backup was written by a newer version of Dalgo Lite.', {
      hint: 'Update Dalgo Lite, then restore it.',
    });
  }
  return header;
}

/** Whether nobody has signed up here yet, so that a restore destroys nothing. */
export async function isInstallationEmpty(ownerUrl: string): Promise<boolean> {
  const client = new Client(ownerUrl);
  await client.connect();
  try {
    await client.query(`SELECT set_config('app.scope', 'system', false)`);
    const { rows } = await client.query<{ empty: boolean }>(
      'SELECT NOT EXISTS (SELECT FROM organizations) AND NOT EXISTS (SELECT FROM users) AS empty',
    );
    return rows[0]?.empty === true;
  } finally {
    await client.end();
  }
}

/**
 * Fills an empty installation from a backup, in one transaction: it is there whole or not at all. The logins and
 * schemas of the organizations are made again. Runs that were under way count as cancelled.
 */
export async function restoreBackup(options: RestoreOptions): Promise<BackupSummary> {
  const { header, reader } = options;
  const client = new Client({ connectionString: options.ownerUrl, application_name: 'dalgo restore' });
  await client.connect();
  const abort = (): void => {
    void client.end().catch(() => undefined); // the transaction goes with its connection
  };
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    await client.query('BEGIN');
    await client.query(`SET LOCAL search_path = ''`);
    await client.query(`SELECT set_config('app.scope', 'system', true)`);
    const { rows: known } = await client.query<{ version: number }>(
      'SELECT max(version) AS version FROM public.schema_migrations',
    );
    if (header.migration > (known[0]?.version ?? 0)) {
      throw new AppError('backup_unreadable', 'The backup was written by a newer version of Dalgo Lite.', {
        hint: 'Update Dalgo Lite, then restore it.',
      });
    }
    const walled = await openWall(client);
    const summary = await restoreRecords(client, options);
    await endInterruptedRuns(client);
    await resetIdentities(client);
    await closeWall(client, walled);
    await client.query('COMMIT');
    return { ...summary, organizations: header.organizations.length };
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error; // the connection ends below, and the transaction with it
  } finally {
    options.signal?.removeEventListener('abort', abort);
    await reader[Symbol.asyncDispose]();
    await client.end().catch(() => undefined); // already ended when the signal aborted
  }
}

async function restoreRecords(
  client: Client,
  options: RestoreOptions,
): Promise<Pick<BackupSummary, 'tables' | 'rows' | 'files'>> {
  const { reader } = options;
  const counts = { tables: 0, rows: 0, files: 0 };
  let provisioned = false;
  for (let record = await reader.next(); record.is !== 'end'; record = await reader.next()) {
    if (!provisioned && record.is !== 'metadata' && record.is !== 'rows') {
      await provisionOrganizations(client, options);
      provisioned = true;
    }
    switch (record.is) {
      case 'metadata':
        counts.rows += await copyIn(
          client,
          reader,
          `public.${quoteIdentifier(record.table)}`,
          record.columns,
        );
        break;
      case 'table':
        assertOrganizationSchema(options.header, record.schema);
        counts.rows += await restoreTable(client, reader, record);
        counts.tables += 1;
        break;
      case 'view':
        assertOrganizationSchema(options.header, record.schema);
        await asOrganization(client, record.schema, () => client.query(record.sql));
        break;
      case 'file':
        await restoreFile(reader, options.filesDirectory, record.path);
        counts.files += 1;
        break;
      case 'rows':
      case 'backup':
        throw new AppError('backup_unreadable', 'The backup cannot be read. Its parts are out of order.');
      default:
        record satisfies never;
    }
  }
  if (!provisioned) await provisionOrganizations(client, options);
  return counts;
}

/** COPY into a table with row-level security is refused, so the owner is let through the wall until we commit. */
async function openWall(client: Client): Promise<readonly string[]> {
  const tables = (await describeMetadataTables(client)).map((table) => table.name);
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relforcerowsecurity AND relname = ANY($1)`,
    [tables],
  );
  const walled = rows.map((row) => row.name);
  for (const name of walled) {
    await client.query(`ALTER TABLE public.${quoteIdentifier(name)} NO FORCE ROW LEVEL SECURITY`);
  }
  return walled;
}

async function closeWall(client: Client, walled: readonly string[]): Promise<void> {
  for (const name of walled) {
    await client.query(`ALTER TABLE public.${quoteIdentifier(name)} FORCE ROW LEVEL SECURITY`);
  }
}

/** Logins and schemas, with the passwords that the organizations' own rows hold. */
async function provisionOrganizations(client: Client, options: RestoreOptions): Promise<void> {
  const { rows } = await client.query<{
    id: OrganizationId;
    encrypted_data_key: string;
    encrypted_role_password: string;
  }>('SELECT id, encrypted_data_key, encrypted_role_password FROM public.organizations');
  for (const row of rows) {
    const secrets = openDataKey(options.config, row.id, row.encrypted_data_key);
    await client.query('SELECT public.provision_organization($1, $2)', [
      row.id,
      secrets.decrypt(row.encrypted_role_password, ROLE_PASSWORD_PURPOSE),
    ]);
  }
}

/** The backup names schemas; only those of its own organizations may be written. */
function assertOrganizationSchema(header: BackupHeader, schema: string): void {
  if (!header.organizations.some((each) => `org_${each.id}` === schema)) {
    throw new AppError(
      'backup_unreadable',
      `The backup cannot be read. "${schema}" is not one of its organizations.`,
    );
  }
}

async function restoreTable(
  client: Client,
  reader: BackupReader,
  table: Extract<BackupRecord, { is: 'table' }>,
): Promise<number> {
  const name = `${quoteIdentifier(table.schema)}.${quoteIdentifier(table.table)}`;
  return asOrganization(client, table.schema, async () => {
    await client.query(
      `CREATE ${table.unlogged ? 'UNLOGGED ' : ''}TABLE ${name} (${table.columns.map(columnDefinition).join(', ')})`,
    );
    const stored = table.columns.filter((column) => !column.generated).map((column) => column.name);
    const rows = await copyIn(client, reader, name, stored);
    for (const statement of table.after) await client.query(statement);
    for (const column of table.columns) {
      if (column.comment !== null) {
        await client.query(
          `COMMENT ON COLUMN ${name}.${quoteIdentifier(column.name)} IS ${quoteLiteral(column.comment)}`,
        );
      }
    }
    return rows;
  });
}

/** Runs `fn` as the organization's own role: what it makes belongs to it, and it can touch nothing else. */
async function asOrganization<T>(client: Client, role: string, fn: () => Promise<T>): Promise<T> {
  await client.query(`SET LOCAL ROLE ${quoteIdentifier(role)}`);
  const result = await fn();
  await client.query('RESET ROLE');
  return result;
}

function columnDefinition(column: z.infer<typeof columnRecord>): string {
  const value =
    column.identity !== null
      ? `GENERATED ${column.identity.toUpperCase()} AS IDENTITY`
      : column.expression === null
        ? ''
        : column.generated
          ? `GENERATED ALWAYS AS (${column.expression}) STORED`
          : `DEFAULT ${column.expression}`;
  return [
    quoteIdentifier(column.name),
    column.type,
    column.collation === null ? '' : `COLLATE ${column.collation}`,
    column.notNull ? 'NOT NULL' : '',
    value,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

async function copyIn(
  client: Client,
  reader: BackupReader,
  table: string,
  columns: readonly string[],
): Promise<number> {
  let rows = 0;
  if (columns.length > 0) {
    const copy = client.query(
      copyFrom(`COPY ${table} (${columns.map(quoteIdentifier).join(', ')}) FROM STDIN`),
    );
    await pipeline(Readable.from(reader.data(), { objectMode: false }), copy);
    rows = copy.rowCount;
  }
  const count = await reader.next();
  if (count.is !== 'rows' || (columns.length > 0 && count.count !== rows)) {
    throw new AppError('backup_unreadable', `The backup cannot be read. Rows of ${table} are missing.`);
  }
  if (columns.length === 0) {
    for (; rows < count.count; rows += 1) await client.query(`INSERT INTO ${table} DEFAULT VALUES`);
  }
  return rows;
}

async function restoreFile(reader: BackupReader, directory: string, path: string): Promise<void> {
  const target = join(directory, normalize(path));
  if (!target.startsWith(directory + sep)) {
    throw new AppError(
      'backup_unreadable',
      `The backup cannot be read. It names a file outside of its place: ${path}`,
    );
  }
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  await pipeline(
    Readable.from(reader.data(), { objectMode: false }),
    createWriteStream(target, { mode: 0o600 }),
  );
}

/** No engine knows these runs any more; left as they are they would seem to run forever. */
async function endInterruptedRuns(client: Client): Promise<void> {
  const error = quoteLiteral(
    JSON.stringify({
      code: 'run_cancelled',
      message: 'This was under way when the backup was made that was restored.',
    }),
  );
  for (const table of ['pipeline_runs', 'run_steps', 'sync_runs', 'transformation_runs']) {
    await client.query(
      `UPDATE public.${table} SET status = 'cancelled', error = ${error}, finished_at = now() WHERE status IN ('queued', 'running')`,
    );
  }
}

/** Identity columns go on after the highest value that was restored. */
async function resetIdentities(client: Client): Promise<void> {
  const { rows } = await client.query<{ table: string; column: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS table, a.attname AS column
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE a.attidentity <> '' AND c.relkind = 'r' AND (n.nspname = 'public' OR n.nspname LIKE 'org\\_%')`,
  );
  for (const { table, column } of rows) {
    await client.query(
      `SELECT setval(pg_get_serial_sequence(${quoteLiteral(table)}, ${quoteLiteral(column)}),
         (SELECT coalesce(max(${quoteIdentifier(column)}), 0) + 1 FROM ${table}), false)`,
    );
  }
}
