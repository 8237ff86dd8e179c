import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OrganizationId, UploadId } from '#platform/ids';
import type { Services } from '#platform/services';
import { uploadDirectory } from './upload-path.ts';

/** Younger ones may be on their way here. */
const MIN_AGE_MS = 3_600_000;

/**
 * Removes the files of uploads that are no more from the folder of this machine: a worker brings files here, and learns
 * in this way that somebody removed them.
 *
 * @returns how many files were removed.
 */
export async function removeForgottenFiles(
  services: Pick<Services, 'config' | 'database' | 'clock'>,
): Promise<number> {
  const folder = join(services.config.dataDirectory, 'uploads');
  let removed = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    if (!entry.isDirectory()) continue;
    const organizationId = entry.name as OrganizationId; // as `uploadDirectory` names them
    const directory = uploadDirectory(services.config, organizationId);
    const names = await readdir(directory);
    const uploadOf = (name: string) => (name.split('.')[0] ?? name) as UploadId; // as `uploadPath` names them
    if (names.length === 0) continue;
    const known = await services.database.withOrganization(organizationId, (trx) =>
      trx.selectFrom('uploads').select('id').where('id', 'in', names.map(uploadOf)).execute(),
    );
    const kept = new Set(known.map((upload) => upload.id));
    for (const name of names) {
      if (kept.has(uploadOf(name))) continue;
      const path = join(directory, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
      if (services.clock.now() - mtimeMs < MIN_AGE_MS) continue;
      await rm(path, { force: true });
      removed += 1;
    }
  }
  return removed;
}
