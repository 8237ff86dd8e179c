import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '#platform/config';
import { openErrorReports } from './error-reports.ts';

let sentry: Server;
const received: string[] = [];
beforeAll(async () => {
  sentry = createServer(async (request, response) => {
    const chunks = await request.toArray();
    const body = Buffer.concat(chunks as Buffer[]); // without an encoding, a request is read as buffers
    received.push((request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString());
    response.end('{}');
  });
  await new Promise<void>((resolve) => {
    sentry.listen(0, '127.0.0.1', resolve);
  });
});
afterAll(() => {
  sentry.close();
});

test('an error that nobody expected reaches Sentry with our ids, before the process ends, and nothing of the machine', async () => {
  const { port } = sentry.address() as AddressInfo; // a TCP server that listens has one
  const config = loadConfig({ SENTRY_DSN: `http://key@127.0.0.1:${port}/1` });
  {
    await using reports = await openErrorReports(config);
    reports.report(new Error('the roof is on fire'), { request_id: 'abc' });
  }
  const text = received.join('');
  expect(text).toContain('the roof is on fire');
  expect(text).toContain('"request_id":"abc"');
  expect(text).toContain('"server_name":"dalgo-lite"');
});

test('nothing is loaded or sent where no SENTRY_DSN is set', async () => {
  received.length = 0;
  await using reports = await openErrorReports(loadConfig({}));
  reports.report(new Error('unseen'), {});
  expect(received).toEqual([]);
});
