import { Client, type QueryResultRow } from 'pg';
import { afterAll, expect, test } from 'vitest';
import { ensureAppLogin } from '#platform/database/app-login';
import { connectDatabase } from '#platform/database/database';
import { createBareDatabase, createTestDatabase } from './database.ts';

const first = await createTestDatabase();
const second = await createTestDatabase();
afterAll(async () => {
  await Promise.all([first, second].map((each) => each[Symbol.asyncDispose]()));
});

async function ask<T extends QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

test('a test database is migrated, and the program may work in it but not own it', async () => {
  await using database = connectDatabase(first.appUrl);
  await database.ping();
  await expect(ask(first.appUrl, 'delete from schema_migrations')).rejects.toThrow(/permission denied/);
  await expect(ask(first.appUrl, 'create table public.own (a int)')).rejects.toThrow(/permission denied/);
  expect(await ask(first.ownerUrl, 'select count(*)::int > 0 as migrated from schema_migrations')).toEqual([
    { migrated: true },
  ]);
});

test('two test databases share nothing, and a login of one may not enter the other', async () => {
  expect(first.name).not.toBe(second.name);
  const stranger = new URL(first.appUrl);
  stranger.pathname = `/${second.name}`;
  await expect(ask(stranger.href, 'select 1')).rejects.toThrow(/permission denied for database/);
});

test('the program’s login may be refreshed, as at each start', async () => {
  await expect(ensureAppLogin(first.ownerUrl, first.config)).resolves.toBe(first.appUrl);
});

test('a bare database has no table of ours, and is gone when released', async () => {
  const bare = await createBareDatabase();
  expect(await ask(bare.ownerUrl, `select to_regclass('public.users') as users`)).toEqual([{ users: null }]);
  await bare[Symbol.asyncDispose]();
  await expect(ask(bare.ownerUrl, 'select 1')).rejects.toThrow(/does not exist/);
});
