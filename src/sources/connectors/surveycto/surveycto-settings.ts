import { z } from 'zod';

const server = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('cloud'),
      name: z
        .string()
        .trim()
        .min(1)
        .max(63)
        .regex(/^[a-z0-9-]+$/i, 'Only what stands before .surveycto.com')
        .meta({
          title: 'Name of the server',
          examples: ['cleanwater'],
          'x-target': true,
          'x-help': 'What stands before .surveycto.com in the address of your server.',
        }),
    })
    .meta({ title: 'At surveycto.com' }),
  z
    .strictObject({
      kind: z.literal('own'),
      url: z
        .url({ protocol: /^https?$/ })
        .max(500)
        .meta({ title: 'Address', examples: ['https://surveys.example.org'], 'x-target': true }),
    })
    .meta({ title: 'At another address' }),
]);

/** How a SurveyCTO source is set up. */
export const surveyctoSettings = z.strictObject({
  server: server.meta({ title: 'Server', 'x-order': 1, 'x-target': true }),
  username: z.string().trim().min(1).max(320).meta({
    title: 'User name',
    'x-order': 2,
    'x-help': 'Of a user whose role allows API access and to download data.',
  }),
  password: z.string().min(1).max(1000).meta({ title: 'Password', 'x-order': 3, 'x-secret': true }),
  streams: z.array(z.string().min(1).max(300)).max(500).optional().meta({
    title: 'Forms and datasets',
    'x-order': 4,
    'x-streams': true,
    'x-help': 'Each becomes a table. Without a choice, all of them are loaded.',
  }),
  repeats: z
    .enum(['long', 'wide'])
    .default('long')
    .meta({
      title: 'Repeat groups',
      'x-order': 5,
      'x-labels': {
        long: 'Tables of their own, a row for each repeat',
        wide: 'Columns with numbers, as SurveyCTO sends them',
      },
    }),
  review: z
    .enum(['approved', 'all'])
    .default('approved')
    .meta({
      title: 'Submissions',
      'x-order': 6,
      'x-labels': { approved: 'Approved ones', all: 'All, also those that wait for review or were rejected' },
      'x-help': 'Without the review workflow, every submission counts as approved.',
    }),
  sync: z
    .enum(['incremental', 'full'])
    .default('incremental')
    .meta({
      title: 'What a sync loads',
      'x-order': 7,
      'x-labels': { incremental: 'What was completed since', full: 'Everything' },
      'x-help':
        'SurveyCTO gives everything only once in five minutes for each form: a load may have to wait.',
    }),
  full_every_hours: z
    .number()
    .int()
    .min(1)
    .max(24 * 366)
    .default(24)
    .meta({
      title: 'Hours after which everything is loaded again',
      'x-order': 8,
      'x-help':
        'Corrections, reviews and deletions of older submissions only show when everything is loaded.',
    }),
});
export type SurveyctoSettings = z.output<typeof surveyctoSettings>;

/** Without a slash at the end. */
export function surveyctoServerUrl({ server: chosen }: SurveyctoSettings): string {
  return chosen.kind === 'cloud'
    ? `https://${chosen.name.toLowerCase()}.surveycto.com`
    : new URL(chosen.url).origin;
}
