import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { spread } from './median.ts';
import type { Figure } from './report.ts';
import { startProgram } from './start-program.ts';

const ROUNDS = 5;
const PORT = 3897;

/** Bytes of script, gzipped, that a browser gets before it can show a page to somebody who is not logged in. */
async function firstPageScript(baseUrl: string, path: string): Promise<number> {
  const html = await (await fetch(`${baseUrl}${path}`)).text();
  const sources = new Set([...html.matchAll(/<script[^>]+src="([^"]+)"/g)].map((match) => match[1] ?? ''));
  let bytes = 0;
  for (const source of sources) {
    const body = Buffer.from(await (await fetch(new URL(source, baseUrl))).arrayBuffer());
    bytes += gzipSync(body[0] === 0x1f && body[1] === 0x8b ? gunzipSync(body) : body).length;
  }
  return bytes;
}

/** How long a later start takes until the program is ready, and how much script its pages need. */
export async function startupBench(): Promise<Figure[]> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'dalgo-bench-start-'));
  try {
    const first = await startProgram(dataDirectory, PORT); // creates the database and builds the web
    await first.stop();
    const times: number[] = [];
    const scripts = new Map<string, number>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const program = await startProgram(dataDirectory, PORT);
      times.push(program.readyMs / 1000);
      if (round === 0) {
        for (const path of ['/login', '/', '/transformations/new']) {
          scripts.set(path, (await firstPageScript(program.baseUrl, path)) / 1024);
        }
      }
      await program.stop();
    }
    const time = spread(times);
    return [
      {
        name: 'restart to ready, s',
        measured: `${time.median.toFixed(2)} s (${time.min.toFixed(2)}–${time.max.toFixed(2)})`,
        against: `first start ${(first.readyMs / 1000).toFixed(1)} s`,
        value: time.median,
        bar: 3,
      },
      ...[...scripts].map(([path, kilobytes]) => ({
        name: `script of ${path}, kB gzipped`,
        measured: `${kilobytes.toFixed(0)} kB`,
        against: 'all <script src> of the page',
        value: kilobytes,
        bar: 350,
      })),
    ];
  } finally {
    await rm(dataDirectory, { recursive: true, force: true, maxRetries: 5 });
  }
}
