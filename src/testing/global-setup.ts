import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { bootstrapDatabase } from '#platform/database/bootstrap';
import { migrateDatabase } from '#platform/database/migrate';
import { startEmbeddedPostgres } from '#platform/embedded-postgres/start-embedded-postgres';
import { templateDatabase, testOwnerPassword } from './test-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The run's one PostgreSQL server: the superuser's connection string. */
    adminUrl: string;
    /** The run's own directory, removed at its end. */
    testDirectory: string;
  }
}

/** Starts one PostgreSQL for the whole run and migrates a template, from which each test file clones its database. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'dalgo-tests-'));
  await chmod(directory, 0o711); // as root, the database's own user must pass through
  const guard = guardAgainstLeaks(directory);
  const postgres = await startEmbeddedPostgres({
    dataDirectory: join(directory, 'postgres'),
    // Nothing here outlives the run, so nothing waits for a disk.
    settings: {
      fsync: false,
      synchronous_commit: false,
      full_page_writes: false,
      max_connections: 300,
      shared_buffers: '128MB',
    },
  });
  await migrateDatabase(
    await bootstrapDatabase({
      adminUrl: postgres.adminUrl,
      ownerPassword: testOwnerPassword(),
      databaseName: templateDatabase,
    }),
  );
  project.provide('adminUrl', postgres.adminUrl);
  project.provide('testDirectory', directory);
  return async () => {
    await postgres.stop();
    guard.kill();
    await rm(directory, { recursive: true, force: true });
  };
}

/**
 * A shell that waits for the end of this process, however it ends, and then stops the server and removes the
 * directory: its standard input closes with us. (The server itself survives us on purpose.)
 */
function guardAgainstLeaks(directory: string): { kill(): void } {
  if (process.platform === 'win32') return { kill: () => undefined };
  const script = `cat > /dev/null
    kill -QUIT "$(head -n 1 "$0/postgres/cluster/postmaster.pid")"
    sleep 1
    rm -rf "$0"`;
  const guard = spawn('/bin/sh', ['-c', script, directory], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  return {
    kill: () => {
      guard.kill('SIGKILL');
    },
  };
}
