import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { BackupHeader } from './backup-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Secrets = NonNullable<BackupHeader['secrets']>;

const schema = z.object({ jwtSecret: z.string(), encryptionKey: z.string() });
const secretsPath = (dataDirectory: string): string => join(dataDirectory, 'secrets.json');

/** Whether the installation's key comes from the environment, which a backup must not take with it. */
export function hasOwnKey(environment: Environment): boolean {
  return (environment['ENCRYPTION_KEY'] ?? '') !== '';
}

/** The secrets that `loadConfig` generated at the first start; null when the environment gives the key. */
export async function readGeneratedSecrets(
  environment: Environment,
  dataDirectory: string,
): Promise<Secrets | null> {
  if (hasOwnKey(environment)) return null;
  return schema.parse(JSON.parse(await readFile(secretsPath(dataDirectory), 'utf8')));
}

/** Puts the secrets of a backup in the place of those generated for the empty installation. */
export async function writeGeneratedSecrets(dataDirectory: string, secrets: Secrets): Promise<void> {
  await mkdir(dataDirectory, { recursive: true });
  const aside = `${secretsPath(dataDirectory)}.${process.pid}`;
  await writeFile(aside, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flush: true });
  await chmod(aside, 0o600);
  await rename(aside, secretsPath(dataDirectory));
}
