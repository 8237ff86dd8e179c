import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { againstDlt } from './against-dlt.ts';
import { spread } from './median.ts';
import { household, rowsPerHousehold } from './nested-json-data.ts';
import type { Figure } from './report.ts';
import { call, peakMemory, signUp, startSite } from './start-site.ts';

const households = 50_000;
const rows = households * rowsPerHousehold;
const pageSize = 1_000;
const rounds = 5;

/**
 * Households with members with visits, from a service with pages of JSON to three typed tables that readers see; rows
 * of all three tables count. Against COPY of the same rows, flat and ready, into tables that were typed by hand, and,
 * where Python has dlt (`DALGO_BENCH_PYTHON`, else python3), against dlt with the same records from a file.
 */
export async function nestedJsonBench(): Promise<Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'dalgo-bench-nested-'));
  await chmod(directory, 0o711); // as root, the database's own user must pass through
  await using up = new AsyncDisposableStack();
  up.defer(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));
  const service = up.use(await serveHouseholds());
  const site = up.use(await startSite(join(directory, 'data'), { OUTBOUND_ALLOWED_HOSTS: '127.0.0.1' }));
  const token = await signUp(site.baseUrl);
  const client = new Client(site.ownerUrl);
  await client.connect();
  up.defer(() => client.end());

  const source = await addSource(site.baseUrl, token, service.url, false);
  const ours: number[] = [];
  const floor: number[] = [];
  const flat = flatTables();
  await sync(site.baseUrl, token, source); // warms up
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) ours.push(await sync(site.baseUrl, token, source));
    floor.push(await copyFlat(client, flat));
    if (round % 2 === 1) ours.push(await sync(site.baseUrl, token, source));
  }
  const peak = await peakMemory(site.process);

  const following = await addSource(site.baseUrl, token, service.url, true);
  await sync(site.baseUrl, token, following);
  const idle: number[] = [];
  for (let round = 0; round < 15; round += 1) idle.push(await sync(site.baseUrl, token, following));

  const file = join(directory, 'households.ndjson');
  await writeHouseholds(file);
  const [own, bare, nothing] = [spread(ours), spread(floor), spread(idle)];
  const seconds = ({ median, min, max }: typeof own) =>
    `${(median / 1000).toFixed(2)} s (${(min / 1000).toFixed(2)}–${(max / 1000).toFixed(2)})`;
  const perSecond = rows / (own.median / 1000);
  return [
    {
      name: 'nested JSON, ms per 60,000 rows',
      measured: `${rows} rows in ${seconds(own)}: ${Math.round(perSecond)} rows/s, from the request to sync to the answer`,
      against: `one second; flat COPY of the same rows ${seconds(bare)}, ${(own.median / bare.median).toFixed(2)}×`,
      value: 60_000 / (perSecond / 1000),
      bar: 1_000,
    },
    {
      name: 'nested JSON, memory, MB',
      measured: `${(peak / 1e6).toFixed(0)} MB at its peak`,
      against: 'one process that is API and worker',
      value: peak / 1e6,
      bar: 300,
    },
    {
      name: 'incremental sync, nothing new, ms',
      measured: `${nothing.median.toFixed(0)} ms (${nothing.min.toFixed(0)}–${nothing.max.toFixed(0)})`,
      against: 'from the request to sync to the answer',
      value: nothing.median,
      bar: 300,
    },
    ...(await againstDlt('nested JSON', {
      directory,
      file,
      url: site.ownerUrl,
      rows,
      ours: own.median / rows,
    })),
  ];
}

/** Pages of households as a service gives them, made beforehand. With `?since=` there is nothing new. */
async function serveHouseholds() {
  const pages: Buffer[] = [];
  for (let from = 0; from < households; from += pageSize) {
    const items = Array.from({ length: pageSize }, (_, index) => household(from + index));
    pages.push(Buffer.from(JSON.stringify({ items })));
  }
  const empty = Buffer.from('{"items":[]}');
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const page = searchParams.has('since') ? undefined : pages[Number(searchParams.get('page') ?? 1) - 1];
    response.setHeader('content-type', 'application/json').end(page ?? empty);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // of a TCP server
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function addSource(
  baseUrl: string,
  token: string,
  url: string,
  isIncremental: boolean,
): Promise<string> {
  const { id } = await call<{ id: string }>(`${baseUrl}/api/v1/sources`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      name: isIncremental ? 'Following' : 'Whole',
      type: 'rest_api',
      config: {
        base_url: url,
        path: 'households',
        records_path: 'items',
        paginator: { kind: 'page', page_param: 'page' },
        ...(isIncremental
          ? { primary_key: ['id'], incremental: { kind: 'cursor', field: 'submitted_at', param: 'since' } }
          : {}),
      },
    }),
  });
  return id;
}

/** @returns milliseconds. */
async function sync(baseUrl: string, token: string, source: string): Promise<number> {
  const started = performance.now();
  const done = await call<{ status: string }>(`${baseUrl}/api/v1/sources/${source}/sync`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, prefer: 'wait=60' },
  });
  const took = performance.now() - started;
  if (done.status !== 'succeeded') throw new Error(`the sync ${JSON.stringify(done)}`);
  return took;
}

interface FlatTable {
  readonly create: string;
  readonly copy: string;
  readonly text: Buffer;
}

/** The same rows as COPY takes them, with the ids that join them. */
function flatTables(): FlatTable[] {
  const lines: [string[], string[], string[]] = [[], [], []];
  const field = (value: unknown) =>
    value === null || value === undefined
      ? '\\N'
      : (typeof value === 'string' ? value : JSON.stringify(value)).replaceAll('\n', '\\n');
  interface Flat {
    readonly [key: string]: unknown;
    readonly location: { readonly [key: string]: unknown; readonly point: Readonly<Record<string, unknown>> };
    readonly income: Readonly<Record<string, unknown>>;
    readonly members: readonly { readonly [key: string]: unknown; readonly visits: readonly object[] }[];
  }
  for (let id = 0; id < households; id += 1) {
    const { location, income, members, ...own } = household(id) as unknown as Flat; // the shape that it makes
    const { point, ...place } = location;
    const values = [
      ...Object.values(own),
      ...Object.values(place),
      ...Object.values(point),
      ...Object.values(income),
    ];
    lines[0].push([`r${id}`, ...values].map(field).join('\t'));
    for (const [at, { visits, ...member }] of members.entries()) {
      lines[1].push([`m${id}${at}`, `r${id}`, at, ...Object.values(member)].map(field).join('\t'));
      for (const [n, visit] of visits.entries()) {
        lines[2].push([`v${id}${at}${n}`, `m${id}${at}`, n, ...Object.values(visit)].map(field).join('\t'));
      }
    }
  }
  const columns = [
    'rid text, id bigint, uuid text, submitted_at timestamptz, consent boolean, enumerator text, remarks text, district text, block text, latitude numeric, longitude numeric, amount numeric, currency text',
    'rid text, parent text, idx bigint, name text, age bigint, gender text, weight_kg numeric',
    'rid text, parent text, idx bigint, "on" date, kind text, score bigint',
  ];
  return columns.map((definition, at) => ({
    create: `CREATE TABLE bench_flat_${at} (${definition})`,
    copy: `COPY bench_flat_${at} FROM STDIN`,
    text: Buffer.from(`${lines[at]?.join('\n') ?? ''}\n`),
  }));
}

async function copyFlat(client: Client, tables: readonly FlatTable[]): Promise<number> {
  const started = performance.now();
  await client.query('BEGIN');
  for (const { create, copy, text } of tables) {
    await client.query(create);
    await pipeline([text], client.query(copyFrom(copy)));
  }
  await client.query('COMMIT');
  const took = performance.now() - started;
  await client.query(`DROP TABLE ${tables.map((_, at) => `bench_flat_${at}`).join(', ')}`);
  return took;
}

async function writeHouseholds(file: string): Promise<void> {
  const into = createWriteStream(file);
  for (let id = 0; id < households; id += 1) {
    if (!into.write(`${JSON.stringify(household(id))}\n`)) await once(into, 'drain');
  }
  into.end();
  await once(into, 'close');
}
