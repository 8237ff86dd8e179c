import { z } from 'zod';

const server = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('global') }).meta({ title: 'Global server (kf.kobotoolbox.org)' }),
  z.strictObject({ kind: z.literal('eu') }).meta({ title: 'European Union server (eu.kobotoolbox.org)' }),
  z
    .strictObject({
      kind: z.literal('own'),
      url: z
        .url({ protocol: /^https?$/ })
        .max(500)
        .meta({
          title: 'Address',
          examples: ['https://kobo.example.org'],
          'x-target': true,
          'x-help':
            'What you see in the browser when you look at your list of projects, up to the first single slash.',
        }),
    })
    .meta({ title: 'Another server' }),
]);

/** How a KoboToolbox source is set up. */
export const koboSettings = z.strictObject({
  server: server.meta({ title: 'Server', 'x-order': 1, 'x-target': true }),
  token: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^[\w-]+$/, 'A token has letters and digits only')
    .meta({
      title: 'API key',
      'x-order': 2,
      'x-secret': true,
      'x-help': 'In KoboToolbox: your picture, Account settings, Security, API key.',
    }),
  streams: z.array(z.string().min(1).max(100)).max(500).optional().meta({
    title: 'Forms',
    'x-order': 3,
    'x-streams': true,
    'x-help': 'Every form becomes a table. Without a choice, all deployed forms are loaded.',
  }),
  select_multiple: z
    .enum(['columns', 'list', 'text'])
    .default('columns')
    .meta({
      title: 'Questions with several answers',
      'x-order': 4,
      'x-step': 'load',
      'x-labels': {
        columns: 'A yes/no column for each choice',
        list: 'A table of their own, a row for each answer',
        text: 'One text, as KoboToolbox sends it',
      },
    }),
  sync: z
    .enum(['full', 'incremental'])
    .default('full')
    .meta({
      title: 'What a sync loads',
      'x-order': 5,
      'x-step': 'load',
      'x-labels': {
        full: 'Everything',
        incremental: 'New, corrected and deleted submissions; everything once in a while',
      },
      'x-help': 'For large forms the second is much faster.',
    }),
  full_every_hours: z
    .number()
    .int()
    .min(1)
    .max(24 * 366)
    .default(24)
    .meta({
      title: 'Hours after which everything is loaded again',
      'x-show-if': { sync: 'incremental' },
      'x-order': 6,
      'x-step': 'load',
    }),
  language: z
    .string()
    .max(100)
    .optional()
    .meta({
      title: 'Language of the questions',
      'x-order': 7,
      'x-step': 'load',
      examples: ['Hindi (hi)'],
      'x-help': 'For forms with translations; the first one unless given.',
    }),
  raw: z.boolean().default(false).meta({
    title: 'Keep submissions whole as JSON',
    'x-order': 8,
    'x-step': 'load',
    'x-help':
      'For existing dbt projects: a row is _id, data (the whole submission), _submission_time and endtime.',
  }),
});
export type KoboSettings = z.output<typeof koboSettings>;

/** Without a slash at the end. */
export function koboServerUrl({ server: chosen }: KoboSettings): string {
  switch (chosen.kind) {
    case 'global':
      return 'https://kf.kobotoolbox.org';
    case 'eu':
      return 'https://eu.kobotoolbox.org';
    case 'own':
      return new URL(chosen.url).origin;
  }
}
