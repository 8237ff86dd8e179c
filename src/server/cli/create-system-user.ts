import { createSystemUser } from '#accounts';
import { parseCommandLine, type CliCommand } from './cli-command.ts';
import { withServices } from './with-services.ts';

/** The user in whose name the program itself acts. */
export const createSystemUserCommand: CliCommand = async (context) => {
  parseCommandLine(context, 'create-system-user', {});
  const { user, created } = await withServices(context, createSystemUser);
  context.say(
    created ? `The system user was created: ${user.id}` : `The system user exists already: ${user.id}`,
  );
  return 0;
};
