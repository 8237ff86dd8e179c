import { z } from 'zod';
import { fullEveryHours, originOf, ownServer, syncMode } from '../../forms/form-settings.ts';
import { chosenStreams, line, password } from '../../services/service-settings.ts';

const server = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('cloud'),
      name: line(63)
        .regex(/^[a-z0-9-]+$/i, 'Only what stands before .surveycto.com')
        .meta({
          title: 'Name of the server',
          examples: ['cleanwater'],
          'x-target': true,
          'x-help': 'What stands before .surveycto.com in the address of your server.',
        }),
    })
    .meta({ title: 'At surveycto.com' }),
  ownServer({ title: 'At another address', example: 'https://surveys.example.org' }),
]);

/** How a SurveyCTO source is set up. */
export const surveyctoSettings = z.strictObject({
  server: server.meta({ title: 'Server', 'x-order': 1, 'x-target': true }),
  username: line(320).meta({
    title: 'User name',
    'x-order': 2,
    'x-help': 'Of a user whose role allows API access and to download data.',
  }),
  password: password(3),
  streams: chosenStreams(z.string().min(1).max(300), {
    title: 'Forms and datasets',
    order: 4,
    help: 'Each becomes a table. Without a choice, all of them are loaded.',
  }),
  repeats: z
    .enum(['long', 'wide'])
    .default('long')
    .meta({
      title: 'Repeat groups',
      'x-order': 5,
      'x-step': 'load',
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
      'x-step': 'load',
      'x-labels': { approved: 'Approved ones', all: 'All, also those that wait for review or were rejected' },
      'x-help': 'Without the review workflow, every submission counts as approved.',
    }),
  sync: syncMode('incremental', {
    order: 7,
    incremental: 'What was completed since',
    help: 'SurveyCTO gives everything only once in five minutes for each form: a load may have to wait.',
  }),
  full_every_hours: fullEveryHours({
    order: 8,
    initial: 24,
    help: 'Corrections, reviews and deletions of older submissions only show when everything is loaded.',
  }),
});
export type SurveyctoSettings = z.output<typeof surveyctoSettings>;

/** Without a slash at the end. */
export function surveyctoServerUrl({ server: chosen }: SurveyctoSettings): string {
  return chosen.kind === 'cloud'
    ? `https://${chosen.name.toLowerCase()}.surveycto.com`
    : originOf(chosen.url);
}
