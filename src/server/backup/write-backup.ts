import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { quoteIdentifier } from '#platform/database/quote';
import { AppError } from '#platform/errors';
import type { OrganizationId, UploadId } from '#platform/ids';
import { backupVersion, openBackupWriter, type BackupHeader, type BackupWriter } from './backup-file.ts';
import { describeTables, describeViews, type DescribedTable } from './describe-tables.ts';
import { describeMetadataTables, type MetadataTable } from './metadata-tables.ts';

export type BackupSummary = {
  readonly organizations: number;
  readonly tables: number;
  readonly rows: number;
  readonly files: number;
};

export type BackupOptions = {
  /** Connection string of the metadata's owner, who is a member of every organization's role. */
  readonly ownerUrl: string;
  readonly output: Writable;
  readonly secrets: BackupHeader['secrets'];
  readonly encryptionKeyIds: readonly string[];
  /** Where uploaded files are kept. */
  readonly files: {
    readonly directory: string;
    readonly pathOf: (organizationId: OrganizationId, uploadId: UploadId) => string;
  };
  readonly now: Date;
  readonly signal?: AbortSignal;
};

/**
 * Writes everything of an installation into one stream, as it is at one moment: one repeatable-read transaction, with
 * every table held against being swapped until it is written. Loads go on meanwhile; one that is done before its
 * table is written waits with its swap.
 */
export async function writeBackup(options: BackupOptions): Promise<BackupSummary> {
  const client = new Client({ connectionString: options.ownerUrl, application_name: 'dalgo backup' });
  await client.connect();
  const abort = (): void => {
    void client.end().catch(() => undefined); // ends the COPY that is under way, whose own await then rejects
  };
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    const snapshot = await openSnapshot(client);
    const writer = openBackupWriter(options.output);
    await writer.write({
      is: 'backup',
      version: backupVersion,
      createdAt: options.now.toISOString(),
      migration: snapshot.migration,
      postgres: snapshot.postgres,
      organizations: [...snapshot.organizations],
      secrets: options.secrets,
      encryptionKeyIds: [...options.encryptionKeyIds],
    });
    let rows = 0;
    for (const table of snapshot.metadata) {
      await writer.write({ is: 'metadata', table: table.name, columns: [...table.columns] });
      rows += await copyOut(client, writer, `public.${quoteIdentifier(table.name)}`, table.columns);
    }
    // The last one locked first: a savepoint gives back what was locked after it.
    for (const table of snapshot.tables.toReversed()) {
      const { oid, ...described } = table;
      await writer.write({ is: 'table', ...described, columns: [...table.columns], after: [...table.after] });
      const stored = table.columns.filter((column) => !column.generated).map((column) => column.name);
      rows += await copyOut(client, writer, qualified(table), stored);
      await client.query(`ROLLBACK TO SAVEPOINT t${oid}`);
    }
    for (const view of snapshot.views) await writer.write({ is: 'view', ...view });
    const files = await writeFiles(writer, options.files, snapshot.uploads);
    await writer.end();
    return { organizations: snapshot.organizations.length, tables: snapshot.tables.length, rows, files };
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', abort);
    await client.end().catch(() => undefined); // a connection that broke is what we are reporting
  }
}

type Snapshot = {
  readonly migration: number;
  readonly postgres: string;
  readonly organizations: readonly { readonly id: string; readonly name: string }[];
  readonly uploads: readonly { readonly organization_id: OrganizationId; readonly id: UploadId }[];
  readonly metadata: readonly MetadataTable[];
  readonly tables: readonly DescribedTable[];
  readonly views: readonly { readonly schema: string; readonly sql: string }[];
};

/** Takes the snapshot and holds every table. A table that was swapped in between would read as empty, so then again. */
async function openSnapshot(client: Client): Promise<Snapshot> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(`SET LOCAL search_path = ''`);
    await client.query(`SELECT set_config('app.scope', 'system', true)`);
    const { rows: organizations } = await client.query<{ id: string; name: string }>(
      'SELECT id, name FROM public.organizations ORDER BY id',
    );
    const { rows: uploads } = await client.query<Snapshot['uploads'][number]>(
      'SELECT organization_id, id FROM public.uploads ORDER BY id',
    );
    const schemas = organizations.map((each) => `org_${each.id}`);
    const [about] = (
      await client.query<{ migration: number; postgres: string }>(
        `SELECT (SELECT max(version) FROM public.schema_migrations) AS migration, current_setting('server_version') AS postgres`,
      )
    ).rows;
    const tables = (await describeTables(client, schemas)).filter(
      (table) => !/^_(staging|preview)_/.test(table.table),
    );
    const views = await describeViews(client, schemas);
    const metadata = await describeMetadataTables(client);
    if (await holdTables(client, tables)) {
      return {
        migration: about?.migration ?? 0,
        postgres: about?.postgres ?? '',
        organizations,
        uploads,
        metadata,
        tables,
        views,
      };
    }
    await client.query('ROLLBACK');
  }
  throw new AppError('database_unavailable', 'Tables were replaced faster than a backup could begin.', {
    hint: 'Try again when fewer pipelines run.',
  });
}

async function holdTables(client: Client, tables: readonly DescribedTable[]): Promise<boolean> {
  for (const table of tables) {
    await client.query(`SAVEPOINT t${table.oid}`);
    try {
      await client.query(`LOCK TABLE ${qualified(table)} IN ACCESS SHARE MODE`);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === '42P01') return false; // dropped meanwhile
      throw error;
    }
    // to_regclass looks at the catalogue as it is now, the snapshot's describe as it was.
    const { rows } = await client.query<{ same: boolean }>('SELECT to_regclass($1)::oid = $2::oid AS same', [
      qualified(table),
      table.oid,
    ]);
    if (rows[0]?.same !== true) return false;
  }
  return true;
}

async function copyOut(
  client: Client,
  writer: BackupWriter,
  table: string,
  columns: readonly string[],
): Promise<number> {
  if (columns.length === 0) {
    const { rows } = await client.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
    const count = rows[0]?.count ?? 0;
    await writer.write({ is: 'rows', count });
    return count;
  }
  // A query, since COPY of a table with row-level security is refused; the scope above shows every row.
  const list = columns.map(quoteIdentifier).join(', ');
  const copy = client.query(copyTo(`COPY (SELECT ${list} FROM ${table}) TO STDOUT`));
  await writer.writeData(copy);
  await writer.write({ is: 'rows', count: copy.rowCount });
  return copy.rowCount;
}

async function writeFiles(
  writer: BackupWriter,
  files: BackupOptions['files'],
  uploads: Snapshot['uploads'],
): Promise<number> {
  let count = 0;
  for (const upload of uploads) {
    const full = files.pathOf(upload.organization_id, upload.id);
    const found = await stat(full).catch(() => undefined);
    if (found === undefined) continue; // removed with its source since the list was made
    await writer.write({
      is: 'file',
      path: relative(files.directory, full).replaceAll(sep, '/'),
      bytes: found.size,
    });
    // Up to the size that was announced: an upload never grows once it is listed.
    const stream: Readable = createReadStream(full, { end: Math.max(0, found.size - 1) });
    if (found.size > 0) await writer.writeData(stream);
    count += 1;
  }
  return count;
}

const qualified = (table: { readonly schema: string; readonly table: string }): string =>
  `${quoteIdentifier(table.schema)}.${quoteIdentifier(table.table)}`;
