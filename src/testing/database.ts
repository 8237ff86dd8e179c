import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { inject } from 'vitest';
import type { Config } from '#platform/config';
import { ensureAppLogin } from '#platform/database/app-login';
import { OWNER_ROLE } from '#platform/database/bootstrap';
import { quoteIdentifier } from '#platform/database/quote';
import { templateDatabase, testConfig, testOwnerPassword } from './test-server.ts';

export type BareDatabase = AsyncDisposable & {
  readonly name: string;
  /** Connection string of a superuser, to this database. */
  readonly adminUrl: string;
  /** Connection string of the role that owns it. */
  readonly ownerUrl: string;
  /** Settings of an installation on this database, with a data directory of its own. */
  readonly config: Config;
};

export type TestDatabase = BareDatabase & {
  /** Connection string of the program's login: what `connectDatabase` takes. */
  readonly appUrl: string;
};

/**
 * A migrated database of the caller's own, cloned from the run's template in about 30 ms; dropped at the end, with
 * whatever connections it still has.
 *
 * @example
 * const test = await createTestDatabase()
 * const database = connectDatabase(test.appUrl)
 * afterAll(async () => { await database.close(); await test[Symbol.asyncDispose]() })
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const bare = await createDatabase(templateDatabase);
  return { ...bare, appUrl: await ensureAppLogin(bare.ownerUrl, bare.config) };
}

/** An empty database with no table of ours, for tests of migrations and of PostgreSQL itself. */
export async function createBareDatabase(): Promise<BareDatabase> {
  return createDatabase('template1');
}

async function createDatabase(template: string): Promise<BareDatabase> {
  const serverUrl = inject('adminUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(serverUrl, async (admin) => {
    // Copying files costs a checkpoint for each clone, which is free without fsync; WAL_LOG writes 8 MB of log.
    await admin.query(
      `create database ${quoteIdentifier(name)} template ${quoteIdentifier(template)} owner ${OWNER_ROLE} strategy file_copy`,
    );
    // The one thing of a database that a clone does not take over.
    await admin.query(`revoke connect, temporary on database ${quoteIdentifier(name)} from public`);
  });
  const adminUrl = new URL(serverUrl);
  adminUrl.pathname = `/${name}`;
  const ownerUrl = new URL(adminUrl);
  ownerUrl.username = OWNER_ROLE;
  ownerUrl.password = testOwnerPassword();
  const dataDirectory = join(inject('testDirectory'), name);
  await mkdir(dataDirectory);
  return {
    name,
    adminUrl: adminUrl.href,
    ownerUrl: ownerUrl.href,
    config: testConfig(ownerUrl.href, dataDirectory),
    async [Symbol.asyncDispose]() {
      await asAdmin(serverUrl, async (admin) => {
        await admin.query(`drop database if exists ${quoteIdentifier(name)} with (force)`);
      });
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function asAdmin(url: string, fn: (admin: Client) => Promise<void>): Promise<void> {
  const admin = new Client(url);
  await admin.connect();
  try {
    await fn(admin);
  } finally {
    await admin.end();
  }
}
