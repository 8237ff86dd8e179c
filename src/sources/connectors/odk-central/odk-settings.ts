import { z } from 'zod';
import {
  fullEveryHours,
  questionLanguage,
  selectMultiple,
  serverAddress,
  syncMode,
} from '../../forms/form-settings.ts';
import { chosenStreams, password } from '../../services/service-settings.ts';

/** How an ODK Central source is set up. */
export const odkSettings = z.strictObject({
  url: serverAddress().meta({
    title: 'Server',
    'x-order': 1,
    'x-target': true,
    examples: ['https://my-organization.getodk.cloud'],
    'x-help': 'What you see in the browser when you look at your projects, up to the first single slash.',
  }),
  email: z.string().trim().min(3).max(320).meta({
    title: 'E-mail address',
    'x-order': 2,
    'x-help': 'Of a web user with the role Project Viewer: that is enough, and safer.',
  }),
  password: password(3),
  project: z
    .number()
    .int()
    .min(1)
    .max(2_147_483_647)
    .optional()
    .meta({
      title: 'Number of the project',
      'x-order': 4,
      examples: [7],
      'x-help':
        'It stands in the address of the project: …/projects/7. Without it, forms of all projects are offered.',
    }),
  streams: chosenStreams(z.string().min(1).max(300), {
    title: 'Forms and lists of entities',
    order: 5,
    help: 'Each becomes a table. Without a choice, all published forms and lists of entities are loaded.',
  }),
  select_multiple: selectMultiple(6, 'ODK'),
  sync: syncMode('incremental', {
    order: 7,
    incremental: 'What was sent, corrected, reviewed or deleted since',
  }),
  full_every_hours: fullEveryHours({
    order: 8,
    initial: 24 * 7,
    most: 24 * 29,
    help: 'ODK Central forgets deleted submissions after 30 days.',
  }),
  language: questionLanguage({
    order: 9,
    example: 'Hindi (hi)',
    help: 'For forms with translations; their default language unless given.',
  }),
});
export type OdkSettings = z.output<typeof odkSettings>;
