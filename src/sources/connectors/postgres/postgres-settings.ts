import { z } from 'zod';

const text = (max: number) => z.string().trim().min(1).max(max);

/** How a PostgreSQL database is set up as a source. */
export const postgresSettings = z.strictObject({
  host: text(255).meta({ title: 'Host', 'x-order': 1, 'x-target': true, examples: ['db.example.org'] }),
  port: z
    .number()
    .int()
    .min(1)
    .max(65_535)
    .default(5432)
    .meta({ title: 'Port', 'x-order': 2, 'x-target': true }),
  database: text(63).meta({ title: 'Database', 'x-order': 3 }),
  username: text(63).meta({
    title: 'User',
    'x-order': 4,
    'x-help': 'One that may only read is enough, and safer.',
  }),
  password: z.string().min(1).max(1000).meta({ title: 'Password', 'x-order': 5, 'x-secret': true }),
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
  streams: z.array(z.string().min(1).max(200)).max(500).optional().meta({
    title: 'Tables and views',
    'x-order': 7,
    'x-streams': true,
    'x-help': 'Without a choice, all that the user may read are loaded.',
  }),
  incremental: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('full') }).meta({ title: 'Everything' }),
      z
        .strictObject({
          kind: z.literal('cursor'),
          column: text(63).meta({
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
export type PostgresSettings = z.output<typeof postgresSettings>;
