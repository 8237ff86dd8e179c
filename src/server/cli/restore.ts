import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { loadConfig } from '#platform/config';
import { AppError } from '#platform/errors';
import { openBackupReader } from '../backup/backup-file.ts';
import { hasOwnKey, writeGeneratedSecrets } from '../backup/installation-secrets.ts';
import { isInstallationEmpty, readBackupHeader, restoreBackup } from '../backup/restore-backup.ts';
import { findLiveWorker } from '../find-live-worker.ts';
import { parseCommandLine, wrongUsage, type CliCommand } from './cli-command.ts';
import { withServices } from './with-services.ts';

const usage = 'restore FILE';

/** Fills an empty installation from a backup. */
export const restoreCommand: CliCommand = async (context) => {
  const { positionals } = parseCommandLine(context, usage, {});
  const [name] = positionals;
  if (name === undefined || positionals.length > 1)
    throw wrongUsage(usage, 'Name the one backup to restore.');
  const file = resolve(context.environment['INIT_CWD'] ?? '.', name);
  await access(file).catch((cause: unknown) => {
    throw new AppError('backup_unreadable', `${file} cannot be read.`, { cause });
  });
  const input = createReadStream(file);
  await using reader = openBackupReader(input);
  const header = await readBackupHeader(reader);

  await withServices(context, async (services, ownerUrl) => {
    const worker = await findLiveWorker(services);
    if (worker !== undefined) {
      throw new AppError(
        'conflict',
        `Dalgo Lite is running on this database (worker on ${worker.hostname}).`,
        {
          hint: 'Stop it, then restore.',
        },
      );
    }
    if (!(await isInstallationEmpty(ownerUrl))) {
      throw new AppError(
        'conflict',
        'This installation has organizations already, and a restore would mix with them.',
        {
          hint: 'Restore into a new one: DALGO_DATA_DIR=another-directory npm run restore FILE (or an empty DATABASE_URL).',
        },
      );
    }
  });

  const { dataDirectory, encryptionKeys } = loadConfig(context.environment);
  if (header.secrets !== null && !hasOwnKey(context.environment)) {
    await writeGeneratedSecrets(dataDirectory, header.secrets);
  } else if (!header.encryptionKeyIds.some((id) => encryptionKeys.some((key) => key.id === id))) {
    throw new AppError('configuration_invalid', 'The backup was made with another ENCRYPTION_KEY.', {
      hint: 'Set ENCRYPTION_KEY to the one of the installation that was backed up.',
    });
  }

  // Opened again: with the backup's key the database's own logins get other passwords.
  const summary = await withServices(context, (services, ownerUrl) =>
    restoreBackup({
      ownerUrl,
      config: services.config,
      header,
      reader,
      filesDirectory: join(dataDirectory, 'uploads'),
      signal: context.signal,
    }),
  );
  context.say(
    `Restored what was saved on ${header.createdAt}: ${summary.organizations} organizations, ${summary.tables} tables, ${summary.rows} rows, ${summary.files} uploaded files.`,
  );
  context.say('Everybody logs in again. Start with: npm start');
  return 0;
};
