import { open, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { loadConfig } from '#platform/config';
import { AppError } from '#platform/errors';
import { uploadPath } from '#sources';
import { readGeneratedSecrets } from '../backup/installation-secrets.ts';
import { writeBackup } from '../backup/write-backup.ts';
import { formatBytes } from './format-bytes.ts';
import { parseCommandLine, wrongUsage, type CliCommand } from './cli-command.ts';
import { withServices } from './with-services.ts';

const usage = 'backup FILE';

/** Everything of the installation in one file; the program may run meanwhile. */
export const backupCommand: CliCommand = async (context) => {
  const { positionals } = parseCommandLine(context, usage, {});
  const [name] = positionals;
  if (name === undefined || positionals.length > 1) throw wrongUsage(usage, 'Name one file to write.');
  // npm runs scripts in the checkout; the path is meant from where the user stands.
  const file = resolve(context.environment['INIT_CWD'] ?? '.', name);
  if ((await stat(file).catch(() => undefined)) !== undefined) {
    throw new AppError('conflict', `${file} exists already.`, {
      hint: 'Choose another name: a backup never overwrites.',
    });
  }
  const config = loadConfig(context.environment);
  const secrets = await readGeneratedSecrets(context.environment, config.dataDirectory);
  // Under its name only when whole, so that what has the name can be trusted.
  const partial = `${file}.partial`;
  const handle = await open(partial, 'w', 0o600).catch((cause: unknown) => {
    throw new AppError('conflict', `${file} cannot be written.`, {
      hint: 'Name a file in a directory that exists and that you may write to.',
      cause,
    });
  });
  try {
    const summary = await withServices(context, async (services, ownerUrl) =>
      writeBackup({
        ownerUrl,
        output: handle.createWriteStream({ flush: true }),
        secrets,
        encryptionKeyIds: config.encryptionKeys.map((key) => key.id),
        files: {
          directory: join(config.dataDirectory, 'uploads'),
          pathOf: (organizationId, uploadId) => uploadPath(config, organizationId, uploadId),
        },
        now: new Date(services.clock.now()),
        signal: context.signal,
      }),
    );
    await rename(partial, file);
    const { size } = await stat(file);
    context.say(
      `${file}: ${summary.organizations} organizations, ${summary.tables} tables, ${summary.rows} rows, ${summary.files} uploaded files; ${formatBytes(size)}.`,
    );
    context.say(
      secrets === null
        ? 'It opens only together with your ENCRYPTION_KEY, which is not in it: keep that too.'
        : 'It holds the keys to the stored credentials too: keep it as you keep a password.',
    );
  } catch (error) {
    await handle.close().catch(() => undefined); // the stream may have closed it already
    await rm(partial, { force: true });
    throw error;
  }
  await syncDirectoryOf(file);
  return 0;
};

/** Makes the new name itself survive a power cut. */
async function syncDirectoryOf(file: string): Promise<void> {
  if (process.platform === 'win32') return; // which cannot open directories
  await using directory = await open(resolve(file, '..'), 'r');
  await directory.sync();
}
