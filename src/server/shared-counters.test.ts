import { randomUUID } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problem } from '#contracts/primitives';
import { freePort } from '#testing/free-port';
import { createTestApp, type TestApp } from './testing/test-app.ts';

const server = [
  '/usr/bin/redis-server',
  '/usr/local/bin/redis-server',
  '/opt/homebrew/bin/redis-server',
].find((path) => existsSync(path));
const runs = process.env['CI'] !== undefined || server !== undefined;

let redis: ChildProcess;
const apps: TestApp[] = [];

beforeAll(async () => {
  if (!runs) return;
  if (server === undefined) throw new Error('Redis is not installed: apt-get install redis-server');
  const port = await freePort();
  redis = spawn(server, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']);
  for await (const line of redis.stdout ?? []) if (String(line).includes('Ready to accept')) break;
  const config = { redisUrl: `redis://127.0.0.1:${port}` };
  apps.push(...(await Promise.all([1, 2].map(() => createTestApp({ config, routeLimits: true })))));
});
afterAll(async () => {
  await Promise.all(apps.map((app) => app[Symbol.asyncDispose]()));
  redis?.kill('SIGKILL');
});

/** How a login with a wrong password is answered by one of the servers. */
async function guess(app: TestApp | undefined, email: string) {
  const answer = await app?.request('POST', '/auth/login', { body: { email, password: 'a guess' } });
  return { code: problem.parse(answer?.body).code, retryAfter: Number(answer?.headers['retry-after']) };
}

test.runIf(runs)('one account is guessed no more often over two servers than over one', async () => {
  const asha = `asha.${randomUUID()}@example.org`; // a second try of the test begins anew
  const codes: string[] = [];
  for (let turn = 0; turn < 12; turn += 1) codes.push((await guess(apps[turn % 2], asha)).code);
  expect(codes.slice(0, 10)).not.toContain('rate_limited');
  expect(codes.slice(10)).toEqual(['rate_limited', 'rate_limited']);
  const { retryAfter } = await guess(apps[0], asha);
  expect(retryAfter).toBeGreaterThan(0);
  expect(retryAfter).toBeLessThanOrEqual(60);
  expect((await guess(apps[1], 'bina@example.org')).code).not.toBe('rate_limited');
});

test.runIf(runs)('while Redis is away each server goes on with its own limits', async () => {
  const ended = once(redis, 'exit');
  redis.kill('SIGKILL');
  await ended;
  const codes: string[] = [];
  for (let turn = 0; turn < 11; turn += 1) codes.push((await guess(apps[0], 'chitra@example.org')).code);
  expect(codes.slice(0, 10)).not.toContain('rate_limited');
  expect(codes[10]).toBe('rate_limited');
});
