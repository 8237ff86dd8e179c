import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { connectDatabase } from '#platform/database/database';
import { createTestDatabase } from '#testing/database';
import { defaultHeartbeatTimes, livingWorkers } from './heartbeat.ts';
import { holdLease } from './hold-lease.ts';

const testDatabase = await createTestDatabase();
const database = connectDatabase(testDatabase.appUrl);
const services = { database, log: pino({ level: 'silent' }) };
afterAll(async () => {
  await database.close();
  await testDatabase[Symbol.asyncDispose]();
});

async function beatsBefore(id: string, seconds: number, hostname = 'elsewhere'): Promise<void> {
  await database.withSystem((trx) =>
    sql`INSERT INTO workers (id, hostname, pid, application_version, heartbeat_at)
        VALUES (${id}, ${hostname}, 1, '1', now() - make_interval(secs => ${seconds}))
        ON CONFLICT (id) DO UPDATE SET heartbeat_at = excluded.heartbeat_at`.execute(trx),
  );
}
const living = async () => [...(await livingWorkers(services, defaultHeartbeatTimes))].toSorted();

test('of a worker elsewhere its lease tells sooner than its silence that it is dead', async () => {
  await beatsBefore('beats', 1);
  await beatsBefore('holds', 3);
  await beatsBefore('died', 3);
  await beatsBefore('hangs', 6);
  const leases = [holdLease(services, 'holds'), holdLease(services, 'hangs')];
  for (let tries = 0; tries < 100 && !(await living()).includes('holds'); tries += 1) await sleep(20);
  expect(await living()).toEqual(['beats', 'holds']);

  // A connection that breaks is opened again.
  await database.withSystem((trx) =>
    sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'dalgo-lite lease'`.execute(trx),
  );
  for (let tries = 0; tries < 100 && (await living()).includes('holds'); tries += 1) await sleep(5);
  for (let tries = 0; tries < 100 && !(await living()).includes('holds'); tries += 1) await sleep(20);
  expect(await living()).toEqual(['beats', 'holds']);

  await Promise.all(leases.map((lease) => lease.letGo()));
  expect(await living()).toEqual(['beats']);
});
