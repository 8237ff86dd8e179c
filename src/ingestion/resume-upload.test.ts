import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '#platform/actor';
import { systemClock } from '#platform/clock';
import { connectDatabase, type Database } from '#platform/database/database';
import { newId } from '#platform/ids';
import { createLog } from '#platform/log';
import type { Services } from '#platform/services';
import { createSource } from '#sources';
import { createTestDatabase, type TestDatabase } from '#testing/database';
import { createTestOrganization } from '#testing/organization';
import { appendPiece, beginUpload, cancelUpload, getUploadState } from '../sources/uploads/resume-upload.ts';
import { finishUpload } from './create-upload.ts';

let test_: TestDatabase;
let database: Database;
let services: Services;
let actor: Actor;
const never = new AbortController().signal;

beforeAll(async () => {
  test_ = await createTestDatabase();
  database = connectDatabase(test_.appUrl);
  services = { config: test_.config, log: createLog('silent'), clock: systemClock, newId, database };
  actor = await createTestOrganization(database, test_.config);
});
afterAll(async () => {
  await database.close();
  await test_[Symbol.asyncDispose]();
});

const content = Buffer.from(
  `id,village\n${Array.from({ length: 5_000 }, (_, row) => `${row},Amla`).join('\n')}\n`,
);

function piece(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) {
  const stream = Readable.from(pieces, { objectMode: false });
  return { filename: 'piece', stream, wasTruncated: () => false };
}
const begin = () => beginUpload(services, actor, { filename: 'big.csv', size_bytes: content.length });
const send = (id: string, from: number, to: number) =>
  appendPiece(services, actor, id, from, piece([content.subarray(from, to)]), never);
const filesOnDisk = () => readdir(`${services.config.dataDirectory}/uploads/${actor.organizationId}`);

test('a file that was cut off in the middle of a piece goes on from the last byte that came', async () => {
  const { id, offset } = await begin();
  expect(offset).toBe(0);
  await send(id, 0, 20_000);
  async function* cutOff() {
    yield content.subarray(20_000, 30_000);
    throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  }
  await expect(appendPiece(services, actor, id, 20_000, piece(cutOff()), never)).rejects.toMatchObject({
    code: 'upload_incomplete',
  });
  // What a browser asks after its page was loaded anew, or the server was started anew: nothing is kept in memory.
  const state = await getUploadState(services, actor, id);
  expect(state).toEqual({ id, filename: 'big.csv', size_bytes: content.length, offset: 30_000 });
  await expect(finishUpload(services, actor, id, never)).rejects.toMatchObject({ code: 'upload_incomplete' });
  await expect(
    createSource(services, actor, { name: 'Early', type: 'csv', config: { upload_id: id } }, never),
  ).rejects.toMatchObject({ code: 'upload_missing' });
  // A piece that comes twice, and two at once, write nothing twice.
  await expect(send(id, 20_000, 40_000)).rejects.toMatchObject({ code: 'conflict' });
  const both = await Promise.allSettled([send(id, 30_000, 40_000), send(id, 30_000, 40_000)]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  await send(id, 40_000, content.length);
  const upload = await finishUpload(services, actor, id, never);
  expect(upload).toMatchObject({ id, filename: 'big.csv', size_bytes: content.length });
  expect(upload.columns.map(({ type }) => type)).toEqual(['integer', 'text']);
  await expect(send(id, content.length, content.length)).rejects.toMatchObject({ code: 'not_found' });
});

test('a file that is given up, is too large or cannot be read leaves nothing behind', async () => {
  const before = await filesOnDisk();
  const { id } = await begin();
  await send(id, 0, 1_000);
  await expect(
    appendPiece(services, actor, id, 1_000, piece([content, Buffer.from('more')]), never),
  ).rejects.toMatchObject({ code: 'payload_too_large' });
  await cancelUpload(services, actor, id);
  await expect(getUploadState(services, actor, id)).rejects.toMatchObject({ code: 'not_found' });
  await expect(
    beginUpload(services, actor, { filename: 'x', size_bytes: services.config.maxUploadBytes + 1 }),
  ).rejects.toMatchObject({ code: 'payload_too_large' });
  const image = Buffer.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]);
  const other = await beginUpload(services, actor, { filename: 'a.csv', size_bytes: image.length });
  await appendPiece(services, actor, other.id, 0, piece([image]), never);
  await expect(finishUpload(services, actor, other.id, never)).rejects.toMatchObject({
    code: 'file_format_unsupported',
  });
  expect(await filesOnDisk()).toEqual(before);
});
