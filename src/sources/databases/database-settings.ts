import { z } from 'zod';
import { chosenStreams, line, password } from '../services/service-settings.ts';

/** How any database is set up as a source; an engine adds what only it has. */
export function databaseSettings(engine: {
  readonly port: number;
  /** Characters in a name of a database or column. */
  readonly nameLength: number;
  readonly userLength: number;
}) {
  return z.strictObject({
    host: line(255).meta({ title: 'Host', 'x-order': 1, 'x-target': true, examples: ['db.example.org'] }),
    port: z
      .number()
      .int()
      .min(1)
      .max(65_535)
      .default(engine.port)
      .meta({ title: 'Port', 'x-order': 2, 'x-target': true }),
    database: line(engine.nameLength).meta({ title: 'Database', 'x-order': 3 }),
    username: line(engine.userLength).meta({
      title: 'User',
      'x-order': 4,
      'x-help': 'One that may only read is enough, and safer.',
    }),
    password: password(5),
    tls: z
      .enum(['require', 'verify', 'disable'])
      .default('require')
      .meta({
        title: 'Encryption',
        'x-order': 6,
        'x-target': true,
        'x-labels': {
          require: 'Encrypted',
          verify: 'Encrypted, and the certificate must be valid',
          disable: 'None: anybody on the way can read along',
        },
      }),
    streams: chosenStreams(z.string().min(1).max(200), {
      title: 'Tables and views',
      order: 7,
      help: 'Without a choice, all that the user may read are loaded.',
    }),
    incremental: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('full') }).meta({ title: 'Everything' }),
        z
          .strictObject({
            kind: z.literal('cursor'),
            column: line(engine.nameLength).meta({
              title: 'Column',
              'x-order': 1,
              examples: ['updated_at'],
              'x-help':
                'It grows with every new or changed row. Tables without it, or without a primary key, are loaded whole.',
            }),
          })
          .meta({ title: 'Only what is new or changed' }),
      ])
      .default({ kind: 'full' })
      .meta({ title: 'What a sync loads', 'x-order': 8, 'x-step': 'load' }),
  });
}
export type DatabaseSettings = z.output<ReturnType<typeof databaseSettings>>;
