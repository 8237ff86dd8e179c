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
  z.strictObject({ kind: z.literal('global') }).meta({ title: 'Global server (kf.kobotoolbox.org)' }),
  z.strictObject({ kind: z.literal('eu') }).meta({ title: 'European Union server (eu.kobotoolbox.org)' }),
  ownServer({
    title: 'Another server',
    example: 'https://kobo.example.org',
    help: 'What you see in the browser when you look at your list of projects, up to the first single slash.',
  }),
]);

/** How a KoboToolbox source is set up. */
export const koboSettings = z.strictObject({
  server: server.meta({ title: 'Server', 'x-order': 1, 'x-target': true }),
  token: line(200)
    .regex(/^[\w-]+$/, 'A token has letters and digits only')
    .meta({
      title: 'API key',
      'x-order': 2,
      'x-secret': true,
      'x-help': 'In KoboToolbox: your picture, Account settings, Security, API key.',
    }),
  streams: chosenStreams(z.string().min(1).max(100), {
    title: 'Forms',
    order: 3,
    help: 'Every form becomes a table. Without a choice, all deployed forms are loaded.',
  }),
  select_multiple: selectMultiple(4, 'KoboToolbox'),
  sync: syncMode('full', {
    order: 5,
    incremental: 'New, corrected and deleted submissions; everything once in a while',
    help: 'For large forms the second is much faster.',
  }),
  full_every_hours: fullEveryHours({ order: 6, initial: 24 }),
  language: questionLanguage({
    order: 7,
    example: 'Hindi (hi)',
    help: 'For forms with translations; the first one unless given.',
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
      return originOf(chosen.url);
  }
}
