import { randomBytes } from 'node:crypto';
import { readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';
import { systemClock } from '#platform/clock';
import type { Config } from '#platform/config';
import { connectDatabase } from '#platform/database/database';
import { newId } from '#platform/ids';
import { createTestDatabase } from '#testing/database';
import { createTestOrganization } from '#testing/organization';
import { connectorContext } from '../connector-context.ts';
import { removeForgottenFiles } from './remove-forgotten-files.ts';
import { removeUpload } from './remove-stale-uploads.ts';
import { beginUpload, appendPiece, completeUpload } from './resume-upload.ts';
import { localUpload, shareOlderUploads } from './share-upload.ts';
import { storeUpload } from './store-upload.ts';

// Two machines that share nothing but the database.
const testDatabase = await createTestDatabase();
const database = connectDatabase(testDatabase.appUrl);
const machine = (name: string, uploadsInDatabase: boolean) => {
  const config: Config = {
    ...testDatabase.config,
    dataDirectory: join(testDatabase.config.dataDirectory, name),
    uploadsInDatabase,
  };
  return { config, database, log: pino({ level: 'silent' }), clock: systemClock, newId };
};
const server = machine('server', true);
const worker = machine('worker', true);
const actor = await createTestOrganization(database, testDatabase.config);
const { signal } = new AbortController();
afterAll(async () => {
  await database.close();
  await testDatabase[Symbol.asyncDispose]();
});

const fileOf = (bytes: Buffer) => ({
  filename: 'visits.bin',
  stream: Readable.from([bytes]),
  wasTruncated: () => false,
});

test('a worker on another machine reads an upload from the database, byte by byte', async () => {
  // Two whole pieces and a bit.
  const bytes = randomBytes(2 * 1024 * 1024 + 17);
  const upload = await storeUpload(server, actor, fileOf(bytes));
  const { path } = await connectorContext(worker, actor.organizationId).findUpload(upload.id);
  expect(path.startsWith(worker.config.dataDirectory)).toBe(true);
  expect((await readFile(path)).equals(bytes)).toBe(true);
  // The second time it is there.
  const { mtimeMs } = await stat(path);
  await Promise.all([localUpload(worker, upload), localUpload(worker, upload)]);
  expect((await stat(path)).mtimeMs).toBe(mtimeMs);
});

test('so it does with one that came in parts', async () => {
  const bytes = randomBytes(3000);
  const { id } = await beginUpload(server, actor, { filename: 'parts.csv', size_bytes: 3000 });
  await appendPiece(server, actor, id, 0, fileOf(bytes.subarray(0, 1000)), signal);
  await expect(connectorContext(worker, actor.organizationId).findUpload(id)).rejects.toMatchObject({
    code: 'upload_missing',
  });
  await appendPiece(server, actor, id, 1000, fileOf(bytes.subarray(1000)), signal);
  const upload = await completeUpload(server, actor, id);
  expect((await readFile(await localUpload(worker, upload))).equals(bytes)).toBe(true);
});

test('a file that was uploaded before is shared later, once, and until then missed with a word', async () => {
  const bytes = randomBytes(5000);
  const upload = await storeUpload(machine('server', false), actor, fileOf(bytes));
  await expect(localUpload(worker, upload)).rejects.toMatchObject({ code: 'upload_missing' });
  expect(await shareOlderUploads(machine('server', false), actor.organizationId, signal)).toBe(0);
  expect(await shareOlderUploads(worker, actor.organizationId, signal)).toBe(0);
  expect(await shareOlderUploads(server, actor.organizationId, signal)).toBe(1);
  expect(await shareOlderUploads(server, actor.organizationId, signal)).toBe(0);
  expect((await readFile(await localUpload(worker, upload))).equals(bytes)).toBe(true);
});

test('an upload that is removed is gone everywhere, on other machines when they tidy up', async () => {
  const upload = await storeUpload(server, actor, fileOf(randomBytes(100)));
  const kept = await storeUpload(server, actor, fileOf(randomBytes(100)));
  const [path, keptPath] = [await localUpload(worker, upload), await localUpload(worker, kept)];
  await removeUpload(server, actor.organizationId, upload.id);
  const pieces = await database.withOrganization(actor.organizationId, (trx) =>
    trx.selectFrom('upload_pieces').select('position').where('upload_id', '=', upload.id).execute(),
  );
  expect(pieces).toEqual([]);
  expect(await removeForgottenFiles(worker)).toBe(0);
  const old = new Date(Date.now() - 2 * 3_600_000);
  for (const each of [path, keptPath]) await utimes(each, old, old);
  expect(await removeForgottenFiles(worker)).toBe(1);
  await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  await stat(keptPath);
  await rm(worker.config.dataDirectory, { recursive: true });
});

test('another organization gets nothing of it', async () => {
  const stranger = await createTestOrganization(database, testDatabase.config);
  const upload = await storeUpload(server, actor, fileOf(randomBytes(100)));
  await expect(connectorContext(worker, stranger.organizationId).findUpload(upload.id)).rejects.toMatchObject(
    { code: 'upload_missing' },
  );
  const pieces = await database.withOrganization(stranger.organizationId, (trx) =>
    trx.selectFrom('upload_pieces').select('position').execute(),
  );
  expect(pieces).toEqual([]);
});
