import { parseArgs, type ParseArgsConfig } from 'node:util';
import { AppError } from '#platform/errors';
import type { Log } from '#platform/log';

export type CliContext = {
  /** What follows the command's name. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  /** Prints a line for people. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
};

/** A command of `npm run dalgo -- …`; returns the exit code. */
export type CliCommand = (context: CliContext) => Promise<number>;

/**
 * Parses a command's arguments; throws `invalid_input` with the usage for what it does not know.
 *
 * @example
 * const { values } = parseCommandLine(context, 'create-system-user', {})
 */
export function parseCommandLine<const T extends ParseArgsConfig['options'] & object>(
  context: CliContext,
  usage: string,
  options: T,
): ReturnType<typeof parseArgs<{ options: T; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...context.args], options, allowPositionals: true });
  } catch (cause) {
    throw wrongUsage(usage, cause instanceof Error ? cause.message : undefined);
  }
}

export function wrongUsage(usage: string, why?: string): AppError {
  return new AppError('invalid_input', why ?? 'Something is missing.', {
    hint: `Usage: npm run dalgo -- ${usage}`,
  });
}
