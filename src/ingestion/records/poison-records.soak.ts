import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { finished } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openConnectorBench } from './testing/connector-bench.ts';

const megabyte = 1024 ** 2;
let server: Server;
let origin: string;
let bench: Awaited<ReturnType<typeof openConnectorBench>>;
/** Of the text in the second of three records. */
let megabytes = 0;

/** The answer in pieces: the service itself holds none of it. */
function* answer() {
  const piece = 'x'.repeat(megabyte);
  yield '[{"id": 1, "t": "one"}, {"id": 2, "t": "';
  for (let written = 0; written < megabytes; written += 1) yield piece;
  yield '"}, {"id": 3, "t": "three"}]';
}

beforeAll(async () => {
  server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    // A client that has heard enough hangs up.
    finished(Readable.from(answer()).pipe(response)).catch(() => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`; // of a TCP server
  origin = `http://${host}`;
  bench = await openConnectorBench([host], { servicePatience: { timeoutMs: 120_000, retryDelayMs: 1 } });
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  server.closeAllConnections();
  server.close();
});

/** How much more memory this process had at its peak, in megabytes. */
async function peakOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage().rss;
  let peak = before;
  const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return (peak - before) / megabyte;
}

test('a text of 100 MB in one record arrives, one of 1 GB is refused and leaves the table as it was', async () => {
  const source = await bench.add('rest_api', { base_url: `${origin}/films`, paginator: { kind: 'single' } });
  const lengths = () => bench.rows(source.id, 'id, length(t) AS length', '', 'id');
  megabytes = 100;
  const large = await peakOf(async () => {
    expect((await bench.sync(source.id)).rows).toBe(3);
  });
  const loaded = [
    { id: 1, length: 3 },
    { id: 2, length: 100 * megabyte },
    { id: 3, length: 5 },
  ];
  expect(await lengths()).toEqual(loaded);
  megabytes = 1024;
  const huge = await peakOf(async () => {
    await expect(bench.sync(source.id)).rejects.toMatchObject({
      code: 'outbound_failed',
      where: { kind: 'too_large' },
    });
  });
  expect(await lengths()).toEqual(loaded);
  console.log(`100 MB: ${Math.round(large)} MB more; 1 GB: ${Math.round(huge)} MB more`);
  // As it came, as JSON has it, and on its way out, each as characters and as bytes; this process is the service, too.
  expect(large).toBeLessThan(1_000);
  expect(huge).toBeLessThan(700);
});
