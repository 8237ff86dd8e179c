import { z } from 'zod';

/** How an ODK Central source is set up. */
export const odkSettings = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .meta({
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
  password: z.string().min(1).max(1000).meta({ title: 'Password', 'x-order': 3, 'x-secret': true }),
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
  streams: z.array(z.string().min(1).max(300)).max(500).optional().meta({
    title: 'Forms',
    'x-order': 5,
    'x-streams': true,
    'x-help': 'Every form becomes a table. Without a choice, all published forms are loaded.',
  }),
  select_multiple: z
    .enum(['columns', 'list', 'text'])
    .default('columns')
    .meta({
      title: 'Questions with several answers',
      'x-order': 6,
      'x-labels': {
        columns: 'A yes/no column for each choice',
        list: 'A table of their own, a row for each answer',
        text: 'One text, as ODK sends it',
      },
    }),
  sync: z
    .enum(['incremental', 'full'])
    .default('incremental')
    .meta({
      title: 'What a sync loads',
      'x-order': 7,
      'x-labels': {
        incremental: 'What was sent, corrected, reviewed or deleted since',
        full: 'Everything',
      },
    }),
  full_every_hours: z
    .number()
    .int()
    .min(1)
    .max(24 * 29)
    .default(24 * 7)
    .meta({
      title: 'Hours after which everything is loaded again',
      'x-order': 8,
      'x-help': 'ODK Central forgets deleted submissions after 30 days.',
    }),
  language: z
    .string()
    .max(100)
    .optional()
    .meta({
      title: 'Language of the questions',
      'x-order': 9,
      examples: ['Hindi (hi)'],
      'x-help': 'For forms with translations; their default language unless given.',
    }),
});
export type OdkSettings = z.output<typeof odkSettings>;
