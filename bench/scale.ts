// `npm run bench:scale`: many organizations on one machine. What is asked for is set from the environment; the
// defaults are the bar: SCALE_ORGANIZATIONS=1000 SCALE_SOURCES=5 SCALE_MINUTES=10 SCALE_PER_MINUTE=75 SCALE_QUEUED=2000.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type QueryResultRow } from 'pg';
import type { Actor } from '../src/platform/actor.ts';
import { loadConfig } from '../src/platform/config.ts';
import type { OrganizationId, UserId } from '../src/platform/ids.ts';
import { createLog } from '../src/platform/log.ts';
import { defaultEngineLimits } from '../src/pipelines/engine/run-engine.ts';
import { createPipeline } from '../src/pipelines/save-pipeline.ts';
import { setSchedule } from '../src/pipelines/schedule/set-schedule.ts';
import { openDatabase } from '../src/server/open-database.ts';
import { openServices } from '../src/server/open-services.ts';
import { createSource, storeUpload } from '../src/sources/index.ts';
import { createTestOrganization } from '../src/testing/organization.ts';
import { printFigures, type Figure } from './report.ts';
import { startProgram } from './start-program.ts';
import { freePort } from '#testing/free-port';

const asked = (name: string, usual: number): number => Number(process.env[name] ?? usual);
const size = {
  organizations: asked('SCALE_ORGANIZATIONS', 1000),
  sources: asked('SCALE_SOURCES', 5),
  minutes: asked('SCALE_MINUTES', 10),
  perMinute: asked('SCALE_PER_MINUTE', 75),
  queued: asked('SCALE_QUEUED', 2000),
};
/** Requests a second, of people who look at pages meanwhile. */
const REQUESTS_PER_SECOND = 10;
const FILE = `visit,district,people\n${Array.from({ length: 200 }, (_, row) => `${row},${row % 7},${row % 13}`).join('\n')}\n`;

await using up = new AsyncDisposableStack();
const dataDirectory = await mkdtemp(join(tmpdir(), 'dalgo-bench-scale-'));
up.defer(() => rm(dataDirectory, { recursive: true, force: true, maxRetries: 5 }));
const port = await freePort();
// The pages are not what is measured; the API is. People come from many addresses.
Object.assign(process.env, { DALGO_WEB: 'off', TRUSTED_PROXIES: '1', HOST: '127.0.0.1' });
const program = await startProgram(dataDirectory, port);
up.defer(() => program.stop());
const config = loadConfig({ DALGO_DATA_DIR: dataDirectory, PORT: '0', LOG_LEVEL: 'silent' });
const database = up.use(await openDatabase(config));
const services = up.use(openServices(config, database.appUrl, createLog('silent')));
const admin = new Client({ connectionString: superuserUrl(database) });
await admin.connect();
up.defer(() => admin.end());
const figures: Figure[] = [];

const seedStart = performance.now();
const tokens = await signUpPeople();
const pipelines = await seed(tokens.map((person) => person.actor));
console.log(
  `${size.organizations} organizations, ${pipelines.length} scheduled sources: ${seconds(performance.now() - seedStart)} s to make`,
);
await idle();
await sustain();
await drain();
printFigures(figures);

async function ask<T extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<T[]> {
  return (await admin.query<T>(sql, [...values])).rows;
}

/** A few people who really sign up, and look at their pages later. */
async function signUpPeople(): Promise<readonly { token: string; actor: Actor; address: string }[]> {
  const people = [];
  for (let index = 0; index < Math.min(10, size.organizations); index += 1) {
    const address = `10.0.0.${index + 1}`;
    const answer = await fetch(`${program.baseUrl}/api/v1/auth/signup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      body: JSON.stringify({
        email: `person${index}@example.org`,
        password: 'four unrelated words here',
        name: `Person ${index}`,
        organization_name: `NGO ${index}`,
      }),
    });
    if (!answer.ok) throw new Error(`sign-up: ${answer.status} ${await answer.text()}`);
    // The API's own contract, read where it is made.
    const session = (await answer.json()) as {
      access_token: string;
      user: { id: UserId };
      organization: { id: OrganizationId };
    };
    const actor: Actor = { organizationId: session.organization.id, userId: session.user.id, role: 'owner' };
    people.push({ token: session.access_token, actor, address });
  }
  return people;
}

/** Organizations with their sources, each in a pipeline with a schedule that is far away. */
async function seed(first: readonly Actor[]): Promise<readonly string[]> {
  const ids: string[] = [];
  const { signal } = new AbortController();
  let next = 0;
  async function work(): Promise<void> {
    for (let index = next++; index < size.organizations; index = next++) {
      const actor = first[index] ?? (await createTestOrganization(services.database, config));
      for (let number = 0; number < size.sources; number += 1) {
        const upload = await storeUpload(
          services,
          actor,
          {
            filename: `visits ${number}.csv`,
            stream: Readable.from([Buffer.from(FILE)]),
            wasTruncated: () => false,
          },
          signal,
        );
        const source = await createSource(
          services,
          actor,
          { name: `Visits ${number}`, type: 'csv', config: { upload_id: upload.id } },
          signal,
        );
        const pipeline = await createPipeline(services, actor, {
          name: `Visits ${number}`,
          source_ids: [source.id],
          transformation_ids: [],
        });
        await setSchedule(services, actor, pipeline.id, {
          frequency: 'every',
          every_minutes: 10_080,
          timezone: 'UTC',
        });
        ids.push(pipeline.id);
      }
    }
  }
  await Promise.all(Array.from({ length: 4 }, work));
  return ids;
}

/** What it costs that they exist, when nothing is to be done. */
async function idle(): Promise<void> {
  const before = await cpuSeconds();
  const from = performance.now();
  await sleep(10_000);
  const spent = await cpuSeconds();
  const wall = (performance.now() - from) / 1000;
  for (const [name, used] of Object.entries(spent)) {
    console.log(`idle: ${name} ${((100 * (used - (before[name] ?? 0))) / wall).toFixed(1)} % of a core`);
  }
}

/** Small syncs by schedule, evenly, while people look at pages. */
async function sustain(): Promise<void> {
  const count = Math.round(size.perMinute * size.minutes);
  const from = Date.now() + 3_000;
  for (let index = 0; index < count; index += 1) {
    await ask('UPDATE schedules SET next_run_at = $2 WHERE pipeline_id = $1', [
      pipelines[(index * 7919) % pipelines.length],
      new Date(from + (index * 60_000) / size.perMinute),
    ]);
  }
  const before = await cpuSeconds();
  const stop = new AbortController();
  const looking = lookAtPages(stop.signal);
  const until = from + size.minutes * 60_000 + 2_000;
  while (Date.now() < until) await sleep(500);
  await untilNothingRuns(120);
  stop.abort();
  const times = await looking;
  const spent = await cpuSeconds();

  const [runs] = await ask<{ done: number; failed: number }>(
    `SELECT count(*) FILTER (WHERE status = 'succeeded')::int AS done, count(*) FILTER (WHERE status <> 'succeeded')::int AS failed
       FROM pipeline_runs WHERE scheduled_for >= $1`,
    [new Date(from - 1)],
  );
  const [lag] = await ask<{ fired: number; p50: number; p99: number }>(
    `SELECT percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM run.queued_at - run.scheduled_for) * 1000)::float8 AS fired,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM step.started_at - run.scheduled_for) * 1000)::float8 AS p50,
            percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM step.started_at - run.scheduled_for) * 1000)::float8 AS p99
       FROM pipeline_runs run JOIN run_steps step ON step.run_id = run.id WHERE run.scheduled_for >= $1`,
    [new Date(from - 1)],
  );
  figures.push({
    name: 'syncs that are missing or failed',
    measured: `${runs?.done} of ${count} done, ${size.perMinute} a minute for ${size.minutes} min`,
    against: 'all',
    value: count - (runs?.done ?? 0),
    bar: 0,
  });
  figures.push({
    name: 'API p95, ms, meanwhile',
    measured: `p50 ${percentile(times, 0.5)} ms, p95 ${percentile(times, 0.95)} ms, p99 ${percentile(times, 0.99)} ms of ${times.length}`,
    against: '100 ms',
    value: percentile(times, 0.95),
    bar: 100,
  });
  figures.push({
    name: 'due time to step start p99, ms',
    measured: `p50 ${Math.round(lag?.p50 ?? NaN)} ms, p99 ${Math.round(lag?.p99 ?? NaN)} ms (fired within ${Math.round(lag?.fired ?? NaN)} ms)`,
    against: '250 ms',
    value: lag?.p99 ?? NaN,
    bar: 250,
  });
  for (const [name, used] of Object.entries(spent)) {
    const cpu = used - (before[name] ?? 0);
    console.log(
      `${name}: ${cpu.toFixed(1)} s of processor, ${((1000 * cpu) / Math.max(1, runs?.done ?? 1)).toFixed(0)} ms a sync (with its share of people's requests)`,
    );
  }
}

/** Requests at a steady pace, each at its own time however long the others take; their durations in ms. */
async function lookAtPages(signal: AbortSignal): Promise<number[]> {
  const paths = ['/pipelines', '/overview', '/sources', '/warehouse/tables', '/notifications', '/graph'];
  const times: number[] = [];
  const open: Promise<void>[] = [];
  for (let index = 0; !signal.aborted; index += 1) {
    const person = tokens[index % tokens.length];
    const path = paths[index % paths.length] ?? '';
    open.push(
      (async () => {
        const from = performance.now();
        const answer = await fetch(`${program.baseUrl}/api/v1${path}`, {
          headers: {
            authorization: `Bearer ${person?.token}`,
            'x-forwarded-for': `10.0.${index % 200}.1`,
          },
        });
        await answer.arrayBuffer();
        if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
        times.push(Math.round(performance.now() - from));
      })(),
    );
    await sleep(1000 / REQUESTS_PER_SECOND);
  }
  await Promise.all(open);
  return times.toSorted((a, b) => a - b);
}

/** Everything is due at once, as on a Monday at six. */
async function drain(): Promise<void> {
  const queued = pipelines.slice(0, size.queued);
  const due = new Date();
  await ask('UPDATE schedules SET next_run_at = $2 WHERE pipeline_id = ANY($1)', [queued, due]);
  const from = performance.now();
  const clicking = clickAround(due);
  for (;;) {
    const [open] = await ask<{ left: number }>(
      `SELECT $2::int - count(*)::int AS left FROM pipeline_runs WHERE scheduled_for = $1 AND finished_at IS NOT NULL`,
      [due, queued.length],
    );
    if (open?.left === 0) break;
    if (performance.now() - from > 30 * 60_000)
      throw new Error(`${open?.left} runs were not done in 30 minutes`);
    await sleep(500);
  }
  const took = performance.now() - from;
  await clicking;
  const [most] = await ask<{ most: number }>(
    `SELECT max(together)::int AS most FROM (
       SELECT sum(change) OVER (PARTITION BY organization_id ORDER BY at, change) AS together FROM (
         SELECT organization_id, started_at AS at, 1 AS change FROM pipeline_runs WHERE scheduled_for = $1
         UNION ALL SELECT organization_id, finished_at, -1 FROM pipeline_runs WHERE scheduled_for = $1) AS changes) AS t`,
    [due],
  );
  const [failed] = await ask<{ failed: number }>(
    `SELECT count(*)::int AS failed FROM pipeline_runs WHERE scheduled_for = $1 AND status <> 'succeeded'`,
    [due],
  );
  const limit = defaultEngineLimits.queues.sync.perOrganization;
  console.log(
    `${queued.length} runs that were due at once: ${seconds(took)} s, ${((1000 * queued.length) / took).toFixed(1)} a second`,
  );
  figures.push({
    name: 'runs of one organization at once',
    measured: `${most?.most} at most while ${queued.length} drained in ${seconds(took)} s`,
    against: `its limit of ${limit}`,
    value: most?.most ?? NaN,
    bar: limit,
  });
  figures.push({
    name: 'runs that failed while draining',
    measured: `${failed?.failed} of ${queued.length}`,
    against: 'none',
    value: failed?.failed ?? NaN,
    bar: 0,
  });
}

/** What people do while everything is due: load a source, look at a recipe over it, make its table, run a pipeline. */
async function clickAround(since: Date): Promise<void> {
  const previews: number[] = [];
  for (const [index, person] of tokens.entries()) {
    const api = async <T>(method: string, path: string, body?: object): Promise<T> => {
      const answer = await fetch(`${program.baseUrl}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${person.token}`,
          'x-forwarded-for': person.address,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as T; // the API's own contracts
    };
    const sources = await api<{ items: { id: string; warehouse_table_name: string }[] }>('GET', '/sources');
    const source = sources.items[0];
    if (source === undefined) throw new Error('a person without a source');
    await api('POST', `/sources/${source.id}/sync`);
    for (;;) {
      const tables = await ask('SELECT FROM warehouse_tables WHERE name = $1', [source.warehouse_table_name]);
      if (tables.length > 0) break;
      await sleep(50);
    }
    const steps = [
      { type: 'source', table: source.warehouse_table_name },
      { type: 'group', by: ['district'], aggregates: [{ function: 'count', alias: 'visits' }] },
    ];
    const asked = performance.now();
    await api('POST', '/transformations/preview', { recipe: { steps } });
    previews.push(Math.round(performance.now() - asked));
    const make = (name: string) =>
      api<{ id: string }>('POST', '/transformations', { name, recipe: { steps } });
    const made = await make('Visits by district');
    await api('POST', `/transformations/${made.id}/execute`, {});
    // Another one: two runs that make the same table would wait for each other.
    const other = await make('The same for a report');
    const pipeline = await api<{ id: string }>('POST', '/pipelines', {
      name: `Asked for ${index}`,
      source_ids: [],
      transformation_ids: [other.id],
    });
    await api('POST', `/pipelines/${pipeline.id}/run`, {});
    await sleep(300);
  }
  const [slowest] = await ask<{ clicks: number; p50: number; most: number }>(
    `SELECT count(*)::int AS clicks, percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)::float8 AS p50, max(ms)::float8 AS most
       FROM (SELECT run.id, extract(epoch FROM min(step.started_at) - run.queued_at) * 1000 AS ms
               FROM pipeline_runs run JOIN run_steps step ON step.run_id = run.id
              WHERE run.trigger = 'manual' AND run.queued_at > $1 GROUP BY run.id) AS clicks`,
    [since],
  );
  previews.sort((a, b) => a - b);
  const most = Math.max(slowest?.most ?? NaN, previews.at(-1) ?? NaN);
  figures.push({
    name: 'a click until it begins, ms, while they drain',
    measured: `${slowest?.clicks} loads, recipes and pipelines: p50 ${Math.round(slowest?.p50 ?? NaN)} ms, most ${Math.round(slowest?.most ?? NaN)} ms; previews: p50 ${percentile(previews, 0.5)} ms, most ${previews.at(-1)} ms`,
    against: '1 s',
    value: most,
    bar: 1000,
  });
}

async function untilNothingRuns(patienceSeconds: number): Promise<void> {
  for (const from = performance.now(); performance.now() - from < patienceSeconds * 1000; await sleep(500)) {
    const open = await ask(`SELECT FROM pipeline_runs WHERE status IN ('queued', 'running') LIMIT 1`);
    if (open.length === 0) return;
  }
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

/** Seconds of processor time of the program's processes, by what they are. Linux only; nothing elsewhere. */
async function cpuSeconds(): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  const names = await readdir('/proc').catch(() => []);
  for (const pid of names.filter((name) => /^\d+$/.test(name))) {
    const [stat, command] = await Promise.all(
      ['stat', 'cmdline'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
    );
    const fields = (stat ?? '').slice((stat ?? '').lastIndexOf(')') + 2).split(' ');
    const parent = fields[1];
    const name = (command ?? '').includes('server/main.ts')
      ? 'server'
      : (command ?? '').includes('server/worker.ts')
        ? 'worker'
        : parent === String(database.embedded?.pid) || pid === String(database.embedded?.pid)
          ? 'database'
          : undefined;
    // Sessions that ended are counted with their parent, the server process (fields cutime and cstime).
    const ticks = [11, 12, ...(name === 'database' ? [13, 14] : [])].reduce(
      (sum, field) => sum + Number(fields[field] ?? 0),
      0,
    );
    const isOurs = name === 'database' || (await isDescendant(pid));
    if (name !== undefined && isOurs) sums[name] = (sums[name] ?? 0) + ticks / 100;
  }
  return sums;
}

async function isDescendant(pid: string): Promise<boolean> {
  for (let current = pid; current !== '0' && current !== '';) {
    if (current === String(program.process.pid)) return true;
    const stat = await readFile(`/proc/${current}/stat`, 'utf8').catch(() => '');
    current = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? '';
  }
  return false;
}

function superuserUrl(opened: { readonly embedded: { readonly adminUrl: string } | undefined }): string {
  if (opened.embedded === undefined)
    throw new Error('This bench brings its own database: unset DATABASE_URL.');
  const url = new URL(opened.embedded.adminUrl);
  url.pathname = '/dalgo';
  return url.href;
}
