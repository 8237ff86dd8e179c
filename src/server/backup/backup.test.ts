import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOrganization } from '#accounts';
import { systemClock } from '#platform/clock';
import { connectDatabase, type Database } from '#platform/database/database';
import { newId, type OrganizationId, type RunId, type UploadId } from '#platform/ids';
import { createLog } from '#platform/log';
import { uploadPath } from '#sources';
import { createTestDatabase, type TestDatabase } from '#testing/database';
import { openWarehouse } from '#warehouse';
import { openBackupReader } from './backup-file.ts';
import { isInstallationEmpty, readBackupHeader, restoreBackup } from './restore-backup.ts';
import { writeBackup } from './write-backup.ts';

let from: TestDatabase;
let database: Database;
let organizationId: OrganizationId;
let backup: Buffer;

const hostile = [
  'plain',
  'with space',
  'quote"d',
  "apo'strophe",
  'नाम',
  '😀',
  'select',
  'semi;colon',
  'back\\slash',
];

/** By id; one whose file has gone missing is left out. */
const uploads = { kept: randomBytes(200_000), empty: Buffer.alloc(0), gone: undefined };

beforeAll(async () => {
  from = await createTestDatabase();
  database = connectDatabase(from.appUrl);
  const services = { config: from.config, log: createLog('silent'), clock: systemClock, newId, database };
  const created = await createOrganization(services, { name: 'Pani Trust', email: 'asha@example.org' });
  // An id is branded in the program and plain in the contract.
  organizationId = created.organization.id as OrganizationId;
  await using warehouse = openWarehouse(services);
  const org = await warehouse.forOrganization(organizationId);
  await org.transaction(async (session) => {
    const columns = hostile.map((name) => org.capabilities.dialect.quoteIdentifier(name));
    await session.query(`CREATE TABLE source_a (n bigint PRIMARY KEY, amount numeric(12,2) DEFAULT 1.50 CHECK (amount > 0),
      at timestamp with time zone, doubled numeric GENERATED ALWAYS AS (amount * 2) STORED, ${columns.map((name) => `${name} text`).join(', ')})`);
    await session.query(`INSERT INTO source_a (n, amount, at, ${columns.join(', ')})
      SELECT n, n / 7.0 + 1, timestamptz '2026-01-01' + n * interval '1 hour', ${columns.map((_, index) => (index === 1 ? 'NULL' : `'tab' || chr(9) || 'line' || chr(10) || n || '\\\\' `)).join(', ')}
      FROM generate_series(1, 20000) AS n`);
    await session.query(`CREATE INDEX ON source_a (at DESC) WHERE amount > 5`);
    await session.query(`COMMENT ON COLUMN source_a.amount IS 'what they''ve paid'`);
    await session.query(`CREATE VIEW "Zebra" AS SELECT n, amount FROM source_a WHERE n <= 10`);
    await session.query(`CREATE VIEW "All" AS SELECT count(*) AS n FROM "Zebra"`);
    await session.query(`CREATE TABLE empty_of_columns ()`);
    await session.query(`INSERT INTO empty_of_columns DEFAULT VALUES`);
    await session.query(`CREATE TABLE _staging_left_over (n int)`);
  });
  await database.withOrganization(organizationId, async (trx) => {
    await trx
      .insertInto('pipeline_runs')
      .values({
        id: newId<RunId>(),
        organization_id: organizationId,
        trigger: 'manual',
        status: 'running',
        plan: '{}',
      })
      .execute();
  });
  for (const [id, content] of Object.entries(uploads)) {
    const path = uploadPath(from.config, organizationId, id as UploadId); // an id of ours, by its form
    await mkdir(dirname(path), { recursive: true });
    if (content !== undefined) await writeFile(path, content);
    await database.withOrganization(organizationId, (trx) =>
      trx
        .insertInto('uploads')
        .values({ id: id as UploadId, organization_id: organizationId, filename: 'a.csv', size_bytes: 1 }) // as above
        .execute(),
    );
  }
  backup = await take();
});
afterAll(async () => {
  await database.close();
  await from[Symbol.asyncDispose]();
});

const filesOf = (installation: TestDatabase) => ({
  directory: join(installation.config.dataDirectory, 'uploads'),
  pathOf: (id: OrganizationId, uploadId: UploadId) => uploadPath(installation.config, id, uploadId),
});

async function take(): Promise<Buffer> {
  const output = new PassThrough();
  const [bytes] = await Promise.all([
    buffer(output),
    writeBackup({
      ownerUrl: from.ownerUrl,
      output,
      secrets: null,
      encryptionKeyIds: from.config.encryptionKeys.map((key) => key.id),
      files: filesOf(from),
      now: new Date('2026-11-21T00:00:00Z'),
    }),
  ]);
  return bytes;
}

async function restoreInto(
  to: TestDatabase,
  bytes: Buffer,
): Promise<Awaited<ReturnType<typeof restoreBackup>>> {
  const reader = openBackupReader(Readable.from([bytes]));
  const header = await readBackupHeader(reader);
  return restoreBackup({
    ownerUrl: to.ownerUrl,
    config: to.config,
    header,
    reader,
    filesDirectory: join(to.config.dataDirectory, 'uploads'),
  });
}

/** Everything there is to see in an organization's schema, as an outsider would list it. */
async function describeSchema(url: string): Promise<unknown> {
  const client = new Client(url);
  await client.connect();
  try {
    const schema = `org_${organizationId}`;
    const queries = [
      `select table_name, column_name, ordinal_position, data_type, numeric_precision, numeric_scale, column_default, is_nullable, generation_expression
         from information_schema.columns where table_schema = '${schema}' and table_name not like '\\_staging%' order by 1, 3`,
      `select indexdef from pg_indexes where schemaname = '${schema}' order by 1`,
      `select viewname, viewowner, definition from pg_views where schemaname = '${schema}' order by 1`,
      `select tablename, tableowner from pg_tables where schemaname = '${schema}' and tablename not like '\\_staging%' order by 1`,
      `select conname, pg_get_constraintdef(oid) from pg_constraint where connamespace = '${schema}'::regnamespace order by 1`,
      `select md5(string_agg(t::text, '|' order by n)) from ${schema}.source_a t`,
      `select * from ${schema}."All"`,
      `select count(*) from ${schema}.empty_of_columns`,
      `select col_description('${schema}.source_a'::regclass, 2)`,
      `select nspname, pg_get_userbyid(nspowner) as owner from pg_namespace where nspname = '${schema}'`,
    ];
    const results: unknown[] = [];
    for (const query of queries) results.push((await client.query(query)).rows);
    return results;
  } finally {
    await client.end();
  }
}

describe('a backup', () => {
  test('restored into an empty installation gives the same tables, views, rows, owners and files', async () => {
    await using to = await createTestDatabase();
    expect(await isInstallationEmpty(to.ownerUrl)).toBe(true);
    const summary = await restoreInto(to, backup);
    expect(summary).toMatchObject({ organizations: 1, tables: 2, files: 2 });
    expect(await describeSchema(to.adminUrl)).toEqual(await describeSchema(from.adminUrl));
    expect(await isInstallationEmpty(to.ownerUrl)).toBe(false);
    for (const id of ['kept', 'empty'] as UploadId[]) {
      expect(await readFile(uploadPath(to.config, organizationId, id))).toEqual(
        await readFile(uploadPath(from.config, organizationId, id)),
      );
    }
  });

  test('restored, lets the organization’s own login in and keeps the wall', async () => {
    await using to = await createTestDatabase();
    await restoreInto(to, backup);
    await using restored = connectDatabase(to.appUrl);
    await using warehouse = openWarehouse({ config: to.config, database: restored });
    const org = await warehouse.forOrganization(organizationId);
    expect((await org.read('SELECT count(*) AS n FROM source_a')).rows).toEqual([{ n: 20_000 }]);
    const stranger = newId<OrganizationId>();
    expect(
      await restored.withOrganization(stranger, (trx) =>
        trx.selectFrom('organizations').selectAll().execute(),
      ),
    ).toEqual([]);
    const owner = new Client(to.ownerUrl);
    await owner.connect();
    expect((await owner.query('select * from organizations')).rows).toEqual([]); // forced again, for the owner too
    await owner.end();
  });

  test('counts runs that were under way as cancelled', async () => {
    await using to = await createTestDatabase();
    await restoreInto(to, backup);
    await using restored = connectDatabase(to.appUrl);
    const runs = await restored.withOrganization(organizationId, (trx) =>
      trx.selectFrom('pipeline_runs').select(['status', 'finished_at']).execute(),
    );
    expect(runs).toEqual([{ status: 'cancelled', finished_at: expect.any(Date) }]);
  });

  test('that was cut short or damaged is refused, and nothing of it stays', async () => {
    await using to = await createTestDatabase();
    const damaged = Buffer.from(backup);
    damaged.fill(0, Math.floor(backup.length / 2), Math.floor(backup.length / 2) + 64);
    for (const bytes of [
      backup.subarray(0, Math.floor(backup.length * 0.7)),
      damaged,
      Buffer.from('a,b\n1,2\n'),
    ]) {
      await expect(restoreInto(to, bytes)).rejects.toMatchObject({ code: 'backup_unreadable' });
      expect(await isInstallationEmpty(to.ownerUrl)).toBe(true);
    }
  });

  test('is of one moment: a table swapped meanwhile is in it as it was', async () => {
    const owner = new Client(from.ownerUrl);
    await owner.connect();
    const table = `org_${organizationId}.source_a`;
    const swap = async (): Promise<void> => {
      // Retried as the real swap is, until the backup has let go of the table.
      for (;;) {
        try {
          await owner.query(
            `BEGIN; SET LOCAL lock_timeout = '20ms'; SET LOCAL ROLE org_${organizationId}; TRUNCATE ${table}; COMMIT`,
          );
          return;
        } catch {
          await owner.query('ROLLBACK');
        }
      }
    };
    const output = new PassThrough();
    const taking = writeBackup({
      ownerUrl: from.ownerUrl,
      output,
      secrets: null,
      encryptionKeyIds: [],
      files: filesOf(from),
      now: new Date(),
    });
    const first = await new Promise<Buffer>((resolve) => output.once('data', resolve));
    output.pause();
    const [rest] = await Promise.all([buffer(output), taking, swap()]);
    await using to = await createTestDatabase();
    await restoreInto(to, Buffer.concat([first, rest]));
    const restored = new Client(to.adminUrl);
    await restored.connect();
    expect((await restored.query(`select count(*)::int as n from ${table}`)).rows).toEqual([{ n: 20_000 }]);
    await restored.end();
    expect((await owner.query(`select count(*)::int as n from ${table}`)).rows).toEqual([{ n: 0 }]);
    await owner.end();
  });
});
