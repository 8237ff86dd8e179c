import { buildWeb } from '../build-web.ts';
import { parseCommandLine, type CliCommand } from './cli-command.ts';

/** Builds the pages now, also when they seem to be fresh. */
export const buildCommand: CliCommand = async (context) => {
  parseCommandLine(context, 'build', {});
  await buildWeb({ force: true, say: context.say, signal: context.signal });
  context.say('The pages are built.');
  return 0;
};
