import { z } from 'zod';

const server = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('global') }).meta({ title: 'Global server (www.commcarehq.org)' }),
  z.strictObject({ kind: z.literal('india') }).meta({ title: 'India server (india.commcarehq.org)' }),
  z.strictObject({ kind: z.literal('eu') }).meta({ title: 'European Union server (eu.commcarehq.org)' }),
  z
    .strictObject({
      kind: z.literal('own'),
      url: z
        .url({ protocol: /^https?$/ })
        .max(500)
        .meta({ title: 'Address', examples: ['https://commcare.example.org'], 'x-target': true }),
    })
    .meta({ title: 'Another server' }),
]);

/** How a CommCare HQ source is set up. */
export const commcareSettings = z.strictObject({
  server: server.meta({ title: 'Server', 'x-order': 1, 'x-target': true }),
  domain: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^[\w.:-]+$/, 'A project space has letters, digits and hyphens only')
    .meta({
      title: 'Project space',
      'x-order': 2,
      examples: ['clean-water-2026'],
      'x-help': 'It stands in the address when you look at your project: /a/clean-water-2026/.',
    }),
  username: z.string().trim().min(1).max(320).meta({
    title: 'User name',
    'x-order': 3,
    'x-help': 'The e-mail address of the web user to whom the API key belongs.',
  }),
  api_key: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^[\w-]+$/, 'A key has letters and digits only')
    .meta({
      title: 'API key',
      'x-order': 4,
      'x-secret': true,
      'x-help': 'In CommCare HQ: the gear, My Account Settings, API Keys.',
    }),
  streams: z.array(z.string().min(1).max(300)).max(500).optional().meta({
    title: 'Forms and kinds of case',
    'x-order': 5,
    'x-streams': true,
    'x-help': 'Each becomes a table. Without a choice, all of them are loaded.',
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
        text: 'One text, as CommCare sends it',
      },
    }),
  sync: z
    .enum(['incremental', 'full'])
    .default('incremental')
    .meta({
      title: 'What a sync loads',
      'x-order': 7,
      'x-labels': { incremental: 'What was sent, changed or archived since', full: 'Everything' },
    }),
  full_every_hours: z
    .number()
    .int()
    .min(1)
    .max(24 * 366)
    .default(24 * 7)
    .meta({
      title: 'Hours after which everything is loaded again',
      'x-order': 8,
      'x-help': 'CommCare does not tell which cases were deleted: only loading everything shows that.',
    }),
  language: z
    .string()
    .max(20)
    .optional()
    .meta({
      title: 'Language of the questions',
      'x-order': 9,
      examples: ['hin'],
      'x-help': 'Its code in the application; the default language unless given.',
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
      return new URL(chosen.url).origin;
  }
}
