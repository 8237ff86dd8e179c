import { createHash, timingSafeEqual } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { bearerToken } from '#accounts';
import { AppError } from '#platform/errors';
import type { Services } from '#platform/services';

/** An answer serves everybody who asks within five seconds. */
const FRESH_MS = 5_000;
/** Seconds; the bounds of the histogram of answers. */
const BOUNDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

const queues = ['manual', 'sync', 'transform'] as const;

type Labels = Readonly<Record<string, string>>;

function line(name: string, value: number, labels: Labels = {}): string {
  const escaped = (text: string) =>
    text
      .replaceAll('\\', '\\\\')
      .replaceAll('"', String.raw`\"`)
      .replaceAll('\n', String.raw`\n`);
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
}

function metric(
  name: string,
  type: 'gauge' | 'counter' | 'histogram',
  help: string,
  lines: readonly string[],
): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('\n')}\n`;
}

interface Row {
  readonly name: string;
  readonly label: string;
  readonly value: number;
}

/** The state of all organizations together: numbers only, no names and no ids. */
async function readState(services: Services): Promise<readonly Row[]> {
  const { rows } = await services.database.withSystem((trx) =>
    sql<Row>`
      SELECT 'runs' AS name, queue || ' ' || status AS label, count(*)::float8 AS value
        FROM pipeline_runs WHERE status IN ('queued', 'running') GROUP BY queue, status
      UNION ALL SELECT 'oldest', queue, extract(epoch FROM now() - min(queued_at))::float8
        FROM pipeline_runs WHERE status = 'queued' GROUP BY queue
      UNION ALL SELECT 'finished', status, count(*)::float8
        FROM pipeline_runs WHERE finished_at > now() - interval '1 hour' AND status NOT IN ('queued', 'running')
        GROUP BY status
      UNION ALL SELECT 'workers', '', count(*)::float8
        FROM workers WHERE stopped_at IS NULL AND heartbeat_at > now() - interval '15 seconds'
      UNION ALL SELECT 'overdue', '', count(*)::float8
        FROM schedules WHERE is_active AND next_run_at < now() - interval '1 minute'
      UNION ALL SELECT 'messages', status, count(*)::float8
        FROM notification_messages WHERE status IN ('collecting', 'sending') GROUP BY status
      UNION ALL SELECT 'undelivered', '', count(*)::float8
        FROM notification_messages WHERE status = 'failed' AND created_at > now() - interval '1 day'`.execute(
      trx,
    ),
  );
  return rows;
}

function stateMetrics(rows: readonly Row[]): string {
  const of = (name: string) => rows.filter((row) => row.name === name);
  const single = (name: string) => of(name)[0]?.value ?? 0;
  const runs = queues.flatMap((queue) =>
    ['queued', 'running'].map((status) =>
      line('dalgo_runs', of('runs').find((row) => row.label === `${queue} ${status}`)?.value ?? 0, {
        queue,
        status,
      }),
    ),
  );
  return [
    metric('dalgo_runs', 'gauge', 'Runs that wait or go on.', runs),
    metric(
      'dalgo_run_queue_oldest_seconds',
      'gauge',
      'Age of the run that has waited longest.',
      queues.map((queue) =>
        line('dalgo_run_queue_oldest_seconds', of('oldest').find((row) => row.label === queue)?.value ?? 0, {
          queue,
        }),
      ),
    ),
    metric(
      'dalgo_runs_finished_last_hour',
      'gauge',
      'Runs that ended within the last hour.',
      ['succeeded', 'partial', 'failed', 'cancelled'].map((status) =>
        line(
          'dalgo_runs_finished_last_hour',
          of('finished').find((row) => row.label === status)?.value ?? 0,
          { status },
        ),
      ),
    ),
    metric('dalgo_workers', 'gauge', 'Workers that are alive.', [line('dalgo_workers', single('workers'))]),
    metric('dalgo_schedules_overdue', 'gauge', 'Schedules whose time passed a minute ago or more.', [
      line('dalgo_schedules_overdue', single('overdue')),
    ]),
    metric(
      'dalgo_messages',
      'gauge',
      'Messages to people that are not delivered yet.',
      ['collecting', 'sending'].map((status) =>
        line('dalgo_messages', of('messages').find((row) => row.label === status)?.value ?? 0, { status }),
      ),
    ),
    metric('dalgo_messages_undelivered_last_day', 'gauge', 'Messages that were given up.', [
      line('dalgo_messages_undelivered_last_day', single('undelivered')),
    ]),
  ].join('');
}

function isToken(given: string | undefined, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return given !== undefined && timingSafeEqual(digest(given), digest(expected));
}

/** `/metrics` for Prometheus, behind METRICS_TOKEN; without that setting there is no such address. */
export function registerMetrics(app: FastifyInstance, services: Services): void {
  const { metricsToken } = services.config;
  if (metricsToken === undefined) return;
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  app.addHook('onClose', async () => {
    delay.disable();
  });
  const counts = new Map<string, number>();
  const buckets = BOUNDS.map(() => 0);
  let answers = 0;
  let seconds = 0;
  app.addHook('onResponse', async (request, reply) => {
    const labels = `${request.method} ${Math.floor(reply.statusCode / 100)}xx`;
    counts.set(labels, (counts.get(labels) ?? 0) + 1);
    const took = reply.elapsedTime / 1000;
    answers += 1;
    seconds += took;
    for (const [index, bound] of BOUNDS.entries()) {
      if (took <= bound) buckets[index] = (buckets[index] ?? 0) + 1;
    }
  });

  let state: { readonly at: number; readonly text: Promise<string> } | undefined;
  function ownMetrics(): string {
    const memory = process.memoryUsage();
    return [
      metric(
        'dalgo_http_requests_total',
        'counter',
        'Answers by method and kind of status.',
        [...counts].map(([key, value]) => {
          const [method = '', status = ''] = key.split(' ');
          return line('dalgo_http_requests_total', value, { method, status });
        }),
      ),
      metric('dalgo_http_request_seconds', 'histogram', 'How long answers took.', [
        ...BOUNDS.map((bound, index) =>
          line('dalgo_http_request_seconds_bucket', buckets[index] ?? 0, { le: String(bound) }),
        ),
        line('dalgo_http_request_seconds_bucket', answers, { le: '+Inf' }),
        line('dalgo_http_request_seconds_sum', seconds),
        line('dalgo_http_request_seconds_count', answers),
      ]),
      metric('process_resident_memory_bytes', 'gauge', 'Memory of the server.', [
        line('process_resident_memory_bytes', memory.rss),
      ]),
      metric('process_cpu_seconds_total', 'counter', 'Time of processors that the server used.', [
        line('process_cpu_seconds_total', (process.cpuUsage().user + process.cpuUsage().system) / 1e6),
      ]),
      metric('nodejs_eventloop_lag_p99_seconds', 'gauge', 'Delay of the event loop, 99th percentile.', [
        line('nodejs_eventloop_lag_p99_seconds', delay.percentile(99) / 1e9),
      ]),
    ].join('');
  }

  app.get('/metrics', async (request, reply) => {
    if (!isToken(bearerToken(request.headers.authorization), metricsToken)) {
      throw new AppError('unauthenticated', 'This needs the token of METRICS_TOKEN.');
    }
    const now = services.clock.now();
    if (state === undefined || now - state.at >= FRESH_MS || now < state.at) {
      state = { at: now, text: readState(services).then(stateMetrics) };
      // A failure is answered to those who ask now, and not remembered.
      state.text.catch(() => {
        state = undefined;
      });
    }
    return reply
      .header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
      .header('cache-control', 'no-store')
      .send((await state.text) + ownMetrics());
  });
}
