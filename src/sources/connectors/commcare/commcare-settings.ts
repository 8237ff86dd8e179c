import { z } from 'zod';
import {
  fullEveryHours,
  originOf,
  ownServer,
  questionLanguage,
  selectMultiple,
  syncMode,
} from '../../forms/form-settings.ts';
import { chosenStreams, line } from '../../services/service-settings.ts';

const server = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('global') }).meta({ title: 'Global server (www.commcarehq.org)' }),
  z.strictObject({ kind: z.literal('india') }).meta({ title: 'India server (india.commcarehq.org)' }),
  z.strictObject({ kind: z.literal('eu') }).meta({ title: 'European Union server (eu.commcarehq.org)' }),
  ownServer({ title: 'Another server', example: 'https://commcare.example.org' }),
]);

/** How a CommCare HQ source is set up. */
export const commcareSettings = z.strictObject({
  server: server.meta({ title: 'Server', 'x-order': 1, 'x-target': true }),
  domain: line(100)
    .regex(/^[\w.:-]+$/, 'A project space has letters, digits and hyphens only')
    .meta({
      title: 'Project space',
      'x-order': 2,
      examples: ['clean-water-2026'],
      'x-help': 'It stands in the address when you look at your project: /a/clean-water-2026/.',
    }),
  username: line(320).meta({
    title: 'User name',
    'x-order': 3,
    'x-help': 'The e-mail address of the web user to whom the API key belongs.',
  }),
  api_key: line(200)
    .regex(/^[\w-]+$/, 'A key has letters and digits only')
    .meta({
      title: 'API key',
      'x-order': 4,
      'x-secret': true,
      'x-help': 'In CommCare HQ: the gear, My Account Settings, API Keys.',
    }),
  streams: chosenStreams(z.string().min(1).max(300), {
    title: 'Forms and kinds of case',
    order: 5,
    help: 'Each becomes a table. Without a choice, all of them are loaded.',
  }),
  select_multiple: selectMultiple(6, 'CommCare'),
  sync: syncMode('incremental', { order: 7, incremental: 'What was sent, changed or archived since' }),
  full_every_hours: fullEveryHours({
    order: 8,
    initial: 24 * 7,
    help: 'CommCare does not tell which cases were deleted: only loading everything shows that.',
  }),
  language: questionLanguage({
    order: 9,
    example: 'hin',
    help: 'Its code in the application; the default language unless given.',
  }),
});
export type CommcareSettings = z.output<typeof commcareSettings>;

/** Without a slash at the end. */
export function commcareServerUrl({ server: chosen }: CommcareSettings): string {
  switch (chosen.kind) {
    case 'global':
      return 'https://www.commcarehq.org';
    case 'india':
      return 'https://india.commcarehq.org';
    case 'eu':
      return 'https://eu.commcarehq.org';
    case 'own':
      return originOf(chosen.url);
  }
}
