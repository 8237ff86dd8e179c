import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig, type Config } from '#platform/config';
import { assertUploadsShared, markUploads } from './shared-uploads.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dalgo-shared-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

function configOf(name: string, key: string): Config {
  return loadConfig({ DALGO_DATA_DIR: join(folder, name), ENCRYPTION_KEY: key });
}

test('a worker starts only with the uploaded files of its server in its data directory', async () => {
  const server = configOf('server', 'the key of the one installation');
  await markUploads(server);
  await expect(assertUploadsShared(server)).resolves.toBeUndefined();
  await expect(
    assertUploadsShared(configOf('elsewhere', 'the key of the one installation')),
  ).rejects.toMatchObject({
    code: 'configuration_invalid',
    hint: expect.stringContaining('DALGO_DATA_DIR'),
  });
});

test('the files of another installation are not taken for ours', async () => {
  await markUploads(configOf('other', 'the key of another installation'));
  await expect(
    assertUploadsShared(configOf('other', 'the key of the one installation')),
  ).rejects.toMatchObject({
    code: 'configuration_invalid',
  });
});
