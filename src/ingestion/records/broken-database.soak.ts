import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureAppLogin } from '#platform/database/app-login';
import { bootstrapDatabase } from '#platform/database/bootstrap';
import { connectDatabase } from '#platform/database/database';
import { migrateDatabase } from '#platform/database/migrate';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '#platform/embedded-postgres/start-embedded-postgres';
import { newId, type OrganizationId } from '#platform/ids';
import { createTestOrganization } from '#testing/organization';
import { testConfig, testOwnerPassword } from '#testing/test-server';
import { openWarehouse } from '#warehouse';
import { leftovers, loadOnce, photograph, steps } from './testing/faulty-load.ts';
import { undisturbed, withoutNames } from './testing/kill-trial.ts';

const seeds = Number(process.env['SEEDS'] ?? 5);
const run = promisify(execFile);

let directory: string;
let postgres: EmbeddedPostgres;
let organizationId: OrganizationId;

async function start(): Promise<void> {
  postgres = await startEmbeddedPostgres({ dataDirectory: join(directory, 'postgres') });
}

/** The warehouse as a program has it that is started now. */
async function open() {
  const ownerUrl = await bootstrapDatabase({
    adminUrl: postgres.adminUrl,
    ownerPassword: testOwnerPassword(),
    databaseName: 'dalgo',
  });
  await migrateDatabase(ownerUrl);
  const config = testConfig(ownerUrl, directory);
  const database = connectDatabase(await ensureAppLogin(ownerUrl, config));
  organizationId ??= (await createTestOrganization(database, config)).organizationId;
  const all = openWarehouse({ config, database });
  return {
    warehouse: await all.forOrganization(organizationId),
    async [Symbol.asyncDispose]() {
      await all.close();
      await database.close();
    },
  };
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dalgo-broken-'));
  await chmod(directory, 0o711); // as root, the database's own user must pass through
  await start();
});
afterAll(async () => {
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Ends the server as a power cut does: no checkpoint, no farewell. It is started again and recovers from its log. */
async function crash(): Promise<void> {
  process.kill(postgres.pid, 'SIGQUIT');
  for (;;) {
    await sleep(100);
    const client = new Client({ connectionString: postgres.adminUrl });
    const isUp = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => undefined);
    if (isUp) return;
  }
}

test.each(steps)(
  `the database that crashes ${seeds} times %s has exactly the old or the new table`,
  async (step) => {
    const ends = { 'not reached': 0, old: 0, new: 0 };
    // From a strategy that merges, so that one seed takes every step.
    for (let seed = 2; seed < seeds + 2; seed += 1) {
      const sourceId = newId<string>();
      const runToken = newId<string>();
      const plan = (load: number) => ({ sourceId, seed, load, runToken, dataDirectory: directory });
      const expected: unknown[] = [];
      let crashed: Promise<void> | undefined;
      {
        await using up = await open();
        expected.push(...(await undisturbed(up.warehouse, directory, seed, 2)));
        await loadOnce(up.warehouse, { ...plan(0), runToken: newId<string>() }, () => undefined);
        await loadOnce(up.warehouse, plan(1), (at) => {
          if (at === step) crashed ??= crash();
        }).catch(() => undefined);
      }
      await crashed;
      await using up = await open();
      const see = async () => withoutNames(await photograph(up.warehouse, sourceId), sourceId);
      const after = await see();
      const isNew = JSON.stringify(after) === JSON.stringify(expected[1]);
      expect(after, `“${step}”, seed ${seed}`).toEqual(isNew ? expected[1] : expected[0]);
      await loadOnce(up.warehouse, plan(1), () => undefined);
      expect(await see(), `after “${step}”, seed ${seed}`).toEqual(expected[1]);
      expect(await leftovers(up.warehouse, runToken)).toEqual({ staging: 0, tokens: 1 });
      ends[crashed === undefined ? 'not reached' : isNew ? 'new' : 'old'] += 1;
    }
    console.log(`database crashed ${step}: ${JSON.stringify(ends)}`);
    expect(ends.old + ends.new).toBeGreaterThan(0);
  },
);

// A real full disk: a small file system in memory under the organization's tables. Only root may mount one.
test.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)(
  'a disk that is full in the middle of a load leaves the old table, and the load works when there is room',
  async () => {
    const place = join(directory, 'small-disk');
    await mkdir(place);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', place]);
    try {
      const { uid, gid } = await stat(join(directory, 'postgres', 'cluster'));
      await chown(place, uid, gid);
      {
        await using _made = await open();
      }
      const admin = new Client({ connectionString: postgres.adminUrl, database: 'dalgo' });
      await admin.connect();
      await admin.query(`CREATE TABLESPACE small LOCATION '${place}'`);
      await admin.query(`GRANT CREATE ON TABLESPACE small TO org_${organizationId}`);
      await admin.query(`ALTER ROLE org_${organizationId} SET default_tablespace = 'small'`);
      await admin.end();
      await using up = await open();
      const sourceId = newId<string>();
      const runToken = newId<string>();
      const plan = (load: number, token: string) => ({
        sourceId,
        seed: 4,
        load,
        runToken: token,
        dataDirectory: directory,
      });
      const expected = await undisturbed(up.warehouse, directory, 4, 2);
      await loadOnce(up.warehouse, plan(0, newId<string>()), () => undefined);
      const filler = run('sh', ['-c', `cat /dev/zero > ${place}/filler`]).catch(() => undefined);
      await filler;
      await expect(loadOnce(up.warehouse, plan(1, runToken), () => undefined)).rejects.toMatchObject({
        code: 'disk_full',
      });
      const see = async () => withoutNames(await photograph(up.warehouse, sourceId), sourceId);
      expect(await see()).toEqual(expected[0]);
      await rm(join(place, 'filler'));
      await loadOnce(up.warehouse, plan(1, runToken), () => undefined);
      expect(await see()).toEqual(expected[1]);
      expect(await leftovers(up.warehouse, runToken)).toEqual({ staging: 0, tokens: 1 });
      const reset = new Client({ connectionString: postgres.adminUrl, database: 'dalgo' });
      await reset.connect();
      await reset.query(`ALTER ROLE org_${organizationId} RESET default_tablespace`);
      await reset.end();
    } finally {
      await postgres.stop();
      await run('umount', [place]);
      await rm(join(directory, 'postgres'), { recursive: true, force: true });
      await start();
    }
  },
);
