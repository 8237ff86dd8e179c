import { loadConfig } from '#platform/config';
import { openDatabase } from '../open-database.ts';
import { openServices, type OpenServices } from '../open-services.ts';
import type { CliContext } from './cli-command.ts';

/** Runs `fn` on the installation, whether it is running at the moment or not, and leaves it as it was. */
export async function withServices<T>(
  context: CliContext,
  fn: (services: OpenServices, ownerUrl: string) => Promise<T>,
): Promise<T> {
  const config = loadConfig(context.environment);
  await using database = await openDatabase(config, { signal: context.signal });
  await using services = openServices(config, database.appUrl, context.log);
  return await fn(services, database.ownerUrl);
}
