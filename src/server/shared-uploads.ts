import { createHmac, timingSafeEqual } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '#platform/config';
import { AppError } from '#platform/errors';

// Without UPLOADS_IN_DATABASE, uploaded files lie in the data directory only. A worker with another one would take runs like the rest and fail each that
// reads a file, now and then, as the queue falls: so it does not start.

const markOf = (key: Buffer): Buffer => createHmac('sha256', key).update('uploads').digest();

const markPath = (config: Config): string => join(config.dataDirectory, 'uploads', '.installation');

/** Leaves a mark beside the uploaded files, by which workers on other machines know them for this installation's. */
export async function markUploads(config: Config): Promise<void> {
  const path = markPath(config);
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
  await writeFile(path, markOf(config.encryptionKeys[0].key).toString('hex'), { mode: 0o600 });
}

/** @throws AppError configuration_invalid when the uploads in this data directory are not the server's. */
export async function assertUploadsShared(config: Config): Promise<void> {
  const mark = await readFile(markPath(config), 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  const found = Buffer.from(mark, 'hex');
  const known = config.encryptionKeys
    .map(({ key }) => markOf(key))
    .some((expected) => expected.length === found.length && timingSafeEqual(expected, found));
  if (!known) {
    throw new AppError(
      'configuration_invalid',
      `The uploaded files of the server are not in ${join(config.dataDirectory, 'uploads')}.`,
      {
        hint: 'Set UPLOADS_IN_DATABASE=on on every machine, or share the data directory of the server with this one (NFS, for instance) and set DALGO_DATA_DIR to it.',
      },
    );
  }
}
