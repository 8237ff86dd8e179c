import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { surveyColumns, writeSurveyCsv } from './ingest-csv-data.ts';
import { againstDlt } from './against-dlt.ts';
import { spread } from './median.ts';
import type { Figure } from './report.ts';
import { call, peakMemory, signUp, startSite } from './start-site.ts';

const rows = 1_000_000;
const dltRows = 100_000;
const rounds = 5;
const copySql = 'survey FROM STDIN WITH (FORMAT csv, HEADER)';

/**
 * A file of a million rows and 13 mixed columns, from the first byte of its upload to a typed table that readers see,
 * against `\copy` of the same file into a table that was typed by hand; both in turns, on the same server.
 */
export async function ingestCsvBench(): Promise<Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'dalgo-bench-ingest-'));
  await chmod(directory, 0o711); // as root, the database's own user must pass through
  await using up = new AsyncDisposableStack();
  up.defer(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));
  const file = join(directory, 'survey.csv');
  await writeSurveyCsv(file, rows);
  const site = up.use(await startSite(join(directory, 'data')));
  const token = await signUp(site.baseUrl);
  const client = new Client(site.ownerUrl);
  await client.connect();
  up.defer(() => client.end());

  const baselines = {
    psql: () => copyByPsql(site.ownerUrl, file),
    'plain COPY': () => copyByStream(client, file),
  };
  const hasPsql = await runs('psql', ['--version']);
  const baseline = hasPsql ? 'psql' : 'plain COPY';
  const times = {
    ours: [] as number[],
    upload: [] as number[],
    load: [] as number[],
    profile: [] as number[],
    psql: [] as number[],
    'plain COPY': [] as number[],
  };
  await ingest(site.baseUrl, token, file); // warms up
  for (let round = 0; round < rounds; round += 1) {
    const ours = async () => {
      const took = await ingest(site.baseUrl, token, file);
      times.ours.push(took.total);
      times.upload.push(took.upload);
      times.load.push(took.load);
      times.profile.push(took.profile);
    };
    // Each first as often as the other.
    if (round % 2 === 0) await ours();
    for (const name of hasPsql ? (['psql', 'plain COPY'] as const) : (['plain COPY'] as const)) {
      await client.query('DROP TABLE IF EXISTS survey');
      await client.query(
        `CREATE TABLE survey (${surveyColumns.map(([column, type]) => `"${column}" ${type}`).join(', ')})`,
      );
      times[name].push(await timed(baselines[name]));
    }
    if (round % 2 === 1) await ours();
  }
  await client.query('DROP TABLE survey');
  const peak = await peakMemory(site.process);
  // dlt has the beginning of the file only, and is judged by its rows a second: the whole takes it minutes.
  const part = join(directory, 'part.csv');
  await writeSurveyCsv(part, dltRows);
  const ours = spread(times.ours);
  const other = spread(times[baseline]);
  const describe = (values: readonly number[]) => {
    const { median, min, max } = spread(values);
    return `${(median / 1000).toFixed(2)} s (${(min / 1000).toFixed(2)}–${(max / 1000).toFixed(2)})`;
  };
  const plain = hasPsql ? `, plain COPY ${describe(times['plain COPY'])}` : '';
  return [
    {
      name: 'load and profile of an upload / \\copy',
      measured: `${describe(times.load)} from the request to the answer: types of all rows decided, committed; then the profile that the page shows ${describe(times.profile)}`,
      against: `${baseline} ${describe(times[baseline])}${plain}`,
      value:
        spread(times.load.map((load, round) => load + (times.profile[round] ?? 0))).median / other.median,
      bar: 1.25,
    },
    {
      name: 'upload to typed table / \\copy',
      measured: `${describe(times.ours)} as a person waits, of which upload and preview ${describe(times.upload)}`,
      against: `${baseline} ${describe(times[baseline])}`,
      value: ours.median / other.median,
      bar: 1.5,
    },
    {
      name: 'memory of API and worker, MB',
      measured: `${(peak / 1e6).toFixed(0)} MB at its peak`,
      against: 'one process that does both',
      value: peak / 1e6,
      bar: 300,
    },
    ...(await againstDlt('CSV', {
      directory,
      file: part,
      url: site.ownerUrl,
      rows: dltRows,
      ours: spread(times.load).median / rows,
    })),
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** As a client does it: upload, add the source, load it. Milliseconds. */
async function ingest(
  baseUrl: string,
  token: string,
  file: string,
): Promise<{ total: number; upload: number; load: number; profile: number }> {
  const authorization = `Bearer ${token}`;
  const started = performance.now();
  const upload = await uploadFile(baseUrl, token, file);
  const uploaded = performance.now() - started;
  const source = await call<{ id: string }>(`${baseUrl}/api/v1/sources`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Survey', type: 'csv', config: { upload_id: upload.id } }),
  });
  const asked = performance.now();
  const run = await call<{ status: string; rows_synced: number }>(
    `${baseUrl}/api/v1/sources/${source.id}/sync`,
    {
      method: 'POST',
      headers: { authorization, prefer: 'wait=60' },
    },
  );
  const done = performance.now();
  if (run.status !== 'succeeded' || run.rows_synced !== rows)
    throw new Error(`the sync ${JSON.stringify(run)}`);
  await call(`${baseUrl}/api/v1/warehouse/tables/source_${source.id}/profile`, {
    headers: { authorization },
  });
  const profiled = performance.now();
  await call(`${baseUrl}/api/v1/sources/${source.id}`, { method: 'DELETE', headers: { authorization } });
  return { total: done - started, upload: uploaded, load: done - asked, profile: profiled - done };
}

/** Straight from the disk, as a browser sends a file: `fetch` with a form takes half a core for itself. */
async function uploadFile(baseUrl: string, token: string, file: string): Promise<{ readonly id: string }> {
  const boundary = 'bench-boundary';
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="survey.csv"\r\ncontent-type: text/csv\r\n\r\n`;
  const request = httpRequest(`${baseUrl}/api/v1/uploads`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': `multipart/form-data; boundary=${boundary}`,
    },
  });
  const answered = once(request, 'response');
  request.write(head);
  await pipeline(createReadStream(file, { highWaterMark: 512 * 1024 }), request, { end: false });
  request.end(`\r\n--${boundary}--\r\n`);
  const [response] = (await answered) as [IncomingMessage];
  const body = await text(response);
  if (response.statusCode !== 201) throw new Error(`the upload answered ${response.statusCode}: ${body}`);
  return JSON.parse(body) as { id: string }; // the API's own contract
}

async function copyByStream(client: Client, file: string): Promise<void> {
  await pipeline(
    createReadStream(file, { highWaterMark: 256 * 1024 }),
    client.query(copyFrom(`COPY ${copySql}`)),
  );
}

async function copyByPsql(url: string, file: string): Promise<void> {
  const quoted = file.replaceAll("'", "''");
  const done = await runs('psql', [
    url,
    '-X',
    '-q',
    '-c',
    `\\copy ${copySql.replace('STDIN', `'${quoted}'`)}`,
  ]);
  if (!done) throw new Error('psql failed');
}

/** Whether a program ran and was content. */
async function runs(program: string, args: readonly string[]): Promise<boolean> {
  const child = spawn(program, args, { stdio: 'ignore' });
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}
