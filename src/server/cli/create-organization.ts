import { z } from 'zod';
import { createOrganization } from '#accounts';
import { role } from '#contracts/accounts';
import { describeIssue } from '#platform/describe-issue';
import { parseCommandLine, wrongUsage, type CliCommand } from './cli-command.ts';
import { withServices } from './with-services.ts';

const usage =
  'create-organization --name NAME --email EMAIL [--role owner|admin|editor|viewer] [--user-name NAME] [--timezone ZONE] [--locale LOCALE]';

const input = z.object({
  name: z.string().trim().min(1).max(200),
  email: z.email(),
  role: role.optional(),
  userName: z.string().trim().min(1).optional(),
  timezone: z.string().optional(),
  locale: z.string().optional(),
});

/** A new organization and its first user, with a one-time password that is shown once. */
export const createOrganizationCommand: CliCommand = async (context) => {
  const { values } = parseCommandLine(context, usage, {
    name: { type: 'string' },
    email: { type: 'string' },
    role: { type: 'string' },
    'user-name': { type: 'string' },
    timezone: { type: 'string' },
    locale: { type: 'string' },
  });
  const { 'user-name': userName, ...rest } = values;
  const parsed = input.safeParse({ ...rest, userName }, { error: describeIssue });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw wrongUsage(usage, issue === undefined ? undefined : `--${issue.path.join('.')}: ${issue.message}`);
  }
  const created = await withServices(context, (services) => createOrganization(services, parsed.data));
  context.say(`Organization "${created.organization.name}" (${created.organization.id}) was created.`);
  context.say(
    created.oneTimePassword === null
      ? `${created.user.email} has an account already, and now belongs to it.`
      : `${created.user.email} logs in with this password, once; it is not shown again: ${created.oneTimePassword}`,
  );
  return 0;
};
