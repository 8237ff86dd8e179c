import { createLog } from '#platform/log';
import { printFailure } from '../print-failure.ts';
import type { CliCommand } from './cli-command.ts';

/** Loaded when it is asked for: `doctor` must be able to say that something else cannot even be loaded. */
const commands: Readonly<Record<string, () => Promise<CliCommand>>> = {
  'create-organization': async () => (await import('./create-organization.ts')).createOrganizationCommand,
  'create-system-user': async () => (await import('./create-system-user.ts')).createSystemUserCommand,
  'load-sample': async () => (await import('./load-sample.ts')).loadSampleCommand,
  backup: async () => (await import('./backup.ts')).backupCommand,
  restore: async () => (await import('./restore.ts')).restoreCommand,
  build: async () => (await import('./build.ts')).buildCommand,
  doctor: async () => (await import('./doctor.ts')).doctorCommand,
};

const [name = '', ...args] = process.argv.slice(2);
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stopping.abort();
  });
}

try {
  const load = commands[name];
  if (load === undefined) throw new Error(`There is no command "${name}".`);
  const command = await load();
  process.exitCode = await command({
    args,
    environment: process.env,
    // Warnings alone: a command's own words are on stdout.
    log: createLog(process.env['LOG_LEVEL'] ?? 'warn'),
    say: (line) => {
      console.log(line);
    },
    signal: stopping.signal,
  });
} catch (error) {
  if (stopping.signal.aborted) {
    console.error('Stopped.');
    process.exitCode = 130;
  } else {
    printFailure(error);
    process.exitCode = 1;
  }
}
