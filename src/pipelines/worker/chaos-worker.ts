/*
 * A worker for the fault tests, in a process of its own. Its steps do nothing but what the test can see and steer: they
 * note that they began, wait until the test opens their gate, ask the fence, and write their effect once.
 *
 * Usage: chaos-worker.ts <app connection string>
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { Pool } from 'pg';
import { systemClock } from '#platform/clock';
import { connectDatabase } from '#platform/database/database';
import { newId } from '#platform/ids';
import { startRunWorker } from './start-worker.ts';
import type { DoStep } from './step-work.ts';

const appUrl = process.argv[2] ?? '';
const database = connectDatabase(appUrl, { maxConnections: 5 });
const pool = new Pool({ connectionString: appUrl, max: 5 });
pool.on('error', () => undefined);
const log = pino({ level: process.env['LOG_LEVEL'] ?? 'silent' }, pino.destination({ fd: 2, sync: true }));

const doStep: DoStep = async ({ step, signal, assertCurrent, organizationId }) => {
  const note = (event: string) =>
    pool.query('INSERT INTO chaos_notes (step, organization_id, event, pid) VALUES ($1, $2, $3, $4)', [
      step.id,
      organizationId,
      event,
      process.pid,
    ]);
  await note('began');
  try {
    for (;;) {
      signal.throwIfAborted();
      const gate = await pool.query('SELECT FROM chaos_gates WHERE step IN ($1, $2)', [step.id, step.name]);
      if ((gate.rowCount ?? 0) > 0) break;
      await sleep(20, undefined, { signal });
    }
    await assertCurrent();
    await pool.query('INSERT INTO chaos_effects (step, pid) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      step.id,
      process.pid,
    ]);
    return { rows: 1, rejected: 0 };
  } catch (error) {
    await note(signal.aborted ? 'aborted' : 'failed').catch(() => undefined);
    throw error;
  } finally {
    await note('ended').catch(() => undefined);
  }
};

const worker = await startRunWorker({ database, log, clock: systemClock, newId }, { doStep });
process.stdout.write(`ready ${worker.id}\n`);
process.once('SIGTERM', () => {
  void (async () => {
    await worker.close();
    await pool.end();
    await database.close();
    process.exit(0);
  })();
});
