import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BareDatabase, createBareDatabase } from '#testing/database';
import { createHostGate } from './host-gate.ts';
import { openHostShare } from './host-share.ts';

const never = new AbortController().signal;
const times = { againMs: 20, restMs: 300 };
let database: BareDatabase;
let admin: Client;

beforeAll(async () => {
  database = await createBareDatabase();
  admin = new Client(database.adminUrl);
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await database[Symbol.asyncDispose]();
});

const open = () => openHostShare(database.ownerUrl, times);
const connections = async () => {
  const { rows } = await admin.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE application_name = 'dalgo-lite hosts' AND datname = $1",
    [database.name],
  );
  return rows.map(({ pid }) => pid);
};

test('processes that ask the same host count each other, and one that ends or rests is counted no more', async () => {
  await using one = open();
  const other = open();
  expect(await one.join('a')).toBe(1);
  expect(await other.join('b')).toBe(1);
  expect(await other.join('a')).toBe(2);
  await expect.poll(() => one.join('a')).toBe(2);
  // It asks no more, and says so by itself: its connection is gone with it.
  await expect.poll(() => one.join('a'), { timeout: 3_000 }).toBe(1);
  expect(await connections()).toHaveLength(1);
  await other[Symbol.asyncDispose]();
});

test('a process that dies takes no share with it, and one whose connection broke joins again', async () => {
  await using one = open();
  await using other = open();
  await one.join('a');
  const [pid] = await connections();
  expect(await other.join('a')).toBe(2);
  await admin.query('SELECT pg_terminate_backend($1)', [pid]);
  await expect.poll(() => other.join('a')).toBe(1);
  await expect.poll(async () => [await one.join('a'), await other.join('a')]).toEqual([2, 2]);
});

test('without a database every process counts itself, and nobody waits long', async () => {
  await using share = openHostShare('postgres://nobody:x@127.0.0.1:1/none', times);
  expect(await share.join('a')).toBe(1);
});

test('together, processes make no more requests at once than allowed', async () => {
  await using one = open();
  await using other = open();
  const gates = [one, other].map((share) =>
    createHostGate({ atOnce: 4, perMinute: 1e9 }, () => performance.now(), share),
  );
  // Both have begun.
  for (const gate of gates) (await gate.enter('a', never))();
  await expect.poll(() => one.join('a')).toBe(2);
  let [inside, most] = [0, 0];
  await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      const leave = await gates[index % 2]?.enter('a', never);
      inside += 1;
      most = Math.max(most, inside);
      await sleep(5);
      inside -= 1;
      leave?.();
    }),
  );
  expect(most).toBe(4);
});
